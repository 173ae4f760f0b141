"""What happens to a session's money: each change of a session, an intent, a charge, a refund.

Every function changes a locked family and tells its events; whether it may is asked before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from marketplace.payments.sandbox.cards import Outcome, TestCard
from marketplace.payments.sandbox.family import CHARGE, INTENT, REFUND, Family, seconds
from marketplace.payments.sandbox.ids import new_id
from marketplace.payments.sandbox.models import SandboxObject

# How long an authorisation lasts before the bank takes it back.
AUTHORISATION: Final = timedelta(days=7)
# How long slow money takes here.
SLOWNESS: Final = timedelta(seconds=5)


def the_intent(family: Family) -> SandboxObject:
    """The session's intent, made at the first attempt to pay it."""
    if family.intent is not None:
        return family.intent
    session = family.session
    asked = session.hidden["payment_intent_data"]
    data: dict[str, Any] = {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": session.data["amount_total"],
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": asked.get("capture_method", "automatic_async"),
        "created": seconds(family.now),
        "currency": session.data["currency"],
        "description": asked.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "status": "requires_payment_method",
    }
    row = family.add(INTENT, data)
    family.change(session, payment_intent=row.pk)
    return row


def decline(family: Family, *, code: str, message: str) -> None:
    """The card's bank says no. The session stays open for another card."""
    error = {"type": "card_error", "code": code, "message": message}
    intent = family.change(
        the_intent(family), status="requires_payment_method", last_payment_error=error
    )
    family.tell("payment_intent.payment_failed", intent)


def ask_bank(family: Family, card: TestCard) -> None:
    """The card's bank wants its customer's word first."""
    intent = family.change(the_intent(family), status="requires_action", last_payment_error=None)
    family.hide(intent, asked=card.number[-4:])
    family.tell("payment_intent.requires_action", intent)


def pay(family: Family, card: TestCard) -> None:
    """The card is good: the money is taken, reserved, or on its way."""
    intent = the_intent(family)
    family.settle_at(family.session, None)
    if card.outcome in {Outcome.LATER, Outcome.FAILS_LATER}:
        _start_processing(family, intent, card)
    elif intent.data["capture_method"] == "manual":
        _authorise(family, intent, card)
    else:
        _take(family, intent, card)
    family.schedule()


def _complete(family: Family, *, payment_status: str) -> None:
    session = family.change(
        family.session, status="complete", payment_status=payment_status, url=None
    )
    family.tell("checkout.session.completed", session)


def _start_processing(family: Family, intent: SandboxObject, card: TestCard) -> None:
    family.hide(intent, succeeds=card.outcome is Outcome.LATER, card=_shown(card))
    family.change(intent, status="processing", last_payment_error=None)
    family.settle_at(intent, family.now + SLOWNESS)
    family.tell("payment_intent.processing", intent)
    _complete(family, payment_status="unpaid")


def finish_processing(family: Family) -> None:
    """Slow money has arrived, is reserved where it is to be taken by hand, or has not come."""
    intent = the_intent(family)
    if intent.hidden["succeeds"] and intent.data["capture_method"] == "manual":
        _reserve(family, intent, intent.hidden["card"])
        return
    if intent.hidden["succeeds"]:
        charge = _add_charge(family, intent, intent.hidden["card"], captured=True)
        _succeed(family, intent, charge, amount=intent.data["amount"])
        session = family.change(family.session, payment_status="paid")
        family.tell("checkout.session.async_payment_succeeded", session)
        return
    error = {"type": "card_error", "code": "card_declined", "message": "The payment failed."}
    family.change(intent, status="requires_payment_method", last_payment_error=error)
    family.tell("payment_intent.payment_failed", intent)
    family.tell("checkout.session.async_payment_failed", family.session)


def _authorise(family: Family, intent: SandboxObject, card: TestCard) -> None:
    charge = _reserve(family, intent, _shown(card))
    family.hide(charge, outcome=card.outcome.value)
    _complete(family, payment_status="unpaid")


def _reserve(family: Family, intent: SandboxObject, card: dict[str, str]) -> SandboxObject:
    until = family.now + AUTHORISATION
    charge = _add_charge(family, intent, card, captured=False, capture_before=until)
    family.change(
        intent,
        status="requires_capture",
        amount_capturable=intent.data["amount"],
        latest_charge=charge.pk,
        last_payment_error=None,
    )
    family.settle_at(intent, until)
    family.tell("payment_intent.amount_capturable_updated", intent)
    return charge


def _take(family: Family, intent: SandboxObject, card: TestCard) -> None:
    charge = _add_charge(family, intent, _shown(card), captured=True)
    family.hide(charge, outcome=card.outcome.value)
    _succeed(family, intent, charge, amount=intent.data["amount"])
    _complete(family, payment_status="paid")


