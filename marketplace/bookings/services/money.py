"""What a booking asks of payments. It is paid for under its own kind and id."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from marketplace.accounts.models import User
from marketplace.bookings.models import Booking
from marketplace.core.states import subject_kind
from marketplace.payments import services as payments
from marketplace.payments.enums import PaymentStatus, RefundReason
from marketplace.payments.models import Payment

PAYABLE_KIND: Final = subject_kind(Booking)


def payable_of(booking: Booking) -> tuple[str, str]:
    """How payments names the booking."""
    return PAYABLE_KIND, str(booking.pk)


def live_payment(booking: Booking) -> Payment | None:
    """The payment from which its money may still come, or has come, locked; the booking is too."""
    return Payment.objects.for_payable(*payable_of(booking)).live().locked().first()


def captured_payment(booking: Booking) -> Payment | None:
    """The payment that was taken for it, if there is one."""
    payment = live_payment(booking)
    return payment if payment and payment.status == PaymentStatus.CAPTURED else None


def give_back(
    *, payment: Payment, reason: RefundReason, key: str, by: User | None, now: datetime
) -> bool:
    """Sees to it that nothing of the payment is kept: refunded, released, or never taken.

    For money that no obligation has been allocated to. Says whether money comes back that was
    taken or reserved. The provider is asked after commit.
    """
    match payment.status:
        case PaymentStatus.CAPTURED:
            if payment.refundable:
                payments.open_refund(
                    payment=payment,
                    amount=payment.refundable,
                    reason=reason,
                    key=key,
                    requested_by=by,
                    kept=None,
                    now=now,
                )
            return True
        case PaymentStatus.AUTHORISED:
            payments.request_void(payment=payment, now=now)
            return True
        case PaymentStatus.CREATED | PaymentStatus.PENDING:
            payments.request_close(payment=payment, now=now)
    return False
