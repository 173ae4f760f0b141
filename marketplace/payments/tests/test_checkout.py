"""Opening a payment and its checkout, with a provider that may be silent at any moment."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Never

import pytest
from django.db import IntegrityError, transaction

from marketplace.core.models import OutboxMessage
from marketplace.core.transactions import InsideTransaction, OutsideTransaction
from marketplace.payments import services
from marketplace.payments.enums import CaptureMode, PaymentStatus
from marketplace.payments.gateway import BeingAnswered, ProviderState, ProviderUnavailable
from marketplace.payments.models import Payment
from marketplace.payments.services import AlreadyPaid, CheckoutRefused, NotPayable, checkout, settle

from .factories import (
    AMOUNT,
    CANCEL_URL,
    NOW,
    RETURN_URL,
    make_authorised,
    make_paid,
    make_payment,
    make_pending,
    start,
)
from .fakes import FakeGateway
from .hearing import hear

pytestmark = pytest.mark.django_db


def test_opened_payment_is_an_intent_that_nobody_was_told_of(provider: FakeGateway) -> None:
    payment = make_payment()

    assert (payment.status, payment.amount) == (PaymentStatus.CREATED, AMOUNT)
    assert payment.idempotency_key == f"payment-{payment.pk}"
    assert payment.session_expires_at == NOW + services.CHECKOUT_LENGTH
    assert not provider.calls
    assert not OutboxMessage.objects.exists()


def test_live_payment_is_returned_instead_of_a_second(provider: FakeGateway) -> None:
    first = make_pending()

    again = make_payment(payable_id=first.payable_id)

    assert again == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(
            payable_kind=first.payable_kind,
            payable_id=first.payable_id,
            payer=first.payer,
            payee=first.payee,
            capture_mode=CaptureMode.AUTOMATIC,
            currency="KZT",
            amount_minor=1,
            idempotency_key="another",
            session_expires_at=NOW,
            created_at=NOW,
        )


def test_ended_payment_makes_room_for_another(provider: FakeGateway) -> None:
    first = make_pending()
    provider.put(first, ProviderState.EXPIRED)
    settle(payment_id=first.pk, now=NOW)

    assert make_payment(payable_id=first.payable_id) != first


def test_payment_is_opened_inside_a_transaction_and_begun_outside() -> None:
    payment = make_payment()
    with pytest.raises(OutsideTransaction):
        services.open_payment(
            payable_kind="tests.thing",
            payable_id="1",
            description="",
            payer=payment.payer,
            payee=payment.payee,
            amount=AMOUNT,
            capture_mode=CaptureMode.AUTOMATIC,
            now=NOW,
        )

    with pytest.raises(InsideTransaction), transaction.atomic():
        start(payment)


def test_checkout_is_opened_once_and_its_address_kept(provider: FakeGateway) -> None:
    payment = make_payment()

    first, second = start(payment), start(payment)

    assert first == second == f"https://checkout.test/cs_{payment.pk.hex}"
    assert provider.calls == {"open_checkout": 1}
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING
    assert (payment.return_url, payment.cancel_url) == (RETURN_URL, CANCEL_URL)


def test_silent_provider_leaves_all_as_it_was(provider: FakeGateway) -> None:
    payment = make_payment()
    provider.silent_before = {"*"}

    with pytest.raises(ProviderUnavailable):
        start(payment)

    payment.refresh_from_db()
    assert (payment.status, payment.session_id) == (PaymentStatus.CREATED, "")
    provider.silent_before = set()
    assert start(payment)
    assert provider.effects == {"open_checkout": 1}


@pytest.mark.parametrize("is_opened", [True, False])
def test_who_comes_while_another_is_answered_looks_for_two_seconds(
    provider: FakeGateway, monkeypatch: pytest.MonkeyPatch, *, is_opened: bool
) -> None:
    payment = make_payment()
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if is_opened and len(waited) == 3:
            Payment.objects.filter(pk=payment.pk).update(session_url="https://checkout.test/it")

    def in_use(*_args: object, **_options: object) -> Never:
        raise BeingAnswered

    monkeypatch.setattr(checkout, "time", SimpleNamespace(sleep=wait))
    monkeypatch.setattr(provider, "open_checkout", in_use)

    if is_opened:
        assert start(payment) == "https://checkout.test/it"
        assert len(waited) == 3
    else:
        with pytest.raises(BeingAnswered):
            start(payment)
        assert sum(waited) == pytest.approx(2)


def test_lost_answer_is_asked_for_again_with_the_same_words(provider: FakeGateway) -> None:
    payment = make_payment()
    provider.silent_after = {"open_checkout"}
    with pytest.raises(ProviderUnavailable):
        start(payment)
    provider.silent_after = set()
    # Meanwhile the person changed the language, and came by another address.
    payment.payer.language = "kk"
    payment.payer.save()

    url = services.start_checkout(
        payment=payment,
        return_url="https://other.test/",
        cancel_url="https://other.test/",
        now=NOW + timedelta(minutes=5),
    )

    assert url.endswith(payment.pk.hex)
    assert provider.effects == {"open_checkout": 1}


def test_lost_answer_is_mended_by_settling(provider: FakeGateway) -> None:
    payment = make_payment()
    provider.silent_after = {"open_checkout"}
    with pytest.raises(ProviderUnavailable):
        start(payment)
    provider.silent_after = set()
    provider.pay(payment)

    settled = settle(payment_id=payment.pk, now=NOW + timedelta(minutes=2))

    assert settled.status == PaymentStatus.CAPTURED
    assert provider.effects == {"open_checkout": 1, "pay": 1}


def test_refused_checkout_fails_the_payment_and_tells(provider: FakeGateway) -> None:
    payment = make_payment()
    provider.refuses = {"open_checkout": "amount_too_small"}

    with hear("payment_failed") as heard, pytest.raises(CheckoutRefused):
        start(payment)

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.FAILED
    assert heard == [payment.payable_id]
    with pytest.raises(NotPayable):
        start(payment)


@pytest.mark.parametrize("make", [make_paid, make_authorised])
def test_paid_is_not_paid_again(provider: FakeGateway, make: object) -> None:
    payment = make(provider)  # type: ignore[operator]

    with pytest.raises(AlreadyPaid):
        start(payment)


def test_checkout_that_is_over_or_closing_leads_nowhere(provider: FakeGateway) -> None:
    over, closing = make_pending(), make_pending()
    with pytest.raises(NotPayable):
        start(over, NOW + services.CHECKOUT_LENGTH)

    with transaction.atomic():
        services.request_close(payment=closing, now=NOW)
    with pytest.raises(NotPayable):
        start(closing)


@pytest.mark.parametrize(
    ("asked", "later", "status"),
    [
        (False, services.CHECKOUT_LENGTH - timedelta(seconds=1), PaymentStatus.CREATED),
        (False, services.CHECKOUT_LENGTH, PaymentStatus.EXPIRED),
        (True, services.CHECKOUT_LENGTH, PaymentStatus.PENDING),
        (True, timedelta(hours=22, minutes=59), PaymentStatus.PENDING),
        (True, timedelta(hours=23), PaymentStatus.EXPIRED),
    ],
)
def test_unanswered_checkout_is_asked_for_as_long_as_its_key_is_known(
    provider: FakeGateway, asked: bool, later: timedelta, status: PaymentStatus
) -> None:
    payment = make_payment()
    if asked:
        provider.silent_after = {"open_checkout"}
        with pytest.raises(ProviderUnavailable):
            start(payment)
        provider.silent_after = set()

    assert settle(payment_id=payment.pk, now=NOW + later).status == status
    assert provider.effects["open_checkout"] == asked
