"""When the venue can be used."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.errors import DomainError
from marketplace.venues.enums import Weekday
from marketplace.venues.models import OpeningHours, Venue
from marketplace.venues.services.writing import Saved, changing
from marketplace.venues.week import MINUTES_A_DAY, Stretch, overlaps


class HoursOverlap(DomainError):
    """Two stretches share a time, be it over midnight or over the end of the week."""

    code = "hours_overlap"
    default_message = _("These opening hours overlap.")


class HoursImpossible(DomainError):
    """A stretch that ends before it begins or is longer than a day."""

    code = "hours_impossible"
    default_message = _("Closing time must come after opening time, within 24 hours.")


def set_opening_hours(
    *, venue: Venue, by: User, now: datetime, stretches: Sequence[Stretch]
) -> Saved:
    """Replaces the week by these stretches, at once also on a live listing.

    Raises HoursImpossible, HoursOverlap naming the day, and what `changing` raises.
    """
    wanted = sorted(set(stretches))
    _require_possible(wanted)
    with changing(venue) as locked:
        stored = [
            Stretch(row.weekday, row.opens_minute, row.closes_minute)
            for row in locked.opening_hours.all()
        ]
        if stored == wanted:
            return Saved.UNCHANGED
        locked.opening_hours.all().delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(
                venue=locked,
                weekday=stretch.weekday,
                opens_minute=stretch.opens_minute,
                closes_minute=stretch.closes_minute,
            )
            for stretch in wanted
        )
        return Saved.AT_ONCE


def _require_possible(stretches: Sequence[Stretch]) -> None:
    for stretch in stretches:
        length = stretch.closes_minute - stretch.opens_minute
        if (
            stretch.weekday not in Weekday.values
            or not 0 <= stretch.opens_minute < MINUTES_A_DAY
            or not 0 < length <= MINUTES_A_DAY
        ):
            raise HoursImpossible
    for one, other in overlaps(stretches):
        if one.weekday == other.weekday:
            raise HoursOverlap(
                _("Two opening times on %(day)s overlap.") % {"day": Weekday(one.weekday).label}
            )
        before, after = _in_order(one.weekday, other.weekday)
        raise HoursOverlap(
            _("The night from %(day)s runs into the opening hours of %(next_day)s.")
            % {"day": Weekday(before).label, "next_day": Weekday(after).label}
        )


def _in_order(one: int, other: int) -> tuple[int, int]:
    """Sunday's night comes before Monday, though its number is larger."""
    return (other, one) if (one, other) == (Weekday.MONDAY, Weekday.SUNDAY) else (one, other)
