"""A week as one line of minutes, so that "open from then until then" is one comparison.

Minute 0 is Monday 00:00 in the venue's own time. The line is two weeks long: a night that runs
from Sunday into Monday stands at the end of the first week, and once more at its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from marketplace.venues.week import MINUTES_A_DAY, MINUTES_A_WEEK

_LINE_END: Final = 2 * MINUTES_A_WEEK

type Stretch = tuple[int, int]


def day_start(day: date) -> int:
    """The minute at which this day begins on the line, in its first week."""
    return day.weekday() * MINUTES_A_DAY


def open_week(hours: Iterable[tuple[int, int, int]]) -> list[Stretch]:
    """Half-open stretches of the line that `(weekday, opens, closes)` cover, joined and in order.

    Weekdays count from 1, as ISO 8601 does; minutes count from that day's midnight, and `closes`
    may go past 1440. Stretches that touch or overlap become one, as PostgreSQL's multiranges do.
    """
    stretches = sorted(
        (max(start, 0), min(end, _LINE_END))
        for weekday, opens, closes in hours
        for week in (-MINUTES_A_WEEK, 0, MINUTES_A_WEEK)
        for start, end in [
            (
                week + (weekday - 1) * MINUTES_A_DAY + opens,
                week + (weekday - 1) * MINUTES_A_DAY + closes,
            )
        ]
        if end > 0 and start < _LINE_END
    )
    joined: list[Stretch] = []
    for start, end in stretches:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
