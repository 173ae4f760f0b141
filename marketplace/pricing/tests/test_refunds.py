from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import Money
from marketplace.pricing.cancellation import TERMS
from marketplace.pricing.quote import Rates, quote
from marketplace.pricing.refunds import (
    Outcome,
    PaidTerms,
    Step,
    outcome_of_cancelling,
    refund_schedule,
    terms_of_quote,
)
from marketplace.venues.enums import CancellationPolicy

STARTS_AT = datetime(2026, 12, 31, 13, 0, tzinfo=UTC)
# Tenge have two decimals, yen none, dinars three.
CURRENCIES = ("KZT", "JPY", "KWD")


def kzt(amount: int) -> Money:
    return Money(amount * 100, "KZT")


def terms(**changes: Any) -> PaidTerms:
    """Four hours at 20 000, cleaning 4 000, a fee of 5 %; confirmed long before."""
    usual = PaidTerms(
        policy="flexible",
        starts_at=STARTS_AT,
        confirmed_at=STARTS_AT - timedelta(days=100),
        total=kzt(88_200),
        cleaning=kzt(4_000),
        service_fee=kzt(4_200),
        commission_percent=Decimal(15),
    )
    return replace(usual, **changes)


def test_terms_of_a_quote_are_those_of_a_booking_not_confirmed_yet() -> None:
    price = quote(rates=Rates(kzt(20_000), kzt(4_000)), minutes=240, service_fee_percent=Decimal(5))

    assert terms_of_quote(price, policy="flexible", starts_at=STARTS_AT) == terms(confirmed_at=None)


def before(**ahead: float) -> datetime:
    return STARTS_AT - timedelta(**ahead)


@st.composite
def paid(draw: st.DrawFn) -> PaidTerms:
    """Terms as a quote makes them, in any currency."""
    currency = draw(st.sampled_from(CURRENCIES))
    rates = Rates(
        Money(draw(st.integers(1, 10**10)), currency), Money(draw(st.integers(0, 10**9)), currency)
    )
    price = quote(
        rates=rates,
        minutes=draw(st.integers(1, 96)) * 15,
        service_fee_percent=draw(st.integers(0, 30)),
    )
    return PaidTerms(
        policy=draw(st.sampled_from(CancellationPolicy)),
        starts_at=STARTS_AT,
        confirmed_at=before(minutes=draw(st.integers(0, 100 * 24 * 60))),
        total=price.total,
        cleaning=price.line("cleaning").amount,
        service_fee=price.service_fee,
        commission_percent=Decimal(draw(st.integers(0, 5000))) / 100,
    )


moments = st.integers(-24 * 60, 110 * 24 * 60).map(lambda minutes: before(minutes=minutes))


def whole(outcome: Outcome) -> Money:
    return outcome.refund + outcome.owner + outcome.commission + outcome.service_fee


@given(terms=paid(), at=moments, by_renter=st.booleans())
def test_outcome_shares_out_exactly_what_was_paid(
    terms: PaidTerms, at: datetime, by_renter: bool
) -> None:
    outcome = outcome_of_cancelling(terms, at=at, by_renter=by_renter)

    assert whole(outcome) == terms.total
    parts = (outcome.refund, outcome.owner, outcome.commission, outcome.service_fee)
    assert min(part.amount for part in parts) >= 0


@given(terms=paid(), at=moments)
def test_commission_is_that_of_what_the_owner_keeps(terms: PaidTerms, at: datetime) -> None:
    outcome = outcome_of_cancelling(terms, at=at, by_renter=True)

    kept = outcome.owner + outcome.commission
    assert outcome.commission == kept.percent(terms.commission_percent)


@given(terms=paid(), first=moments, second=moments)
def test_refund_never_grows_with_time(terms: PaidTerms, first: datetime, second: datetime) -> None:
    early, late = (
        outcome_of_cancelling(terms, at=at, by_renter=True) for at in sorted((first, second))
    )

    assert early.refund >= late.refund
    assert late.refund >= terms.cleaning


@given(terms=paid(), at=moments)
def test_all_comes_back_from_owner_and_platform_and_before_confirmation(
    terms: PaidTerms, at: datetime
) -> None:
    nothing = Money.zero(terms.total.currency)
    all_back = Outcome(terms.total, nothing, nothing, nothing)

    assert outcome_of_cancelling(terms, at=at, by_renter=False) == all_back
    unconfirmed = replace(terms, confirmed_at=None)
    assert outcome_of_cancelling(unconfirmed, at=at, by_renter=True) == all_back


