"""One value for every amount. Rounding happens here, once, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering
from typing import Final, Self

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_symbol
from django.conf import settings
from django.utils.translation import get_language, to_locale

# ISO 4217: the currencies whose minor unit is not a hundredth of the major.
_NO_DECIMALS: Final = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    }
)
_THREE_DECIMALS: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_CODE: Final = re.compile(r"[A-Z]{3}")

# Where a currency is at home decides how it is written, whatever language the page is in.
_HOME_LOCALE: Final = {"KZT": "ru_KZ"}


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum or comparison. A fault in a program, never a person's."""


def minor_digits(currency: str) -> int:
    """How many decimals the currency's minor unit stands for (ISO 4217)."""
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def currency_sign(currency: str) -> str:
    """`₸`, `$`, `€`: what stands beside an amount, as `Money.format` writes it."""
    return get_currency_symbol(currency, locale=_locale(currency, None))


def supported_currencies() -> tuple[str, ...]:
    """The currencies that prices may be set in, the default one first."""
    return tuple(settings.CURRENCIES)


def _exact(value: Decimal | int | str | Fraction) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str | Fraction):
        raise TypeError(f"money is counted exactly: {type(value).__name__} is refused")
    return Fraction(value)


def _half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes away from zero."""
    magnitude = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return magnitude if value >= 0 else -magnitude


def _ceiling(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`amount` minor units of one ISO 4217 `currency`. Mixed currencies are refused."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise TypeError("Money counts whole minor units")
        if not _CODE.fullmatch(self.currency):
            raise ValueError(f"{self.currency!r} is not an ISO 4217 code")

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def from_major(cls, value: Decimal | int | str, currency: str) -> Self:
        """45000 tenge → 4 500 000 minor units. More decimals than the currency has: ValueError."""
        minor = _exact(value) * 10 ** minor_digits(currency)
        if minor.denominator != 1:
            raise ValueError(f"{value} has more decimals than {currency}")
        return cls(minor.numerator, currency)

    def to_major(self) -> Decimal:
        return Decimal(self.amount).scaleb(-minor_digits(self.currency))

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: int) -> Money:
        if isinstance(factor, bool) or not isinstance(factor, int):
            return NotImplemented
        return Money(self.amount * factor, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.amount < self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def percent(self, rate: Decimal | int) -> Money:
        """`rate` per cent of it, to the nearest minor unit; a half goes away from zero.

        To share a whole between two, take one part by `percent` and the rest by subtraction,
        or use `allocate`: two roundings may make a unit.
        """
        return Money(_half_up(self.amount * _exact(rate) / 100), self.currency)

    def allocate(self, weights: Sequence[Decimal | int]) -> list[Money]:
        """Parts in proportion to `weights` whose sum is exactly the whole.

        Each part is within one minor unit of its exact share. Units left over go to the parts
        that rounding hurt most; among equals, to the earlier.
        """
        shares = [_exact(weight) for weight in weights]
        whole = sum(shares, Fraction(0))
        if whole <= 0 or any(share < 0 for share in shares):
            raise ValueError("weights must not be negative, and one must be positive")
        exact = [self.amount * share / whole for share in shares]
        parts = [part.numerator // part.denominator for part in exact]
        by_loss = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
        for index in by_loss[: self.amount - sum(parts)]:
            parts[index] += 1
        return [Money(part, self.currency) for part in parts]

    def divide_rounding_up(self, divisor: Decimal | int, *, to_major: bool = False) -> Money:
        """The least amount whose `divisor`-fold covers the whole.

        `to_major` rounds up to a whole major unit (a whole tenge), for prices shown as "from".
        """
        by = _exact(divisor)
        if by <= 0:
            raise ValueError("the divisor must be positive")
        step = 10 ** minor_digits(self.currency) if to_major else 1
        return Money(_ceiling(self.amount / by / step) * step, self.currency)

    def format(self, language: str | None = None) -> str:
        """As people write it: `45 000 ₸` in every language, `$45.50` or `45,50 $`.

        Whole amounts have no decimals. Spaces do not break.
        """
        digits = minor_digits(self.currency)
        is_whole = self.amount % 10**digits == 0
        locale = _locale(self.currency, language)
        pattern = locale.currency_formats["standard"]
        text = format_currency(
            self.to_major(),
            self.currency,
            format=pattern.pattern.replace(
                ".00", "" if is_whole or not digits else "." + "0" * digits
            ),
            locale=locale,
            currency_digits=False,
        )
        return text.replace(" ", "\N{NO-BREAK SPACE}")

    def __str__(self) -> str:
        return f"{self.to_major()} {self.currency}"


def _locale(currency: str, language: str | None) -> Locale:
    name = _HOME_LOCALE.get(currency) or to_locale(language or get_language() or "en")
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
