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
    "venues_space_parts": ("id", "from_space_id", "to_space_id"),
    "venues_openinghours": ("id", "venue_id"),
    "venues_venuephoto": ("id", "venue_id"),
    "venues_venue_amenities": ("id", "venue_id"),
    "venues_membership": ("id", "venue_id"),
    "discovery_searchentry": ("space_id", "venue_id", "leaf_ids"),
}

# Blocks of an owner: two hours of every other day, from ten days ahead on, where they are free, on
# each space that is not made of others.
FILL = """
    WITH leaf AS (
        SELECT space.id, member.user_id
        FROM venues_space space
        JOIN venues_membership member ON member.venue_id = space.venue_id AND member.role = 'owner'
        WHERE NOT EXISTS (SELECT FROM venues_space_parts WHERE from_space_id = space.id)
            AND NOT EXISTS (
                SELECT FROM bookings_occupancy WHERE space_id = space.id AND kind = 'block'
            )
    ), block AS (
        INSERT INTO bookings_block
            (space_id, units, starts_at, ends_at, note, created_at, created_by_id)
        SELECT leaf.id, 1, day, day + interval '2 hours', '', now(), leaf.user_id
        FROM leaf, generate_series(
            date_trunc('day', now()) + interval '10 days 12 hours',
            date_trunc('day', now()) + interval '90 days',
            interval '2 days'
        ) day
        WHERE NOT EXISTS (
            SELECT FROM bookings_occupancy
            WHERE space_id = leaf.id AND unit = 1
                AND during && tstzrange(day, day + interval '2 hours')
        )
        RETURNING id, space_id, starts_at, ends_at
    )
    INSERT INTO bookings_occupancy (space_id, unit, during, kind, block_id)
    SELECT space_id, 1, tstzrange(starts_at, ends_at), 'block', id FROM block
"""


def occupy(url: str) -> int:
    """Blocks time in every space that has none. Returns how many rows that made."""
    with psycopg.connect(url) as connection:
        made = connection.execute(FILL).rowcount
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return made


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
    if column == "leaf_ids":
        return sql.SQL("(SELECT array_agg(leaf + copy * {}) FROM unnest({}) leaf)").format(
            sql.Literal(STRIDE), name
        )
    if column in shifted:
        return sql.SQL("{} + copy * {}").format(name, sql.Literal(STRIDE))
    if (table, column) == ("venues_venue", "slug"):
        return sql.SQL("left({}, 60) || '-' || copy").format(name)
    return sql.SQL("{}").format(name)
