"""What must hold over all time that is taken, checked by `manage.py verify_integrity` (P1, P4).

What a booking asks of its payment is asked in the transaction that ends it, so these checks know
no grace; whether the provider has done it is payments' own. Spaces may change when their bookings
are over, so past rows are not held against what a space is made of now.
"""

from collections.abc import Iterator

from marketplace.core.integrity import Breach, breaches_by_sql, check

_BLOCKING = "('held', 'requested', 'confirmed', 'completed', 'no_show')"
_ENDED = "('expired', 'declined', 'cancelled')"
_PAYABLE = "p.payable_kind = 'bookings.booking' AND p.payable_id = b.id::text"
# Leaf spaces of a space: its parts, or itself.
_LEAVES = """
    SELECT s.id AS space_id, coalesce(part.to_space_id, s.id) AS leaf_id
    FROM venues_space s LEFT JOIN venues_space_parts part ON part.from_space_id = s.id
"""
_PADDED = """
    tstzrange(
        b.starts_at - make_interval(mins => b.buffer_before_minutes),
        b.ends_at + make_interval(mins => b.buffer_after_minutes)
    )
"""


@check("bookings.never_overlaps")
def never_overlaps() -> Iterator[Breach]:
    """No two rows take one unit at one moment, whether or not the constraint is there (P1)."""
    return breaches_by_sql(
        "bookings.never_overlaps",
        """
        SELECT one.id, other.id, one.space_id, one.unit
        FROM bookings_occupancy one
        JOIN bookings_occupancy other ON other.id > one.id AND other.space_id = one.space_id
            AND other.unit = one.unit AND other.during && one.during
        ORDER BY one.id, other.id
        """,
        "shares time with occupancy {0} on unit {2} of space {1}",
    )


@check("bookings.rows_on_leaves")
def rows_on_leaves() -> Iterator[Breach]:
    """What takes time from now on stands on spaces without parts, on units that there are."""
    return breaches_by_sql(
        "bookings.rows_on_leaves",
        """
        SELECT o.id, o.unit, o.space_id, s.units, count(part.id)
        FROM bookings_occupancy o
        JOIN venues_space s ON s.id = o.space_id
        LEFT JOIN venues_space_parts part ON part.from_space_id = s.id
        WHERE upper(o.during) > now()
        GROUP BY o.id, s.id
        HAVING count(part.id) > 0 OR o.unit > s.units
        ORDER BY o.id
        """,
        "takes unit {0} of space {1}, which has {2} units and {3} parts",
    )


@check("bookings.parts_are_leaves")
def parts_are_leaves() -> Iterator[Breach]:
    """Parts have no parts of their own, and belong to the same venue."""
    return breaches_by_sql(
        "bookings.parts_are_leaves",
        """
        SELECT whole.id, part.id, whole.venue_id, part.venue_id
        FROM venues_space_parts link
        JOIN venues_space whole ON whole.id = link.from_space_id
        JOIN venues_space part ON part.id = link.to_space_id
        WHERE part.venue_id <> whole.venue_id
            OR EXISTS (SELECT FROM venues_space_parts p WHERE p.from_space_id = part.id)
        ORDER BY whole.id, part.id
        """,
        "has space {0} as a part, which has parts or another venue ({1}, {2})",
    )


@check("bookings.time_is_taken")
def time_is_taken() -> Iterator[Breach]:
    """A booking takes one unit of each leaf of its space, for its time and its buffers alone."""
    return breaches_by_sql(
        "bookings.time_is_taken",
        f"""
        SELECT b.id, b.status, b.reference
        FROM bookings_booking b
        WHERE b.status IN {_BLOCKING} AND (
            NOT EXISTS (SELECT FROM bookings_occupancy o WHERE o.booking_id = b.id)
            OR EXISTS (
                SELECT FROM bookings_occupancy o
                WHERE o.booking_id = b.id AND o.during <> {_PADDED}
            )
            OR EXISTS (
                SELECT FROM bookings_occupancy o
                WHERE o.booking_id = b.id GROUP BY o.space_id HAVING count(*) > 1
            )
            OR upper({_PADDED}) > now() AND EXISTS (
                SELECT FROM ({_LEAVES}) leaf
                WHERE leaf.space_id = b.space_id AND NOT EXISTS (
                    SELECT FROM bookings_occupancy o
                    WHERE o.booking_id = b.id AND o.space_id = leaf.leaf_id
                )
            )
            OR upper({_PADDED}) > now() AND EXISTS (
                SELECT FROM bookings_occupancy o
                WHERE o.booking_id = b.id AND o.space_id NOT IN (
                    SELECT leaf.leaf_id FROM ({_LEAVES}) leaf WHERE leaf.space_id = b.space_id
                )
            )
        )
        ORDER BY b.id
        """,  # noqa: S608 -- made of constants
        "booking {1} is {0}, and what it takes is not its time on its spaces",
    )


