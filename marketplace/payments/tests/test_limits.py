"""What one payment can be, and that the provider takes exactly so much."""

from django.conf import settings

from marketplace.core.money import Money
from marketplace.payments.limits import largest_amount, smallest_amount
from marketplace.payments.sandbox.api import LEAST, MOST
from marketplace.payments.stripe_amounts import to_stripe


def test_largest_payment_has_eight_digits_in_the_smallest_unit() -> None:
    assert largest_amount("KZT") == Money.from_major("999999.99", "KZT")
    assert largest_amount("JPY") == Money(99_999_999, "JPY")


def test_smallest_payment_is_one_minor_unit_where_nothing_is_known() -> None:
    assert smallest_amount("USD") == Money(50, "USD")
    assert smallest_amount("PLN") == Money(1, "PLN")


def test_what_is_within_the_limits_is_taken_by_the_provider() -> None:
    for currency in settings.CURRENCIES:
        assert to_stripe(largest_amount(currency)) <= MOST
        assert to_stripe(smallest_amount(currency)) >= LEAST[currency.lower()]
