"""The reconciler: whatever was lost is found, and nothing is done twice."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from marketplace.core.outbox import drain
from marketplace.core.schedules import _registry
from marketplace.core.transactions import InsideTransaction
from marketplace.payments import services, tasks
from marketplace.payments.enums import PaymentStatus, RefundStatus
from marketplace.payments.gateway import ProviderState, ProviderUnavailable
from marketplace.payments.models import Payment, ProviderEvent, Refund
from marketplace.payments.services import Reconciled, reconcile
from marketplace.payments.split import Split

from .factories import (
    NOW,
    make_allocated,
    make_authorised,
    make_payment,
    make_pending,
    make_refund,
    start,
)
from .fakes import FakeGateway
from .hearing import hear
from .webhooks import about_payment, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LATER = NOW + timedelta(minutes=3)
NOTHING = Split.nothing("KZT")


def test_lost_webhook_is_mended(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)

    with hear("payment_captured") as heard:
        assert reconcile(now=LATER) == Reconciled(payments=1)
        assert reconcile(now=LATER + timedelta(hours=2)) == Reconciled()

    assert heard == [payment.payable_id]


def test_what_was_looked_at_just_now_is_left_alone(provider: FakeGateway) -> None:
    make_pending()

    assert reconcile(now=NOW + timedelta(minutes=1)) == Reconciled()
    assert reconcile(now=LATER) == Reconciled(payments=1)
    assert reconcile(now=LATER + timedelta(minutes=1)) == Reconciled()
    assert reconcile(now=LATER + timedelta(minutes=2)) == Reconciled(payments=1)


def test_authorised_money_is_looked_at_seldom_unless_something_is_decided(
    provider: FakeGateway,
) -> None:
    payment = make_authorised(provider)
    assert reconcile(now=LATER) == Reconciled()
    assert reconcile(now=NOW + timedelta(hours=1)) == Reconciled(payments=1)

    with transaction.atomic():
        services.request_capture(payment=payment, now=NOW)
    assert reconcile(now=NOW + timedelta(hours=1, minutes=2)) == Reconciled(payments=1)

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CAPTURED


def test_every_decision_is_carried_out(provider: FakeGateway) -> None:
    released, closed = make_authorised(provider), make_pending()
    with transaction.atomic():
        services.request_void(payment=released, now=NOW)
        services.request_close(payment=closed, now=NOW)

    reconcile(now=LATER)

    ends = Payment.objects.filter(pk__in=[released.pk, closed.pk]).values_list("status", flat=True)
    assert sorted(ends) == ["expired", "voided"]


def test_unanswered_checkout_is_found(provider: FakeGateway) -> None:
    payment = make_payment()
    provider.silent_after = {"open_checkout"}
    with pytest.raises(ProviderUnavailable):
        start(payment)
    provider.silent_after = set()

    reconcile(now=LATER)

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING
    assert provider.effects["open_checkout"] == 1


def test_checkout_that_nobody_began_ends(provider: FakeGateway) -> None:
    payment = make_payment()

    with hear("payment_failed") as heard:
        reconcile(now=NOW + services.CHECKOUT_LENGTH)

    assert heard == [payment.payable_id]
    assert not provider.calls


def test_refunds_are_sent_and_followed(provider: FakeGateway) -> None:
    refund = make_refund(make_allocated(provider), kept=NOTHING)

    assert reconcile(now=LATER) == Reconciled(refunds=1)

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SETTLED


def test_refund_on_its_way_is_asked_about_seldom(provider: FakeGateway) -> None:
    provider.refunds_settle = False
    make_refund(make_allocated(provider), kept=NOTHING)
    assert reconcile(now=LATER) == Reconciled(refunds=1)

    assert reconcile(now=LATER + timedelta(minutes=10)) == Reconciled()
    assert reconcile(now=LATER + timedelta(hours=1)) == Reconciled(refunds=1)
    assert provider.effects["refund"] == 1


def test_events_that_nobody_processed_have_their_effect(provider: FakeGateway) -> None:
    payment = make_pending()
    provider.pay(payment)
    post(about_payment(payment))
    ProviderEvent.objects.update(received_at=NOW - timedelta(minutes=3))

    counts = reconcile(now=NOW)

    assert counts == Reconciled(events=1)
    assert ProviderEvent.objects.get().outcome == "captured"


def test_silent_provider_is_not_asked_about_everything(provider: FakeGateway) -> None:
    payments = [make_pending() for _ in range(5)]
    provider.silent_before = {"*"}
    calls = provider.calls.total()

    assert reconcile(now=LATER) == Reconciled(unanswered=3)

    assert provider.calls.total() - calls == 3
    provider.silent_before = set()
    assert reconcile(now=LATER) == Reconciled(payments=2)
    assert reconcile(now=LATER + timedelta(minutes=2)) == Reconciled(payments=len(payments))


def test_one_that_fails_does_not_keep_the_others_from_their_turn(
    provider: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    broken, good = make_pending(), make_pending()
    with transaction.atomic():
        services.request_close(payment=broken, now=NOW)
    del provider.sessions[broken.idempotency_key]
    provider.pay(good)

    assert reconcile(now=LATER) == Reconciled(payments=1, failed=1)

    assert "reconciling payments failed" in caplog.text
    broken.refresh_from_db()
    assert (broken.status, broken.checked_at) == (PaymentStatus.PENDING, LATER)


def test_reconciling_ends_with_its_time(provider: FakeGateway) -> None:
    make_pending()

    assert reconcile(now=LATER, seconds=0) == Reconciled()


def test_reconciling_belongs_outside_of_a_transaction() -> None:
    with pytest.raises(InsideTransaction), transaction.atomic():
        reconcile(now=NOW)


def test_worker_reconciles_every_two_minutes(provider: FakeGateway) -> None:
    periodic = _registry["payments: reconcile"]
    assert (periodic.job, periodic.minutes) == ("marketplace.payments.tasks.reconcile", 2)
    payment = make_pending(now=NOW - timedelta(minutes=5))
    provider.put(payment, ProviderState.EXPIRED)

    tasks.reconcile()

    payment.refresh_from_db()
    assert payment.status == PaymentStatus.EXPIRED


def test_what_the_provider_never_answers_does_not_keep_the_others_waiting(
    provider: FakeGateway,
) -> None:
    stuck = [make_pending() for _ in range(3)]
    with transaction.atomic():
        for payment in stuck:
            services.request_close(payment=payment, now=NOW)
    paid = make_pending()
    provider.pay(paid)
    provider.silent_before = {"close_checkout"}

    reconcile(now=LATER)
    reconcile(now=LATER + timedelta(minutes=2))

    paid.refresh_from_db()
    assert paid.status == PaymentStatus.CAPTURED


@pytest.mark.parametrize("silent", ["silent_before", "silent_after"])
def test_worker_tries_again_what_a_silent_provider_left(provider: FakeGateway, silent: str) -> None:
    taken, released, closed = make_authorised(provider), make_authorised(provider), make_pending()
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    with transaction.atomic():
        services.request_capture(payment=taken, now=NOW)
        services.request_void(payment=released, now=NOW)
        services.request_close(payment=closed, now=NOW)
    setattr(provider, silent, {"*"})
    assert drain().retried == 4
    setattr(provider, silent, set())

    drain(now=timezone.now() + timedelta(minutes=1))

    assert [Payment.objects.get(pk=p.pk).status for p in (taken, released, closed)] == [
        "captured",
        "voided",
        "expired",
    ]
    assert Refund.objects.get(pk=refund.pk).status == RefundStatus.SETTLED
    effects = [provider.effects[name] for name in ("capture", "void", "close_checkout", "refund")]
    assert effects == [1, 1, 1, 1]
