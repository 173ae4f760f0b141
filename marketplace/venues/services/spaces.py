"""What is rented: added, changed, removed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final, Self

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.errors import DomainError
from marketplace.venues.enums import (
    LIVE_STATUSES,
    AnswerTime,
    BookingMode,
    Granularity,
)
from marketplace.venues.models import Space, Venue
from marketplace.venues.services.booking_terms import require_terms_possible
from marketplace.venues.services.editing import (
    forget_space,
    propose_new_space,
    propose_space_fields,
)
from marketplace.venues.services.parts import (
    change_parts,
    part_ids_of,
    require_part_of_nothing,
    require_parts_possible,
    require_units_may_be,
)
from marketplace.venues.services.positions import number_spaces
from marketplace.venues.services.space_names import require_free_name
from marketplace.venues.services.writing import (
    SENSITIVE_SPACE_FIELDS,
    BreaksListing,
    Saved,
    changing,
    require_no_contact_details,
    write_fields,
)
from marketplace.venues.signals import space_removing
from marketplace.venues.week import longest_open_minutes

MAXIMUM_SPACES: Final = 50


class TooManySpaces(DomainError):
    """More spaces than one page can show."""

    code = "too_many_spaces"
    default_message = _("A venue has room for %(count)d spaces. Put equal ones into one.")

    def __init__(self) -> None:
        super().__init__(self.default_message % {"count": MAXIMUM_SPACES})


class SpaceGone(DomainError):
    """Somebody removed the space in the meantime."""

    code = "space_gone"
    default_message = _("This space was removed in the meantime.")


@dataclass(frozen=True, slots=True)
class SpaceDetails:
    """All of a space that its owner decides. Rates in minor units, lengths in minutes.

    `parts` are the ids of the spaces that it is made of.
    """

    name: str
    capacity: int
    description: str = ""
    units: int = 1
    area_m2: int | None = None
    hourly_rate_minor: int | None = None
    cleaning_fee_minor: int = 0
    minimum_minutes: int = 120
    granularity_minutes: int = Granularity.HALF_HOUR.value
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 30
    lead_hours: int = 2
    instant_hours: int = 24
    horizon_days: int = 365
    booking_mode: str = BookingMode.INSTANT.value
    answer_hours: int = AnswerTime.ONE_DAY.value
    parts: tuple[int, ...] = ()

    @classmethod
    def of(cls, space: Space) -> Self:
        """The space as it is stored."""
        values = {field.name: getattr(space, field.name) for field in fields(cls)}
        return cls(**{**values, "parts": part_ids_of(space)})

    def columns(self) -> dict[str, Any]:
        """What stands in the space's own row: all but its parts."""
        return {name: value for name, value in asdict(self).items() if name != "parts"}


def add_space(*, venue: Venue, by: User, now: datetime, details: SpaceDetails) -> Saved:
    """Adds a space at the end; to a live listing once a moderator has read about it.

    Raises SpaceNameTaken, TooManySpaces, TermsImpossible, PartsImpossible, and what `changing`
    raises.
    """
    require_terms_possible(details)
    with changing(venue) as locked:
        require_free_name(locked, details.name)
        _require_room(locked)
        _require_parts(locked, details)
        if locked.status in LIVE_STATUSES:
            _require_complete(locked, details)
            return propose_new_space(venue=locked, values=asdict(details), by=by, now=now)
        position = locked.spaces.count()
        space = Space.objects.create(venue=locked, position=position, **details.columns())
        space.parts.set(details.parts)
        return Saved.AT_ONCE


def update_space(*, space: Space, by: User, now: datetime, details: SpaceDetails) -> Saved:
    """Prices and booking rules at once; name, description and guests of a live listing wait.

    New rules count for bookings made from now on. Those that exist keep their time, the buffers
    around it and their terms: all of that was written down with them. Raises SpaceNameTaken,
    SpaceGone, TermsImpossible, PartsImpossible, what `changing` raises, and what receivers of
    `parts_changing` and `units_lowering` raise.
    """
    require_terms_possible(details)
    values = details.columns()
    with changing(space.venue) as locked:
        row = locked.spaces.filter(pk=space.pk).first()
        if row is None:
            raise SpaceGone
        require_free_name(locked, details.name, but=row)
        _require_parts(locked, details, row)
        require_units_may_be(row, details.units)
        other_parts = change_parts(row, details.parts)
        if locked.status not in LIVE_STATUSES:
            return Saved.AT_ONCE if write_fields(row, values) or other_parts else Saved.UNCHANGED
        at_once = write_fields(row, _counting_at_once(values)) or other_parts
        proposed = propose_space_fields(venue=locked, space=row, values=values, by=by, now=now)
        if proposed is Saved.UNCHANGED and at_once:
            return Saved.AT_ONCE
        return proposed


def _counting_at_once(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in values if name not in SENSITIVE_SPACE_FIELDS}


def remove_space(*, space: Space, by: User, now: datetime) -> Saved:
    """Removes a space, at once also from a live listing, which keeps at least one.

    Nothing happens where it is gone already. Raises BreaksListing for the last one, PartOfAnother
    where another is made of it, and what receivers of `space_removing` do where it has bookings.
    """
    with changing(space.venue) as locked:
        row = locked.spaces.filter(pk=space.pk).first()
        if row is None:
            return Saved.UNCHANGED
        require_part_of_nothing(row)
        space_removing.send(sender=Space, space_id=row.pk)
        forget_space(venue=locked, space_id=row.pk, by=by, now=now)
        row.delete()
        number_spaces(locked)
        return Saved.AT_ONCE


def _require_parts(venue: Venue, details: SpaceDetails, space: Space | None = None) -> None:
    require_parts_possible(
        venue, name=details.name, units=details.units, part_ids=details.parts, space=space
    )


def _require_room(venue: Venue) -> None:
    edit = venue.edits.pending().first()
    waiting = edit.changes.get("new_spaces", []) if edit else []
    if venue.spaces.count() + len(waiting) >= MAXIMUM_SPACES:
        raise TooManySpaces


def _require_complete(venue: Venue, details: SpaceDetails) -> None:
    """A space of a live listing can be booked from its first moment."""
    require_no_contact_details({"name": details.name, "description": details.description})
    if details.hourly_rate_minor is None:
        raise BreaksListing(_("A space of a published listing needs an hourly price."))
    if details.minimum_minutes > longest_open_minutes(venue.opening_hours.all()):
        raise BreaksListing(_("The shortest booking has no room in the opening hours."))
