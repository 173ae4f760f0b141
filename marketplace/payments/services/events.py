"""The provider's events: each is kept once, and only says which object to ask about again."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from marketplace.core.outbox import enqueue
from marketplace.core.points import reached
from marketplace.core.transactions import forbid_transaction
from marketplace.payments import gateways
from marketplace.payments.enums import PaymentProblem, PaymentStatus
from marketplace.payments.gateway import Event
from marketplace.payments.models import Payment, ProviderEvent, Refund
from marketplace.payments.services.intents import pursue
from marketplace.payments.services.refunds import refund_now
from marketplace.payments.services.transitions import flag_problem

logger = logging.getLogger("joytop.payments")

EVENT_TOPIC: Final = "payments.event"
# What Stripe's endpoint is to be subscribed to. Anything else is kept and has no effect.
PAYMENT_EVENTS: Final = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "payment_intent.amount_capturable_updated",
        "payment_intent.succeeded",
        "payment_intent.canceled",
    }
)
REFUND_EVENTS: Final = frozenset({"refund.created", "refund.updated", "refund.failed"})


def receive_event(*, body: bytes, signature: str, now: datetime) -> ProviderEvent:
    """Keeps a signed event under its own id, and promises to process it.

    The same event again, also at the same instant, changes nothing and returns the one that is
    kept. Raises BadEvent where the provider did not sign it, or too long ago.
    """
    event = gateways.gateway().read_event(body, signature, now=now)
    with transaction.atomic():
        # One statement: INSERT … ON CONFLICT DO NOTHING.
        ProviderEvent.objects.bulk_create(
            [
                ProviderEvent(
                    id=event.id,
                    type=event.type,
                    object_id=event.object_id,
                    payment=_named_payment(event),
                    created_at=event.created_at,
                    received_at=now,
                )
            ],
            ignore_conflicts=True,
        )
        enqueue(topic=EVENT_TOPIC, payload={"event": event.id}, key=event.id)
    reached("payments.event.stored")
    return ProviderEvent.objects.get(pk=event.id)


def process_event(*, event_id: str, now: datetime) -> ProviderEvent:
    """Asks about the event's object and acts on the answer. Outside any transaction.

    Takes effect once, in whatever order events come: what is acted on is the object as it is now.
    Raises ProviderUnavailable, and stays unprocessed.
    """
    forbid_transaction("process_event()")
    event = ProviderEvent.objects.select_related("payment").get(pk=event_id)
    if event.processed_at is not None:
        return event
    event.outcome = _outcome(event, now=now)
    event.processed_at = now
    event.save(update_fields=["payment", "outcome", "processed_at"])
    return event


def _outcome(event: ProviderEvent, *, now: datetime) -> str:
    if event.type in PAYMENT_EVENTS:
        return _about_payment(event, now=now)
    if event.type in REFUND_EVENTS:
        return _about_refund(event, now=now)
    return "ignored"


def _about_payment(event: ProviderEvent, *, now: datetime) -> str:
    payment = event.payment or _payment_at_provider(event.object_id)
    if payment is None:
        return "unknown object"
    event.payment = payment
    payment = pursue(payment_id=payment.pk, now=now)
    return str(payment.problem or payment.status)


def _about_refund(event: ProviderEvent, *, now: datetime) -> str:
    refund = _refund_at_provider(event.object_id)
    if refund is None and event.payment is not None:
        refund = _refund_without_answer(event.payment, event.object_id, now=now)
    if refund is not None:
        event.payment = refund.payment
        return f"refund {refund_now(refund_id=refund.pk, now=now).status}"
    # What was reserved and is released goes back by a refund of the provider's own making.
    if event.payment is None or event.payment.status != PaymentStatus.CAPTURED:
        return "unknown object"
    flag_problem(
        payment=event.payment,
        problem=PaymentProblem.REFUND_UNKNOWN,
        detail=f"{event.object_id} was not made here",
        now=now,
    )
    return "unknown refund"


def _refund_without_answer(payment: Payment, provider_id: str, *, now: datetime) -> Refund | None:
    """Its refund whose answer we never had: sent again under its key, it tells its id."""
    for pending in payment.refunds.pending().filter(provider_id=""):
        refund = refund_now(refund_id=pending.pk, now=now)
        if refund.provider_id == provider_id:
            return refund
    return None


def _named_payment(event: Event) -> Payment | None:
    """By our own id, or, where whoever made the object did not know it, by the intent's."""
    try:
        return Payment.objects.filter(pk=UUID(event.payment_id)).first()
    except ValueError:
        return _payment_at_provider(event.intent_id)


def _payment_at_provider(object_id: str) -> Payment | None:
    if not object_id:
        return None
    return Payment.objects.filter(Q(session_id=object_id) | Q(intent_id=object_id)).first()


def _refund_at_provider(object_id: str) -> Refund | None:
    if not object_id:
        return None
    return Refund.objects.select_related("payment").filter(provider_id=object_id).first()
