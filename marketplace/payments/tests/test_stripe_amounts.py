"""Amounts as Stripe counts them."""

import pytest

from marketplace.core.money import Money
from marketplace.payments.stripe_amounts import AmountRefused, from_stripe, to_stripe


@pytest.mark.parametrize(
    ("money", "amount"),
    [
        (Money(4_500_000, "KZT"), 4_500_000),
        (Money(4_550, "USD"), 4_550),
        (Money(500, "JPY"), 500),
        (Money(1_000, "ISK"), 100_000),  # no decimals by ISO 4217, two at Stripe
        (Money(12_340, "KWD"), 12_340),
        (Money(100, "MGA"), 1),  # two decimals by ISO 4217, none at Stripe
    ],
)
def test_amounts_go_there_and_back(money: Money, amount: int) -> None:
    assert to_stripe(money) == amount
    assert from_stripe(amount, money.currency.lower()) == money


@pytest.mark.parametrize("money", [Money(12_345, "KWD"), Money(150, "MGA")])
def test_amount_that_cannot_be_exact_is_refused(money: Money) -> None:
    with pytest.raises(AmountRefused):
        to_stripe(money)


def test_answer_that_cannot_be_exact_is_refused() -> None:
    with pytest.raises(AmountRefused):
        from_stripe(150, "isk")