@check("bookings.kind_fits_state")
def kind_fits_state() -> Iterator[Breach]:
    """What is taken is called as its booking's state has it; a hold ends with its booking's."""
    return breaches_by_sql(
        "bookings.kind_fits_state",
        f"""
        SELECT o.id, b.reference, b.status, o.kind
        FROM bookings_occupancy o JOIN bookings_booking b ON b.id = o.booking_id
        WHERE b.status IN {_BLOCKING} AND (
            o.kind <> CASE b.status
                WHEN 'held' THEN 'hold' WHEN 'requested' THEN 'request' ELSE 'booking' END
            OR o.kind = 'hold' AND o.expires_at <> b.hold_expires_at
        )
        ORDER BY o.id
        """,  # noqa: S608 -- made of constants
        "booking {0} is {1}, but its time is taken as {2}, or until another moment",
    )


@check("bookings.ended_is_free")
def ended_is_free() -> Iterator[Breach]:
    """A booking that ended takes no time."""
    return breaches_by_sql(
        "bookings.ended_is_free",
        f"""
        SELECT b.id, b.reference, b.status, count(o.id)
        FROM bookings_booking b JOIN bookings_occupancy o ON o.booking_id = b.id
        WHERE b.status IN {_ENDED}
        GROUP BY b.id ORDER BY b.id
        """,  # noqa: S608 -- made of constants
        "booking {0} is {1} and still takes time in {2} rows",
    )


@check("bookings.blocks_hold_their_time")
def blocks_hold_their_time() -> Iterator[Breach]:
    """A block takes so many units of each leaf of its space as it says, for exactly its time."""
    return breaches_by_sql(
        "bookings.blocks_hold_their_time",
        f"""
        SELECT k.id, k.units
        FROM bookings_block k
        WHERE EXISTS (
            SELECT FROM bookings_occupancy o
            WHERE o.block_id = k.id AND o.during <> tstzrange(k.starts_at, k.ends_at)
        ) OR k.ends_at > now() AND EXISTS (
            SELECT FROM ({_LEAVES}) leaf
            LEFT JOIN bookings_occupancy o ON o.space_id = leaf.leaf_id AND o.block_id = k.id
            WHERE leaf.space_id = k.space_id
            GROUP BY leaf.leaf_id HAVING count(o.id) <> k.units
        ) OR NOT EXISTS (SELECT FROM bookings_occupancy o WHERE o.block_id = k.id)
        ORDER BY k.id
        """,  # noqa: S608 -- made of constants
        "blocks {0} of its space, and what it takes is not that",
    )


@check("bookings.lines_add_up")
def lines_add_up() -> Iterator[Breach]:
    """The lines of a booking's price add up to its total; the fee is the one that it says."""
    return breaches_by_sql(
        "bookings.lines_add_up",
        """
        SELECT b.id, b.reference, b.total_minor, coalesce(sum(l.amount_minor), 0),
            b.service_fee_minor
        FROM bookings_booking b LEFT JOIN bookings_bookingline l ON l.booking_id = b.id
        GROUP BY b.id
        HAVING coalesce(sum(l.amount_minor), 0) <> b.total_minor
            OR coalesce(sum(l.amount_minor) FILTER (WHERE l.code = 'service_fee'), 0)
                <> b.service_fee_minor
        ORDER BY b.id
        """,
        "booking {0} costs {1} with a fee of {3}, but its lines add up to {2}",
    )


