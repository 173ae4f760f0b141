"""What money does to a booking: the one function that answers a payment, however it is heard of.

Called by the signals of payments, inside the transaction that recorded the payment, with spaces,
booking and payment locked in this order. Hearing of the same payment again changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from marketplace.bookings import telling
from marketplace.bookings.enums import KIND_OF_STATUS, PAYMENT_FAILED, BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.services import slots
from marketplace.bookings.services.money import give_back
from marketplace.bookings.services.slots import JustTaken
from marketplace.bookings.services.transitions import transition_to
from marketplace.core.money import Money
from marketplace.core.points import reached
from marketplace.core.transactions import joining
from marketplace.payments import services as payments
from marketplace.payments.enums import PaymentStatus, RefundReason
from marketplace.payments.models import Payment, Refund
from marketplace.payments.split import Split

# Owners are paid so long after the end: until then a claim may be made.
PAYOUT_DELAY: Final = timedelta(hours=48)

# An ended booking is not ended any more when its slot could be taken again.
_REVIVED: Final[dict[str, object]] = {"ended_at": None, "ended_by": "", "end_reason": ""}


def lock_for_payment(*, booking_id: int) -> None:
    """Locks the leaf spaces, then the booking, before payments locks the payment."""
    booking = Booking.objects.filter(pk=booking_id)
    found = booking.values_list("space_id", "space__parts__id")
    slots.lock_spaces({part or space for space, part in found})
    list(booking.locked().values_list("pk"))
    reached("bookings.fulfil.locked")


@joining()
def fulfil(*, booking_id: int, payment: Payment, now: datetime) -> None:
    """Gives the renter what was paid for, or the money back: one of the two, once.

    A hold becomes confirmed, or a request where the owner is asked first; an accepted request
    becomes confirmed. A payment that comes after the hold ran out takes the time again if it is
    free; where it is not, or the booking was ended by somebody, all of the money goes back.
    """
    booking = Booking.objects.locked().with_parties().get(pk=booking_id)
    match booking.status:
        case BookingStatus.HELD:
            _answer_hold(booking, payment, now)
        case BookingStatus.REQUESTED:
            if booking.accepted_at and payment.status == PaymentStatus.CAPTURED:
                confirm(booking=booking, payment=payment, now=now)
        case BookingStatus.EXPIRED if booking.requested_at is None:
            _answer_too_late(booking, payment, now)
        case BookingStatus.EXPIRED | BookingStatus.DECLINED | BookingStatus.CANCELLED:
            _send_back(booking, payment, now)


@joining()
def fail(*, booking_id: int, payment: Payment, now: datetime) -> None:
    """The money will not come. A request, accepted or not, ends with it; a hold goes on.

    The renter of a hold may try another card until the time to pay is over.
    """
    booking = Booking.objects.locked().with_parties().get(pk=booking_id)
    if booking.status != BookingStatus.REQUESTED:
        return
    was_accepted = booking.accepted_at is not None
    transition_to(
        booking=booking,
        to=BookingStatus.CANCELLED,
        by=None,
        now=now,
        reason=PAYMENT_FAILED,
        is_locked=True,
        changes={"ended_at": now, "ended_by": Side.PLATFORM, "remind_at": None},
    )
    if was_accepted:
        telling.tell_acceptance_failed(booking=booking, now=now)
    else:
        telling.tell_cancelled(booking=booking, refund=Money.zero(booking.currency), now=now)


@joining()
def tell_refunded(*, booking_id: int, refund: Refund, now: datetime) -> None:
    """The renter is told that a refund has left for the card."""
    booking = Booking.objects.with_parties().get(pk=booking_id)
    telling.tell_refund_settled(booking=booking, amount=refund.amount, now=now)


def confirm(*, booking: Booking, payment: Payment, now: datetime) -> None:
    """The booking stands, and its money is allocated: owner, commission, service fee."""
    transition_to(
        booking=booking,
        to=BookingStatus.CONFIRMED,
        by=booking.accepted_by,
        now=now,
        is_locked=True,
        changes={"confirmed_at": now, "remind_at": None, **_REVIVED},
    )
    payments.allocate(
        payment=payment,
        split=Split(
            owner=booking.owner_share,
            commission=booking.commission,
            service_fee=booking.service_fee,
        ),
        due_at=booking.ends_at + PAYOUT_DELAY,
        now=now,
    )
    telling.tell_confirmed(booking=booking, now=now)


def _answer_hold(booking: Booking, payment: Payment, now: datetime) -> None:
    """The time is still taken for it, even where the hold has run out and nobody swept it."""
    if booking.starts_at <= now and (booking.needs_approval or booking.is_hold_over(now)):
        transition_to(
            booking=booking,
            to=BookingStatus.EXPIRED,
            by=None,
            now=now,
            is_locked=True,
            changes={"ended_at": now, "ended_by": Side.PLATFORM},
        )
        _send_back(booking, payment, now)
    elif _can_give(booking, payment):
        _give(booking, payment, now)


def _can_give(booking: Booking, payment: Payment) -> bool:
    """A request needs money that is reserved, a booking needs money that was taken."""
    return booking.needs_approval or payment.status == PaymentStatus.CAPTURED


def _give(booking: Booking, payment: Payment, now: datetime) -> None:
    if booking.needs_approval:
        _ask_owner(booking, now)
    else:
        confirm(booking=booking, payment=payment, now=now)


def _ask_owner(booking: Booking, now: datetime) -> None:
    """The request waits for the owner: so many hours, and never beyond its start."""
    answer_by = min(now + timedelta(hours=booking.answer_hours), booking.starts_at)
    transition_to(
        booking=booking,
        to=BookingStatus.REQUESTED,
        by=booking.renter,
        now=now,
        is_locked=True,
        changes={
            "requested_at": now,
            "answer_by": answer_by,
            "remind_at": now + (answer_by - now) / 2,
            **_REVIVED,
        },
    )
    telling.tell_requested(booking=booking, now=now)


def _answer_too_late(booking: Booking, payment: Payment, now: datetime) -> None:
    if not _can_give(booking, payment):
        return
    if booking.starts_at > now and _take_again(booking, now):
        _give(booking, payment, now)
    else:
        _send_back(booking, payment, now)


def _take_again(booking: Booking, now: datetime) -> bool:
    """Takes the time once more, with the buffers it was booked with. Only others can prevent it."""
    status = BookingStatus.REQUESTED if booking.needs_approval else BookingStatus.CONFIRMED
    try:
        slot = slots.open_slot(
            space_id=booking.space_id,
            locked=slots.leaf_ids(booking.space),
            period=booking.period,
            now=now,
            buffers=(booking.buffer_before_minutes, booking.buffer_after_minutes),
        )
        units = slot.units()
        with slots.taking():
            slots.take_for_booking(booking=booking, units=units, kind=KIND_OF_STATUS[status])
    except JustTaken:
        return False
    return True


def _send_back(booking: Booking, payment: Payment, now: datetime) -> None:
    sent = give_back(
        payment=payment,
        reason=RefundReason.PAID_TOO_LATE,
        key=f"late:{payment.pk}",
        by=None,
        now=now,
    )
    if sent:
        telling.tell_paid_too_late(booking=booking, now=now)
