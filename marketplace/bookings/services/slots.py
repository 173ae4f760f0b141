"""Taking time: the only place that writes occupancies.

Everybody who takes time does it in the same steps, inside one transaction: lock the rows of the
leaf spaces in the order of their ids, expire holds in the way that have run out, ask the same
calendar that pages show, write the rows. Behind the lock stands the exclusion constraint; losing
a race to it, or a deadlock, is JustTaken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import DatabaseError, IntegrityError, OperationalError, transaction

from marketplace.bookings.availability import Calendar, Unit, around
from marketplace.bookings.enums import OccupancyKind
from marketplace.bookings.models import Block, Booking, Occupancy
from marketplace.bookings.selectors import load_calendar
from marketplace.bookings.services.expiring import expire_hold
from marketplace.core.period import Period
from marketplace.venues.models import Space

_EXCLUSION_VIOLATION: Final = "23P01"
_DEADLOCK_DETECTED: Final = "40P01"
_CONSTRAINT: Final = "occupancy_never_overlaps"


class JustTaken(Exception):
    """The time is taken. Never leaves this room's services: they say it in their own way."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of time on a space, and what is around it, read under the lock."""

    space: Space
    calendar: Calendar
    period: Period

    def units(self) -> tuple[Unit, ...]:
        """The best-fitting free unit of each leaf space. Raises JustTaken."""
        units = self.calendar.units_for(self.period)
        if units is None:
            raise JustTaken
        return units


def leaf_ids(space: Space) -> tuple[int, ...]:
    """The spaces on which its time is taken: its parts, or itself; by id."""
    parts = Space.parts.through.objects.filter(from_space=space.pk)
    return tuple(parts.order_by("to_space").values_list("to_space", flat=True)) or (space.pk,)


def lock_spaces(space_ids: Iterable[int]) -> None:
    """Holds the rows of these spaces, in the order of their ids, until the end of the transaction.

    Others can still read them and point to them (`FOR NO KEY UPDATE`).
    """
    spaces = Space.objects.filter(pk__in=list(space_ids)).order_by("pk")
    list(spaces.select_for_update(no_key=True).values_list("pk"))


def open_slot(
    *,
    space_id: int,
    locked: Sequence[int],
    period: Period,
    now: datetime,
    buffers: tuple[int, int] | None = None,
) -> Slot:
    """Reads the space again and what is taken around the period; the caller holds the lock.

    Holds in the way that ran out are expired; those that somebody else is just settling count as
    taken. `buffers` (minutes before and after) are given where a booking brings its own. Raises
    JustTaken where the parts of the space changed before the lock was there.
    """
    space = Space.objects.select_related("venue").get(pk=space_id)
    if buffers:
        space.buffer_before_minutes, space.buffer_after_minutes = buffers
    calendar = load_calendar(space, window=period, now=now)
    if {leaf for leaf, _units in calendar.rules.leaves} != set(locked):
        raise JustTaken
    during = calendar.rules.padded(period)
    if not any(run_out.overlaps(during) for run_out in calendar.run_out):
        return Slot(space, calendar, period)
    stuck = _expire_in_the_way(locked, during, now)
    return Slot(space, _with_rows(calendar, stuck), period)


def _expire_in_the_way(space_ids: Sequence[int], during: Period, now: datetime) -> list[Occupancy]:
    """Expires what can be expired; the rows that stay."""
    in_the_way = Occupancy.objects.on(space_ids).overlapping(during).run_out(now)
    booking_ids = set(in_the_way.values_list("booking", flat=True))
    for booking in Booking.objects.run_out(now).filter(pk__in=booking_ids).locked_if_free():
        expire_hold(booking, now)
    return list(in_the_way)


def _with_rows(calendar: Calendar, rows: Sequence[Occupancy]) -> Calendar:
    """The calendar with these rows taken as well."""
    if not rows:
        return calendar
    taken: dict[Unit, list[Period]] = defaultdict(list)
    for unit, periods in calendar.taken.items():
        taken[unit] += periods
    for row in rows:
        taken[row.space_id, row.unit].append(Period(row.during.lower, row.during.upper))
    return replace(calendar, taken={unit: sorted(periods) for unit, periods in taken.items()})


def take_for_booking(
    *,
    booking: Booking,
    units: Iterable[Unit],
    kind: OccupancyKind,
    expires_at: datetime | None = None,
) -> None:
    """Writes the booking's rows, with its buffers. Call inside `taking`."""
    _write(
        Occupancy(
            space_id=space_id,
            unit=unit,
            during=booking.padded_period.to_range(),
            kind=kind,
            booking=booking,
            expires_at=expires_at,
        )
        for space_id, unit in units
    )


def take_for_block(*, block: Block, units: Iterable[Unit]) -> None:
    """Writes the block's rows, without buffers. Call inside `taking`."""
    _write(
        Occupancy(
            space_id=space_id,
            unit=unit,
            during=block.period.to_range(),
            kind=OccupancyKind.BLOCK,
            block=block,
        )
        for space_id, unit in units
    )


def _write(rows: Iterable[Occupancy]) -> None:
    Occupancy.objects.bulk_create(sorted(rows, key=lambda row: (row.space_id, row.unit)))


@contextmanager
def taking() -> Iterator[None]:
    """A savepoint for writing rows; a race lost to the constraint inside it raises JustTaken."""
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, OperationalError) as error:
        if _is_lost_race(error):
            raise JustTaken from error
        raise


def _is_lost_race(error: DatabaseError) -> bool:
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    if state == _EXCLUSION_VIOLATION:
        return getattr(getattr(cause, "diag", None), "constraint_name", "") == _CONSTRAINT
    return state == _DEADLOCK_DETECTED


def nearest_free(*, space: Space, period: Period, now: datetime) -> tuple[Period, ...]:
    """Free times of the same length around the period, for somebody who came too late."""
    return load_calendar(space, window=around(period), now=now).nearest(period)
