"""A column that PostgreSQL has and Django does not: a set of whole-number ranges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

type _Pairs = list[tuple[int, int]]


class MinutesOfWeekField(models.Field[_Pairs, _Pairs]):
    """Minutes of a week as `int4multirange`; PostgreSQL joins stretches that touch.

    Assigned and read as a list of `(start, end)` pairs, half-open.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
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

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, Any]:
        """Send the asked stretch as one range."""
        start, end = value
        return "%s", [Range(start, end, "[)")]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`column @> range`."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} @> {right}::int4range", (*left_params, *right_params)


class StartsWithin(models.Func):
    """Whether a stretch of some length can start between two minutes (the second left out).

    `StartsWithin(F("open_week"), F("minimum_minutes"), start, end)`.
    """

    output_field = models.BooleanField()
    conditional = True

    def as_sql(
        self, compiler: Any, connection: Any, *_args: Any, **_kwargs: Any
    ) -> tuple[str, Any]:
        """The stretches as rows, each compared."""
        parts = [compiler.compile(part) for part in self.get_source_expressions()]
        (week, week_params), (length, length_params), (start, start_params), (end, end_params) = (
            parts
        )
        sql = (  # only compiled parts and their placeholders
            f"EXISTS (SELECT 1 FROM unnest({week}) AS stretch"  # noqa: S608
            f" WHERE lower(stretch) < {end}"
            f" AND upper(stretch) - greatest(lower(stretch), {start}) >= {length})"
        )
        return sql, (*week_params, *end_params, *start_params, *length_params)
