"""Bringing a payment to where the provider has it: once, whoever asks, and only if it agrees."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from marketplace.core.errors import DomainError
from marketplace.core.models import StateChange
from marketplace.core.money import Money
from marketplace.core.transactions import InsideTransaction
from marketplace.payments import ledger, services, signals
from marketplace.payments.enums import CaptureMode, LedgerKind, PaymentStatus
from marketplace.payments.gateway import ProviderState, ProviderUnavailable
from marketplace.payments.models import LedgerTransaction, Payment
from marketplace.payments.services import settle

from .factories import (
    AMOUNT,
    DUE_AT,
    NOW,
    SPLIT,
    make_authorised,
    make_paid,
    make_pending,
)
from .fakes import FakeGateway
from .hearing import hear

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=3)


def test_paid_payment_is_captured_booked_and_told(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)

    with hear("payment_captured") as heard:
        settled = settle(payment_id=payment.pk, now=LATER)

    assert settled.status == PaymentStatus.CAPTURED
    assert (settled.captured, settled.captured_at) == (AMOUNT, LATER)
    assert (settled.card_brand, settled.card_last4) == ("visa", "4242")
    assert ledger.unallocated_of(settled) == AMOUNT
    assert heard == [payment.payable_id]


def test_settling_again_changes_and_asks_nothing(provider: FakeGateway) -> None:
    payment = make_paid(provider)
    calls = provider.calls.copy()

    with hear("payment_captured") as heard:
        assert settle(payment_id=payment.pk, now=LATER).status == PaymentStatus.CAPTURED

    assert provider.calls == calls
    assert heard == []
    assert LedgerTransaction.objects.filter(kind=LedgerKind.CAPTURE).count() == 1


def test_manual_payment_is_authorised_and_not_booked(provider: FakeGateway) -> None:
    payment = make_pending(capture_mode=CaptureMode.MANUAL)
    provider.pay(payment)

    with hear("payment_authorised") as heard:
        settled = settle(payment_id=payment.pk, now=LATER)

    assert (settled.status, settled.authorised_at) == (PaymentStatus.AUTHORISED, LATER)
    assert settled.capture_before is not None
    assert heard == [payment.payable_id]
    assert not LedgerTransaction.objects.exists()


def test_manual_payment_found_captured_takes_both_steps(provider: FakeGateway) -> None:
    payment = make_pending(capture_mode=CaptureMode.MANUAL)
    provider.put(payment, ProviderState.CAPTURED)

    with hear("payment_authorised") as authorised, hear("payment_captured") as captured:
        settle(payment_id=payment.pk, now=LATER)

    assert authorised == captured == [payment.payable_id]
    steps = StateChange.objects.order_by("id").values_list("to_state", flat=True)
    assert list(steps) == ["pending", "authorised", "captured"]


@pytest.mark.parametrize("state", [ProviderState.OPEN, ProviderState.PROCESSING])
def test_open_checkout_stays_open(provider: FakeGateway, state: ProviderState) -> None:
    payment = make_pending()
    provider.put(payment, state)

    settled = settle(payment_id=payment.pk, now=LATER)

    assert (settled.status, settled.checked_at) == (PaymentStatus.PENDING, LATER)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (ProviderState.EXPIRED, PaymentStatus.EXPIRED),
        (ProviderState.FAILED, PaymentStatus.FAILED),
        (ProviderState.VOIDED, PaymentStatus.FAILED),
    ],
)
def test_unpaid_end_is_told(
    provider: FakeGateway, state: ProviderState, status: PaymentStatus
) -> None:
    payment = make_pending()
    provider.put(payment, state)

    with hear("payment_failed") as heard:
        assert settle(payment_id=payment.pk, now=LATER).status == status

    assert heard == [payment.payable_id]


@pytest.mark.parametrize(
    "state", [ProviderState.EXPIRED, ProviderState.FAILED, ProviderState.VOIDED]
)
def test_authorisation_that_is_gone_is_voided(provider: FakeGateway, state: ProviderState) -> None:
    payment = make_authorised(provider)
    provider.put(payment, state)

    with hear("payment_failed") as heard:
        assert settle(payment_id=payment.pk, now=LATER).status == PaymentStatus.VOIDED

    assert heard == [payment.payable_id]


@pytest.mark.parametrize(
    "other", [AMOUNT + Money(1, "KZT"), AMOUNT - Money(1, "KZT"), Money(AMOUNT.amount, "USD")]
)
def test_other_amount_or_currency_fulfils_nothing(
    provider: FakeGateway, other: Money, caplog: pytest.LogCaptureFixture
) -> None:
    payment = make_pending()
    provider.put(payment, ProviderState.CAPTURED, other)

    with hear("payment_captured") as heard:
        settled = settle(payment_id=payment.pk, now=LATER)

    assert (settled.status, settled.problem) == (PaymentStatus.PENDING, "amount_differs")
    assert settled.problem_detail == f"asked for {AMOUNT}, the provider has {other}"
    assert heard == []
    assert not LedgerTransaction.objects.exists()
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_problem_closes_when_the_provider_agrees_again(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.put(payment, ProviderState.CAPTURED, Money(1, "KZT"))
    settle(payment_id=payment.pk, now=LATER)
    provider.put(payment, ProviderState.CAPTURED, AMOUNT)

    settled = settle(payment_id=payment.pk, now=LATER)

    assert (settled.status, settled.problem) == (PaymentStatus.CAPTURED, "")


@pytest.mark.parametrize("state", [ProviderState.AUTHORISED, ProviderState.CAPTURED])
def test_money_after_the_end_is_flagged(provider: FakeGateway, state: ProviderState) -> None:
    payment = make_pending()
    provider.put(payment, ProviderState.EXPIRED)
    settle(payment_id=payment.pk, now=NOW)
    provider.put(payment, state)

    settled = settle(payment_id=payment.pk, now=LATER)

    assert (settled.status, settled.problem) == (PaymentStatus.EXPIRED, "state_differs")
    assert settled.problem_detail == f"expired here, {state.value} at the provider"


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        (CaptureMode.AUTOMATIC, ProviderState.AUTHORISED),
        (CaptureMode.MANUAL, ProviderState.OPEN),
        (CaptureMode.MANUAL, ProviderState.PROCESSING),
    ],
)
def test_state_that_cannot_be_is_flagged(
    provider: FakeGateway, mode: CaptureMode, state: ProviderState
) -> None:
    payment = make_pending(capture_mode=mode)
    if mode == CaptureMode.MANUAL:
        provider.pay(payment)
        settle(payment_id=payment.pk, now=NOW)
    provider.put(payment, state)

    assert settle(payment_id=payment.pk, now=LATER).problem == "state_differs"


def test_silent_provider_changes_nothing(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)
    provider.silent_before = {"fetch"}

    with pytest.raises(ProviderUnavailable):
        settle(payment_id=payment.pk, now=LATER)

    payment.refresh_from_db()
    assert (payment.status, payment.checked_at) == (PaymentStatus.PENDING, None)


def test_settling_is_refused_inside_a_transaction(provider: FakeGateway) -> None:
    payment = make_pending()

    with pytest.raises(InsideTransaction), transaction.atomic():
        settle(payment_id=payment.pk, now=LATER)


def test_receiver_that_allocates_leaves_nothing_unallocated(
    provider: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    payment = make_pending()
    provider.pay(payment)

    def take(*, payment: Payment, now: Any, **_rest: Any) -> None:
        services.allocate(payment=payment, split=SPLIT, due_at=DUE_AT, now=now)

    signals.payment_captured.connect(take)
    try:
        settled = settle(payment_id=payment.pk, now=LATER)
    finally:
        signals.payment_captured.disconnect(take)

    assert not ledger.unallocated_of(settled)
    assert ledger.shares_of(settled) == SPLIT
    assert caplog.records == []


def test_money_that_nobody_takes_is_kept_and_told(
    provider: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    payment = make_paid(provider)

    assert payment.status == PaymentStatus.CAPTURED
    assert "nobody took 1050.00 KZT" in caplog.text


def test_receiver_that_fails_undoes_the_settling(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)

    def fail(**_rest: Any) -> None:
        raise DomainError

    signals.payment_captured.connect(fail)
    try:
        with pytest.raises(DomainError):
            settle(payment_id=payment.pk, now=LATER)
    finally:
        signals.payment_captured.disconnect(fail)

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING
    assert not LedgerTransaction.objects.exists()


def test_payable_locks_its_rows_before_the_payment(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)

    with hear("payment_locking") as heard:
        settle(payment_id=payment.pk, now=LATER)

    assert heard == [payment.payable_id]


def test_checkout_that_the_provider_does_not_know_asks_for_a_person(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.refuses = {"fetch": "resource_missing"}

    settle(payment_id=payment.pk, now=NOW)

    payment.refresh_from_db()
    assert (payment.status, payment.problem) == ("pending", "state_differs")
    provider.refuses = {}
    provider.pay(payment)
    assert settle(payment_id=payment.pk, now=NOW).problem == ""
