"""What must hold over every listing, checked by `manage.py verify_integrity`."""

from collections.abc import Iterator

from marketplace.core.integrity import Breach, breaches_by_sql, check
from marketplace.venues.models import Venue
from marketplace.venues.selectors import readiness
from marketplace.venues.week import overlaps

_CHUNK = 200


@check("venues.published_is_complete")
def published_is_complete() -> Iterator[Breach]:
    """A listing that everybody can find has all that publication asks for."""
    venues = Venue.objects.published().with_listing_content().order_by("pk")
    for venue in venues.iterator(chunk_size=_CHUNK):
        missing = sorted(readiness(venue).missing_codes)
        if missing:
            yield Breach(
                "venues.published_is_complete",
                str(venue.pk),
                f"the listing is published without: {', '.join(missing)}",
            )


@check("venues.hours_do_not_overlap")
def hours_do_not_overlap() -> Iterator[Breach]:
    """No two stretches of opening hours of a venue share a minute, nights included."""
    venues = Venue.objects.prefetch_related("opening_hours").order_by("pk")
    for venue in venues.iterator(chunk_size=_CHUNK):
        for one, other in overlaps(venue.opening_hours.all()):
            yield Breach(
                "venues.hours_do_not_overlap",
                str(venue.pk),
                f"hours of weekday {one.weekday} run into those of weekday {other.weekday}",
            )


@check("venues.shortest_fits_grid")
def shortest_fits_grid() -> Iterator[Breach]:
    """The shortest booking of a space ends where another may start."""
    return breaches_by_sql(
        "venues.shortest_fits_grid",
        """
        SELECT id, minimum_minutes, granularity_minutes FROM venues_space
        WHERE mod(minimum_minutes, granularity_minutes) <> 0
        ORDER BY id
        """,
        "the shortest booking is {0} minutes, but bookings start every {1}",
    )


@check("venues.parts_are_possible")
def parts_are_possible() -> Iterator[Breach]:
    """Parts are other spaces of the same venue, one level deep; whole and part exist once each."""
    return breaches_by_sql(
        "venues.parts_are_possible",
        """
        SELECT whole.id, part.id, CASE
            WHEN whole.id = part.id THEN 'is itself'
            WHEN whole.venue_id <> part.venue_id THEN 'is of another venue'
            WHEN whole.units > 1 OR part.units > 1 THEN 'is not once there, or its whole is not'
            ELSE 'has parts of its own'
        END
        FROM venues_space_parts p
        JOIN venues_space whole ON whole.id = p.from_space_id
        JOIN venues_space part ON part.id = p.to_space_id
        WHERE whole.id = part.id OR whole.venue_id <> part.venue_id
            OR whole.units > 1 OR part.units > 1
            OR EXISTS (SELECT FROM venues_space_parts q WHERE q.from_space_id = part.id)
        ORDER BY whole.id, part.id
        """,
        "its part {0} {1}",
    )


@check("venues.status_follows_log")
def status_follows_log() -> Iterator[Breach]:
    """A listing is in the state that its last logged step led to; without one it is a draft."""
    return breaches_by_sql(
        "venues.status_follows_log",
        """
        SELECT v.id, v.status, coalesce(last.to_state, 'draft')
        FROM venues_venue v
        LEFT JOIN LATERAL (
            SELECT s.to_state FROM core_statechange s
            WHERE s.subject_kind = 'venues.venue' AND s.subject_id = v.id::text
                AND s.field = 'status'
            ORDER BY s.id DESC LIMIT 1
        ) last ON true
        WHERE v.status <> coalesce(last.to_state, 'draft')
        ORDER BY v.id
        """,
        "the listing is {0}, but its last logged step led to {1}",
    )


@check("venues.waiting_edit_has_case")
def waiting_edit_has_case() -> Iterator[Breach]:
    """An edit waits if, and only if, its case is not resolved."""
    return breaches_by_sql(
        "venues.waiting_edit_has_case",
        """
        SELECT e.id, e.state, count(c.id)
        FROM venues_listingedit e
        LEFT JOIN trust_case c ON c.kind = 'listing_edit'
            AND c.subject_kind = 'venues.listingedit' AND c.subject_id = e.id
            AND c.state IN ('open', 'waiting')
        GROUP BY e.id
        HAVING (e.state = 'pending') <> (count(c.id) = 1)
        ORDER BY e.id
        """,
        "the edit is {0} and has {1} unresolved cases",
    )


@check("venues.review_has_case")
def review_has_case() -> Iterator[Breach]:
    """A listing in review has an open case; one that was sent back has a waiting one."""
    return breaches_by_sql(
        "venues.review_has_case",
        """
        SELECT v.id, v.status, coalesce(c.state, 'missing')
        FROM venues_venue v
        LEFT JOIN trust_case c ON c.kind = 'listing_submission'
            AND c.subject_kind = 'venues.venue' AND c.subject_id = v.id
            AND c.state IN ('open', 'waiting')
        WHERE coalesce(c.state, '') <> CASE v.status
            WHEN 'in_review' THEN 'open' WHEN 'changes_requested' THEN 'waiting' ELSE '' END
        ORDER BY v.id
        """,
        "the listing is {0}, and its case is {1}",
    )


@check("venues.photos_are_numbered")
def photos_are_numbered() -> Iterator[Breach]:
    """Photos that are shown are numbered from 0 without a gap: covers are the first of them."""
    return breaches_by_sql(
        "venues.photos_are_numbered",
        """
        SELECT venue_id, count(*), max(position) FROM venues_venuephoto
        WHERE is_public
        GROUP BY venue_id
        HAVING max(position) <> count(*) - 1 OR count(DISTINCT position) <> count(*)
        ORDER BY venue_id
        """,
        "{0} photos are shown, and the last one has position {1}",
    )


@check("venues.team_has_owner")
def team_has_owner() -> Iterator[Breach]:
    """Somebody owns every listing."""
    return breaches_by_sql(
        "venues.team_has_owner",
        """
        SELECT v.id FROM venues_venue v
        WHERE NOT EXISTS (
            SELECT FROM venues_membership m WHERE m.venue_id = v.id AND m.role = 'owner'
        )
        ORDER BY v.id
        """,
        "nobody in the team is its owner",
    )
