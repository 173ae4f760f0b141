from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import Money
from marketplace.pricing.quote import (
    LABELS,
    Line,
    NoRate,
    Rates,
    from_price,
    longest_minutes,
    price_for,
    quote,
    quote_for,
    shortest_minutes,
)
from marketplace.venues.models import Space, Venue

amounts = st.integers(min_value=0, max_value=10**12)
rates = st.builds(
    lambda hourly, cleaning: Rates(Money(hourly, "KZT"), Money(cleaning, "KZT")),
    hourly=st.integers(min_value=1, max_value=10**12),
    cleaning=amounts,
)
lengths = st.integers(min_value=1, max_value=48).map(lambda halves: halves * 30)
percents = st.integers(min_value=0, max_value=30)


def space(*, rate: int | None = 45_000_00, cleaning: int = 0, minimum: int = 240) -> Space:
    venue = Venue(currency="KZT")
    return Space(
        venue=venue,
        hourly_rate_minor=rate,
        cleaning_fee_minor=cleaning,
        minimum_minutes=minimum,
    )


def test_quote_names_time_cleaning_and_fee() -> None:
    lines = quote_for(space=space(cleaning=20_000_00), minutes=240).lines

    assert [(line.code, line.amount) for line in lines] == [
        ("time", Money(180_000_00, "KZT")),
        ("cleaning", Money(20_000_00, "KZT")),
        ("service_fee", Money(10_000_00, "KZT")),
    ]


def test_quote_leaves_out_lines_of_nothing() -> None:
    result = quote(
        rates=Rates(Money(100, "KZT"), Money.zero("KZT")), minutes=60, service_fee_percent=0
    )

    assert [line.code for line in result.lines] == ["time"]


def test_price_is_the_sum_of_the_lines() -> None:
    assert price_for(space=space(cleaning=20_000_00), minutes=240) == Money(210_000_00, "KZT")


def test_price_charges_half_hours() -> None:
    assert price_for(space=space(rate=10_000_00), minutes=90) == Money(15_750_00, "KZT")


def test_from_price_spreads_the_shortest_booking_over_its_hours() -> None:
    assert from_price(space(cleaning=20_000_00)) == Money(52_500_00, "KZT")


def test_from_price_is_rounded_up_to_a_whole_tenge() -> None:
    # 3 × 1000.01 ₸ and 5 % on it are 3150.03 ₸ (rounded half up): 1050.01 ₸ an hour.
    assert from_price(space(rate=1000_01, minimum=180)) == Money(1051_00, "KZT")


def test_space_without_rate_has_no_price() -> None:
    with pytest.raises(NoRate):
        from_price(space(rate=None))


def test_nothing_is_quoted_for_no_time() -> None:
    with pytest.raises(ValueError, match="at least a minute"):
        quote_for(space=space(), minutes=0)


def test_quote_says_subtotal_fee_and_commission() -> None:
    result = quote_for(space=space(cleaning=20_000_00), minutes=240)

    assert result.subtotal == Money(200_000_00, "KZT")
    assert result.service_fee == Money(10_000_00, "KZT")
    assert result.commission == Money(30_000_00, "KZT")


def test_line_that_was_left_out_is_one_of_nothing() -> None:
    result = quote_for(space=space(), minutes=240)

    assert result.line("time") == result.lines[0]
    assert result.line("cleaning") == Line("cleaning", LABELS["cleaning"], Money.zero("KZT"))


def test_every_line_has_its_label() -> None:
    result = quote_for(space=space(cleaning=20_000_00), minutes=240)

    assert {line.code: line.label for line in result.lines} == LABELS


def test_shortest_booking_is_on_the_grid() -> None:
    it = space(minimum=90)
    it.granularity_minutes = 60

    assert shortest_minutes(it) == 120
    # 2 × 45 000 and 5 % on it, by the hour.
    assert from_price(it) == Money(47_250_00, "KZT")


@given(
    currency=st.sampled_from(["KZT", "JPY", "KWD"]),
    hourly=st.integers(min_value=1, max_value=10**12),
    cleaning=amounts,
    minutes=lengths,
)
def test_lines_and_shares_add_up_to_the_total(
    currency: str, hourly: int, cleaning: int, minutes: int
) -> None:
    result = quote(
        rates=Rates(Money(hourly, currency), Money(cleaning, currency)),
        minutes=minutes,
        service_fee_percent=5,
    )

    owner = result.total - result.service_fee - result.commission
    assert owner + result.commission == result.subtotal
    assert result.subtotal == result.line("time").amount + result.line("cleaning").amount
    assert result.subtotal + result.service_fee == result.total
    assert owner >= Money.zero(currency)


@given(rates=rates, minutes=lengths, percent=percents)
def test_total_is_exact_within_two_roundings(rates: Rates, minutes: int, percent: int) -> None:
    total = quote(rates=rates, minutes=minutes, service_fee_percent=percent).total

    time = Fraction(rates.hourly.amount * minutes, 60)
    exact = (time + rates.cleaning_fee.amount) * Fraction(100 + percent, 100)
    assert -1 < total.amount - exact < 2


@given(rates=rates, minutes=lengths, percent=percents)
def test_longer_is_never_cheaper(rates: Rates, minutes: int, percent: int) -> None:
    shorter = quote(rates=rates, minutes=minutes, service_fee_percent=percent)
    longer = quote(rates=rates, minutes=minutes + 30, service_fee_percent=percent)

    assert shorter.total <= longer.total


@given(rates=rates, minimum=lengths)
def test_from_price_covers_the_shortest_booking_and_no_major_unit_more(
    rates: Rates, minimum: int
) -> None:
    it = space(rate=rates.hourly.amount, cleaning=rates.cleaning_fee.amount, minimum=minimum)

    an_hour = from_price(it)

    hours = Decimal(minimum) / 60
    total = price_for(space=it, minutes=minimum)
    assert an_hour.amount % 100 == 0
    assert an_hour.amount * hours >= total.amount
    assert (an_hour.amount - 100) * hours < total.amount


@given(
    rate=st.integers(min_value=1, max_value=10**9),
    cleaning=st.integers(min_value=0, max_value=10**8),
    most=st.integers(min_value=1, max_value=10**8),
)
def test_longest_costs_at_most_so_much_and_a_minute_more_costs_more(
    rate: int, cleaning: int, most: int
) -> None:
    hall, at_most = space(rate=rate, cleaning=cleaning), Money(most, "KZT")

    minutes = longest_minutes(hall, at_most=at_most)

    assert not minutes or price_for(space=hall, minutes=minutes) <= at_most
    assert price_for(space=hall, minutes=minutes + 1) > at_most
