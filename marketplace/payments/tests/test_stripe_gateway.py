"""The gateway through the official SDK, with the sandbox at the far end.

Each request is held against the SDK's own types (stripe_contract.py).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import stripe
import time_machine
from django.db import transaction
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.core.transactions import InsideTransaction
from marketplace.payments.enums import CaptureMode
from marketplace.payments.gateway import (
    ProviderPayment,
    ProviderRefundState,
    ProviderRefused,
    ProviderState,
    ProviderUnavailable,
)
from marketplace.payments.gateways import gateway
from marketplace.payments.models import Payment
from marketplace.payments.sandbox import actions, faults
from marketplace.payments.sandbox.actions import complete_checkout
from marketplace.payments.sandbox.models import SandboxObject
from marketplace.payments.sandbox.tests.factories import (
    CANCEL_URL,
    RETURN_URL,
    make_payment,
    make_refund,
    open_checkout,
)
from marketplace.payments.sandbox.transport import SandboxTransport
from marketplace.payments.stripe_gateway import StripeGateway
from marketplace.payments.tests.stripe_contract import Recorder, checked

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])
AMOUNT = Money(4_500_000, "KZT")
SESSIONS = "/v1/checkout/sessions"


@pytest.fixture(autouse=True)
def contract() -> Iterator[Recorder]:
    with checked() as recorder:
        yield recorder


def paid(number: str = "4242424242424242", mode: CaptureMode = CaptureMode.AUTOMATIC) -> Payment:
    """A payment whose checkout somebody went through."""
    payment = make_payment(capture_mode=mode)
    complete_checkout(open_checkout(payment).session_id, number=number)
    payment.intent_id = gateway().fetch(payment).intent_id
    return payment


def authorised() -> Payment:
    return paid(mode=CaptureMode.MANUAL)


def test_checkout_asks_for_exactly_this(contract: Recorder) -> None:
    payment = make_payment(capture_mode=CaptureMode.MANUAL)

    open_checkout(payment)

    (request,) = contract.asked("post", SESSIONS)
    assert request.params == {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "kzt",
                    "unit_amount": 4_500_000,
                    "product_data": {"name": payment.description},
                },
            }
        ],
        "client_reference_id": str(payment.pk),
        "metadata": {"payment": str(payment.pk)},
        "payment_intent_data": {
            "capture_method": "manual",
            "description": payment.description,
            "metadata": {"payment": str(payment.pk)},
        },
        "expires_at": int(payment.session_expires_at.timestamp()),
        "success_url": RETURN_URL,
        "cancel_url": CANCEL_URL,
        "locale": "en",
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "customer_email": "rauan@example.com",
    }
    assert request.options["idempotency_key"].startswith(f"{payment.idempotency_key}:checkout:")


def test_checkout_says_where_to_go_and_until_when(settings: object) -> None:
    payment = make_payment()

    checkout = open_checkout(payment)

    assert checkout.url == f"http://localhost:8000/sandbox/checkout/{checkout.session_id}/"
    assert checkout.expires_at == payment.session_expires_at.replace(microsecond=0)


def test_checkout_of_a_payer_without_email_asks_for_none(contract: Recorder) -> None:
    open_checkout(make_payment(payer=User()))

    assert "customer_email" not in contract.requests[0].params


@pytest.mark.parametrize(("language", "asked"), [("en", "en"), ("ru", "ru"), ("kk", "auto")])
def test_checkout_is_in_a_language_that_it_has(
    contract: Recorder, language: str, asked: str
) -> None:
    gateway().open_checkout(
        make_payment(), return_url=RETURN_URL, cancel_url=CANCEL_URL, language=language
    )

    assert contract.requests[0].params["locale"] == asked


def test_checkout_opened_again_is_the_same() -> None:
    payment = make_payment()

    assert open_checkout(payment) == open_checkout(payment)
    assert SandboxObject.objects.count() == 1


def test_checkout_whose_answer_was_lost_is_found_again() -> None:
    payment = make_payment()
    with faults.dropped_after_effect(times=1), pytest.raises(ProviderUnavailable):
        open_checkout(payment)

    checkout = open_checkout(payment)

    assert SandboxObject.objects.get().pk == checkout.session_id


def test_checkout_asked_for_in_another_language_is_another() -> None:
    payment = make_payment()
    first = open_checkout(payment)

    second = gateway().open_checkout(
        payment, return_url=RETURN_URL, cancel_url=CANCEL_URL, language="ru"
    )

    assert second.session_id != first.session_id


def test_checkout_that_would_be_too_short_is_refused() -> None:
    payment = make_payment(session_expires_at=timezone.now() + timedelta(minutes=29))

    with pytest.raises(ProviderRefused):
        open_checkout(payment)


def test_open_checkout_is_open() -> None:
    payment = make_payment()
    open_checkout(payment)

    assert gateway().fetch(payment) == ProviderPayment(ProviderState.OPEN, AMOUNT)


def test_paid_checkout_is_captured() -> None:
    found = gateway().fetch(paid())

    assert (found.state, found.amount) == (ProviderState.CAPTURED, AMOUNT)
    assert found.intent_id.startswith("pi_")
    assert (found.card_brand, found.card_last4) == ("visa", "4242")


def test_declined_card_leaves_the_checkout_open() -> None:
    payment = make_payment()
    session_id = open_checkout(payment).session_id
    with pytest.raises(actions.CardDeclined):
        complete_checkout(session_id, number="4000000000000002")

    found = gateway().fetch(payment)

    assert (found.state, found.card_last4) == (ProviderState.OPEN, "")


def test_slow_money_is_processing_and_then_captured() -> None:
    payment = paid("4000000000000077")

    assert gateway().fetch(payment).state is ProviderState.PROCESSING
    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        assert gateway().fetch(payment).state is ProviderState.CAPTURED


def test_slow_money_that_does_not_come_has_failed() -> None:
    payment = paid("4000000000000341")

    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        assert gateway().fetch(payment).state is ProviderState.FAILED


def test_checkout_that_ran_out_is_expired() -> None:
    payment = make_payment()
    open_checkout(payment)

    with time_machine.travel(payment.session_expires_at + timedelta(seconds=1)):
        assert gateway().fetch(payment).state is ProviderState.EXPIRED


def test_checkout_that_ran_out_after_a_declined_card_is_expired() -> None:
    payment = make_payment()
    with pytest.raises(actions.CardDeclined):
        complete_checkout(open_checkout(payment).session_id, number="4000000000000002")

    with time_machine.travel(payment.session_expires_at + timedelta(seconds=1)):
        assert gateway().fetch(payment).state is ProviderState.EXPIRED


def test_closed_checkout_is_expired(contract: Recorder) -> None:
    payment = make_payment()
    open_checkout(payment)

    assert gateway().close_checkout(payment).state is ProviderState.EXPIRED
    (request,) = contract.asked("post", rf"{SESSIONS}/\w+/expire")
    assert request.options["idempotency_key"] == f"{payment.idempotency_key}:close"


def test_checkout_that_was_paid_before_it_could_be_closed_is_captured() -> None:
    assert gateway().close_checkout(paid()).state is ProviderState.CAPTURED


def test_reserved_money_says_until_when() -> None:
    before = timezone.now()

    found = gateway().fetch(authorised())

    assert (found.state, found.amount) == (ProviderState.AUTHORISED, AMOUNT)
    assert found.capture_before is not None
    assert timedelta(days=6) < found.capture_before - before <= timedelta(days=7, minutes=1)


def test_reserved_money_of_a_card_that_does_not_say_lasts_a_little_less_than_a_week() -> None:
    payment = authorised()
    charge = SandboxObject.objects.get(kind="charge")
    del charge.data["payment_method_details"]["card"]["capture_before"]
    charge.save(update_fields=["data"])

    made_at = datetime.fromtimestamp(charge.data["created"], UTC)
    assert gateway().fetch(payment).capture_before == made_at + timedelta(days=6, hours=23)


def test_capture_takes_what_was_reserved(contract: Recorder) -> None:
    payment = authorised()

    found = gateway().capture(payment)

    assert (found.state, found.amount) == (ProviderState.CAPTURED, AMOUNT)
    assert found == gateway().fetch(payment)
    (request,) = contract.asked("post", r"/v1/payment_intents/\w+/capture")
    assert request.options["idempotency_key"] == f"{payment.idempotency_key}:capture"


def test_capture_of_what_was_released_says_so() -> None:
    payment = authorised()
    gateway().void(payment)

    assert gateway().capture(payment).state is ProviderState.VOIDED


def test_capture_finds_the_intent_by_the_session() -> None:
    payment = authorised()
    payment.intent_id = ""

    assert gateway().capture(payment).state is ProviderState.CAPTURED


def test_void_releases_what_was_reserved() -> None:
    payment = authorised()

    assert gateway().void(payment).state is ProviderState.VOIDED
    assert gateway().fetch(payment).state is ProviderState.VOIDED


def test_void_of_what_was_taken_says_so() -> None:
    payment = authorised()
    gateway().capture(payment)

    assert gateway().void(payment).state is ProviderState.CAPTURED


def test_reserved_money_that_nobody_took_is_released() -> None:
    payment = authorised()

    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        assert gateway().fetch(payment).state is ProviderState.VOIDED
        assert gateway().capture(payment).state is ProviderState.VOIDED


def test_refund_sends_a_part_back(contract: Recorder) -> None:
    payment = paid()
    refund = make_refund(payment, amount_minor=1_000_000)

    found = gateway().refund(refund)

    assert (found.state, found.amount) == (ProviderRefundState.SETTLED, Money(1_000_000, "KZT"))
    (request,) = contract.asked("post", "/v1/refunds")
    assert request.params["metadata"] == {"payment": str(payment.pk), "refund": str(refund.pk)}
    assert request.options["idempotency_key"] == f"{refund.idempotency_key}:refund"


def test_refund_asked_for_again_is_the_same() -> None:
    refund = make_refund(paid(), amount_minor=1_000_000)

    assert gateway().refund(refund) == gateway().refund(refund)


def test_refund_whose_answer_was_lost_is_found_again_when_its_key_is_forgotten() -> None:
    refund = make_refund(paid(), amount_minor=1_000_000)
    with faults.dropped_after_effect(on="POST /v1/refunds"), pytest.raises(ProviderUnavailable):
        gateway().refund(refund)

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        gateway().refund(refund)

    assert SandboxObject.objects.filter(kind="refund").count() == 1


def test_refund_of_more_than_is_left_is_refused() -> None:
    payment = paid()
    gateway().refund(make_refund(payment, amount_minor=4_000_000))

    with pytest.raises(ProviderRefused) as refusal:
        gateway().refund(make_refund(payment, amount_minor=500_001))

    assert refusal.value.code == "amount_too_large"


def test_slow_refund_is_pending_and_then_settled() -> None:
    refund = make_refund(paid("4000000000007726"))
    found = gateway().refund(refund)
    refund.provider_id = found.provider_id

    assert found.state is ProviderRefundState.PENDING
    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        assert gateway().fetch_refund(refund).state is ProviderRefundState.SETTLED


def test_refund_that_comes_back_has_failed() -> None:
    refund = make_refund(paid("4000000000005126"))
    found = gateway().refund(refund)
    refund.provider_id = found.provider_id

    assert found.state is ProviderRefundState.SETTLED
    with time_machine.travel(timezone.now() + timedelta(seconds=6)):
        later = gateway().fetch_refund(refund)
    assert (later.state, later.error) == (ProviderRefundState.FAILED, "expired_or_canceled_card")


@pytest.mark.parametrize(
    "trouble", [faults.dropped_before_effect, faults.dropped_after_effect, faults.server_errors]
)
def test_trouble_on_the_way_is_unavailable(trouble: type) -> None:
    payment = make_payment()

    with trouble(), pytest.raises(ProviderUnavailable):
        open_checkout(payment)


def test_breakdown_that_is_kept_under_the_key_is_left_behind() -> None:
    payment = authorised()
    with faults.server_errors(times=1), pytest.raises(ProviderUnavailable):
        gateway().capture(payment)

    assert gateway().capture(payment).state is ProviderState.CAPTURED


def test_answer_that_takes_too_long_is_unavailable(settings: object) -> None:
    settings.PROVIDER_TIMEOUT_SECONDS = 0  # type: ignore[attr-defined]
    payment = make_payment()
    open_checkout(payment)

    with faults.slow(1), pytest.raises(ProviderUnavailable):
        gateway().fetch(payment)


def test_wrong_key_of_ours_is_unavailable_and_told(caplog: pytest.LogCaptureFixture) -> None:
    through = StripeGateway(
        secret_key="sk_test_of_somebody", webhook_secrets=(), http_client=SandboxTransport()
    )

    with pytest.raises(ProviderUnavailable):
        open_checkout(make_payment(), through=through)

    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "sk_test_of_somebody" not in caplog.text


def test_unknown_session_is_refused() -> None:
    with pytest.raises(ProviderRefused) as refusal:
        gateway().fetch(make_payment(session_id="cs_test_nothing"))

    assert refusal.value.code == "resource_missing"


@pytest.mark.parametrize("method", ["fetch", "close_checkout", "capture", "void"])
def test_nothing_is_asked_inside_a_transaction(method: str) -> None:
    payment = authorised()

    with transaction.atomic(), pytest.raises(InsideTransaction):
        getattr(gateway(), method)(payment)


def test_sdk_tells_nothing_of_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    open_checkout(make_payment())

    assert "rauan@example.com" not in caplog.text
    assert "Grand Hall" not in caplog.text


def test_sdk_asks_once_and_measures_nothing() -> None:
    gateway()

    assert stripe.enable_telemetry is False
