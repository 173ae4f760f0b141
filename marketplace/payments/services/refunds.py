"""Giving money back: promised in one transaction, sent outside of any, recorded in another."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.dispatch import Signal

from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.core.outbox import enqueue
from marketplace.core.points import reached
from marketplace.core.transactions import forbid_transaction, require_transaction
from marketplace.payments import gateways, ledger
from marketplace.payments.enums import PaymentProblem, RefundReason, RefundStatus
from marketplace.payments.gateway import ProviderRefund, ProviderRefundState, ProviderRefused
from marketplace.payments.models import Payment, Refund
from marketplace.payments.services.errors import NotToBeRetried, RefundTooLarge
from marketplace.payments.services.transitions import (
    close_problem,
    flag_problem,
    lock_payment,
    transition_refund_to,
)
from marketplace.payments.signals import refund_failed, refund_settled
from marketplace.payments.split import Split

logger = logging.getLogger("joytop.payments")

REFUND_TOPIC: Final = "payments.refund"
_KEY_LENGTH: Final = 100


def open_refund(
    *,
    payment: Payment,
    amount: Money,
    reason: RefundReason,
    key: str,
    requested_by: User | None,
    kept: Split | None,
    now: datetime,
) -> Refund:
    """Promises `amount` back to the payer, in the caller's transaction; the worker sends it.

    `kept` is how what remains is shared; it is given where the payment is allocated, and only
    there. The same `key` again returns the refund that it opened. Raises RefundTooLarge, and
    ValueError where `amount` and `kept` are not together what is left.
    """
    require_transaction("open_refund()")
    given, payment = payment, Payment.objects.locked().get(pk=payment.pk)
    reached("payments.refund.locked")
    made = Refund.objects.filter(key=key).first()
    if made is not None:
        if (made.payment_id, made.amount) != (payment.pk, amount):
            raise ValueError(f"refund {key} is another")
        return made
    if amount.amount <= 0:
        raise ValueError("a refund gives something back")
    if amount > payment.refundable:
        raise RefundTooLarge
    taken, due_at = _taken(payment, amount, kept)
    refund = _create(payment, amount=amount, reason=reason, key=key, by=requested_by, now=now)
    Payment.objects.filter(pk=payment.pk).update(refunded_minor=F("refunded_minor") + amount.amount)
    given.refunded_minor = payment.refunded_minor + amount.amount
    ledger.record_refund_opened(refund=refund, taken=taken, due_at=due_at, now=now)
    _promise(refund)
    return refund


def retry_refund(*, refund: Refund, by: User, now: datetime) -> Refund:
    """Another try of a refund that failed: a new row, sent under a key of its own.

    The renter is owed the money all along, so `refunded_minor` and the ledger stay as they are
    until it arrives. Raises NotToBeRetried, also of two at once.
    """
    with transaction.atomic():
        payment = lock_payment(refund.payment)
        refund = Refund.objects.locked().get(pk=refund.pk)
        if refund.status != RefundStatus.FAILED or Refund.objects.filter(retry_of=refund).exists():
            raise NotToBeRetried
        root, _, tries = refund.key.partition(":retry:")
        again = _create(
            payment,
            amount=refund.amount,
            reason=RefundReason(refund.reason),
            key=f"{root[: _KEY_LENGTH - 12]}:retry:{int(tries or 0) + 1}",
            by=by,
            now=now,
            retry_of=refund,
        )
        if payment.problem == PaymentProblem.REFUND_FAILED:
            close_problem(payment=payment, by=by, now=now, reason="the refund is tried again")
        _promise(again)
    return again


def refund_now(*, refund_id: UUID | str, now: datetime) -> Refund:
    """Sends the refund, or learns where it stands, and records that. Outside any transaction.

    Idempotent: the gateway sends it once under its own key, however late it is asked again.
    Raises ProviderUnavailable, with all as it was.
    """
    forbid_transaction("refund_now()")
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.status == RefundStatus.FAILED:
        return refund
    reached("payments.refund.opened")
    found = gateways.gateway().fetch_refund(refund) if refund.provider_id else _send(refund)
    reached("payments.refund.called")
    refund = _record(refund, found, now=now)
    reached("payments.refund.recorded")
    return refund


def _send(refund: Refund) -> ProviderRefund:
    """The provider's answer; its plain no is a refund that failed."""
    try:
        return gateways.gateway().refund(refund)
    except ProviderRefused as refusal:
        logger.error(  # noqa: TRY400 -- the provider's code says all, its trace nothing
            "refund refused: %s", refusal.code, extra={"refund": str(refund.pk)}
        )
        return ProviderRefund(
            provider_id="",
            state=ProviderRefundState.FAILED,
            amount=refund.amount,
            error=str(refusal),
        )


