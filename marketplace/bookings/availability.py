"""What is free, and why something is not: one answer for pages, search and writes (promise P2).

Pure: it knows a space's rules, what is taken, and what time it is, and reads nothing. Periods are
half-open, lengths are real time that passes (not what the wall shows), starts are on the grid of
the venue's own clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Final, Literal
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.bookings.opening import (
    Hours,
    clocks_of_day,
    local_date,
    open_spans,
    seconds_at,
    to_instant,
)
from marketplace.bookings.spans import Span, common, gaps, joined
from marketplace.core.period import Period

# A leaf's unit: the id of a space without parts, and which of its units, from 1.
type Unit = tuple[int, int]
type DayState = Literal["free", "partly", "taken", "closed", "past"]

_DAY: Final = timedelta(days=1)
_MINUTE: Final = 60
_SECONDS_A_DAY: Final = 86_400
_EVER: Final[Span] = (-(10**12), 10**12)
# One booking is no longer than this: more is a lease, and one hold could take a year.
LONGEST: Final = timedelta(days=7)
# How far around a time others are looked for.
NEAREST_DAYS: Final = 14


class Refusal(models.TextChoices):
    """Why a time cannot be booked, as a sentence."""

    NOT_PUBLISHED = "not_published", _("This venue takes no bookings at the moment.")
    NO_RATE = "no_rate", _("This space has no price yet.")
    TOO_MANY_GUESTS = "too_many_guests", _("This space has no room for so many guests.")
    PAST = "past", _("This time is over.")
    OFF_GRID = "off_grid", _("Bookings here start at other minutes and last another length.")
    TOO_SHORT = "too_short", _("This is shorter than the shortest booking here.")
    TOO_LONG = "too_long", _("One booking lasts at most seven days.")
    CLOSED = "closed", _("The venue is not open for all of this time.")
    TOO_SOON = "too_soon", _("This starts too soon to be booked.")
    TOO_FAR = "too_far", _("This is too far ahead to be booked.")
    TAKEN = "taken", _("This time is taken.")
    TOO_DEAR = (
        "too_dear",
        _("This costs more than one payment can be. Choose a shorter time, or write to us."),
    )
    TOO_CHEAP = "too_cheap", _("This space costs less than one payment can be. Please write to us.")


@dataclass(frozen=True, slots=True)
class SpaceRules:
    """What a space can be booked under. `leaves` are the spaces that it takes, with their units.

    `hours` are `(weekday, opens, closes)` of the venue's week. `refused` is why nothing can be
    booked at all, if so; `payable_minutes` is the longest booking whose price one payment can be.
    """

    time_zone: str
    hours: tuple[Hours, ...]
    minimum_minutes: int
    granularity_minutes: int
    buffer_before: timedelta
    buffer_after: timedelta
    lead: timedelta
    instant: timedelta
    horizon_days: int
    asks_first: bool
    capacity: int
    leaves: tuple[Unit, ...]
    refused: Refusal | None = None
    payable_minutes: int = LONGEST // timedelta(minutes=1)

    @property
    def zone(self) -> ZoneInfo:
        """The venue's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def step(self) -> int:
        """The grid, in seconds."""
        return self.granularity_minutes * _MINUTE

    @property
    def shortest(self) -> int:
        """The shortest booking that can be made, in seconds: the minimum, on the grid."""
        return -(-self.minimum_minutes // self.granularity_minutes) * self.step

    @property
    def longest(self) -> int:
        """The longest booking that can be made and paid at once, in seconds."""
        return min(self.payable_minutes * _MINUTE, int(LONGEST.total_seconds()))

    def padded(self, period: Period) -> Period:
        """The period with the space's buffers: what a booking of it takes."""
        return period.padded(before=self.buffer_before, after=self.buffer_after)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar.

    "free": a shortest booking can start whenever the rules let one start; "partly": at some of
    those times; "taken": at none. "closed": the rules let none start. "past": none any more.
    """

    date: date
    state: DayState


@dataclass(frozen=True)
class Calendar:
    """The times at which one space can be booked, as known at `now`.

    `taken` holds periods (buffers included) in order. They were read for `known`: what reaches
    beyond it counts as taken, for nobody is promised what was not looked at. `run_out` are the
    periods of holds past their time: they count for nothing, and whoever takes time ends them.
    """

    rules: SpaceRules
    taken: Mapping[Unit, Sequence[Period]]
    now: datetime
    known: Period | None = field(default=None)
    run_out: Sequence[Period] = ()

    def refusal(self, period: Period, *, guests: int = 1) -> Refusal | None:
        """Why exactly this cannot be booked now; None where it can."""
        if self.rules.refused is not None:
            return self.rules.refused
        if guests > self.rules.capacity:
            return Refusal.TOO_MANY_GUESTS
        return next(self._broken_rules(period), None)

    def units_for(self, period: Period) -> tuple[Unit, ...] | None:
        """A free unit of each leaf for the period and its buffers; None where one has none.

        Rules are not asked. The unit is the one whose free time around the period is the
        shortest, so that long free times stay whole; among equals, the lowest number.
        """
        start, end = self._padded(_span(period))
        if start < self._known[0] or end > self._known[1]:
            return None
        found = tuple(self._best_unit(leaf, start, end) for leaf in self.rules.leaves)
        return None if None in found else tuple(unit for unit in found if unit)

    def needs_approval(self, period: Period) -> bool:
        """Whether the owner is asked first: always, or because the start is near."""
        return self.rules.asks_first or period.start < self.now + self.rules.instant

    def starts(self, day: date) -> tuple[datetime, ...]:
        """When a shortest booking can start on this day of the venue, as times of UTC."""
        return self._starts(day, self.rules.shortest)

    def ends(self, start: datetime, *, most: timedelta = _DAY) -> tuple[datetime, ...]:
        """When a booking from `start` can end, as times of UTC; within a day unless asked."""
        rules = self.rules
        shortest = Period(start, start + timedelta(seconds=rules.shortest))
        if self.refusal(shortest) is not None:
            return ()
        begins, longest = _span(shortest)[0], min(int(most.total_seconds()), rules.longest)
        last = min(
            begins + longest,
            self._open_until(begins, longest),
            self._free_until(begins) - self._after,
        )
        return tuple(
            to_instant(end) for end in range(begins + rules.shortest, last + 1, rules.step)
        )

    def days(self, first: date, last: date) -> list[Day]:
        """The state of each day from the first to the last."""
        zone, length = self._zone, self.rules.shortest
        by_hours = self._open_starts(first, last, length)
        by_rules = common(by_hours, [self._allowed])
        free = common(by_rules, self._free_starts(length))
        today = local_date(zone, int(self.now.timestamp()))
        return [
            Day(day, self._state(day, today, by_hours, by_rules, free))
            for day in _days(first, last)
        ]

    def nearest(self, period: Period, *, count: int = 3) -> tuple[Period, ...]:
        """Free periods near this one, of its length: on the grid, and no shorter than is booked.

        First those of the same day, the nearest before and the nearest after; then, day by day
        around it, the one nearest to the same time on the clock.
        """
        step = self.rules.step
        length = max(self.rules.shortest, ceil(period.duration.total_seconds() / step) * step)
        if length > self.rules.longest:
            return ()
        found: list[datetime] = []
        for day, wanted in self._days_around(period):
            starts = self._starts(day, length)
            near = sorted(starts, key=lambda start: (abs(start - wanted), start))
            if wanted == period.start:
                earlier = [start for start in near if start <= wanted][:1]
                later = [start for start in near if start > wanted][:1]
                near = sorted(earlier + later, key=near.index)
            else:
                near = near[:1]
            found += near
            if len(found) >= count:
                break
        lasts = timedelta(seconds=length)
        return tuple(Period(start, start + lasts) for start in found[:count])

    # What the answers are made of. Spans of starts have both their ends in them.

    def _broken_rules(self, period: Period) -> Iterator[Refusal]:
        """What is wrong with this time, what matters most first; that it is taken, last."""
        rules, length = self.rules, period.duration
        start, end = _span(period)
        if period.start < self.now:
            yield Refusal.PAST
        if not self._is_on_grid(period):
            yield Refusal.OFF_GRID
        if length < timedelta(minutes=rules.minimum_minutes):
            yield Refusal.TOO_SHORT
        if length > LONGEST:
            yield Refusal.TOO_LONG
        if length > timedelta(minutes=rules.payable_minutes):
            yield Refusal.TOO_DEAR
        if self._open_until(start, end - start) < end:
            yield Refusal.CLOSED
        earliest, latest = self._allowed
        if start < earliest:
            yield Refusal.TOO_SOON
        if start > latest:
            yield Refusal.TOO_FAR
        if self.units_for(period) is None:
            yield Refusal.TAKEN

    def _is_on_grid(self, period: Period) -> bool:
        wall = period.start.astimezone(self._zone)
        into_day = timedelta(
            hours=wall.hour,
            minutes=wall.minute,
            seconds=wall.second,
            microseconds=wall.microsecond,
        )
        step = timedelta(seconds=self.rules.step)
        return not into_day % step and not period.duration % step

    def _starts(self, day: date, length: int) -> tuple[datetime, ...]:
        allowed = common(self._open_starts(day, day, length), [self._allowed])
        free = common(allowed, self._free_starts(length)) if allowed else []
        return tuple(to_instant(start) for start in self._on_grid(free, day))

    def _on_grid(self, spans: Sequence[Span], day: date) -> Iterator[int]:
        step = self.rules.step
        for begins, ends, offset in clocks_of_day(self._zone, day):
            for start, end in common(spans, [(begins, ends - 1)]):
                on_grid = -(-(start + offset) // step) * step - offset
                yield from range(on_grid, end + 1, step)

    def _count(self, spans: Sequence[Span], day: date) -> int:
        step, found = self.rules.step, 0
        for begins, ends, offset in clocks_of_day(self._zone, day):
            first = max(bisect_right(spans, (begins, -1)) - 1, 0)
            for start, end in spans[first:]:
                if start >= ends:
                    break
                low, high = max(start, begins) + offset, min(end, ends - 1) + offset
                found += max(0, high // step - (low - 1) // step)
        return found

    def _state(
        self,
        day: date,
        today: date,
        by_hours: Sequence[Span],
        by_rules: Sequence[Span],
        free: Sequence[Span],
    ) -> DayState:
        possible = self._count(by_rules, day)
        if possible:
            left = self._count(free, day)
            if left == possible:
                return "free"
            return "partly" if left else "taken"
        is_too_late = self._allowed[0] > clocks_of_day(self._zone, day)[0][0]
        if day < today or (is_too_late and self._count(by_hours, day)):
            return "past"
        return "closed"

    def _open_starts(self, first: date, last: date, length: int) -> list[Span]:
        """Where a booking of that many seconds is within opening hours, if it starts there."""
        if self.rules.refused is not None:
            return []
        until = last + timedelta(days=length // _SECONDS_A_DAY + 2)
        spans = open_spans(self.rules.hours, self._zone, first, until)
        return [(opens, closes - length) for opens, closes in spans if closes - opens >= length]

    def _open_until(self, start: int, longest: int) -> int:
        """When what is open at `start` closes, looking so many seconds ahead; `start` if closed."""
        day = local_date(self._zone, start)
        until = day + timedelta(days=longest // _SECONDS_A_DAY + 2)
        spans = open_spans(self.rules.hours, self._zone, day, until)
        return next((closes for opens, closes in spans if opens <= start < closes), start)

    def _free_starts(self, length: int) -> list[Span]:
        """Where a booking of that many seconds finds a unit of each leaf, if it starts there."""
        before, after = self._before, self._after + length
        free: list[Span] | None = None
        for space_id, units in self.rules.leaves:
            of_leaf: list[Span] = []
            for number in range(1, units + 1):
                spans = self._spans.get((space_id, number), [])
                of_leaf += [
                    (start + before, end - after)
                    for start, end in gaps(spans, self._known)
                    if end - start >= before + after
                ]
            of_leaf = joined(of_leaf)
            free = of_leaf if free is None else common(free, of_leaf)
        return free or []

    def _free_until(self, start: int) -> int:
        """Until when one unit of each leaf stays free, buffers before the start included."""
        padded = start - self._before
        return min(
            max(
                after
                for number in range(1, units + 1)
                for before, after in [self._around((space_id, number), padded)]
                if before <= padded
            )
            for space_id, units in self.rules.leaves
        )

    def _best_unit(self, leaf: Unit, start: int, end: int) -> Unit | None:
        space_id, units = leaf
        best: tuple[int, Unit] | None = None
        for number in range(1, units + 1):
            before, after = self._around((space_id, number), start)
            if before <= start and end <= after and (best is None or after - before < best[0]):
                best = after - before, (space_id, number)
        return best[1] if best else None

    def _around(self, unit: Unit, at: int) -> Span:
        """The end of what was taken before this instant (or goes on), the start of what follows."""
        spans = self._spans.get(unit, [])
        following = bisect_right(spans, (at, -1))
        before = spans[following - 1][1] if following else self._known[0]
        after = spans[following][0] if following < len(spans) else self._known[1]
        return before, after

    def _days_around(self, period: Period) -> Iterator[tuple[date, datetime]]:
        """The period's day, then days ever farther, each with the same time on its clock."""
        zone = self._zone
        wall = period.start.astimezone(zone)
        day, minute = wall.date(), wall.hour * 60 + wall.minute
        yield day, period.start
        for distance in range(1, NEAREST_DAYS + 1):
            for other in (day + distance * _DAY, day - distance * _DAY):
                yield other, to_instant(seconds_at(zone, other, minute))

    def _padded(self, span: Span) -> Span:
        return span[0] - self._before, span[1] + self._after

    @cached_property
    def _zone(self) -> ZoneInfo:
        return self.rules.zone

    @cached_property
    def _before(self) -> int:
        return int(self.rules.buffer_before.total_seconds())

    @cached_property
    def _after(self) -> int:
        return int(self.rules.buffer_after.total_seconds())

    @cached_property
    def _known(self) -> Span:
        return _span(self.known) if self.known else _EVER

    @cached_property
    def _allowed(self) -> Span:
        """The first and the last second at which the rules let a booking start."""
        earliest = ceil((self.now + self.rules.lead).timestamp())
        today = local_date(self._zone, int(self.now.timestamp()))
        after = today + timedelta(days=self.rules.horizon_days + 1)
        return earliest, seconds_at(self._zone, after, 0) - 1

    @cached_property
    def _spans(self) -> dict[Unit, list[Span]]:
        return {unit: [_span(period) for period in periods] for unit, periods in self.taken.items()}


def around(period: Period) -> Period:
    """What must be known so that `Calendar.nearest` looks as far as it can."""
    far = (NEAREST_DAYS + 1) * _DAY
    return period.padded(before=far, after=far)


def _span(period: Period) -> Span:
    """In whole seconds; a part of one is taken whole."""
    return int(period.start.timestamp() // 1), ceil(period.end.timestamp())


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY
