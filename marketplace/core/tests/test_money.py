from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.money import (
    CurrencyMismatch,
    Money,
    currency_sign,
    minor_digits,
    supported_currencies,
)

CURRENCIES = st.sampled_from(["JPY", "KZT", "USD", "KWD"])  # 0, 2, 2 and 3 decimals
AMOUNTS = st.integers(min_value=-(10**15), max_value=10**15)
RATES = st.decimals(min_value=0, max_value=200, places=4, allow_nan=False, allow_infinity=False)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("KZT", 2), ("EUR", 2), ("KWD", 3)])
def test_minor_digits_are_those_of_iso_4217(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


def test_supported_currencies_start_with_the_tenge() -> None:
    assert supported_currencies() == ("KZT", "USD", "EUR")


@pytest.mark.parametrize("amount", [1.0, True, "1", Decimal(1)])
def test_money_refuses_amounts_that_are_not_whole_numbers(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount, "KZT")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["", "kzt", "KZ", "KZTT", "K1T"])
def test_money_refuses_what_is_no_currency_code(currency: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 4217 code"):
        Money(1, currency)


@given(AMOUNTS, CURRENCIES)
def test_from_major_and_to_major_undo_each_other(amount: int, currency: str) -> None:
    money = Money(amount, currency)

    assert Money.from_major(money.to_major(), currency) == money


@pytest.mark.parametrize(
    ("value", "currency", "amount"),
    [
        (45000, "KZT", 4_500_000),
        ("0.005", "KWD", 5),
        (Decimal("12.50"), "USD", 1250),
        (7, "JPY", 7),
    ],
)
def test_from_major_counts_minor_units(
    value: Decimal | int | str, currency: str, amount: int
) -> None:
    assert Money.from_major(value, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("value", "currency"), [("0.5", "JPY"), ("0.005", "KZT"), ("0.0001", "KWD")]
)
def test_from_major_refuses_more_decimals_than_the_currency_has(value: str, currency: str) -> None:
    with pytest.raises(ValueError, match="more decimals"):
        Money.from_major(value, currency)


@pytest.mark.parametrize("value", [0.5, True])
def test_exact_inputs_refuse_floats(value: float) -> None:
    money = Money(100, "KZT")

    for refused in (
        lambda: Money.from_major(value, "KZT"),  # type: ignore[arg-type]
        lambda: money.percent(value),  # type: ignore[arg-type]
        lambda: money.allocate([value]),  # type: ignore[list-item]
        lambda: money.divide_rounding_up(value),  # type: ignore[arg-type]
        lambda: money * value,  # type: ignore[operator]
        lambda: value * money,  # type: ignore[operator]
    ):
        with pytest.raises(TypeError):
            refused()


def test_arithmetic_keeps_the_currency() -> None:
    one, two = Money(100, "KZT"), Money(250, "KZT")

    assert one + two == Money(350, "KZT")
    assert one - two == Money(-150, "KZT")
    assert -one == Money(-100, "KZT")
    assert one * 3 == 3 * one == Money(300, "KZT")
    assert sum([one, two], start=Money.zero("KZT")) == Money(350, "KZT")
    assert one < two
    assert one <= Money(100, "KZT")
    assert max(one, two) == two
    assert (bool(one), bool(Money.zero("KZT"))) == (True, False)


def test_mixed_currencies_raise() -> None:
    tenge, dollars = Money(100, "KZT"), Money(100, "USD")

    for mixed in (
        lambda: tenge + dollars,
        lambda: tenge - dollars,
        lambda: tenge < dollars,
        lambda: tenge >= dollars,
    ):
        with pytest.raises(CurrencyMismatch):
            mixed()
    assert tenge != dollars


@pytest.mark.parametrize("other", [100, Decimal(100), None])
def test_money_does_not_mix_with_plain_numbers(other: object) -> None:
    with pytest.raises(TypeError):
        Money(100, "KZT") + other  # type: ignore[operator]
    assert Money(100, "KZT") != other


@pytest.mark.parametrize(
    ("amount", "rate", "expected"),
    [(1000, 5, 50), (10, 5, 1), (9, 5, 0), (30, 5, 2), (-10, 5, -1), (333, Decimal("12.5"), 42)],
)
def test_percent_rounds_a_half_away_from_zero(
    amount: int, rate: Decimal | int, expected: int
) -> None:
    assert Money(amount, "KZT").percent(rate) == Money(expected, "KZT")


@given(AMOUNTS, CURRENCIES, RATES)
def test_percent_is_the_nearest_minor_unit(amount: int, currency: str, rate: Decimal) -> None:
    part = Money(amount, currency).percent(rate)

    assert abs(part.amount - amount * Fraction(rate) / 100) <= Fraction(1, 2)


@given(AMOUNTS, CURRENCIES, RATES)
def test_percent_and_the_rest_make_the_whole(amount: int, currency: str, rate: Decimal) -> None:
    whole = Money(amount, currency)

    assert whole.percent(rate) + (whole - whole.percent(rate)) == whole


@given(AMOUNTS, CURRENCIES, WEIGHTS)
def test_allocate_neither_makes_nor_loses_a_unit(
    amount: int, currency: str, weights: list[int]
) -> None:
    parts = Money(amount, currency).allocate(weights)

    assert sum(parts, start=Money.zero(currency)) == Money(amount, currency)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount - Fraction(amount * weight, sum(weights))) < 1


