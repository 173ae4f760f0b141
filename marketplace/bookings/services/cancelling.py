"""Ending a booking by somebody's will, with the money that goes back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.bookings import telling
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.errors import AcceptanceUnderWay, AlreadyStarted
from marketplace.bookings.models import Booking
from marketplace.bookings.selectors.refunding import terms_of_booking
from marketplace.bookings.services.money import captured_payment, give_back, live_payment
from marketplace.bookings.services.transitions import lock_booking, transition_to
from marketplace.bookings.services.words import require_no_contact_details
from marketplace.core.errors import IllegalTransition
from marketplace.core.money import Money
from marketplace.core.points import reached
from marketplace.core.states import subject_kind
from marketplace.core.transactions import joining
from marketplace.payments import services as payments
from marketplace.payments.enums import RefundReason
from marketplace.payments.split import Split
from marketplace.pricing.refunds import Outcome, outcome_of_cancelling

_REASONS: Final = {
    Side.RENTER: RefundReason.CANCELLED_BY_RENTER,
    Side.OWNER: RefundReason.CANCELLED_BY_OWNER,
    Side.PLATFORM: RefundReason.CANCELLED_BY_PLATFORM,
}


@transaction.atomic
def release_hold(*, booking: Booking, by: User, now: datetime) -> Booking:
    """The renter lets an unpaid hold go; its checkout is closed. Raises IllegalTransition.

    A booking that was paid in the meantime stays: cancelling it costs what its policy says, so
    that is asked for by itself.
    """
    if lock_booking(booking).status != BookingStatus.HELD:
        raise IllegalTransition(
            subject=f"{subject_kind(booking)} {booking.pk}",
            from_state=booking.status,
            to_state=BookingStatus.CANCELLED,
        )
    return cancel_booking(booking=booking, by=by, side=Side.RENTER, now=now)


@joining()
def cancel_booking(
    *, booking: Booking, by: User | None, side: Side, now: datetime, reason: str = ""
) -> Booking:
    """Cancels for one side; the time is free at once. Locks the booking, then its payment.

    A hold's checkout is closed, a request's money released, and of a confirmed booking so much
    goes back as its policy says (`pricing.refunds`), all of it where the owner or the platform
    cancels. Raises IllegalTransition, AcceptanceUnderWay, AlreadyStarted unless it is the platform
    that cancels what has begun, and HasContactDetails for the reason of what never stood.
    """
    lock_booking(booking)
    reached("bookings.cancel.locked")
    was = booking.status
    _require_cancellable(booking, side, now)
    if was != BookingStatus.CONFIRMED:
        require_no_contact_details(reason)
    transition_to(
        booking=booking,
        to=BookingStatus.CANCELLED,
        by=by,
        now=now,
        reason=reason,
        is_locked=True,
        changes={"ended_at": now, "ended_by": side, "end_reason": reason, "remind_at": None},
    )
    if was == BookingStatus.CONFIRMED:
        outcome = outcome_of_cancelling(
            terms_of_booking(booking), at=now, by_renter=side == Side.RENTER
        )
        _refund(booking, outcome, by=by, side=side, now=now)
        telling.tell_cancelled(
            booking=booking, refund=outcome.refund, owner_keeps=outcome.owner, now=now
        )
    else:
        _take_no_money(booking, by=by, side=side, now=now)
        telling.tell_cancelled(booking=booking, refund=Money.zero(booking.currency), now=now)
    return booking


def _require_cancellable(booking: Booking, side: Side, now: datetime) -> None:
    if booking.status == BookingStatus.REQUESTED and booking.accepted_at:
        raise AcceptanceUnderWay
    has_started = booking.status == BookingStatus.CONFIRMED and booking.starts_at <= now
    if has_started and side != Side.PLATFORM:
        raise AlreadyStarted


def _take_no_money(booking: Booking, *, by: User | None, side: Side, now: datetime) -> None:
    payment = live_payment(booking)
    if payment:
        give_back(
            payment=payment,
            reason=_REASONS[side],
            key=f"cancel:{booking.pk}",
            by=by,
            now=now,
        )


def _refund(
    booking: Booking, outcome: Outcome, *, by: User | None, side: Side, now: datetime
) -> None:
    """Promises the refund; owner, commission and fee keep what the outcome leaves them."""
    payment = captured_payment(booking)
    if payment is None or not outcome.refund:
        return
    payments.open_refund(
        payment=payment,
        amount=outcome.refund,
        reason=_REASONS[side],
        key=f"cancel:{booking.pk}",
        requested_by=by,
        kept=Split(
            owner=outcome.owner, commission=outcome.commission, service_fee=outcome.service_fee
        ),
        now=now,
    )
