"""The one door for a booking's state. What is taken follows the state through it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from marketplace.accounts.models import User
from marketplace.bookings.enums import (
    BLOCKING_STATUSES,
    BOOKING_TRANSITIONS,
    KIND_OF_STATUS,
    BookingStatus,
)
from marketplace.bookings.models import Booking
from marketplace.core import states
from marketplace.core.transactions import joining


def transition_to(
    *,
    booking: Booking,
    to: str,
    by: User | None,
    now: datetime,
    reason: str = "",
    changes: Mapping[str, object] | None = None,
    is_locked: bool = False,
) -> Booking:
    """Moves the booking along BOOKING_TRANSITIONS: the one door for its state.

    Locks the row (with `is_locked` the caller has, and read it under the lock), raises
    IllegalTransition, logs the step. In the same transaction its occupancies
    take the kind of the new state, or go where the state takes no time. An expired booking that
    comes back has taken its time anew before.
    """
    with joining():
        states.transition(
            booking,
            to=to,
            table=BOOKING_TRANSITIONS,
            by=by,
            now=now,
            reason=reason,
            changes=changes,
            is_locked=is_locked,
        )
        if to in BLOCKING_STATUSES:
            kind = KIND_OF_STATUS[BookingStatus(to)]
            booking.occupancies.exclude(kind=kind).update(kind=kind, expires_at=None)
        else:
            booking.occupancies.all().delete()
    return booking


def lock_booking(booking: Booking) -> Booking:
    """Holds the row until the end of the transaction and re-reads it."""
    return states.reread(booking, Booking.objects.locked())
