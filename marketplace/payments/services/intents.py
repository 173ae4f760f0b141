"""What was decided about a payment, and is carried out at the provider: take, release, close.

The decision is one row changed inside the payable's own transaction, with an outbox message. It
is carried out after that, by whoever comes first: a page that waits for it, the worker, or the
reconciler. The provider's calls are idempotent, and each answer is recorded as `settle` does.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from marketplace.core.outbox import enqueue
from marketplace.core.points import reached
from marketplace.core.states import reread
from marketplace.core.transactions import forbid_transaction, require_transaction
from marketplace.payments import gateways
from marketplace.payments.enums import UNPAID_STATUSES, PaymentStatus
from marketplace.payments.gateway import ProviderPayment, ProviderRefused, ProviderState
from marketplace.payments.models import Payment
from marketplace.payments.services.errors import NotAuthorised
from marketplace.payments.services.settling import record, recover, settle

logger = logging.getLogger("joytop.payments")

CAPTURE_TOPIC: Final = "payments.capture"
VOID_TOPIC: Final = "payments.void"
CLOSE_TOPIC: Final = "payments.close"


def request_capture(*, payment: Payment, now: datetime) -> Payment:
    """Authorised money is to be taken. In the caller's transaction; again changes nothing.

    Raises NotAuthorised where there is none, or it is to be released.
    """
    payment = _locked(payment, "request_capture()")
    if payment.status == PaymentStatus.CAPTURED or payment.capture_requested_at is not None:
        return payment
    if payment.status != PaymentStatus.AUTHORISED or payment.void_requested_at is not None:
        raise NotAuthorised
    return _intend(payment, "capture_requested_at", CAPTURE_TOPIC, now)


def request_void(*, payment: Payment, now: datetime) -> Payment:
    """Authorised money is to be released. In the caller's transaction; again changes nothing.

    Does nothing where there is no such money. Raises NotAuthorised where it is being taken.
    """
    payment = _locked(payment, "request_void()")
    if payment.status != PaymentStatus.AUTHORISED or payment.void_requested_at is not None:
        return payment
    if payment.capture_requested_at is not None:
        raise NotAuthorised
    return _intend(payment, "void_requested_at", VOID_TOPIC, now)


def request_close(*, payment: Payment, now: datetime) -> Payment:
    """The checkout is to be closed. In the caller's transaction; again changes nothing.

    Does nothing to a payment that is past its checkout. One that is paid at this very moment
    stays paid, and its payable hears of that as of any late payment.
    """
    payment = _locked(payment, "request_close()")
    if payment.status not in UNPAID_STATUSES or payment.close_requested_at is not None:
        return payment
    return _intend(payment, "close_requested_at", CLOSE_TOPIC, now)


def capture_now(*, payment_id: UUID | str, now: datetime) -> Payment:
    """Takes the money if that was decided. Outside any transaction; again takes nothing more.

    An authorisation that is gone, or that the provider will not take from, ends as voided, and
    `payment_failed` says so. Raises ProviderUnavailable: it will be tried again by the worker.
    """
    forbid_transaction("capture_now()")
    payment = Payment.objects.get(pk=payment_id)
    if payment.status != PaymentStatus.AUTHORISED or payment.capture_requested_at is None:
        return payment
    try:
        found = gateways.gateway().capture(payment)
    except ProviderRefused as refusal:
        found = _after_refused_capture(payment, refusal)
    reached("payments.capture.called")
    return record(payment, found, now=now)


def void_now(*, payment_id: UUID | str, now: datetime) -> Payment:
    """Releases the money if that was decided. Outside any transaction. ProviderUnavailable."""
    forbid_transaction("void_now()")
    payment = Payment.objects.get(pk=payment_id)
    if payment.status != PaymentStatus.AUTHORISED or payment.void_requested_at is None:
        return payment
    try:
        found = gateways.gateway().void(payment)
    except ProviderRefused as refusal:
        found = _after_refusal(payment, refusal)
    reached("payments.void.called")
    return record(payment, found, now=now)


def close_now(*, payment_id: UUID | str, now: datetime) -> Payment:
    """Closes the checkout if that was decided. Outside any transaction. ProviderUnavailable."""
    forbid_transaction("close_now()")
    payment = Payment.objects.get(pk=payment_id)
    if payment.status not in UNPAID_STATUSES or payment.close_requested_at is None:
        return payment
    if not payment.session_id:
        payment = recover(payment, now=now)
    if payment.status != PaymentStatus.PENDING:
        return payment
    try:
        found = gateways.gateway().close_checkout(payment)
    except ProviderRefused as refusal:
        found = _after_refusal(payment, refusal)
    reached("payments.close.called")
    return record(payment, found, now=now)


def pursue(*, payment_id: UUID | str, now: datetime) -> Payment:
    """Whatever is to be done next about an unsettled payment: carries out what was decided."""
    payment = Payment.objects.get(pk=payment_id)
    if payment.status == PaymentStatus.AUTHORISED and payment.capture_requested_at is not None:
        return capture_now(payment_id=payment_id, now=now)
    if payment.status == PaymentStatus.AUTHORISED and payment.void_requested_at is not None:
        return void_now(payment_id=payment_id, now=now)
    if payment.status in UNPAID_STATUSES and payment.close_requested_at is not None:
        return close_now(payment_id=payment_id, now=now)
    return settle(payment_id=payment_id, now=now)


def _after_refused_capture(payment: Payment, refusal: ProviderRefused) -> ProviderPayment:
    """The truth behind the no. Money that is reserved and cannot be taken is let go."""
    found = _after_refusal(payment, refusal)
    return gateways.gateway().void(payment) if found.state is ProviderState.AUTHORISED else found


def _after_refusal(payment: Payment, refusal: ProviderRefused) -> ProviderPayment:
    logger.error("provider refused: %s", refusal.code, extra={"payment": str(payment.pk)})
    return gateways.gateway().fetch(payment)


def _locked(payment: Payment, what: str) -> Payment:
    require_transaction(what)
    return reread(payment, Payment.objects.locked())


def _intend(payment: Payment, field: str, topic: str, now: datetime) -> Payment:
    setattr(payment, field, now)
    payment.save(update_fields=[field])
    enqueue(topic=topic, payload={"payment": str(payment.pk)}, key=str(payment.pk))
    return payment