@given(AMOUNTS, CURRENCIES, st.integers(min_value=1, max_value=50))
def test_allocate_equally_differs_by_one_unit_at_most(
    amount: int, currency: str, parts: int
) -> None:
    amounts = [part.amount for part in Money(amount, currency).allocate([1] * parts)]

    assert max(amounts) - min(amounts) <= 1
    assert amounts == sorted(amounts, reverse=True)


@given(AMOUNTS, WEIGHTS)
def test_allocate_gives_nothing_for_no_weight(amount: int, weights: list[int]) -> None:
    parts = Money(amount, "KZT").allocate(weights)

    assert all(not part for part, weight in zip(parts, weights, strict=True) if weight == 0)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_allocate_refuses_weights_that_share_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(100, "KZT").allocate(weights)


@given(AMOUNTS, CURRENCIES, st.integers(min_value=1, max_value=10**4), st.booleans())
def test_divide_rounding_up_is_the_least_that_covers_the_whole(
    amount: int, currency: str, by: int, to_major: bool
) -> None:
    share = Money(amount, currency).divide_rounding_up(by, to_major=to_major)
    step = 10 ** minor_digits(currency) if to_major else 1

    assert share.amount % step == 0
    assert share.amount * by >= amount > (share.amount - step) * by


def test_divide_rounding_up_by_part_of_an_hour() -> None:
    assert Money(10_000, "KZT").divide_rounding_up(Decimal("1.5")) == Money(6667, "KZT")
    assert Money(10_000, "KZT").divide_rounding_up(Decimal("1.5"), to_major=True) == Money(
        6700, "KZT"
    )


@pytest.mark.parametrize("by", [0, -1])
def test_divide_refuses_what_does_not_divide(by: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        Money(100, "KZT").divide_rounding_up(by)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_tenge_are_written_as_in_kazakhstan_in_every_language(language: str) -> None:
    assert Money(4_500_000, "KZT").format(language) == "45\u00a0000\u00a0₸"
    assert Money(4_500_050, "KZT").format(language) == "45\u00a0000,50\u00a0₸"


@pytest.mark.parametrize(
    ("currency", "amount", "language", "text"),
    [
        ("USD", 450_000, "en", "$4,500"),
        ("USD", 450_050, "en", "$4,500.50"),
        ("USD", -450_000, "en", "-$4,500"),
        ("USD", 450_050, "ru", "4\u00a0500,50\u00a0$"),
        ("EUR", 450_000, "kk", "4\u00a0500\u00a0€"),
        ("JPY", 4500, "en", "¥4,500"),
        ("KWD", 4505, "ru", "4,505\u00a0KWD"),
        ("USD", 100, "xx", "$1"),
    ],
)
def test_other_currencies_are_written_in_the_language_of_the_page(
    currency: str, amount: int, language: str, text: str
) -> None:
    assert Money(amount, currency).format(language) == text


def test_format_takes_the_active_language() -> None:
    with translation.override("ru"):
        assert Money(100, "EUR").format() == "1\u00a0€"


@given(st.integers(min_value=10**15, max_value=10**21), CURRENCIES)
def test_format_keeps_every_digit_of_large_amounts(amount: int, currency: str) -> None:
    text = Money(amount, currency).format("en")
    digits = "".join(character for character in text if character.isdigit())

    assert digits in {str(amount), str(amount).removesuffix("0" * minor_digits(currency))}


def test_str_names_amount_and_currency() -> None:
    assert str(Money(4_500_050, "KZT")) == "45000.50 KZT"


@pytest.mark.parametrize(("currency", "sign"), [("KZT", "₸"), ("USD", "$"), ("EUR", "€")])
@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_currency_sign_is_that_of_formatted_amounts(
    currency: str, sign: str, language: str
) -> None:
    with translation.override(language):
        assert currency_sign(currency) == sign
        assert sign in Money(4_500_050, currency).format()
