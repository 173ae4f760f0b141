"""The doors through which the states of payments, their problems and refunds change."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.core import states
from marketplace.core.errors import IllegalTransition
from marketplace.core.transactions import joining
from marketplace.payments.enums import (
    PAYMENT_TRANSITIONS,
    PROBLEM_TRANSITIONS,
    REFUND_TRANSITIONS,
    CaptureMode,
    PaymentProblem,
    PaymentStatus,
    RefundStatus,
)
from marketplace.payments.models import Payment, Refund
from marketplace.payments.signals import payment_locking

logger = logging.getLogger("joytop.payments")

# What a payment at the checkout becomes depends on when its money is taken.
_ONLY_IN_MODE = {
    (PaymentStatus.PENDING, PaymentStatus.AUTHORISED): CaptureMode.MANUAL,
    (PaymentStatus.PENDING, PaymentStatus.CAPTURED): CaptureMode.AUTOMATIC,
}


def lock_payment(payment: Payment) -> Payment:
    """The payment under its lock, after its payable's own rows: spaces, booking, payment."""
    payment_locking.send(
        sender=Payment, payable_kind=payment.payable_kind, payable_id=payment.payable_id
    )
    return Payment.objects.locked().get(pk=payment.pk)


@joining()
def transition_to(
    *,
    payment: Payment,
    to: PaymentStatus,
    now: datetime,
    reason: str = "",
    by: User | None = None,
    is_locked: bool = False,
    **changes: object,
) -> Payment:
    """Moves the payment along PAYMENT_TRANSITIONS: the one door for its state.

    Straight from the checkout, money that is taken at once is captured, and money that waits for
    an answer is authorised. Writes the times, and the captured amount. With `is_locked` the caller
    has read it under its lock; otherwise it is read again. Raises IllegalTransition.
    """
    if not is_locked:
        states.reread(payment, Payment.objects.locked())
    mode = payment.capture_mode
    if mode != _ONLY_IN_MODE.get((PaymentStatus(payment.status), to), mode):
        raise IllegalTransition(
            subject=f"payments.payment {payment.pk}", from_state=payment.status, to_state=to
        )
    if to == PaymentStatus.AUTHORISED:
        changes |= {"authorised_at": now}
    if to == PaymentStatus.CAPTURED:
        changes |= {"captured_at": now, "captured_minor": payment.amount_minor}
    return states.transition(
        payment,
        to=to,
        table=PAYMENT_TRANSITIONS,
        by=by,
        now=now,
        reason=reason,
        changes=changes,
        is_locked=True,
    )


@transaction.atomic
def transition_refund_to(
    *, refund: Refund, to: RefundStatus, now: datetime, **changes: object
) -> Refund:
    """Moves the refund along REFUND_TRANSITIONS: the one door for its state. IllegalTransition."""
    changes |= {"settled_at": now} if to == RefundStatus.SETTLED else {"failed_at": now}
    return states.transition(
        refund, to=to, table=REFUND_TRANSITIONS, by=None, now=now, changes=changes
    )


@transaction.atomic
def flag_problem(
    *, payment: Payment, problem: PaymentProblem, detail: str, now: datetime
) -> Payment:
    """Asks for a person: kept on the payment, logged as an error, named by the integrity checks.

    Said once: the same problem again changes nothing. Changes no state of the money.
    """
    payment = Payment.objects.locked().get(pk=payment.pk)
    if payment.problem == problem:
        return payment
    logger.error("payment has a problem: %s: %s", problem, detail, extra=_named(payment))
    return states.transition(
        payment,
        to=problem,
        table=PROBLEM_TRANSITIONS,
        field="problem",
        by=None,
        now=now,
        reason=detail,
        changes={"problem_detail": detail[:300]},
    )


@transaction.atomic
def close_problem(*, payment: Payment, by: User | None, now: datetime, reason: str) -> Payment:
    """It was looked at, or has mended itself. Raises IllegalTransition where there is none."""
    return states.transition(
        payment,
        to="",
        table=PROBLEM_TRANSITIONS,
        field="problem",
        by=by,
        now=now,
        reason=reason,
        changes={"problem_detail": ""},
    )


def _named(payment: Payment) -> dict[str, str]:
    return {
        "payment": str(payment.pk),
        "payable": f"{payment.payable_kind} {payment.payable_id}",
    }