def _shown(card: TestCard) -> dict[str, str]:
    return {"brand": card.brand, "last4": card.last4}


def _add_charge(
    family: Family,
    intent: SandboxObject,
    card: dict[str, str],
    *,
    captured: bool,
    capture_before: datetime | None = None,
) -> SandboxObject:
    details: dict[str, Any] = {"brand": card["brand"], "last4": card["last4"]}
    if capture_before is not None:
        details["capture_before"] = seconds(capture_before)
    amount = intent.data["amount"]
    charge = family.add(
        CHARGE,
        {
            "id": new_id("ch"),
            "object": "charge",
            "amount": amount,
            "amount_captured": amount if captured else 0,
            "amount_refunded": 0,
            "captured": captured,
            "created": seconds(family.now),
            "currency": intent.data["currency"],
            "livemode": False,
            "metadata": intent.data["metadata"],
            "paid": True,
            "payment_intent": intent.pk,
            "payment_method_details": {"card": details, "type": "card"},
            "refunded": False,
            "status": "succeeded",
        },
    )
    family.tell("charge.succeeded", charge)
    return charge


def _succeed(family: Family, intent: SandboxObject, charge: SandboxObject, *, amount: int) -> None:
    family.change(
        intent,
        status="succeeded",
        amount_capturable=0,
        amount_received=amount,
        latest_charge=charge.pk,
        last_payment_error=None,
    )
    family.tell("payment_intent.succeeded", intent)


def capture(family: Family, *, amount: int) -> None:
    """Takes what was reserved, or a part; the rest is released."""
    intent, charge = the_intent(family), family.charge
    if charge is None:
        raise LookupError(f"{intent.pk} has nothing to capture")
    family.settle_at(intent, None)
    family.change(charge, captured=True, amount_captured=amount)
    family.tell("charge.captured", charge)
    _succeed(family, intent, charge, amount=amount)
    family.change(family.session, payment_status="paid")
    family.schedule()


def cancel(family: Family, *, reason: str | None) -> None:
    """Gives back what was reserved, or ends what was never paid."""
    intent = the_intent(family)
    family.settle_at(intent, None)
    if family.charge is not None:
        family.change(family.charge, refunded=True, amount_refunded=family.charge.data["amount"])
    family.change(
        intent,
        status="canceled",
        amount_capturable=0,
        canceled_at=seconds(family.now),
        cancellation_reason=reason,
    )
    family.tell("payment_intent.canceled", intent)
    family.schedule()


def expire(family: Family) -> None:
    """Closes an open session for good."""
    family.settle_at(family.session, None)
    if family.intent is not None:
        cancel(family, reason="automatic")
    session = family.change(family.session, status="expired", url=None)
    family.tell("checkout.session.expired", session)
    family.schedule()


def refund(family: Family, *, amount: int, metadata: dict[str, str]) -> SandboxObject:
    """Sends a part back."""
    intent, charge = the_intent(family), family.charge
    if charge is None:
        raise LookupError(f"{intent.pk} has nothing to refund")
    outcome = charge.hidden.get("outcome")
    row = family.add(
        REFUND,
        {
            "id": new_id("re"),
            "object": "refund",
            "amount": amount,
            "charge": charge.pk,
            "created": seconds(family.now),
            "currency": intent.data["currency"],
            "failure_reason": None,
            "metadata": metadata,
            "payment_intent": intent.pk,
            "reason": None,
            "status": "pending" if outcome == Outcome.REFUND_LATER.value else "succeeded",
        },
    )
    if outcome in {Outcome.REFUND_LATER.value, Outcome.REFUND_FAILS.value}:
        family.settle_at(row, family.now + SLOWNESS)
    _count_refunded(family, charge)
    family.tell("refund.created", row)
    family.tell("charge.refunded", charge)
    family.schedule()
    return row


def finish_refund(family: Family, row: SandboxObject) -> None:
    """A slow refund has arrived, or one that seemed done has come back."""
    if row.data["status"] == "pending":
        family.change(row, status="succeeded")
        family.tell("refund.updated", row)
        return
    family.change(row, status="failed", failure_reason="expired_or_canceled_card")
    if family.charge is not None:
        _count_refunded(family, family.charge)
    family.tell("refund.failed", row)


def refundable(family: Family) -> int:
    """What was taken and has not gone back."""
    if family.charge is None or not family.charge.data["captured"]:
        return 0
    return int(family.charge.data["amount_captured"]) - _refunded(family)


def _refunded(family: Family) -> int:
    return sum(row.data["amount"] for row in family.refunds if row.data["status"] != "failed")


def _count_refunded(family: Family, charge: SandboxObject) -> None:
    refunded = _refunded(family)
    family.change(
        charge,
        amount_refunded=refunded,
        refunded=refunded == charge.data["amount_captured"],
    )
