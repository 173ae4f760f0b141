"""Decisions about a payment, and carrying them out, late or after it went otherwise."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from marketplace.core.models import OutboxMessage
from marketplace.core.outbox import drain
from marketplace.core.transactions import InsideTransaction, OutsideTransaction
from marketplace.payments import services
from marketplace.payments.enums import CaptureMode, PaymentStatus
from marketplace.payments.gateway import ProviderState, ProviderUnavailable
from marketplace.payments.models import Payment
from marketplace.payments.services import NotAuthorised, capture_now, close_now, pursue, void_now

from .factories import NOW, make_authorised, make_paid, make_payment, make_pending
from .fakes import FakeGateway
from .hearing import hear

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=3)
type Request = Callable[..., Payment]


def ask(request: Request, payment: Payment) -> Payment:
    with transaction.atomic():
        return request(payment=payment, now=NOW)


def test_decision_is_one_row_and_one_message(provider: FakeGateway) -> None:
    authorised, pending = make_authorised(provider), make_pending()
    calls = provider.calls.copy()

    for _ in range(2):
        assert ask(services.request_capture, authorised).capture_requested_at == NOW
        assert ask(services.request_close, pending).close_requested_at == NOW

    topics = OutboxMessage.objects.order_by("topic").values_list("topic", flat=True)
    assert list(topics) == ["payments.capture", "payments.close"]
    assert provider.calls == calls


@pytest.mark.parametrize(
    "request_", [services.request_capture, services.request_void, services.request_close]
)
def test_decision_belongs_in_a_transaction(request_: Request) -> None:
    with pytest.raises(OutsideTransaction):
        request_(payment=make_payment(), now=NOW)


@pytest.mark.parametrize("carry_out", [services.capture_now, services.void_now, services.close_now])
def test_carrying_out_belongs_outside_of_any(carry_out: Callable[..., Payment]) -> None:
    payment = make_payment()
    with pytest.raises(InsideTransaction), transaction.atomic():
        carry_out(payment_id=payment.pk, now=NOW)


def test_money_is_taken_or_released_never_both(provider: FakeGateway) -> None:
    taken, released = make_authorised(provider), make_authorised(provider)
    ask(services.request_capture, taken)
    ask(services.request_void, released)

    with pytest.raises(NotAuthorised):
        ask(services.request_void, taken)
    with pytest.raises(NotAuthorised):
        ask(services.request_capture, released)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=taken.pk).update(void_requested_at=NOW)


def test_what_is_not_authorised_cannot_be_taken(provider: FakeGateway) -> None:
    with pytest.raises(NotAuthorised):
        ask(services.request_capture, make_pending())
    captured = make_paid(provider)
    assert ask(services.request_capture, captured).capture_requested_at is None
    assert ask(services.request_void, captured).void_requested_at is None
    assert ask(services.request_close, captured).close_requested_at is None


def test_capture_takes_once_however_often_it_is_asked(provider: FakeGateway) -> None:
    payment = make_authorised(provider)
    assert capture_now(payment_id=payment.pk, now=NOW).status == PaymentStatus.AUTHORISED
    ask(services.request_capture, payment)

    with hear("payment_captured") as heard:
        for _ in range(2):
            assert capture_now(payment_id=payment.pk, now=LATER).status == PaymentStatus.CAPTURED
    drain()

    assert heard == [payment.payable_id]
    assert provider.effects["capture"] == 1


@pytest.mark.parametrize("silent", ["silent_before", "silent_after"])
def test_capture_without_an_answer_is_finished_by_the_next_try(
    provider: FakeGateway, silent: str
) -> None:
    payment = make_authorised(provider)
    ask(services.request_capture, payment)
    setattr(provider, silent, {"capture"})
    with pytest.raises(ProviderUnavailable):
        capture_now(payment_id=payment.pk, now=LATER)
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.AUTHORISED
    setattr(provider, silent, set())

    drain()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CAPTURED
    assert provider.effects["capture"] == 1


@pytest.mark.parametrize("state", [ProviderState.VOIDED, ProviderState.EXPIRED])
def test_capture_of_what_is_gone_fails_for_good(
    provider: FakeGateway, state: ProviderState
) -> None:
    payment = make_authorised(provider)
    ask(services.request_capture, payment)
    provider.put(payment, state)

    with hear("payment_failed") as heard:
        assert capture_now(payment_id=payment.pk, now=LATER).status == PaymentStatus.VOIDED

    assert heard == [payment.payable_id]


def test_refused_capture_lets_the_money_go(provider: FakeGateway) -> None:
    payment = make_authorised(provider)
    ask(services.request_capture, payment)
    provider.refuses = {"capture": "capture_charge_authorization_expired"}

    with hear("payment_failed") as heard:
        assert capture_now(payment_id=payment.pk, now=LATER).status == PaymentStatus.VOIDED

    assert heard == [payment.payable_id]
    assert provider.effects["void"] == 1


def test_void_releases_once(provider: FakeGateway) -> None:
    payment = make_authorised(provider)
    assert void_now(payment_id=payment.pk, now=NOW).status == PaymentStatus.AUTHORISED
    ask(services.request_void, payment)

    with hear("payment_failed") as heard:
        drain()
        assert void_now(payment_id=payment.pk, now=LATER).status == PaymentStatus.VOIDED

    assert heard == [payment.payable_id]
    assert provider.effects["void"] == 1


def test_void_of_what_was_taken_is_a_late_payment(provider: FakeGateway) -> None:
    payment = make_authorised(provider)
    ask(services.request_void, payment)
    provider.put(payment, ProviderState.CAPTURED)

    with hear("payment_captured") as heard:
        assert void_now(payment_id=payment.pk, now=LATER).status == PaymentStatus.CAPTURED

    assert heard == [payment.payable_id]


def test_close_ends_an_open_checkout(provider: FakeGateway) -> None:
    payment = make_pending()
    assert close_now(payment_id=payment.pk, now=NOW).status == PaymentStatus.PENDING
    ask(services.request_close, payment)

    drain()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.EXPIRED
    assert provider.effects["close_checkout"] == 1


@pytest.mark.parametrize(
    ("mode", "signal", "status"),
    [
        (CaptureMode.AUTOMATIC, "payment_captured", PaymentStatus.CAPTURED),
        (CaptureMode.MANUAL, "payment_authorised", PaymentStatus.AUTHORISED),
    ],
)
def test_close_of_what_was_paid_at_that_moment_is_a_late_payment(
    provider: FakeGateway, mode: CaptureMode, signal: str, status: PaymentStatus
) -> None:
    payment = make_pending(capture_mode=mode)
    ask(services.request_close, payment)
    provider.pay(payment)

    with hear(signal) as heard:
        assert close_now(payment_id=payment.pk, now=LATER).status == status

    assert heard == [payment.payable_id]


def test_close_of_what_was_never_begun_ends_it(provider: FakeGateway) -> None:
    payment = make_payment()
    ask(services.request_close, payment)

    assert close_now(payment_id=payment.pk, now=LATER).status == PaymentStatus.EXPIRED
    assert not provider.calls


def test_refused_close_is_settled_by_what_is_there(provider: FakeGateway) -> None:
    payment = make_pending()
    ask(services.request_close, payment)
    provider.refuses = {"close_checkout": "resource_missing"}

    assert close_now(payment_id=payment.pk, now=LATER).status == PaymentStatus.PENDING


def test_pursuing_carries_out_whatever_was_decided(provider: FakeGateway) -> None:
    taken, released = make_authorised(provider), make_authorised(provider)
    closed, paid = make_pending(), make_pending()
    provider.pay(paid)
    ask(services.request_capture, taken)
    ask(services.request_void, released)
    ask(services.request_close, closed)

    ends = [pursue(payment_id=p.pk, now=LATER).status for p in (taken, released, closed, paid)]

    assert ends == ["captured", "voided", "expired", "captured"]
