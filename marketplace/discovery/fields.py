"""A column that PostgreSQL has and Django does not: a set of whole-number ranges."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

WEEK_MINUTES = 7 * 24 * 60


class MinutesOfWeekField(models.Field[Any, Any]):
    """Minutes of a week as `int4multirange`; PostgreSQL joins stretches that touch.

    Assigned and read as a list of `(start, end)` pairs, half-open.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002
        """The column's type in PostgreSQL."""
        return "int4multirange"

    def get_prep_value(self, value: Any) -> Multirange[int] | None:
        """Turn pairs into what psycopg sends."""
        if value is None or isinstance(value, Multirange):
            return value
        return multirange(value)

    def from_db_value(self, value: Any, *_args: Any) -> list[tuple[int, int]] | None:
        """Turn what psycopg received into pairs."""
        if value is None:
            return None
        return [(piece.lower, piece.upper) for piece in value]


def multirange(pairs: Iterable[tuple[int, int]]) -> Multirange[int]:
    """The PostgreSQL value of half-open pairs."""
    return Multirange([Range(start, end, "[)") for start, end in pairs])


@MinutesOfWeekField.register_lookup
class ContainsMinutes(models.Lookup[Any]):
    """`open_week__covers=(start, end)`: open from start to end without a gap (minutes)."""

    lookup_name = "covers"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: tuple[int, int], connection: Any) -> tuple[str, list[Any]]:  # noqa: ARG002
        """Send the asked stretch as one range."""
        return "%s", [Range(value[0], value[1], "[)")]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column @> range`."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} @> {right}::int4range", (*left_params, *right_params)
