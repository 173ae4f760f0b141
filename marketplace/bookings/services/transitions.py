"""The one door for a booking's state. What is taken follows the state through it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.bookings.enums import (
    BLOCKING_STATUSES,
    BOOKING_TRANSITIONS,
    KIND_OF_STATUS,
    BookingStatus,
)
from marketplace.bookings.models import Booking
from marketplace.core import states


def transition_to(
    *,
    booking: Booking,
    to: str,
    by: User | None,
    now: datetime,
    reason: str = "",
    changes: Mapping[str, object] | None = None,
) -> Booking:
    """Moves the booking along BOOKING_TRANSITIONS: the one door for its state.

    Locks the row, raises IllegalTransition, logs the step. In the same transaction its occupancies
    take the kind of the new state, or go where the state takes no time. An expired booking that
    comes back has taken its time anew before.
    """
    with transaction.atomic():
        states.transition(
            booking,
            to=to,
            table=BOOKING_TRANSITIONS,
            by=by,
            now=now,
            reason=reason,
            changes=changes,
        )
        if to in BLOCKING_STATUSES:
            kind = KIND_OF_STATUS[BookingStatus(to)]
            booking.occupancies.exclude(kind=kind).update(kind=kind, expires_at=None)
        else:
            booking.occupancies.all().delete()
    return booking


def lock_booking(booking: Booking) -> Booking:
    """Holds the row until the end of the transaction and re-reads it."""
    booking.refresh_from_db(from_queryset=Booking.objects.locked())
    return booking
