"""The ledger against a model of its own, over any sequence of allocating and refunding."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.testing import count
from marketplace.core.integrity import registered_checks
from marketplace.core.money import CurrencyMismatch, Money
from marketplace.payments import ledger, services
from marketplace.payments.enums import LedgerAccount, LedgerKind
from marketplace.payments.models import LedgerEntry, LedgerTransaction, Payment
from marketplace.payments.split import Split

from .books import balances
from .factories import NOW, make_allocated, make_paid, make_payment, make_refund
from .fakes import FakeGateway

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
PARTS = st.integers(0, 10**9)
# What is left of each share, in thousandths, refund after refund; and whether it arrives.
STEPS = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.booleans()), max_size=4)


def split(parts: list[int], currency: str) -> Split:
    return Split(*(Money(part, currency) for part in parts))


def standing() -> dict[LedgerAccount, int]:
    return {
        account: sum(amount.amount for amount in amounts) for account, amounts in balances().items()
    }


@settings(
    max_examples=count(15, soak=500),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(currency=st.sampled_from(["KZT", "JPY", "KWD"]), parts=st.tuples(PARTS, PARTS), steps=STEPS)
def test_ledger_agrees_with_a_model_of_its_own(
    provider: FakeGateway,
    currency: str,
    parts: tuple[int, int],
    steps: list[tuple[int, int, bool]],
) -> None:
    before = standing()
    shares = [1 + parts[0], parts[1], 7]
    payment = make_allocated(provider, split=split(shares, currency))
    held, owed = sum(shares), 0
    for position, (owner, platform, arrives) in enumerate(steps):
        kept = [shares[0] * owner // 1000, shares[1] * platform // 1000, shares[2]]
        back = sum(shares) - sum(kept)
        if not back:
            continue
        refund = make_refund(
            payment,
            Money(back, currency),
            kept=split(kept, currency),
            key=f"{payment.pk} {position}",
        )
        shares, owed = kept, owed + back
        if arrives:
            services.refund_now(refund_id=refund.pk, now=NOW)
            held, owed = held - back, owed - back

    now = standing()
    assert {account: now[account] - before[account] for account in now} == {
        LedgerAccount.PROVIDER_BALANCE: held,
        LedgerAccount.UNALLOCATED: 0,
        LedgerAccount.OWNER_PAYABLE: -shares[0],
        LedgerAccount.REFUNDS_PAYABLE: -owed,
        LedgerAccount.COMMISSION: -shares[1],
        LedgerAccount.SERVICE_FEE: -shares[2],
    }
    assert sum(now.values()) == 0
    for name, check in registered_checks().items():
        assert not name.startswith("payments.") or list(check()) == []


def entries(payment: Payment, *amounts: tuple[str, int]) -> list[LedgerEntry]:
    written = LedgerTransaction.objects.create(
        kind=LedgerKind.CAPTURE, key="planted", payment=payment, at=NOW
    )
    return LedgerEntry.objects.bulk_create(
        LedgerEntry(
            transaction=written,
            account=LedgerAccount.UNALLOCATED,
            currency=currency,
            amount_minor=amount,
        )
        for currency, amount in amounts
    )


@pytest.mark.parametrize(
    "amounts", [[("KZT", 1)], [("KZT", 1), ("USD", -1)], [("KZT", 2), ("KZT", -1)], []]
)
def test_transaction_that_does_not_sum_to_zero_is_refused_at_commit(
    amounts: list[tuple[str, int]],
) -> None:
    payment = make_payment()

    def commit() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            entries(payment, *amounts)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="ledger transaction"):
        commit()


def test_entries_stay_as_written(provider: FakeGateway) -> None:
    make_paid(provider)

    for rows in (LedgerEntry.objects.all(), LedgerTransaction.objects.all()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LedgerEntry.objects.update(amount_minor=1)


def test_the_same_event_is_never_booked_twice(provider: FakeGateway) -> None:
    payment = make_paid(provider)

    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.record_capture(payment=payment, now=NOW)


def test_nothing_is_written_for_a_share_of_nothing(provider: FakeGateway) -> None:
    payment = make_allocated(provider, split=split([100, 0, 0], "KZT"))

    accounts = LedgerEntry.objects.of_payment(payment).values_list("account", flat=True)
    assert sorted(accounts) == [
        "owner_payable",
        "provider_balance",
        "unallocated",
        "unallocated",
    ]


def test_split_has_one_currency_and_no_debts() -> None:
    with pytest.raises(CurrencyMismatch):
        Split(Money(1, "KZT"), Money(1, "USD"), Money(1, "KZT"))
    with pytest.raises(ValueError, match="negative"):
        split([1, -1, 0], "KZT")
    assert split([3, 2, 1], "KZT").total == Money(6, "KZT")
    assert split([3, 2, 1], "KZT").less(split([1, 1, 1], "KZT")) == split([2, 1, 0], "KZT")
