"""Arithmetic of opening hours: stretches of a weekday laid out on the minutes of one week.

A week has 10 080 minutes from Monday midnight, in the venue's own time, and closes on itself: what
runs past Sunday midnight goes on on Monday.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

MINUTES_A_DAY: Final = 24 * 60
MINUTES_A_WEEK: Final = 7 * MINUTES_A_DAY


class AnyStretch(Protocol):
    """What both a form's stretch and a stored row look like."""

    @property
    def weekday(self) -> int: ...
    @property
    def opens_minute(self) -> int: ...
    @property
    def closes_minute(self) -> int: ...


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Open on this ISO weekday from `opens_minute` to `closes_minute` (past 1440: the night)."""

    weekday: int
    opens_minute: int
    closes_minute: int


def intervals(stretches: Iterable[AnyStretch]) -> list[tuple[int, int, AnyStretch]]:
    """Half-open minutes of the week, in order; what runs past Sunday is cut in two."""
    found: list[tuple[int, int, AnyStretch]] = []
    for stretch in stretches:
        midnight = (stretch.weekday - 1) * MINUTES_A_DAY
        start, end = midnight + stretch.opens_minute, midnight + stretch.closes_minute
        if end <= MINUTES_A_WEEK:
            found.append((start, end, stretch))
        else:
            found.append((start, MINUTES_A_WEEK, stretch))
            found.append((0, end - MINUTES_A_WEEK, stretch))
    return sorted(found, key=lambda interval: interval[:2])


def overlaps(stretches: Iterable[AnyStretch]) -> Iterator[tuple[AnyStretch, AnyStretch]]:
    """Each pair of neighbours that share a minute, the earlier first."""
    placed = intervals(stretches)
    for (_start, end, one), (next_start, _end, other) in pairwise(placed):
        if next_start < end:
            yield one, other


def longest_open_minutes(stretches: Iterable[AnyStretch]) -> int:
    """The longest time that the venue is open without a break; touching stretches are one."""
    joined: list[list[int]] = []
    for start, end, _stretch in intervals(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    if not joined:
        return 0
    longest = max(end - start for start, end in joined)
    if len(joined) > 1 and joined[0][0] == 0 and joined[-1][1] == MINUTES_A_WEEK:
        longest = max(longest, joined[0][1] + MINUTES_A_WEEK - joined[-1][0])
    return longest
