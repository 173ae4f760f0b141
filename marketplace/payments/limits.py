"""What one payment can be at most and at least, whatever it is for.

https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts: an amount has at most eight
digits in the currency's smallest unit (a few currencies that JoyTop does not price in may have
more), and at least about half a dollar. Currencies that Stripe names no minimum for are held to
that of the account's own currency, so theirs here leave room for the rate of exchange.
"""

from __future__ import annotations

from typing import Final

from marketplace.core.money import Money
from marketplace.payments.stripe_amounts import from_stripe

LARGEST_AT_STRIPE: Final = 99_999_999
# In the smallest unit, as Stripe counts.
SMALLEST_AT_STRIPE: Final = {"EUR": 50, "KZT": 30_000, "USD": 50}


def largest_amount(currency: str) -> Money:
    """The most that one payment can be."""
    return from_stripe(LARGEST_AT_STRIPE, currency)


def smallest_amount(currency: str) -> Money:
    """The least that one payment can be; one minor unit where nothing is known."""
    least = SMALLEST_AT_STRIPE.get(currency)
    return from_stripe(least, currency) if least else Money(1, currency)
