"""What tells whether a page about a venue would still come out the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection

# Buffers reach back: what has just ended may still stand in the way of what begins soon.
_MARGIN: Final = timedelta(days=2)


class VenueStamp(NamedTuple):
    """The listing by its version, and its calendar by what is taken from now on.

    `taken` mixes every unit of every space with its stretch of time: any hold, booking or block
    that comes, goes or runs out makes another number of it.
    """

    venue_id: int
    status: str
    version: int
    rows: int
    taken: int


# Written out, for it is asked on every view of a page: composing it took longer than its answer.
_QUESTION: Final = """
    SELECT venue.id, venue.status, venue.version, calendar.rows, calendar.taken
    FROM venues_venue venue CROSS JOIN LATERAL (
        SELECT
            count(*) AS rows,
            coalesce(bit_xor(hash_range_extended(it.during, it.space_id * 65536 + it.unit)), 0)
                AS taken
        FROM venues_space space JOIN bookings_occupancy it ON it.space_id = space.id
        WHERE space.venue_id = venue.id
            AND it.during && tstzrange(%(since)s, NULL)
            AND (it.expires_at IS NULL OR it.expires_at > %(now)s)
    ) calendar
    WHERE venue.slug = %(slug)s
"""


def venue_stamp(slug: str, *, now: datetime) -> VenueStamp | None:
    """The stamp of the venue of this slug at this moment; None where there is none. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, {"slug": slug, "now": now, "since": now - _MARGIN})
        row = cursor.fetchone()
    return VenueStamp(*row) if row else None
