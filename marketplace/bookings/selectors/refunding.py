"""What comes back of a booking's money, and until when."""

from __future__ import annotations

from datetime import datetime

from marketplace.bookings.models import Booking
from marketplace.core.money import Money
from marketplace.pricing.refunds import (
    Outcome,
    PaidTerms,
    Step,
    outcome_of_cancelling,
    refund_schedule,
)


def terms_of_booking(booking: Booking) -> PaidTerms:
    """The terms of the moment it was made, as the refund rules want them."""
    cleaning = sum(
        (
            Money(line.amount_minor, booking.currency)
            for line in booking.lines.all()
            if line.code == "cleaning"
        ),
        start=Money.zero(booking.currency),
    )
    return PaidTerms(
        policy=booking.cancellation_policy,
        starts_at=booking.starts_at,
        confirmed_at=booking.confirmed_at,
        total=booking.total,
        cleaning=cleaning,
        service_fee=booking.service_fee,
        commission_percent=booking.commission_percent,
    )


def refund_steps(booking: Booking, *, now: datetime) -> tuple[Step, ...]:
    """The dated amounts that would come back, from now on."""
    return refund_schedule(terms_of_booking(booking), now=now)


def outcome_if_cancelled(booking: Booking, *, by_renter: bool, now: datetime) -> Outcome:
    """Who would keep what, were it cancelled now."""
    return outcome_of_cancelling(terms_of_booking(booking), at=now, by_renter=by_renter)
