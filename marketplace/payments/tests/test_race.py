"""Two at once, over real connections: of everything that happens to money, it happens once."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from config.testing import count
from marketplace.bookings.tests.races import at_once, interleave
from marketplace.core.errors import IllegalTransition
from marketplace.core.models import OutboxMessage, StateChange
from marketplace.core.outbox import drain
from marketplace.payments import services
from marketplace.payments.enums import PaymentStatus, RefundReason
from marketplace.payments.models import LedgerTransaction, Payment, ProviderEvent, Refund
from marketplace.payments.querysets import PaymentQuerySet
from marketplace.payments.sandbox import transport
from marketplace.payments.services import NotToBeRetried, RefundTooLarge, settling
from marketplace.payments.split import Split

from .factories import NOW, make_allocated, make_authorised, make_payment, make_pending, start
from .fakes import FakeGateway
from .hearing import hear
from .webhooks import about_payment, post

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, databases=["default", "sandbox"]),
]
NOTHING = Split.nothing("KZT")
MANY = 8
CONSTRAINT = "payment_refunds_within_captured"


def refund_all(payment: Payment, key: str) -> Refund:
    with transaction.atomic():
        return services.open_refund(
            payment=payment,
            amount=payment.amount,
            reason=RefundReason.CANCELLED_BY_OWNER,
            key=key,
            requested_by=None,
            kept=NOTHING,
            now=NOW,
        )


def attempt(call: Callable[[], Any]) -> Any:
    """What it returned or raised."""
    try:
        return call()
    except Exception as failure:  # noqa: BLE001 -- handed to who asked
        return failure


@pytest.mark.parametrize("point", ["payments.settle.fetched", "payments.settle.locked"])
def test_of_two_that_settle_one_acts_and_the_other_sees_it(
    provider: FakeGateway, point: str
) -> None:
    payment = make_pending()
    provider.pay(payment)
    settle = partial(services.settle, payment_id=payment.pk, now=NOW)

    with hear("payment_captured") as heard:
        ends = interleave(settle, settle, at=point)

    assert [end.status for end in ends] == ["captured", "captured"]  # type: ignore[attr-defined]
    assert heard == [payment.payable_id]
    assert LedgerTransaction.objects.count() == 1
    assert StateChange.objects.filter(to_state="captured").count() == 1


def test_without_the_lock_the_second_is_only_stopped_by_the_table(
    provider: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The harness can see the fault that the lock guards against."""
    monkeypatch.setattr(settling, "lock_payment", lambda row: Payment.objects.get(pk=row.pk))
    payment = make_pending()
    provider.pay(payment)
    settle = partial(services.settle, payment_id=payment.pk, now=NOW)

    first, second = interleave(partial(attempt, settle), settle, at="payments.settle.locked")

    assert isinstance(first, IllegalTransition)
    assert second.status == "captured"  # type: ignore[attr-defined]


def test_many_that_settle_book_one_capture(provider: FakeGateway) -> None:
    for _ in range(count(3, soak=100)):
        payment = make_pending()
        provider.pay(payment)
        settle = partial(services.settle, payment_id=payment.pk, now=NOW)

        ends = at_once([settle] * MANY)

        assert {end.status for end in ends} == {PaymentStatus.CAPTURED}
        assert payment.ledger_transactions.count() == 1


def test_one_event_at_the_same_instant_is_kept_once(provider: FakeGateway) -> None:
    for _ in range(count(3, soak=100)):
        payment = make_pending()
        provider.pay(payment)
        told = about_payment(payment)

        assert at_once([partial(post, told)] * MANY) == [200] * MANY

        assert ProviderEvent.objects.filter(pk=told["id"]).count() == 1
        assert OutboxMessage.objects.filter(topic="payments.event", key=told["id"]).count() == 1
        with hear("payment_captured") as heard:
            at_once([drain] * 2)
        assert heard == [payment.payable_id]


