"""Money on its way back: promised, sent, lost, failed, sent again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from marketplace.accounts.tests.factories import make_user
from marketplace.core.money import Money
from marketplace.core.outbox import drain
from marketplace.core.transactions import InsideTransaction, OutsideTransaction
from marketplace.payments import ledger, services
from marketplace.payments.enums import LedgerAccount, LedgerKind, RefundReason, RefundStatus
from marketplace.payments.gateway import ProviderRefundState, ProviderRefused, ProviderUnavailable
from marketplace.payments.models import LedgerEntry, LedgerTransaction, Payment, Refund
from marketplace.payments.selectors import refunds_for
from marketplace.payments.services import NotToBeRetried, RefundTooLarge, refund_now, retry_refund
from marketplace.payments.split import Split

from .books import balances
from .factories import DUE_AT, NOW, SPLIT, make_allocated, make_paid, make_refund
from .fakes import FakeGateway
from .hearing import hear

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=3)
HALF = Split(Money(42_500, "KZT"), Money(7_500, "KZT"), Money(5_000, "KZT"))
BACK = Money(50_000, "KZT")
NOTHING = Split.nothing("KZT")


def standing(account: LedgerAccount) -> int:
    return sum(amount.amount for amount in balances()[account])


def test_promise_moves_the_shares_and_sends_nothing(provider: FakeGateway) -> None:
    payment = make_allocated(provider)

    refund = make_refund(payment, BACK, kept=HALF)

    payment.refresh_from_db()
    assert (refund.status, payment.refunded) == (RefundStatus.PENDING, BACK)
    assert ledger.shares_of(payment) == HALF
    assert standing(LedgerAccount.REFUNDS_PAYABLE) == -BACK.amount
    owner = LedgerEntry.objects.get(transaction__refund=refund, account=LedgerAccount.OWNER_PAYABLE)
    assert (owner.amount_minor, owner.due_at, owner.payee) == (42_500, DUE_AT, payment.payee)
    assert not provider.calls["refund"]


def test_refund_arrives_once_and_is_told(provider: FakeGateway) -> None:
    payment = make_allocated(provider)
    refund = make_refund(payment, kept=NOTHING)

    with hear("refund_settled") as heard, hear("payment_locking") as locked:
        drain()
        refund_now(refund_id=refund.pk, now=LATER)

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SETTLED
    assert refund.settled_at is not None
    assert heard == [payment.payable_id]
    assert set(locked) == {payment.payable_id}
    assert provider.effects["refund"] == 1
    assert standing(LedgerAccount.PROVIDER_BALANCE) == 0
    assert standing(LedgerAccount.REFUNDS_PAYABLE) == 0


def test_money_that_nobody_has_a_share_in_goes_back_whole(provider: FakeGateway) -> None:
    payment = make_paid(provider)
    with pytest.raises(ValueError, match="all of it goes back"):
        make_refund(payment, BACK)
    with pytest.raises(ValueError, match="all of it goes back"):
        make_refund(payment, kept=NOTHING)

    make_refund(payment)

    assert not ledger.unallocated_of(payment)
    with transaction.atomic(), pytest.raises(ValueError, match="to allocate"):
        services.allocate(payment=payment, split=SPLIT, due_at=DUE_AT, now=NOW)


def test_the_same_key_promises_once(provider: FakeGateway) -> None:
    payment = make_allocated(provider)

    first = make_refund(payment, BACK, kept=HALF, key="cancelled")
    again = make_refund(payment, BACK, kept=HALF, key="cancelled")

    assert first == again
    assert Refund.objects.count() == 1
    with pytest.raises(ValueError, match="is another"):
        make_refund(payment, Money(1, "KZT"), kept=HALF, key="cancelled")


def test_refunds_never_exceed_what_was_taken(provider: FakeGateway) -> None:
    payment = make_allocated(provider)
    with pytest.raises(RefundTooLarge):
        make_refund(payment, payment.captured + Money(1, "KZT"), kept=NOTHING)
    make_refund(payment, BACK, kept=HALF)
    with pytest.raises(RefundTooLarge):
        make_refund(payment, HALF.total + Money(1, "KZT"), kept=NOTHING)

    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(refunded_minor=payment.captured_minor + 1)


@pytest.mark.parametrize(
    ("amount", "kept"),
    [
        (BACK, None),
        (BACK, SPLIT),
        (Money(0, "KZT"), SPLIT),
        (Money(5_000, "KZT"), Split(Money(95_000, "KZT"), Money(0, "KZT"), Money(5_000, "KZT"))),
    ],
)
def test_promise_that_does_not_add_up_is_a_fault(
    provider: FakeGateway, amount: Money, kept: Split | None
) -> None:
    payment = make_allocated(provider)

    with pytest.raises(ValueError), transaction.atomic():  # noqa: PT011 -- each says its own
        services.open_refund(
            payment=payment,
            amount=amount,
            reason=RefundReason.CANCELLED_BY_OWNER,
            key="odd",
            requested_by=None,
            kept=kept,
            now=NOW,
        )

    assert not Refund.objects.exists()


def test_promise_belongs_in_a_transaction_and_sending_outside(provider: FakeGateway) -> None:
    refund = make_refund(make_allocated(provider), kept=NOTHING)

    with pytest.raises(InsideTransaction), transaction.atomic():
        refund_now(refund_id=refund.pk, now=NOW)
    with pytest.raises(OutsideTransaction):
        services.open_refund(
            payment=refund.payment,
            amount=BACK,
            reason=RefundReason.CANCELLED_BY_OWNER,
            key="outside",
            requested_by=None,
            kept=None,
            now=NOW,
        )


@pytest.mark.parametrize("silent", ["silent_before", "silent_after"])
def test_lost_answer_sends_no_second_refund(provider: FakeGateway, silent: str) -> None:
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    setattr(provider, silent, {"refund"})
    with pytest.raises(ProviderUnavailable):
        refund_now(refund_id=refund.pk, now=NOW)
    setattr(provider, silent, set())

    assert refund_now(refund_id=refund.pk, now=LATER).status == RefundStatus.SETTLED
    assert provider.effects["refund"] == 1


def test_pending_refund_arrives_later(provider: FakeGateway) -> None:
    provider.refunds_settle = False
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    assert refund_now(refund_id=refund.pk, now=NOW).status == RefundStatus.PENDING
    provider.put_refund(refund, ProviderRefundState.SETTLED)

    assert refund_now(refund_id=refund.pk, now=LATER).status == RefundStatus.SETTLED
    assert provider.calls["fetch_refund"] == 1


def test_refund_that_cannot_be_looked_up_has_not_failed_for_that(provider: FakeGateway) -> None:
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    refund_now(refund_id=refund.pk, now=NOW)
    provider.refuses = {"fetch_refund": "resource_missing"}

    with pytest.raises(ProviderRefused):
        refund_now(refund_id=refund.pk, now=LATER)

    refund.refresh_from_db()
    assert refund.status == RefundStatus.SETTLED


def test_refused_refund_stays_owed_and_asks_for_a_person(provider: FakeGateway) -> None:
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    provider.refuses = {"refund": "charge_disputed"}

    with hear("refund_failed") as heard:
        failed = refund_now(refund_id=refund.pk, now=LATER)

    assert (failed.status, failed.failed_at) == (RefundStatus.FAILED, LATER)
    assert failed.error == "charge_disputed: no"
    assert heard == [refund.payment.payable_id]
    assert standing(LedgerAccount.REFUNDS_PAYABLE) == -refund.amount_minor
    assert Payment.objects.get().problem == "refund_failed"
    assert not LedgerTransaction.objects.filter(kind=LedgerKind.REFUND_FAILED).exists()


def test_refund_that_a_bank_sends_back_is_owed_again(provider: FakeGateway) -> None:
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    refund_now(refund_id=refund.pk, now=NOW)
    provider.put_refund(refund, ProviderRefundState.FAILED, "lost_or_stolen_card")

    assert refund_now(refund_id=refund.pk, now=LATER).status == RefundStatus.FAILED
    assert refund_now(refund_id=refund.pk, now=LATER).status == RefundStatus.FAILED

    assert standing(LedgerAccount.REFUNDS_PAYABLE) == -refund.amount_minor
    assert standing(LedgerAccount.PROVIDER_BALANCE) == refund.amount_minor


def test_failed_refund_is_tried_again_by_another_row(provider: FakeGateway) -> None:
    administrator = make_user()
    payment = make_allocated(provider)
    refund = make_refund(payment, kept=NOTHING, key="cancelled")
    provider.refuses = {"refund": "charge_disputed"}
    refund_now(refund_id=refund.pk, now=NOW)

    second = retry_refund(refund=refund, by=administrator, now=LATER)
    refund_now(refund_id=second.pk, now=LATER)
    third = retry_refund(refund=second, by=administrator, now=LATER)
    provider.refuses = {}
    drain()

    third.refresh_from_db()
    payment.refresh_from_db()
    assert [second.key, third.key] == ["cancelled:retry:1", "cancelled:retry:2"]
    assert (third.status, third.requested_by) == (RefundStatus.SETTLED, administrator)
    assert payment.refunded == payment.captured
    assert payment.problem == ""
    assert standing(LedgerAccount.REFUNDS_PAYABLE) == 0
    assert standing(LedgerAccount.PROVIDER_BALANCE) == 0
    assert refunds_for(payment.payable_kind, payment.payable_id) == (third,)


def test_only_what_failed_is_tried_again_and_once(provider: FakeGateway) -> None:
    by = make_user()
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    with pytest.raises(NotToBeRetried):
        retry_refund(refund=refund, by=by, now=LATER)
    provider.refuses = {"refund": "charge_disputed"}
    refund_now(refund_id=refund.pk, now=NOW)
    retry_refund(refund=refund, by=by, now=LATER)

    with pytest.raises(NotToBeRetried):
        retry_refund(refund=refund, by=by, now=LATER)


def test_refund_of_another_amount_is_flagged(provider: FakeGateway) -> None:
    provider.refunds_settle = False
    refund = make_refund(make_allocated(provider), kept=NOTHING)
    refund_now(refund_id=refund.pk, now=NOW)
    made = provider.refunds[refund.idempotency_key]
    provider.refunds[refund.idempotency_key] = type(made)(
        provider_id=made.provider_id,
        state=ProviderRefundState.SETTLED,
        amount=Money(1, "KZT"),
    )

    assert refund_now(refund_id=refund.pk, now=LATER).status == RefundStatus.PENDING
    assert Payment.objects.get().problem == "refund_differs"


def test_allocation_is_made_once(provider: FakeGateway) -> None:
    payment = make_allocated(provider)

    with transaction.atomic():
        services.allocate(payment=payment, split=SPLIT, due_at=DUE_AT, now=LATER)
    with transaction.atomic(), pytest.raises(ValueError, match="allocated otherwise"):
        services.allocate(payment=payment, split=HALF, due_at=DUE_AT, now=LATER)

    assert LedgerTransaction.objects.filter(kind=LedgerKind.ALLOCATION).count() == 1


def test_allocation_takes_all_that_is_there_or_nothing(provider: FakeGateway) -> None:
    payment = make_paid(provider)

    with transaction.atomic(), pytest.raises(ValueError, match="to allocate"):
        services.allocate(payment=payment, split=HALF, due_at=DUE_AT, now=NOW)
    with pytest.raises(OutsideTransaction):
        services.allocate(payment=payment, split=SPLIT, due_at=DUE_AT, now=NOW)
