"""One booking with all that its page shows, for its renter and for its owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Booking
from marketplace.bookings.selectors.cards import status_for_people, waits_until
from marketplace.bookings.selectors.histories import HistoryStep, history_of
from marketplace.core.money import Money
from marketplace.core.states import subject_kind
from marketplace.payments.enums import PaymentStatus, RefundStatus
from marketplace.payments.models import Payment, Refund
from marketplace.pricing.quote import LABELS
from marketplace.venues.contact_details import Segment, segments


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One line of what was agreed."""

    code: str
    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundRow:
    """Money on its way back, or back."""

    amount: Money
    status: RefundStatus
    reason: str
    promised_at: datetime
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One attempt to pay; `card` is its brand and last digits, where they are known."""

    id: str
    amount: Money
    status: PaymentStatus
    card_brand: str
    card_last4: str
    started_at: datetime
    paid_at: datetime | None
    refunds: tuple[RefundRow, ...]


@dataclass(frozen=True, slots=True)
class BookingDetails:
    """One booking; `status` is what a person is told, and `message` what its owner may read."""

    booking: Booking
    status: BookingStatus
    lines: tuple[PriceLine, ...]
    history: tuple[HistoryStep, ...]
    payments: tuple[PaymentRow, ...]
    waits_until: datetime | None
    can_cancel: bool
    can_answer: bool
    message: tuple[Segment, ...]


def booking_details(booking: Booking, *, now: datetime) -> BookingDetails:
    """All that a booking's page shows, in four queries; the booking is read with `with_place`."""
    prefetch_related_objects([booking], "lines")
    status = status_for_people(booking, now=now)
    return BookingDetails(
        booking=booking,
        status=status,
        lines=_lines(booking),
        history=history_of(booking),
        payments=payments_of(booking),
        waits_until=waits_until(booking, now=now),
        can_cancel=booking.can_be_cancelled(now),
        can_answer=status == BookingStatus.REQUESTED
        and booking.accepted_at is None
        and booking.answer_by is not None
        and booking.answer_by > now,
        message=message_for_owner(booking),
    )


def message_for_owner(booking: Booking) -> tuple[Segment, ...]:
    """The renter's message in pieces; contact details are marked until it is confirmed.

    A page shows a marked piece as a mask: before the booking stands nobody trades numbers.
    """
    if booking.shows_address:
        return (Segment(booking.message, ""),) if booking.message else ()
    return tuple(segments(booking.message))


def _lines(booking: Booking) -> tuple[PriceLine, ...]:
    return tuple(
        PriceLine(
            code=line.code,
            label=str(LABELS.get(line.code, line.code)),
            amount=Money(line.amount_minor, booking.currency),
        )
        for line in booking.lines.all()
    )


def payments_of(booking: Booking) -> tuple[PaymentRow, ...]:
    """Every attempt to pay for it, the first first, each with what went back."""
    payments = Payment.objects.for_payable(subject_kind(booking), str(booking.pk))
    return tuple(
        PaymentRow(
            id=str(payment.pk),
            amount=payment.amount,
            status=PaymentStatus(payment.status),
            card_brand=payment.card_brand,
            card_last4=payment.card_last4,
            started_at=payment.created_at,
            paid_at=payment.captured_at,
            refunds=tuple(_refund_row(refund) for refund in payment.refunds.all()),
        )
        for payment in payments.prefetch_related("refunds").order_by("created_at", "id")
    )


def _refund_row(refund: Refund) -> RefundRow:
    return RefundRow(
        amount=refund.amount,
        status=RefundStatus(refund.status),
        reason=refund.get_reason_display(),
        promised_at=refund.created_at,
        arrived_at=refund.settled_at if refund.status == RefundStatus.SETTLED else None,
    )