def test_two_clicks_open_one_checkout(provider: FakeGateway) -> None:
    payment = make_payment()

    for point in ("payments.checkout.intended", "payments.checkout.opened"):
        one, other = interleave(partial(start, payment), partial(start, payment), at=point)
        assert one == other

    assert provider.effects["open_checkout"] == 1


def test_many_clicks_at_the_sandbox_lead_to_one_checkout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It answers one at a time, as Stripe does; the others are told that the key is in use."""
    answer = transport._effect

    def think(request: Any) -> tuple[int, str]:
        time.sleep(0.2)
        return answer(request)

    monkeypatch.setattr(transport, "_effect", think)
    for _ in range(count(2, soak=50)):
        payment = make_payment(now=timezone.now())
        click = partial(start, payment, timezone.now())

        ends = at_once([click] * MANY)

        assert len(set(ends)) == 1


def test_page_and_worker_capture_once(provider: FakeGateway) -> None:
    payment = make_authorised(provider)
    with transaction.atomic():
        services.request_capture(payment=payment, now=NOW)
    capture = partial(services.capture_now, payment_id=payment.pk, now=NOW)

    with hear("payment_captured") as heard:
        interleave(capture, drain, at="payments.capture.called")

    assert heard == [payment.payable_id]
    assert provider.effects["capture"] == 1


def test_of_two_refunds_of_everything_one_is_promised(provider: FakeGateway) -> None:
    payment = make_allocated(provider)
    first = partial(refund_all, payment, "first")
    second = partial(attempt, partial(refund_all, payment, "second"))

    one, other = interleave(first, second, at="payments.refund.locked")

    assert isinstance(one, Refund)
    assert isinstance(other, RefundTooLarge)


def test_the_same_refund_twice_at_once_is_one(provider: FakeGateway) -> None:
    payment = make_allocated(provider)
    refund = partial(refund_all, payment, "cancelled")

    one, other = interleave(refund, refund, at="payments.refund.locked")

    assert one == other
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("is_constrained", "guard"), [(True, CONSTRAINT), (False, "ledger_sums_to_zero")]
)
def test_without_the_lock_constraint_or_ledger_alone_keeps_refunds_within_the_money(
    provider: FakeGateway, monkeypatch: pytest.MonkeyPatch, is_constrained: bool, guard: str
) -> None:
    payment = make_allocated(provider)
    monkeypatch.setattr(PaymentQuerySet, "locked", lambda self: self.all())
    if not is_constrained:
        run_sql(f"ALTER TABLE payments_payment DROP CONSTRAINT {CONSTRAINT}")
    try:
        first = partial(attempt, partial(refund_all, payment, "first"))
        second = partial(refund_all, payment, "second")
        one, other = interleave(first, second, at="payments.refund.locked")
    finally:
        if not is_constrained:
            condition = "CHECK (refunded_minor <= captured_minor)"
            run_sql(f"ALTER TABLE payments_payment ADD CONSTRAINT {CONSTRAINT} {condition}")

    assert isinstance(other, Refund)
    assert isinstance(one, IntegrityError)
    assert isinstance(one.__cause__, psycopg.errors.CheckViolation)
    assert one.__cause__.diag.constraint_name == guard
    assert Refund.objects.count() == 1


def test_a_failed_refund_is_tried_again_once(provider: FakeGateway) -> None:
    payment = make_allocated(provider)
    provider.refuses = {"refund": "charge_disputed"}
    failed = services.refund_now(refund_id=refund_all(payment, "first").pk, now=NOW)
    retry = partial(
        attempt,
        partial(services.retry_refund, refund=failed, by=payment.payer, now=timezone.now()),
    )

    ends = at_once([retry] * MANY)

    assert sum(isinstance(end, Refund) for end in ends) == 1
    assert sum(isinstance(end, NotToBeRetried) for end in ends) == MANY - 1


def run_sql(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
