"""Amounts as Stripe counts them, which is not for every currency as ISO 4217 does.

https://docs.stripe.com/currencies: some currencies have no decimals there; krónur and Ugandan
shillings have none and are yet written with two; the third decimal of dinars is always zero.
"""

from __future__ import annotations

from typing import Final

from marketplace.core.money import Money, minor_digits

_NO_DECIMALS: Final = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    }
)
_THREE_DECIMALS: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# Written with two decimals that are always zero.
_WHOLE_WITH_TWO: Final = frozenset({"ISK", "UGX"})


class AmountRefused(ValueError):
    """An amount that Stripe has no way to write. A fault in a price, never a payer's."""


def _unit(digits: int) -> int:
    """How many of the smallest unit make one."""
    return int(10**digits)


def _stripe_unit(currency: str) -> int:
    if currency in _NO_DECIMALS:
        return 1
    return _unit(3 if currency in _THREE_DECIMALS else 2)


def to_stripe(money: Money) -> int:
    """The amount as Stripe's API takes it. Raises AmountRefused where it would not be exact."""
    scaled, rest = divmod(
        money.amount * _stripe_unit(money.currency), _unit(minor_digits(money.currency))
    )
    step = 1
    if money.currency in _THREE_DECIMALS:
        step = 10
    elif money.currency in _WHOLE_WITH_TWO:
        step = 100
    if rest or scaled % step:
        raise AmountRefused(f"Stripe cannot take exactly {money}")
    return scaled


def from_stripe(amount: int, currency: str) -> Money:
    """What an amount of Stripe's API means. Raises AmountRefused where it would not be exact."""
    code = currency.upper()
    minor, rest = divmod(amount * _unit(minor_digits(code)), _stripe_unit(code))
    if rest:
        raise AmountRefused(f"{amount} of Stripe's {code} are not whole minor units")
    return Money(minor, code)
