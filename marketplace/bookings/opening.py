"""When a venue is open: hours of a week on the wall, turned into instants.

On the two nights of a year when clocks change, a time on the wall may not exist, or exist twice.
One that does not exist is the moment at which the clocks jump; one that exists twice is the first.
So a night from 20:00 to 03:00 in Berlin lasts six hours in March and eight in October, stretches
that touch on the wall touch in time, and nothing is open twice.

Instants are seconds since 1970, UTC. Minutes count from midnight of a day and may go past 1440.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from marketplace.bookings.spans import Span, joined
from marketplace.venues.week import MINUTES_A_DAY

_DAY: Final = timedelta(days=1)
_MINUTE: Final = 60

# `(weekday, opens, closes)`: ISO weekday, and minutes from its midnight; `closes` may be past 1440.
type Hours = tuple[int, int, int]
# `(start, end, offset)`: from instant to instant, the wall is ahead of UTC by `offset` seconds.
type Clock = tuple[int, int, int]


def seconds_at(zone: ZoneInfo, day: date, minute: int) -> int:
    """The instant at which the wall shows this minute of this day."""
    midnight, is_plain = _midnight(zone, day)
    if is_plain and minute <= MINUTES_A_DAY:
        return midnight + minute * _MINUTE
    later, minute = divmod(minute, MINUTES_A_DAY)
    day += timedelta(days=later)
    midnight, is_plain = _midnight(zone, day)
    return midnight + minute * _MINUTE if is_plain else _read_wall(zone, day, minute)


def instant_at(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """The same as a time of UTC."""
    return to_instant(seconds_at(zone, day, minute))


def to_instant(seconds: int) -> datetime:
    """Seconds since 1970 as a time of UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def local_date(zone: ZoneInfo, seconds: int) -> date:
    """The day that the wall shows at this instant."""
    return datetime.fromtimestamp(seconds, zone).date()


def open_spans(hours: Iterable[Hours], zone: ZoneInfo, first: date, last: date) -> list[Span]:
    """The stretches that touch these days, whole and joined: `[open, closed)` each.

    A stretch that goes on after the last day, by touching one of the day after, ends with those
    that begin on the last day; ask for a day more than is looked at.
    """
    by_weekday: dict[int, list[tuple[int, int]]] = {}
    for weekday, opens, closes in hours:
        by_weekday.setdefault(weekday, []).append((opens, closes))
    found = []
    day = first - _DAY
    while day <= last:
        for opens, closes in by_weekday.get(day.isoweekday(), ()):
            start, end = seconds_at(zone, day, opens), seconds_at(zone, day, closes)
            if start < end:  # not if all of it is in an hour that is left out
                found.append((start, end))
        day += _DAY
    return joined(found)


@lru_cache(maxsize=8192)
def clocks_of_day(zone: ZoneInfo, day: date) -> tuple[Clock, ...]:
    """The day from its midnight to the next, cut where the clocks change."""
    start, is_plain = _midnight(zone, day)
    end, _ = _midnight(zone, day + _DAY)
    if is_plain:
        return ((start, end, _offset(zone, start)),)
    return tuple(_clocks(zone, start, end))


@lru_cache(maxsize=8192)
def _midnight(zone: ZoneInfo, day: date) -> tuple[int, bool]:
    """The day's first instant, and whether the clocks stand still until the next day's."""
    start, end = (_read_wall(zone, it, 0) for it in (day, day + _DAY))
    is_plain = end - start == MINUTES_A_DAY * _MINUTE and (
        _offset(zone, start) == _offset(zone, start + (end - start) // 2) == _offset(zone, end - 1)
    )
    return start, is_plain


def _clocks(zone: ZoneInfo, start: int, end: int) -> Iterator[Clock]:
    while start < end:
        change = _next_change(zone, start, end)
        yield start, change, _offset(zone, start)
        start = change


def _read_wall(zone: ZoneInfo, day: date, minute: int) -> int:
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
    first = int(wall.timestamp())
    if _offset(zone, first) == _seconds(wall.utcoffset()):
        return first
    # The wall never shows it. Read with the clock of before, it lies after the jump.
    return _next_change(zone, int(wall.replace(fold=1).timestamp()), first)


def _next_change(zone: ZoneInfo, start: int, end: int) -> int:
    """The first instant after `start` at which the wall is ahead by another offset, or `end`."""
    before = _offset(zone, start)
    step = 15 * _MINUTE
    at = start
    while at < end and _offset(zone, min(at + step, end - 1)) == before:
        at += step
    if at >= end:
        return end
    low, high = at, min(at + step, end - 1)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, seconds: int) -> int:
    return _seconds(datetime.fromtimestamp(seconds, zone).utcoffset())


def _seconds(offset: timedelta | None) -> int:
    return int((offset or timedelta()).total_seconds())
