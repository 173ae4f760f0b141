"""What is owed to whom, and where money stands."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import Business
from marketplace.accounts.tests.factories import make_business
from marketplace.core.money import Money
from marketplace.payments import selectors, services
from marketplace.payments.enums import LedgerAccount
from marketplace.payments.gateway import ProviderState
from marketplace.payments.selectors import Owed, owed_to_each
from marketplace.payments.split import Split

from .books import balances
from .factories import DUE_AT, NOW, make_allocated, make_paid, make_pending, make_refund
from .fakes import FakeGateway

pytestmark = pytest.mark.django_db
NOTHING = Split.nothing("KZT")
OWNERS = Money(85_000, "KZT")
ZERO = Money(0, "KZT")


def owed_to(business: Business, *, now: datetime) -> tuple[Owed, ...]:
    return owed_to_each([business.pk], now=now).get(business.pk, ())


def test_nothing_is_owed_before_money_is_allocated(provider: FakeGateway) -> None:
    payment = make_paid(provider)

    assert owed_to(payment.payee, now=NOW) == ()


def test_owed_says_since_when_and_what_is_due(provider: FakeGateway) -> None:
    business = make_business()
    for _ in range(2):
        make_allocated(provider, payee=business)
    make_allocated(provider)

    before = owed_to(business, now=DUE_AT - timedelta(seconds=1))
    after = owed_to(business, now=DUE_AT)

    assert before == (Owed(2 * OWNERS, NOW, ZERO, DUE_AT, 2 * OWNERS),)
    assert after == (Owed(2 * OWNERS, NOW, 2 * OWNERS, None, ZERO),)


def test_each_currency_is_owed_on_its_own(provider: FakeGateway) -> None:
    business = make_business()
    for currency in ("USD", "KZT"):
        parts = (Money(amount, currency) for amount in (80, 15, 5))
        make_allocated(provider, payee=business, split=Split(*parts))

    amounts = [owed.amount for owed in owed_to(business, now=NOW)]

    assert amounts == [Money(80, "KZT"), Money(80, "USD")]


def test_what_went_back_is_not_owed(provider: FakeGateway) -> None:
    business = make_business()
    whole = make_allocated(provider, payee=business)
    part = make_allocated(provider, payee=business)
    make_refund(whole, kept=NOTHING)
    kept = Split(Money(40_000, "KZT"), Money(7_000, "KZT"), Money(5_000, "KZT"))
    make_refund(part, part.amount - kept.total, kept=kept)

    [owed] = owed_to(business, now=NOW)
    assert owed.amount == kept.owner

    make_refund(part, kept=NOTHING)
    assert owed_to(business, now=NOW) == ()


def test_many_businesses_are_asked_about_at_once(provider: FakeGateway) -> None:
    owed = [make_allocated(provider).payee for _ in range(3)]
    nobody = make_business()

    with CaptureQueriesContext(connection) as queries:
        found = owed_to_each([nobody.pk, *(business.pk for business in owed)], now=NOW)

    assert len(queries) == 1
    assert sorted(found) == sorted(business.pk for business in owed)


def test_balances_stand_per_account_and_currency(provider: FakeGateway) -> None:
    make_allocated(provider)
    make_refund(make_allocated(provider), kept=NOTHING)

    assert balances() == {
        LedgerAccount.PROVIDER_BALANCE: (Money(210_000, "KZT"),),
        LedgerAccount.UNALLOCATED: (ZERO,),
        LedgerAccount.OWNER_PAYABLE: (-OWNERS,),
        LedgerAccount.REFUNDS_PAYABLE: (Money(-105_000, "KZT"),),
        LedgerAccount.COMMISSION: (Money(-15_000, "KZT"),),
        LedgerAccount.SERVICE_FEE: (Money(-5_000, "KZT"),),
    }


def test_payments_and_refunds_are_found_by_what_is_paid_for(provider: FakeGateway) -> None:
    first = make_pending()
    provider.put(first, ProviderState.EXPIRED)
    services.settle(payment_id=first.pk, now=NOW)
    thing = (first.payable_kind, first.payable_id)
    assert selectors.live_payment_for(*thing) is None

    later = NOW + timedelta(minutes=5)
    second = make_allocated(provider, payable_id=first.payable_id, now=later)
    refund = make_refund(second, kept=NOTHING)

    assert selectors.payments_for(*thing) == (second, first)
    assert selectors.live_payment_for(*thing) == second
    assert selectors.refunds_for(*thing) == (refund,)
    assert selectors.refunds_for("tests.thing", "another") == ()


def test_trail_holds_all_in_its_order(provider: FakeGateway) -> None:
    payment = make_allocated(provider)
    refund = make_refund(payment, kept=NOTHING)
    services.refund_now(refund_id=refund.pk, now=NOW + timedelta(days=1))

    with CaptureQueriesContext(connection) as queries:
        trail = selectors.trail_of(payment)

    assert [change.to_state for change in trail.changes] == ["pending", "captured", "settled"]
    assert [refund.pk for refund in trail.refunds] == [refund.pk]
    assert {written.kind for written in trail.ledger} == {
        "capture",
        "allocation",
        "refund_opened",
        "refund_settled",
    }
    assert len(queries) == 5
