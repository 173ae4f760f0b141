"""The rules of sessions, intents, charges and refunds, and the events that each change makes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from marketplace.payments.sandbox import actions
from marketplace.payments.sandbox.models import SandboxEvent
from marketplace.payments.sandbox.tests.wire import (
    REFUNDS,
    SESSIONS,
    event_types,
    get,
    make_session,
    post,
    refusal,
)

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])
WITH_CHARGE = ["payment_intent.latest_charge"]


def paid(**how: Any) -> dict[str, Any]:
    """The intent of a session that somebody paid."""
    number = how.pop("number", "4242424242424242")
    session_id = make_session(**how)
    actions.complete_checkout(session_id, number=number)
    session = get(f"{SESSIONS}/{session_id}", expand=WITH_CHARGE)
    intent: dict[str, Any] = session["payment_intent"]
    return intent | {"session": session}


def reserved() -> dict[str, Any]:
    return paid(intent={"capture_method": "manual"})


def capture(intent: dict[str, Any]) -> str:
    return f"/v1/payment_intents/{intent['id']}/capture"


def cancel(intent: dict[str, Any]) -> str:
    return f"/v1/payment_intents/{intent['id']}/cancel"


def test_open_session_can_be_expired() -> None:
    session_id = make_session()

    session = post(f"{SESSIONS}/{session_id}/expire")

    assert (session["status"], session["url"]) == ("expired", None)
    assert event_types() == ["checkout.session.expired"]


def test_only_an_open_session_can_be_expired() -> None:
    expired, complete = make_session(), paid()["session"]["id"]
    post(f"{SESSIONS}/{expired}/expire")

    for session_id in (expired, complete):
        assert refusal("post", f"{SESSIONS}/{session_id}/expire")[0] == 400


def test_session_expires_by_itself() -> None:
    session_id = make_session()

    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        assert get(f"{SESSIONS}/{session_id}")["status"] == "expired"
    assert event_types() == ["checkout.session.expired"]


def test_paid_session_is_complete() -> None:
    intent = paid()

    session, charge = intent["session"], intent["latest_charge"]
    assert (session["status"], session["payment_status"]) == ("complete", "paid")
    assert session["url"] is None
    assert session["success_url"] == f"http://testserver/return/?session={session['id']}"
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 4_500_000)
    assert intent["metadata"] == charge["metadata"] == {"payment": "p1"}
    assert (charge["captured"], charge["amount_captured"]) == (True, 4_500_000)
    assert charge["payment_method_details"]["card"] == {"brand": "visa", "last4": "4242"}
    assert event_types() == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_event_carries_the_object_as_it_was() -> None:
    intent = paid()

    event = SandboxEvent.objects.get(type="checkout.session.completed")
    assert event.payload["data"]["object"]["id"] == intent["session"]["id"]
    assert event.payload["data"]["object"]["payment_status"] == "paid"
    assert event.payload["object"] == "event"
    assert event.payload["livemode"] is False
    assert event.payload["created"] == int(event.created_at.timestamp())


def test_completed_session_of_reserved_money_is_not_paid() -> None:
    intent = reserved()

    assert intent["session"]["payment_status"] == "unpaid"
    assert (intent["status"], intent["amount_capturable"]) == ("requires_capture", 4_500_000)
    assert intent["latest_charge"]["captured"] is False
    assert event_types() == [
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "checkout.session.completed",
    ]


def test_declined_card_leaves_the_session_open() -> None:
    session_id = make_session()
    with pytest.raises(actions.CardDeclined):
        actions.complete_checkout(session_id, number="4000000000000002")

    session = get(f"{SESSIONS}/{session_id}", expand=WITH_CHARGE)
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    assert session["payment_intent"]["status"] == "requires_payment_method"
    assert event_types() == ["payment_intent.payment_failed"]
    actions.complete_checkout(session_id)
    assert get(f"{SESSIONS}/{session_id}")["payment_status"] == "paid"


def test_slow_money_arrives_by_itself() -> None:
    session_id = paid(number="4000000000000077")["session"]["id"]
    assert get(f"{SESSIONS}/{session_id}")["payment_status"] == "unpaid"
    assert event_types() == ["payment_intent.processing", "checkout.session.completed"]

    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        assert get(f"{SESSIONS}/{session_id}")["payment_status"] == "paid"

    assert event_types()[2:] == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]


def test_slow_money_is_only_reserved_where_it_is_taken_by_hand() -> None:
    slow = paid(number="4000000000000077", intent={"capture_method": "manual"})
    assert slow["status"] == "processing"

    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        session = get(f"{SESSIONS}/{slow['session']['id']}", expand=WITH_CHARGE)
        intent = session["payment_intent"]
        assert (session["payment_status"], intent["status"]) == ("unpaid", "requires_capture")
        assert intent["latest_charge"]["captured"] is False
        assert post(capture(intent))["status"] == "succeeded"

    assert "payment_intent.amount_capturable_updated" in event_types()


def test_slow_money_may_not_arrive() -> None:
    session_id = paid(number="4000000000000341")["session"]["id"]

    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        session = get(f"{SESSIONS}/{session_id}", expand=WITH_CHARGE)

    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    assert session["payment_intent"]["status"] == "requires_payment_method"
    assert event_types()[2:] == [
        "payment_intent.payment_failed",
        "checkout.session.async_payment_failed",
    ]


def test_capture_takes_what_was_reserved() -> None:
    intent = reserved()

    taken = post(capture(intent), {"expand": ["latest_charge"]})

    assert (taken["status"], taken["amount_received"]) == ("succeeded", 4_500_000)
    assert taken["latest_charge"]["captured"] is True
    assert get(f"{SESSIONS}/{intent['session']['id']}")["payment_status"] == "paid"
    assert event_types()[3:] == ["charge.captured", "payment_intent.succeeded"]


def test_capture_may_take_less() -> None:
    intent = reserved()

    taken = post(capture(intent), {"amount_to_capture": 1_000_000})

    assert taken["amount_received"] == 1_000_000
    assert refusal("post", REFUNDS, {"payment_intent": intent["id"], "amount": 1_000_001}) == (
        400,
        "amount_too_large",
    )


def test_capture_takes_no_more_than_was_reserved() -> None:
    intent = reserved()

    refused = refusal("post", capture(intent), {"amount_to_capture": 4_500_001})

    assert refused == (400, "amount_too_large")


def test_only_reserved_money_can_be_captured() -> None:
    taken, released = paid(), reserved()
    post(cancel(released))

    for intent in (taken, released):
        assert refusal("post", capture(intent)) == (400, "payment_intent_unexpected_state")


def test_cancel_releases_what_was_reserved() -> None:
    intent = reserved()

    released = post(cancel(intent), {"cancellation_reason": "requested_by_customer"})

    assert (released["status"], released["amount_capturable"]) == ("canceled", 0)
    assert released["cancellation_reason"] == "requested_by_customer"
    assert event_types()[3:] == ["payment_intent.canceled"]


def test_only_money_that_was_not_taken_can_be_released() -> None:
    taken, released, processing = paid(), reserved(), paid(number="4000000000000077")
    post(cancel(released))

    for intent in (taken, released, processing):
        assert refusal("post", cancel(intent)) == (400, "payment_intent_unexpected_state")


def test_intent_of_an_open_session_is_not_cancelled_by_itself() -> None:
    session_id = make_session()
    with pytest.raises(actions.CardDeclined):
        actions.complete_checkout(session_id, number="4000000000000002")
    intent = get(f"{SESSIONS}/{session_id}", expand=["payment_intent"])["payment_intent"]

    assert refusal("post", cancel(intent))[0] == 400


def test_reserved_money_is_released_after_a_week() -> None:
    intent = reserved()

    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        assert refusal("post", capture(intent)) == (400, "payment_intent_unexpected_state")
        found = get(f"/v1/payment_intents/{intent['id']}")
    assert (found["status"], found["cancellation_reason"]) == ("canceled", "automatic")
    assert event_types()[3:] == ["payment_intent.canceled"]


def test_refund_sends_back_what_was_taken() -> None:
    intent = paid()

    refund = post(REFUNDS, {"payment_intent": intent["id"], "metadata": {"refund": "r1"}})

    assert (refund["amount"], refund["status"]) == (4_500_000, "succeeded")
    assert refund["metadata"] == {"refund": "r1"}
    assert get(f"/v1/refunds/{refund['id']}") == refund
    charge = get(f"/v1/payment_intents/{intent['id']}", expand=["latest_charge"])["latest_charge"]
    assert (charge["amount_refunded"], charge["refunded"]) == (4_500_000, True)
    assert event_types()[3:] == ["refund.created", "charge.refunded"]


def test_refunds_are_never_more_than_was_taken() -> None:
    intent = paid()
    post(REFUNDS, {"payment_intent": intent["id"], "amount": 4_000_000})

    more = {"payment_intent": intent["id"], "amount": 500_001}
    assert refusal("post", REFUNDS, more) == (400, "amount_too_large")
    post(REFUNDS, {"payment_intent": intent["id"]})
    least = {"payment_intent": intent["id"], "amount": 1}
    assert refusal("post", REFUNDS, least) == (400, "charge_already_refunded")


def test_only_money_that_was_taken_can_be_refunded() -> None:
    for intent in (reserved(), paid(number="4000000000000077")):
        refused = refusal("post", REFUNDS, {"payment_intent": intent["id"]})

        assert refused == (400, "payment_intent_unexpected_state")


@pytest.mark.parametrize("amount", [0, -1, "1.5"])
def test_refund_is_of_a_positive_amount(amount: object) -> None:
    asked = {"payment_intent": paid()["id"], "amount": amount}

    assert refusal("post", REFUNDS, asked) == (400, "parameter_invalid_integer")


def test_refunds_are_listed_newest_first() -> None:
    intent = paid()
    made = [
        post(REFUNDS, {"payment_intent": intent["id"], "amount": 100 + number})
        for number in range(3)
    ]

    listed = get(REFUNDS, payment_intent=intent["id"], limit=2)

    assert listed["data"] == [made[2], made[1]]
    assert listed["has_more"] is True


def test_slow_refund_arrives_by_itself() -> None:
    intent = paid(number="4000000000007726")
    refund = post(REFUNDS, {"payment_intent": intent["id"]})
    assert refund["status"] == "pending"

    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        assert get(f"/v1/refunds/{refund['id']}")["status"] == "succeeded"
    assert event_types()[-1] == "refund.updated"


def test_refund_may_come_back_and_be_made_again() -> None:
    intent = paid(number="4000000000005126")
    refund = post(REFUNDS, {"payment_intent": intent["id"]})

    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        found = get(f"/v1/refunds/{refund['id']}")
        again = post(REFUNDS, {"payment_intent": intent["id"]})

    assert (found["status"], found["failure_reason"]) == ("failed", "expired_or_canceled_card")
    assert again["amount"] == 4_500_000
    assert "refund.failed" in event_types()
