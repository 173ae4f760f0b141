"""The time that a search asks for, told to the database.

A search says what the clocks on the walls show; each time zone has its own instants for that. They
are worked out here, by the same reading of clocks as the calendar's (`bookings.opening`), and
compared in SQL with the terms of each space and with what is taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F

from marketplace.bookings.models import Occupancy
from marketplace.bookings.opening import clocks_of_day, instant_at, local_date, to_instant
from marketplace.discovery.week import day_start
from marketplace.venues.week import MINUTES_A_DAY

# Every grid is made of these.
_STEP_MINUTES: Final = 15
_EPOCH: Final = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class AskedStart:
    """A start in one time zone. Lengths are None where each space's shortest booking is meant.

    `minute` is that of the week's line (`discovery.week`). `wall_minutes` is how much further the
    clock on the wall is at the end, `minutes` the time that passes: they differ on two nights.
    """

    zone: str
    minute: int
    starts_at: dt.datetime
    days_ahead: int
    wall_minutes: int | None = None
    minutes: int | None = None

    def for_shortest(self) -> AskedStart:
        """The same start, for the shortest booking of each space."""
        return replace(self, wall_minutes=None, minutes=None)


def starts_of_hours(
    *, day: dt.date, starts: int, wall_minutes: int, zones: Iterable[str], now: dt.datetime
) -> Iterator[AskedStart]:
    """One in each zone, but where the clocks leave that time out."""
    for name in zones:
        zone = ZoneInfo(name)
        starts_at = instant_at(zone, day, starts)
        minutes = instant_at(zone, day, starts + wall_minutes) - starts_at
        wall = starts_at.astimezone(zone)
        if wall.hour * 60 + wall.minute == starts and minutes:
            yield AskedStart(
                zone=name,
                minute=day_start(day) + starts,
                starts_at=starts_at,
                days_ahead=_days_ahead(zone, day, now),
                wall_minutes=wall_minutes,
                minutes=int(minutes.total_seconds()) // 60,
            )


def starts_of_day(*, day: dt.date, zones: Iterable[str], now: dt.datetime) -> Iterator[AskedStart]:
    """Every start on the finest grid of that day, in each zone.

    Opening hours are then compared by the wall; on the two days when clocks change, what begins
    in the hour of the change is judged as on any other day.
    """
    midnight = (day - _EPOCH).days * MINUTES_A_DAY
    for name in zones:
        zone = ZoneInfo(name)
        ahead = _days_ahead(zone, day, now)
        for begins, ends, offset in clocks_of_day(zone, day):
            for second in range(begins, ends, _STEP_MINUTES * 60):
                starts_at = to_instant(second)
                if starts_at >= now:
                    minute = day_start(day) + (second + offset) // 60 - midnight
                    yield AskedStart(name, minute, starts_at, ahead)


def _days_ahead(zone: ZoneInfo, day: dt.date, now: dt.datetime) -> int:
    return (day - local_date(zone, int(now.timestamp()))).days


_SLOT: Final = """tstzrange(
    asked.starts_at - %(buffer_before_minutes)s * interval '1 minute',
    asked.starts_at + (booking.minutes + %(buffer_after_minutes)s) * interval '1 minute'
)"""
_COUNTS: Final = "(taken.expires_at IS NULL OR taken.expires_at > %%s::timestamptz)"
# Free is what has, on each leaf, a unit with nothing in it.
_HAS_UNITS: Final = f"""NOT EXISTS (
    SELECT FROM unnest(%(leaf_ids)s, %(leaf_units)s) AS leaf (id, units)
    WHERE leaf.units <= (
        SELECT count(DISTINCT taken.unit) FROM %(occupancy)s AS taken
        WHERE taken.space_id = leaf.id AND taken.unit <= leaf.units
        AND taken.during && {_SLOT} AND {_COUNTS}
    )
)"""  # noqa: S608 -- made of constants
# All that is taken around a day, read once for its many starts; tells of single units alone.
_BUSY: Final = f"""LATERAL (
    SELECT coalesce(range_agg(taken.during), '{{}}'::tstzmultirange) AS times
    FROM unnest(%(leaf_ids)s) AS leaf (id)
    JOIN %(occupancy)s AS taken ON taken.space_id = leaf.id AND taken.unit = 1
    AND taken.during && tstzrange(%%s::timestamptz, %%s::timestamptz) AND {_COUNTS}
) AS busy,"""  # noqa: S608 -- made of constants
_IS_FREE_THAT_DAY: Final = f"""CASE WHEN 1 = ALL (%(leaf_units)s)
    THEN NOT busy.times && {_SLOT} ELSE {_HAS_UNITS} END"""
_QUESTION: Final = """EXISTS (
    SELECT FROM {busy}
    unnest(%%s::text[], %%s::int[], %%s::timestamptz[], %%s::int[], %%s::int[], %%s::int[])
        AS asked (zone, minute, starts_at, days_ahead, wall_minutes, minutes),
    LATERAL (SELECT coalesce(asked.minutes, %(minimum_minutes)s) AS minutes) AS booking
    WHERE asked.zone = %(time_zone)s
    AND asked.days_ahead <= %(horizon_days)s
    AND asked.minute %%%% %(granularity_minutes)s = 0
    AND booking.minutes %%%% %(granularity_minutes)s = 0
    AND booking.minutes BETWEEN %(minimum_minutes)s AND %(longest_minutes)s
    AND asked.starts_at >= %%s::timestamptz + %(lead_hours)s * interval '1 hour'
    AND %(open_week)s @> int4range(
        asked.minute, asked.minute + coalesce(asked.wall_minutes, booking.minutes)
    )
    AND {is_free}
)"""
# A slot reaches no further from its start: a buffer of a day, a shortest booking of one.
_REACH: Final = dt.timedelta(days=2)


class CanBeBooked(models.Func):
    """Whether a space can be booked from one of these starts: what `Calendar.refusal` says, in SQL.

    A space is free when each of its leaves has a unit with nothing in it from buffer to buffer;
    holds that ran out count for nothing. What is taken is counted leaf by leaf, which keeps the
    planner on the index of the constraint that guards it (space, unit, time); written as an
    anti-join it may read that index by time alone.
    """

    output_field = models.BooleanField()
    conditional = True
    _COLUMNS: Final = (
        "minimum_minutes",
        "longest_minutes",
        "time_zone",
        "horizon_days",
        "granularity_minutes",
        "lead_hours",
        "open_week",
        "leaf_ids",
        "leaf_units",
        "buffer_before_minutes",
        "buffer_after_minutes",
    )

    def __init__(self, *columns: Any, starts: Iterable[AskedStart], now: dt.datetime) -> None:
        super().__init__(*(columns or map(F, self._COLUMNS)))
        self.starts, self.now = tuple(starts), now

    def as_sql(
        self, compiler: Any, connection: Any, *_args: Any, **_kwargs: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """The columns are names alone; all that was asked goes as parameters."""
        compiled = [compiler.compile(part)[0] for part in self.get_source_expressions()]
        names = dict(zip(self._COLUMNS, compiled, strict=True))
        names["occupancy"] = connection.ops.quote_name(Occupancy._meta.db_table)
        instants = [start.starts_at for start in self.starts]
        asked = (
            [start.zone for start in self.starts],
            [start.minute for start in self.starts],
            instants,
            [start.days_ahead for start in self.starts],
            [start.wall_minutes for start in self.starts],
            [start.minutes for start in self.starts],
        )
        # With one start a zone there is nothing to read once for many.
        if len(set(asked[0])) == len(instants):
            question = _QUESTION.format(busy="", is_free=_HAS_UNITS)
            return question % names, (*asked, self.now, self.now)
        question = _QUESTION.format(busy=_BUSY, is_free=_IS_FREE_THAT_DAY)
        around = (min(instants) - _REACH, max(instants) + _REACH)
        return question % names, (*around, self.now, *asked, self.now, self.now)
