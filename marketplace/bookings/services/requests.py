"""The owner's answer to a request."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.bookings import telling
from marketplace.bookings.enums import BOOKING_TRANSITIONS, BookingStatus, Side
from marketplace.bookings.errors import AcceptanceUnderWay, RequestOver
from marketplace.bookings.models import Booking
from marketplace.bookings.services.fulfilment import confirm
from marketplace.bookings.services.money import give_back, live_payment
from marketplace.bookings.services.transitions import lock_booking, transition_to
from marketplace.bookings.services.words import require_no_contact_details
from marketplace.core.errors import IllegalTransition
from marketplace.core.points import reached
from marketplace.payments import services as payments
from marketplace.payments.enums import PaymentStatus, RefundReason
from marketplace.payments.models import Payment


def accept_request(*, booking: Booking, by: User, now: datetime) -> Booking:
    """The owner's yes: from here on the money is collected, and nothing else may end the request.

    Locks the booking, then its payment. Commits the intent to capture; the booking is confirmed
    when the capture is heard of (`payments.capture_now` does it at once, after commit; the worker
    otherwise). Saying yes again changes nothing. Raises IllegalTransition, RequestOver.
    """
    with transaction.atomic():
        payment = _accept(booking, by, now)
        if payment and payment.status == PaymentStatus.CAPTURED:
            confirm(booking=booking, payment=payment, now=now)
        elif payment:
            payments.request_capture(payment=payment, now=now)
    reached("bookings.accept.committed")
    return booking


def _accept(booking: Booking, by: User, now: datetime) -> Payment | None:
    """Writes down the yes; the payment to be collected, if it was not accepted before."""
    lock_booking(booking)
    reached("bookings.accept.locked")
    if booking.accepted_at and booking.status in {BookingStatus.REQUESTED, BookingStatus.CONFIRMED}:
        return None
    _require_waiting(booking, BookingStatus.CONFIRMED, now)
    payment = live_payment(booking)
    if payment is None:
        raise RequestOver
    booking.accepted_at = now
    booking.accepted_by = by
    booking.remind_at = None
    booking.save(update_fields=["accepted_at", "accepted_by", "remind_at"])
    return payment


@transaction.atomic
def decline_request(*, booking: Booking, by: User, now: datetime, reason: str = "") -> Booking:
    """The owner's no: the time is free, the money is released, the renter is told.

    Raises IllegalTransition, AcceptanceUnderWay, RequestOver, HasContactDetails.
    """
    lock_booking(booking)
    _require_waiting(booking, BookingStatus.DECLINED, now)
    require_no_contact_details(reason)
    transition_to(
        booking=booking,
        to=BookingStatus.DECLINED,
        by=by,
        now=now,
        reason=reason,
        is_locked=True,
        changes={
            "ended_at": now,
            "ended_by": Side.OWNER,
            "end_reason": reason,
            "remind_at": None,
        },
    )
    payment = live_payment(booking)
    if payment:
        give_back(
            payment=payment,
            reason=RefundReason.CANCELLED_BY_OWNER,
            key=f"decline:{booking.pk}",
            by=by,
            now=now,
        )
    telling.tell_declined(booking=booking, now=now)
    return booking


def _require_waiting(booking: Booking, to: BookingStatus, now: datetime) -> None:
    """Raises unless the request waits for an answer and has time left."""
    if booking.status != BookingStatus.REQUESTED or to not in BOOKING_TRANSITIONS[booking.status]:
        raise IllegalTransition(
            subject=f"bookings.booking {booking.pk}",
            from_state=booking.status,
            to_state=to,
        )
    if booking.accepted_at:
        raise AcceptanceUnderWay
    if booking.answer_by is None or booking.answer_by <= now:
        raise RequestOver
