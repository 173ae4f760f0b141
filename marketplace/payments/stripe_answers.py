"""Stripe's answers in the gateway's words: where a payment or a refund stands there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from marketplace.payments.gateway import (
    ProviderPayment,
    ProviderRefund,
    ProviderRefundState,
    ProviderState,
)
from marketplace.payments.stripe_amounts import from_stripe

# What a card's authorisation lasts where Stripe does not say, and what is left in hand of it.
_AUTHORISATION: Final = timedelta(days=7)
_SLACK: Final = timedelta(hours=1)


def moment(epoch: int) -> datetime:
    """A time as the API writes it."""
    return datetime.fromtimestamp(epoch, UTC)


def payment_in(session: dict[str, Any]) -> ProviderPayment:
    """A session with its intent and charge. An intent's word counts for more than its session's."""
    intent = session["payment_intent"]
    by_session = {
        "open": ProviderState.OPEN,
        "expired": ProviderState.EXPIRED,
        # Whatever is still to come, or to fail: completed is not yet paid.
        "complete": ProviderState.PROCESSING,
    }[session["status"]]
    if intent is None:
        amount = from_stripe(session["amount_total"], session["currency"])
        return ProviderPayment(state=by_session, amount=amount)
    if by_session is ProviderState.PROCESSING and intent["status"] == "requires_payment_method":
        by_session = ProviderState.FAILED
    if by_session is ProviderState.EXPIRED and intent["status"] == "canceled":
        return payment_of({**intent, "status": "expired"}, otherwise=by_session)
    return payment_of(intent, otherwise=by_session)


def payment_of(
    intent: dict[str, Any], *, otherwise: ProviderState = ProviderState.PROCESSING
) -> ProviderPayment:
    """An intent with its charge; `otherwise` where it is still to be paid."""
    state, counted = {
        "succeeded": (ProviderState.CAPTURED, "amount_received"),
        "requires_capture": (ProviderState.AUTHORISED, "amount_capturable"),
        "processing": (ProviderState.PROCESSING, "amount"),
        "canceled": (ProviderState.VOIDED, "amount"),
    }.get(intent["status"], (otherwise, "amount"))
    amount = from_stripe(intent[counted], intent["currency"])
    charge = intent["latest_charge"]
    if charge is None or state not in {ProviderState.CAPTURED, ProviderState.AUTHORISED}:
        return ProviderPayment(state=state, amount=amount, intent_id=intent["id"])
    details = charge["payment_method_details"]
    card = details.get("card") or {}
    return ProviderPayment(
        state=state,
        amount=amount,
        intent_id=intent["id"],
        card_brand=card.get("brand") or details["type"],
        card_last4=card.get("last4") or "",
        capture_before=_capture_before(charge, card),
    )


def _capture_before(charge: dict[str, Any], card: dict[str, Any]) -> datetime:
    if card.get("capture_before"):
        return moment(card["capture_before"])
    return moment(charge["created"]) + _AUTHORISATION - _SLACK


def refund_in(found: dict[str, Any]) -> ProviderRefund:
    """A refund, of which only `succeeded` has arrived."""
    state = {
        "succeeded": ProviderRefundState.SETTLED,
        "failed": ProviderRefundState.FAILED,
        "canceled": ProviderRefundState.FAILED,
    }.get(found["status"], ProviderRefundState.PENDING)
    return ProviderRefund(
        provider_id=found["id"],
        state=state,
        amount=from_stripe(found["amount"], found["currency"]),
        error=found.get("failure_reason") or "",
    )
