"""Payments through the real adapter and the sandbox: slow, silent, lost, and quiet in the logs."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from stripe import WebhookSignature

from marketplace.core.integrity import registered_checks
from marketplace.core.logs import JsonFormatter
from marketplace.core.outbox import drain
from marketplace.payments import services, signals
from marketplace.payments.enums import CaptureMode, PaymentStatus, RefundStatus
from marketplace.payments.gateway import ProviderUnavailable
from marketplace.payments.models import Payment, Refund
from marketplace.payments.sandbox import faults
from marketplace.payments.sandbox.actions import CardDeclined, complete_checkout
from marketplace.payments.sandbox.models import SandboxEvent, SandboxObject
from marketplace.payments.split import Split

from .factories import SPLIT, make_payment, make_refund, start
from .webhooks import post

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])
GOOD = "4242424242424242"
DECLINED = "4000000000000002"
NOTHING = Split.nothing("KZT")


@pytest.fixture(autouse=True)
def taken_by_its_payable() -> Any:
    """What a payable does with captured money."""

    def take(*, payment: Payment, now: Any, **_rest: Any) -> None:
        due_at = now + timedelta(days=2)
        services.allocate(payment=payment, split=SPLIT, due_at=due_at, now=now)

    signals.payment_captured.connect(take)
    yield
    signals.payment_captured.disconnect(take)


def opened(**values: Any) -> Payment:
    payment = make_payment(now=timezone.now(), **values)
    start(payment, timezone.now())
    payment.refresh_from_db()
    return payment


def deliver() -> None:
    """Every event that the sandbox has, posted, signed, to the site; then the worker's round."""
    for told in SandboxEvent.objects.order_by("created_at", "id"):
        assert post(json.dumps(told.payload).encode()) == 200
    drain()


def breaches() -> list[object]:
    return [
        breach
        for name, check in registered_checks().items()
        if name.startswith("payments.")
        for breach in check()
    ]


def refund_whole(payment: Payment) -> Refund:
    return make_refund(payment, kept=NOTHING)


def test_paid_told_refunded() -> None:
    payment = opened()
    with pytest.raises(CardDeclined):
        complete_checkout(payment.session_id, number=DECLINED)
    assert services.settle(payment_id=payment.pk, now=timezone.now()).status == "pending"
    complete_checkout(payment.session_id, number=GOOD)

    deliver()

    payment.refresh_from_db()
    assert (payment.status, payment.card_last4) == (PaymentStatus.CAPTURED, "4242")
    refund = refund_whole(payment)
    drain()
    deliver()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SETTLED
    assert SandboxObject.objects.filter(kind="refund").count() == 1
    assert breaches() == []


def test_authorised_and_captured_on_acceptance() -> None:
    payment = opened(capture_mode=CaptureMode.MANUAL)
    complete_checkout(payment.session_id, number=GOOD)
    deliver()
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.AUTHORISED
    assert payment.capture_before is not None

    with transaction.atomic():
        services.request_capture(payment=payment, now=timezone.now())
    drain()
    deliver()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CAPTURED
    assert breaches() == []


def test_authorised_and_released() -> None:
    payment = opened(capture_mode=CaptureMode.MANUAL)
    complete_checkout(payment.session_id, number=GOOD)
    deliver()

    with transaction.atomic():
        services.request_void(payment=payment, now=timezone.now())
    drain()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.VOIDED


def test_closed_checkout_cannot_be_paid() -> None:
    payment = opened()

    with transaction.atomic():
        services.request_close(payment=payment, now=timezone.now())
    drain()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.EXPIRED


@pytest.mark.parametrize("trouble", [faults.dropped_before_effect, faults.dropped_after_effect])
def test_nothing_is_doubled_by_lost_requests_and_answers(trouble: Any) -> None:
    payment = make_payment(now=timezone.now(), capture_mode=CaptureMode.MANUAL)
    with trouble(on="POST"), pytest.raises(ProviderUnavailable):
        start(payment, timezone.now())
    start(payment, timezone.now())
    payment.refresh_from_db()
    complete_checkout(payment.session_id, number=GOOD)
    with trouble(), pytest.raises(ProviderUnavailable):
        services.settle(payment_id=payment.pk, now=timezone.now())
    services.settle(payment_id=payment.pk, now=timezone.now())
    with transaction.atomic():
        services.request_capture(payment=payment, now=timezone.now())
    with trouble(on="POST"), pytest.raises(ProviderUnavailable):
        services.capture_now(payment_id=payment.pk, now=timezone.now())
    services.capture_now(payment_id=payment.pk, now=timezone.now())
    refund = refund_whole(payment)
    with trouble(on="POST"), pytest.raises(ProviderUnavailable):
        services.refund_now(refund_id=refund.pk, now=timezone.now())
    services.refund_now(refund_id=refund.pk, now=timezone.now())

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CAPTURED
    kinds = ["checkout.session", "payment_intent", "charge", "refund"]
    assert [SandboxObject.objects.filter(kind=kind).count() for kind in kinds] == [1, 1, 1, 1]
    drain()
    assert breaches() == []


def test_slow_provider_is_given_up_in_its_time(settings: Any) -> None:
    settings.PROVIDER_TIMEOUT_SECONDS = 0.01
    payment = make_payment(now=timezone.now())

    with faults.slow(60), pytest.raises(ProviderUnavailable):
        start(payment, timezone.now())

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CREATED


class Listening(logging.Handler):
    """All that any logger says, as the site would write it, with what it was given."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self._formatter = JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s")

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self._formatter.format(record) + repr(record.args))


@pytest.fixture
def listening() -> Any:
    """Every logger at DEBUG, also those that were made before."""
    listener = Listening()
    names = ["", "stripe", *logging.root.manager.loggerDict]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.root.addHandler(listener)
    yield listener
    logging.root.removeHandler(listener)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def test_no_secret_and_no_card_data_in_logs(listening: Listening) -> None:
    payment = opened()
    with pytest.raises(CardDeclined):
        complete_checkout(payment.session_id, number=DECLINED)
    with faults.dropped_before_effect(), pytest.raises(ProviderUnavailable):
        services.settle(payment_id=payment.pk, now=timezone.now())
    complete_checkout(payment.session_id, number=GOOD)
    deliver()
    assert post(b'{"card": "4242424242424242"}', secret="whsec_forged") == 400
    payment.refresh_from_db()
    refund_whole(payment)
    drain()
    deliver()

    said = "\n".join(listening.lines)

    assert "webhook refused" in said
    secrets = [
        settings.STRIPE_SECRET_KEY,
        *settings.STRIPE_WEBHOOK_SECRETS,
        WebhookSignature.EXPECTED_SCHEME + "=",
        "_secret_",
        GOOD,
        DECLINED,
        "4242 4242",
        "cvc",
        payment.session_url,
    ]
    for made in SandboxObject.objects.all():
        client_secret = (made.data or {}).get("client_secret")
        if client_secret:
            secrets.append(client_secret)
    for secret in secrets:
        assert secret not in said
