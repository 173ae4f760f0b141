"""A stretch of time. Half-open, so that one may begin where another ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

_NONE = timedelta(0)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`[start, end)` between two instants.

    Kept in UTC: Python compares and subtracts two times of one zone by the clock on the wall,
    which is an hour wrong on the night when clocks change.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for name in ("start", "end"):
            value: datetime = getattr(self, name)
            if value.utcoffset() is None:
                raise ValueError("a period needs times with a zone")
            object.__setattr__(self, name, value.astimezone(UTC))
        if self.start >= self.end:
            raise ValueError("a period ends after it starts")

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: Period) -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: Period | datetime) -> bool:
        if isinstance(other, Period):
            return self.start <= other.start and other.end <= self.end
        return self.start <= other < self.end

    def intersection(self, other: Period) -> Period | None:
        if not self.overlaps(other):
            return None
        return Period(max(self.start, other.start), min(self.end, other.end))

    def padded(self, *, before: timedelta = _NONE, after: timedelta = _NONE) -> Period:
        """The period with buffers around it. Buffers are never negative."""
        if before < _NONE or after < _NONE:
            raise ValueError("a buffer is never negative")
        return Period(self.start - before, self.end + after)

    def to_range(self) -> DateTimeTZRange:
        """As a PostgreSQL `tstzrange`."""
        return DateTimeTZRange(self.start, self.end, "[)")