@check("bookings.status_follows_log")
def status_follows_log() -> Iterator[Breach]:
    """A booking is in the state that its last logged step led to; without one it is held (P7)."""
    return breaches_by_sql(
        "bookings.status_follows_log",
        """
        SELECT b.id, b.reference, b.status, coalesce(last.to_state, 'held')
        FROM bookings_booking b
        LEFT JOIN LATERAL (
            SELECT s.to_state FROM core_statechange s
            WHERE s.subject_kind = 'bookings.booking' AND s.subject_id = b.id::text
                AND s.field = 'status'
            ORDER BY s.id DESC LIMIT 1
        ) last ON true
        WHERE b.status <> coalesce(last.to_state, 'held')
        ORDER BY b.id
        """,
        "booking {0} is {1}, but its last logged step led to {2}",
    )


@check("bookings.confirmed_is_paid")
def confirmed_is_paid() -> Iterator[Breach]:
    """What stands was paid: one captured payment of its whole total, in its currency (P4)."""
    return breaches_by_sql(
        "bookings.confirmed_is_paid",
        f"""
        SELECT b.id, b.reference, b.status, count(p.id)
        FROM bookings_booking b
        LEFT JOIN payments_payment p ON {_PAYABLE} AND p.status = 'captured'
            AND p.amount_minor = b.total_minor AND p.currency = b.currency
        WHERE b.status IN ('confirmed', 'completed', 'no_show')
        GROUP BY b.id HAVING count(p.id) <> 1
        ORDER BY b.id
        """,  # noqa: S608 -- made of constants
        "booking {0} is {1} with {2} payments of its total",
    )


@check("bookings.request_is_covered")
def request_is_covered() -> Iterator[Breach]:
    """A request has its money reserved, or taken while the answer is carried out."""
    return breaches_by_sql(
        "bookings.request_is_covered",
        f"""
        SELECT b.id, b.reference, count(p.id)
        FROM bookings_booking b
        LEFT JOIN payments_payment p ON {_PAYABLE} AND p.status IN ('authorised', 'captured')
            AND p.void_requested_at IS NULL
            AND p.amount_minor = b.total_minor AND p.currency = b.currency
        WHERE b.status = 'requested'
        GROUP BY b.id HAVING count(p.id) <> 1
        ORDER BY b.id
        """,  # noqa: S608 -- made of constants
        "booking {0} asks the owner with {1} payments that cover it",
    )


@check("bookings.accepted_is_collected")
def accepted_is_collected() -> Iterator[Breach]:
    """A request that the owner accepted is being collected."""
    return breaches_by_sql(
        "bookings.accepted_is_collected",
        f"""
        SELECT b.id, b.reference, b.accepted_at
        FROM bookings_booking b
        WHERE b.status = 'requested' AND b.accepted_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM payments_payment p
            WHERE {_PAYABLE} AND p.status = 'authorised' AND p.capture_requested_at IS NOT NULL
        )
        ORDER BY b.id
        """,  # noqa: S608 -- made of constants
        "booking {0} was accepted at {1}, and nobody collects its money",
    )


@check("bookings.ended_keeps_no_money")
def ended_keeps_no_money() -> Iterator[Breach]:
    """Money of a booking that ended is the owner's, the platform's or on its way back (P4)."""
    return breaches_by_sql(
        "bookings.ended_keeps_no_money",
        f"""
        SELECT b.id, b.reference, b.status, -sum(e.amount_minor), e.currency
        FROM bookings_booking b
        JOIN payments_payment p ON {_PAYABLE}
        JOIN payments_ledgertransaction t ON t.payment_id = p.id
        JOIN payments_ledgerentry e ON e.transaction_id = t.id AND e.account = 'unallocated'
        WHERE b.status IN {_ENDED}
        GROUP BY b.id, e.currency HAVING sum(e.amount_minor) <> 0
        ORDER BY b.id
        """,  # noqa: S608 -- made of constants
        "booking {0} is {1}, and {2} {3} of its money belongs to nobody",
    )


@check("bookings.ended_is_released")
def ended_is_released() -> Iterator[Breach]:
    """A booking that ended has asked for its checkout to be closed and its money released."""
    return breaches_by_sql(
        "bookings.ended_is_released",
        f"""
        SELECT b.id, b.reference, b.status, p.status
        FROM bookings_booking b JOIN payments_payment p ON {_PAYABLE}
        WHERE b.status IN {_ENDED} AND (
            p.status = 'authorised' AND p.void_requested_at IS NULL
            OR p.status IN ('created', 'pending') AND p.close_requested_at IS NULL
        )
        ORDER BY b.id
        """,  # noqa: S608 -- made of constants
        "booking {0} is {1}, and its payment is {2} without being released",
    )
