"""A larger market: every venue of the demo, copied so many times over, by SQL alone."""

from __future__ import annotations

import psycopg
from psycopg import sql

# A copy's numbers lie so far from the original's.
STRIDE = 1_000_000

# What is copied, in the order of what refers to what, and which columns change. The rest of the
# columns are as they are: photographs are the same files.
SHIFTED = {
    "venues_venue": ("id",),
    "venues_space": ("id", "venue_id"),
    "venues_openinghours": ("id", "venue_id"),
    "venues_venuephoto": ("id", "venue_id"),
    "venues_venue_amenities": ("id", "venue_id"),
    "venues_membership": ("id", "venue_id"),
    "discovery_searchentry": ("space_id", "venue_id"),
}


def grow(url: str, *, times: int) -> int:
    """Adds `times` copies of each venue, searchable at once. Returns how many venues there are."""
    with psycopg.connect(url) as connection:
        for table, shifted in SHIFTED.items():
            connection.execute(_copy(connection, table, shifted), [times])
        row = connection.execute("SELECT count(*) FROM venues_venue").fetchone()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return int(row[0]) if row else 0


def _copy(connection: psycopg.Connection, table: str, shifted: tuple[str, ...]) -> sql.Composed:
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER' "
            "ORDER BY ordinal_position",
            [table],
        )
    ]
    values = [_value(table, column, shifted) for column in columns]
    return sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} old, "
        "generate_series(1, %s) AS copy"
    ).format(
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        values=sql.SQL(", ").join(values),
    )


def _value(table: str, column: str, shifted: tuple[str, ...]) -> sql.Composed:
    name = sql.Identifier("old", column)
    if column in shifted:
        return sql.SQL("{} + copy * {}").format(name, sql.Literal(STRIDE))
    if (table, column) == ("venues_venue", "slug"):
        return sql.SQL("left({}, 60) || '-' || copy").format(name)
    return sql.SQL("{}").format(name)
