"""Opening a payment, and its checkout at the provider."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from marketplace.accounts.models import Business, User
from marketplace.core.money import Money
from marketplace.core.points import reached
from marketplace.core.transactions import forbid_transaction, require_transaction
from marketplace.payments import gateways
from marketplace.payments.enums import UNPAID_STATUSES, CaptureMode, PaymentStatus
from marketplace.payments.gateway import (
    BeingAnswered,
    Checkout,
    ProviderRefused,
    ProviderUnavailable,
)
from marketplace.payments.models import Payment
from marketplace.payments.services.errors import AlreadyPaid, CheckoutRefused, NotPayable
from marketplace.payments.services.transitions import lock_payment, transition_to
from marketplace.payments.signals import payment_failed

logger = logging.getLogger("joytop.payments")

# Stripe asks for half an hour at least, counted from its own "now": the rest is for trying again
# while it does not answer, with the same parameters.
CHECKOUT_LENGTH: Final = timedelta(hours=1)
# Stripe forgets idempotency keys after 24 hours; then the same request would act a second time.
KEYS_REMEMBERED: Final = timedelta(hours=23)
# Two seconds in all for who asks while the same is being answered to another.
_LOOKS: Final = 41
_BETWEEN_LOOKS_SECONDS: Final = 0.05


def open_payment(
    *,
    payable_kind: str,
    payable_id: str,
    description: str,
    payer: User,
    payee: Business,
    amount: Money,
    capture_mode: CaptureMode,
    now: datetime,
) -> Payment:
    """The intent to be paid, inside the caller's transaction; the provider hears nothing of it.

    Returns the payable's live payment where there is one: at most one can bring money at a time.
    The caller holds the payable's lock. Raises OutsideTransaction.
    """
    require_transaction("open_payment()")
    live = Payment.objects.for_payable(payable_kind, payable_id).live().first()
    if live is not None:
        return live
    payment = Payment(
        payable_kind=payable_kind,
        payable_id=payable_id,
        description=description,
        payer=payer,
        payee=payee,
        capture_mode=capture_mode,
        currency=amount.currency,
        amount_minor=amount.amount,
        session_expires_at=now + CHECKOUT_LENGTH,
        created_at=now,
    )
    payment.idempotency_key = f"payment-{payment.pk}"
    payment.save(force_insert=True)
    return payment


def start_checkout(*, payment: Payment, return_url: str, cancel_url: str, now: datetime) -> str:
    """Where to send the payer. Outside any transaction: it calls the provider.

    What the checkout is asked for is committed first and stays as it was first given, so that
    asking again, after an answer was lost, opens no second one. The same payment again returns
    the same address. Raises ProviderUnavailable (nothing has changed, ask again), AlreadyPaid,
    NotPayable, and CheckoutRefused, after which the payment has failed.
    """
    forbid_transaction("start_checkout()")
    payment = _intend(payment, return_url=return_url, cancel_url=cancel_url, now=now)
    reached("payments.checkout.intended")
    if not payment.session_url:
        try:
            payment = open_at_provider(payment, now=now)
        except ProviderUnavailable as trouble:
            # A second click at the same moment may have been answered, or be about to be.
            looks = _LOOKS if isinstance(trouble, BeingAnswered) else 1
            if not _is_opened_by_another(payment, looks=looks):
                raise
    _require_payable(payment, now)
    return payment.session_url


def _is_opened_by_another(payment: Payment, *, looks: int) -> bool:
    """Looks so many times whether the checkout has come to be, and waits in between."""
    for look in range(looks):
        if look:
            time.sleep(_BETWEEN_LOOKS_SECONDS)
        payment.refresh_from_db()
        if payment.session_url:
            return True
    return False


def open_at_provider(payment: Payment, *, now: datetime) -> Payment:
    """Opens the intended checkout, or learns of the one that the same key opened before.

    Raises ProviderUnavailable, and CheckoutRefused, after which the payment has failed: a key
    that had ever succeeded would have been answered with its checkout.
    """
    forbid_transaction("opening a checkout")
    try:
        checkout = gateways.gateway().open_checkout(
            payment,
            return_url=payment.return_url,
            cancel_url=payment.cancel_url,
            language=payment.language,
        )
    except ProviderRefused as refusal:
        logger.error(  # noqa: TRY400 -- the provider's code says all, its trace nothing
            "checkout refused: %s", refusal.code, extra={"payment": str(payment.pk)}
        )
        fail(payment, to=PaymentStatus.FAILED, reason=f"refused: {refusal.code}", now=now)
        raise CheckoutRefused from refusal
    reached("payments.checkout.opened")
    payment = _record(payment, checkout, now=now)
    reached("payments.checkout.recorded")
    return payment


@transaction.atomic
def fail(payment: Payment, *, to: PaymentStatus, reason: str, now: datetime) -> Payment:
    """A payment without a checkout ends; its payable is told. Does nothing to any other."""
    payment = lock_payment(payment)
    if payment.status != PaymentStatus.CREATED or payment.session_id:
        return payment
    payment = transition_to(
        payment=payment, to=to, now=now, reason=reason, is_locked=True, checked_at=now
    )
    payment_failed.send(
        sender=Payment,
        payable_kind=payment.payable_kind,
        payable_id=payment.payable_id,
        payment=payment,
        now=now,
    )
    return payment


@transaction.atomic
def _intend(payment: Payment, *, return_url: str, cancel_url: str, now: datetime) -> Payment:
    payment = Payment.objects.locked().select_related("payer").get(pk=payment.pk)
    _require_payable(payment, now)
    if payment.checkout_requested_at is None:
        payment.return_url = return_url
        payment.cancel_url = cancel_url
        payment.language = payment.payer.language
        payment.checkout_requested_at = now
        payment.save(
            update_fields=["return_url", "cancel_url", "language", "checkout_requested_at"]
        )
    return payment


@transaction.atomic
def _record(payment: Payment, checkout: Checkout, *, now: datetime) -> Payment:
    payment = Payment.objects.locked().get(pk=payment.pk)
    if payment.session_id:
        return payment
    known: dict[str, Any] = {
        "session_id": checkout.session_id,
        "session_url": checkout.url,
        "session_expires_at": checkout.expires_at,
    }
    if payment.status == PaymentStatus.CREATED:
        return transition_to(
            payment=payment, to=PaymentStatus.PENDING, now=now, is_locked=True, **known
        )
    # It ended meanwhile; its checkout is kept all the same, so that late money is seen.
    for name, value in known.items():
        setattr(payment, name, value)
    payment.save(update_fields=list(known))
    return payment


def _require_payable(payment: Payment, now: datetime) -> None:
    if payment.status in {PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED}:
        raise AlreadyPaid
    if payment.status not in UNPAID_STATUSES or payment.close_requested_at is not None:
        raise NotPayable
    if payment.session_expires_at <= now:
        raise NotPayable
