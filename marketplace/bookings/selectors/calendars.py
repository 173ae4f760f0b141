"""Reads the calendars of spaces: their rules, and what is taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import prefetch_related_objects

from marketplace.bookings.availability import Calendar, Refusal, SpaceRules, Unit
from marketplace.bookings.models import Occupancy
from marketplace.core.period import Period
from marketplace.payments.limits import largest_amount, smallest_amount
from marketplace.pricing.quote import longest_minutes, price_for, shortest_minutes
from marketplace.venues.enums import BookingMode
from marketplace.venues.models import Space

# What begins within the window can be looked at for a day, and with the longest buffers.
_MARGIN: Final = timedelta(days=2)


class _Row(NamedTuple):
    """What takes a unit, and until when it does if nobody pays."""

    unit: Unit
    period: Period
    expires_at: datetime | None

    def has_run_out(self, now: datetime) -> bool:
        """Whether it counts for nothing (`OccupancyQuerySet.counting`)."""
        return self.expires_at is not None and self.expires_at <= now


def load_calendar(space: Space, *, window: Period, now: datetime) -> Calendar:
    """The calendar of one space for what begins within the window; see `load_calendars`."""
    return load_calendars([space], window=window, now=now)[space.pk]


def load_calendars(
    spaces: Iterable[Space], *, window: Period, now: datetime
) -> dict[int, Calendar]:
    """The calendars of these spaces, by their ids. Holds that ran out count for nothing.

    Takes one query for what is taken, and at most three for venues, hours and parts, less what is
    loaded already, however many spaces there are.
    """
    spaces = list(spaces)
    prefetch_related_objects(spaces, "parts", "venue__opening_hours")
    rules = {space.pk: rules_of(space) for space in spaces}
    known = window.padded(before=_MARGIN, after=_MARGIN)
    leaves = {leaf for rule in rules.values() for leaf, _units in rule.leaves}
    taken: dict[Unit, list[Period]] = {}
    run_out: dict[int, list[Period]] = {}
    for row in _read(leaves, known):
        if row.has_run_out(now):
            run_out.setdefault(row.unit[0], []).append(row.period)
        else:
            taken.setdefault(row.unit, []).append(row.period)
    return {
        space_id: Calendar(
            rules=rule,
            taken={unit: taken[unit] for unit in _units(rule) if unit in taken},
            now=now,
            known=known,
            run_out=[it for leaf, _units in rule.leaves for it in run_out.get(leaf, ())],
        )
        for space_id, rule in rules.items()
    }


def rules_of(space: Space) -> SpaceRules:
    """What this space can be booked under; takes no query where all is prefetched."""
    venue = space.venue
    return SpaceRules(
        time_zone=venue.time_zone,
        hours=tuple(
            (stretch.weekday, stretch.opens_minute, stretch.closes_minute)
            for stretch in venue.opening_hours.all()
        ),
        minimum_minutes=space.minimum_minutes,
        granularity_minutes=space.granularity_minutes,
        buffer_before=timedelta(minutes=space.buffer_before_minutes),
        buffer_after=timedelta(minutes=space.buffer_after_minutes),
        lead=timedelta(hours=space.lead_hours),
        instant=timedelta(hours=space.instant_hours),
        horizon_days=space.horizon_days,
        asks_first=space.booking_mode == BookingMode.REQUEST,
        capacity=space.capacity,
        leaves=leaves_of(space),
        refused=_refused(space),
        payable_minutes=payable_minutes(space),
    )


def payable_minutes(space: Space) -> int:
    """The longest booking that one payment can be for; 0 where there is none."""
    if _not_payable(space) is not None:
        return 0
    return longest_minutes(space, at_most=largest_amount(space.venue.currency))


def leaves_of(space: Space) -> tuple[Unit, ...]:
    """The spaces that a booking takes a unit of, by id, with their units: its parts, or itself."""
    parts = sorted((part.pk, part.units) for part in space.parts.all())
    return tuple(parts) or ((space.pk, space.units),)


def _refused(space: Space) -> Refusal | None:
    return _not_payable(space) if space.venue.is_published else Refusal.NOT_PUBLISHED


def _not_payable(space: Space) -> Refusal | None:
    """Why nothing of the space can be paid for, not even its shortest booking, if so."""
    if space.hourly_rate_minor is None:
        return Refusal.NO_RATE
    shortest = price_for(space=space, minutes=shortest_minutes(space))
    if shortest > largest_amount(shortest.currency):
        return Refusal.TOO_DEAR
    return Refusal.TOO_CHEAP if shortest < smallest_amount(shortest.currency) else None


def _units(rules: SpaceRules) -> Sequence[Unit]:
    return [(leaf, number) for leaf, units in rules.leaves for number in range(1, units + 1)]


def _read(leaves: Iterable[int], known: Period) -> list[_Row]:
    """What is taken of these leaves, in order, holds that ran out included."""
    rows = (
        Occupancy.objects.on(leaves)
        .overlapping(known)
        .order_by("during")
        .values_list("space_id", "unit", "during", "expires_at")
    )
    return [
        _Row((space_id, unit), Period(during.lower, during.upper), expires_at)
        for space_id, unit, during, expires_at in rows
    ]