@transaction.atomic
def _record(refund: Refund, found: ProviderRefund, *, now: datetime) -> Refund:
    payment = lock_payment(refund.payment)
    refund = Refund.objects.locked().select_related("payment").get(pk=refund.pk)
    refund.checked_at = now
    refund.provider_id = refund.provider_id or found.provider_id
    refund.error = found.error[:300]
    refund.save(update_fields=["checked_at", "provider_id", "error"])
    if found.amount != refund.amount:
        detail = f"refund {refund.pk}: {refund.amount} here, {found.amount} at the provider"
        flag_problem(payment=payment, problem=PaymentProblem.REFUND_DIFFERS, detail=detail, now=now)
        return refund
    match found.state:
        case ProviderRefundState.SETTLED if refund.status == RefundStatus.PENDING:
            return _settled(refund, now=now)
        case ProviderRefundState.FAILED if refund.status != RefundStatus.FAILED:
            return _failed(refund, now=now)
    return refund


def _settled(refund: Refund, *, now: datetime) -> Refund:
    refund = transition_refund_to(refund=refund, to=RefundStatus.SETTLED, now=now)
    ledger.record_refund_settled(refund=refund, now=now)
    _tell(refund_settled, refund, now)
    return refund


def _failed(refund: Refund, *, now: datetime) -> Refund:
    """The renter does not have it. It stays owed to them, and a person is asked for."""
    had_arrived = refund.status == RefundStatus.SETTLED
    refund = transition_refund_to(refund=refund, to=RefundStatus.FAILED, now=now)
    if had_arrived:
        ledger.record_refund_returned(refund=refund, now=now)
    flag_problem(
        payment=refund.payment,
        problem=PaymentProblem.REFUND_FAILED,
        detail=f"refund {refund.pk}: {refund.error}",
        now=now,
    )
    _tell(refund_failed, refund, now)
    return refund


def _taken(
    payment: Payment, amount: Money, kept: Split | None
) -> tuple[Split | None, datetime | None]:
    """What each share gives, and when the owner's was due; nothing where there are no shares."""
    allocation = ledger.allocation_of(payment)
    if allocation is None:
        if kept is not None or amount != ledger.unallocated_of(payment):
            raise ValueError(f"payment {payment.pk} is not allocated: all of it goes back")
        return None, None
    if kept is None or kept.total + amount != payment.refundable:
        raise ValueError(f"payment {payment.pk}: {kept} and {amount} are not what is left")
    taken = ledger.shares_of(payment).less(kept)
    dues = allocation.entries.owed_to_owners().values_list("due_at", flat=True)
    return taken, dues.first()


def _create(
    payment: Payment,
    *,
    amount: Money,
    reason: RefundReason,
    key: str,
    by: User | None,
    now: datetime,
    retry_of: Refund | None = None,
) -> Refund:
    refund = Refund(
        payment=payment,
        key=key,
        reason=reason,
        currency=amount.currency,
        amount_minor=amount.amount,
        requested_by=by,
        retry_of=retry_of,
        created_at=now,
    )
    refund.idempotency_key = f"refund-{refund.pk}"
    refund.save(force_insert=True)
    return refund


def _promise(refund: Refund) -> None:
    enqueue(topic=REFUND_TOPIC, payload={"refund": str(refund.pk)}, key=str(refund.pk))


def _tell(signal: Signal, refund: Refund, now: datetime) -> None:
    signal.send(
        sender=Refund,
        payable_kind=refund.payment.payable_kind,
        payable_id=refund.payment.payable_id,
        refund=refund,
        now=now,
    )