@given(terms=paid(), now=moments, later=st.integers(0, 110 * 24 * 60))
def test_schedule_says_what_cancelling_gives_at_every_instant(
    terms: PaidTerms, now: datetime, later: int
) -> None:
    schedule = refund_schedule(terms, now=now)

    ends = [step.until for step in schedule]
    assert ends[-1] is None
    dated = [until for until in ends if until is not None]
    assert dated == sorted(set(dated))
    moment = timedelta(microseconds=1)
    edges = [at for until in dated for at in (until - moment, until, until + moment)]
    for at in (now, now + timedelta(minutes=later), *edges):
        if at >= now:
            step = next(it for it in schedule if it.until is None or at <= it.until)
            assert step.refund == outcome_of_cancelling(terms, at=at, by_renter=True).refund


@given(terms=paid(), now=moments)
def test_schedule_before_paying_is_that_of_a_booking_confirmed_now(
    terms: PaidTerms, now: datetime
) -> None:
    unpaid = replace(terms, confirmed_at=None)

    assert refund_schedule(unpaid, now=now) == refund_schedule(
        replace(terms, confirmed_at=now), now=now
    )


def test_flexible_gives_all_then_half_with_cleaning_then_cleaning_alone() -> None:
    assert refund_schedule(terms(), now=before(days=50)) == (
        Step(before(days=7), kzt(88_200), "full"),
        # Half of 80 000, and the cleaning fee; the service fee stays.
        Step(before(days=1), kzt(44_000), "half"),
        Step(None, kzt(4_000), "rest"),
    )


def test_half_leaves_the_owner_the_other_half_less_commission() -> None:
    outcome = outcome_of_cancelling(terms(), at=before(days=2), by_renter=True)

    assert outcome == Outcome(
        refund=kzt(44_000), owner=kzt(34_000), commission=kzt(6_000), service_fee=kzt(4_200)
    )


def test_steps_that_are_over_are_left_out() -> None:
    assert [step.kind for step in refund_schedule(terms(), now=before(days=2))] == ["half", "rest"]
    assert [step.kind for step in refund_schedule(terms(), now=before(hours=1))] == ["rest"]


def test_very_flexible_has_no_half() -> None:
    schedule = refund_schedule(terms(policy="very_flexible"), now=before(days=50))

    assert [(step.kind, step.until) for step in schedule] == [
        ("full", before(hours=24)),
        ("rest", None),
    ]


@pytest.mark.parametrize("policy", CancellationPolicy)
def test_last_moment_of_a_step_still_counts(policy: CancellationPolicy) -> None:
    until = before(hours=TERMS[policy].full_until)
    paid_terms = terms(policy=policy, confirmed_at=before(days=200))

    def refund(at: datetime) -> Money:
        return outcome_of_cancelling(paid_terms, at=at, by_renter=True).refund

    assert refund(until) == kzt(88_200)
    assert refund(until + timedelta(seconds=1)) < kzt(88_200)


@pytest.mark.parametrize(
    ("confirmed", "cancelled", "kind"),
    [
        # Within a day of the confirmation, and the start is two days away or more.
        (timedelta(days=3), timedelta(days=2), "full"),
        (timedelta(days=3), timedelta(days=2) - timedelta(minutes=1), "half"),
        (timedelta(days=6), timedelta(days=5), "full"),
        (timedelta(days=6), timedelta(days=5) - timedelta(minutes=1), "half"),
        (timedelta(hours=47), timedelta(hours=46), "half"),
        (timedelta(hours=20), timedelta(hours=19), "rest"),
    ],
)
def test_grace_is_a_day_where_the_start_is_two_days_away(
    confirmed: timedelta, cancelled: timedelta, kind: str
) -> None:
    late = terms(confirmed_at=STARTS_AT - confirmed)

    assert refund_schedule(late, now=STARTS_AT - cancelled)[0].kind == kind


def test_odd_amounts_lose_nothing_where_currencies_have_no_decimals() -> None:
    yen = PaidTerms(
        policy="flexible",
        starts_at=STARTS_AT,
        confirmed_at=before(days=100),
        total=Money(1_054, "JPY"),
        cleaning=Money(0, "JPY"),
        service_fee=Money(51, "JPY"),
        commission_percent=Decimal(15),
    )

    outcome = outcome_of_cancelling(yen, at=before(days=2), by_renter=True)

    # 1 003 in halves: 502 come back, and 75.15 of the other 501 are commission.
    assert [it.amount for it in (outcome.refund, outcome.owner, outcome.commission)] == [
        502,
        426,
        75,
    ]
    assert whole(outcome) == yen.total
