"""What can be booked, found by walking through five days minute by minute.

Nothing of this is shared with `bookings.availability`: minutes are numbered from the first of the
five days, UTC, and each question is a look at every minute it touches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAYS = 5
MINUTES = DAYS * 24 * 60
MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001 -- what a wall shows has no zone


@cache
def walls(zone: str, first: date) -> tuple[list[datetime], list[int]]:
    """What the wall shows at each minute; and the farthest that it has shown by then.

    The second, in minutes from a Monday, says what is open: where the clocks go back, an hour
    that has passed does not come again.
    """
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    shown = [
        (start + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        for minute in range(-180, MINUTES)
    ]
    farthest = []
    most = shown[0]
    for wall in shown:
        most = max(most, wall)
        farthest.append(int((most - MONDAY).total_seconds()) // 60)
    return shown[180:], farthest[180:]


@dataclass
class World:
    """One space, everything in minutes. `taken` has, for each leaf, each unit's stretches."""

    zone: str
    first: date
    hours: list[tuple[int, int, int]]
    minimum: int
    granularity: int
    before: int
    after: int
    lead: int
    horizon_days: int
    now: int
    taken: list[list[list[tuple[int, int]]]]

    def __post_init__(self) -> None:
        self.wall, farthest = walls(self.zone, self.first)
        week = bytearray(7 * 24 * 60)
        for weekday, opens, closes in self.hours:
            for minute in range((weekday - 1) * 1440 + opens, (weekday - 1) * 1440 + closes):
                week[minute % len(week)] = 1
        self.open = bytes(week[minute % len(week)] for minute in farthest)
        self.busy = [[_busy(stretches) for stretches in units] for units in self.taken]

    def obeys_rules(self, start: int, end: int) -> bool:
        """Whether all but what is taken lets this be booked."""
        if not 0 <= start < end <= MINUTES:
            return False
        today, day = self.wall[self.now].date(), self.wall[start].date()
        return (
            start >= self.now + self.lead
            and (day - today).days <= self.horizon_days
            and self.wall[start].minute % self.granularity == 0
            and (end - start) % self.granularity == 0
            and end - start >= self.minimum
            and 0 not in self.open[start:end]
        )

    def is_free(self, start: int, end: int) -> bool:
        """Whether each leaf has a unit with nothing in it, from buffer to buffer."""
        start, end = start - self.before, end + self.after
        if start < 0 or end > MINUTES:
            return False
        return all(any(1 not in unit[start:end] for unit in leaf) for leaf in self.busy)

    def is_bookable(self, start: int, end: int) -> bool:
        return self.obeys_rules(start, end) and self.is_free(start, end)

    def minutes_of(self, day: date) -> Iterator[int]:
        """The minutes at which the wall shows this day."""
        middle = (day - self.first).days * 1440
        for minute in range(max(0, middle - 1440), min(MINUTES, middle + 2 * 1440)):
            if self.wall[minute].date() == day:
                yield minute

    @property
    def shortest(self) -> int:
        length = self.granularity
        while length < self.minimum:
            length += self.granularity
        return length

    def state(self, day: date) -> str:
        possible = [
            minute
            for minute in self.minutes_of(day)
            if self.obeys_rules(minute, minute + self.shortest)
        ]
        free = [minute for minute in possible if self.is_free(minute, minute + self.shortest)]
        if possible:
            return "free" if free == possible else "partly" if free else "taken"
        if day < self.wall[self.now].date():
            return "past"
        earlier = World(**{name: getattr(self, name) for name in self.__dataclass_fields__})
        earlier.now, earlier.lead, earlier.horizon_days = 0, 0, DAYS + 1
        would_be = [
            minute
            for minute in self.minutes_of(day)
            if earlier.obeys_rules(minute, minute + self.shortest)
        ]
        return "past" if any(minute < self.now + self.lead for minute in would_be) else "closed"


def _busy(stretches: list[tuple[int, int]]) -> bytes:
    minutes = bytearray(MINUTES)
    for start, end in stretches:
        for minute in range(max(start, 0), min(end, MINUTES)):
            minutes[minute] = 1
    return bytes(minutes)
