"""Learning how a payment stands at the provider, and acting on it: once, whoever asks."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

from marketplace.core.points import reached
from marketplace.core.transactions import forbid_transaction
from marketplace.payments import gateways, ledger
from marketplace.payments.enums import CaptureMode, PaymentProblem, PaymentStatus
from marketplace.payments.gateway import ProviderPayment, ProviderRefused, ProviderState
from marketplace.payments.models import Payment
from marketplace.payments.services.checkout import KEYS_REMEMBERED, fail, open_at_provider
from marketplace.payments.services.errors import CheckoutRefused
from marketplace.payments.services.transitions import (
    close_problem,
    flag_problem,
    lock_payment,
    transition_to,
)
from marketplace.payments.signals import payment_authorised, payment_captured, payment_failed

logger = logging.getLogger("joytop.payments")

_WITH_MONEY: Final = frozenset({ProviderState.AUTHORISED, ProviderState.CAPTURED})
_OVER: Final = frozenset({ProviderState.EXPIRED, ProviderState.FAILED, ProviderState.VOIDED})
_ENDED: Final = frozenset({PaymentStatus.FAILED, PaymentStatus.EXPIRED, PaymentStatus.VOIDED})


def settle(*, payment_id: UUID | str, now: datetime) -> Payment:
    """Brings the payment to where the provider has it. Outside any transaction.

    Return page, webhook's worker and reconciler all call this one; it is idempotent, and of two
    at once one acts and the other finds it done. A checkout whose answer was lost is asked for
    again under its own key. Money that differs in amount or currency fulfils nothing: it is
    flagged for a person; so is a checkout that the provider does not know (any more: keys of
    another account were set). Raises ProviderUnavailable, with all as it was.
    """
    forbid_transaction("settle()")
    payment = Payment.objects.get(pk=payment_id)
    if payment.status == PaymentStatus.CREATED and not payment.session_id:
        payment = recover(payment, now=now)
    if payment.status == PaymentStatus.CAPTURED or not payment.session_id:
        return payment
    try:
        found = gateways.gateway().fetch(payment)
    except ProviderRefused as refusal:
        detail = f"{payment.status} here, not to be seen at the provider: {refusal.code}"
        return flag_problem(
            payment=payment, problem=PaymentProblem.STATE_DIFFERS, detail=detail, now=now
        )
    reached("payments.settle.fetched")
    return record(payment, found, now=now)


def recover(payment: Payment, *, now: datetime) -> Payment:
    """A payment that has no checkout yet: finds it, or ends what can have none any more.

    One that was never asked for ends with its time. One whose answer was lost is asked for again
    as long as the provider remembers the key; later that could open a second, so it ends then.
    """
    asked_at = payment.checkout_requested_at
    if asked_at is None:
        is_over = payment.close_requested_at is not None or payment.session_expires_at <= now
        if not is_over:
            return payment
        return fail(payment, to=PaymentStatus.EXPIRED, reason="never begun", now=now)
    if now - asked_at >= KEYS_REMEMBERED:
        return fail(payment, to=PaymentStatus.EXPIRED, reason="never answered", now=now)
    try:
        return open_at_provider(payment, now=now)
    except CheckoutRefused:
        return Payment.objects.get(pk=payment.pk)


def record(payment: Payment, found: ProviderPayment, *, now: datetime) -> Payment:
    """Acts on what the provider said, under the locks of payable and payment.

    An answer that is older than another one's effect is dropped: the payment has moved since it
    was read. Captured money is in the ledger, unallocated, before `payment_captured` is sent. If
    no receiver takes it, that is logged and left so, rather than rolled back: the money is at the
    provider whatever we believe, and an integrity check names it until somebody acts.
    """
    seen = payment.status
    with transaction.atomic():
        payment = lock_payment(payment)
        reached("payments.settle.locked")
        if payment.status != seen:
            return payment
        known = _known(payment, found, now=now)
        if not _agrees(payment, found, now=now):
            _keep(payment, known)
            payment.refresh_from_db()
        elif not _advance(payment, found, known, now=now):
            _keep(payment, known)
    reached("payments.settle.recorded")
    return payment


def _known(payment: Payment, found: ProviderPayment, *, now: datetime) -> dict[str, Any]:
    """What is known of it beside its state; what is not told again stays."""
    return {
        "checked_at": now,
        "intent_id": found.intent_id or payment.intent_id,
        "card_brand": found.card_brand or payment.card_brand,
        "card_last4": found.card_last4 or payment.card_last4,
        "capture_before": found.capture_before or payment.capture_before,
    }


def _keep(payment: Payment, known: dict[str, Any]) -> None:
    for name, value in known.items():
        setattr(payment, name, value)
    payment.save(update_fields=list(known))


def _agrees(payment: Payment, found: ProviderPayment, *, now: datetime) -> bool:
    """Whether it is the payment that was asked for. Otherwise flagged, and left as it is."""
    if found.state not in _OVER and found.amount != payment.amount:
        detail = f"asked for {payment.amount}, the provider has {found.amount}"
        flag_problem(payment=payment, problem=PaymentProblem.AMOUNT_DIFFERS, detail=detail, now=now)
        return False
    if not _may_be(payment, found.state):
        detail = f"{payment.status} here, {found.state.value} at the provider"
        flag_problem(payment=payment, problem=PaymentProblem.STATE_DIFFERS, detail=detail, now=now)
        return False
    if payment.problem in {PaymentProblem.AMOUNT_DIFFERS, PaymentProblem.STATE_DIFFERS}:
        close_problem(payment=payment, by=None, now=now, reason="the provider agrees again")
    return True


def _may_be(payment: Payment, state: ProviderState) -> bool:
    """Whether the provider can truly have it so, given what we know."""
    match payment.status:
        case PaymentStatus.PENDING:
            is_manual = payment.capture_mode == CaptureMode.MANUAL
            return is_manual or state != ProviderState.AUTHORISED
        case PaymentStatus.AUTHORISED:
            return state in _WITH_MONEY | _OVER
        case PaymentStatus.CAPTURED:
            return state == ProviderState.CAPTURED
    return state not in _WITH_MONEY


def _advance(
    payment: Payment, found: ProviderPayment, known: dict[str, Any], *, now: datetime
) -> bool:
    """Brings it to where the provider has it, with what is known. False where it is there."""
    if payment.status in _ENDED or payment.status == PaymentStatus.CAPTURED:
        return False
    if found.state in _OVER:
        _ended(payment, found.state, known, now=now)
        return True
    if found.state not in _WITH_MONEY:
        return False
    is_new = payment.status == PaymentStatus.PENDING
    is_asked_for = is_new and payment.capture_mode == CaptureMode.MANUAL
    if is_asked_for:
        _move(payment, PaymentStatus.AUTHORISED, known, now=now)
        _tell(payment_authorised, payment, now)
    if found.state == ProviderState.CAPTURED:
        _captured(payment, known, now=now)
        return True
    return is_asked_for


def _captured(payment: Payment, known: dict[str, Any], *, now: datetime) -> None:
    _move(payment, PaymentStatus.CAPTURED, known, now=now)
    ledger.record_capture(payment=payment, now=now)
    _tell(payment_captured, payment, now)
    left = ledger.unallocated_of(payment)
    if left:
        logger.error("nobody took %s of a captured payment", left, extra={"payment": payment.pk})


def _ended(payment: Payment, state: ProviderState, known: dict[str, Any], *, now: datetime) -> None:
    if payment.status == PaymentStatus.AUTHORISED:
        to = PaymentStatus.VOIDED
    elif state == ProviderState.EXPIRED:
        to = PaymentStatus.EXPIRED
    else:
        to = PaymentStatus.FAILED
    _move(payment, to, known, now=now, reason=f"provider: {state.value}")
    _tell(payment_failed, payment, now)


def _move(
    payment: Payment, to: PaymentStatus, known: dict[str, Any], *, now: datetime, reason: str = ""
) -> None:
    """Through the one door. It was read under its lock."""
    transition_to(payment=payment, to=to, now=now, reason=reason, is_locked=True, **known)


def _tell(signal: Signal, payment: Payment, now: datetime) -> None:
    signal.send(
        sender=Payment,
        payable_kind=payment.payable_kind,
        payable_id=payment.payable_id,
        payment=payment,
        now=now,
    )
