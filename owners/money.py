"""What an owner's page says about money: what is owed, and the months beside each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from babel.numbers import format_compact_decimal
from django.conf import settings
from django.utils.translation import get_language, to_locale

from marketplace.accounts.models import Business
from marketplace.bookings.policies import may_see_earnings
from marketplace.bookings.selectors import MonthEarnings
from marketplace.core.money import Money
from marketplace.payments.selectors import Owed, owed_to_each
from marketplace.venues.models import Membership, Venue

_MONTHS_DRAWN: Final = 12
TALLEST: Final = 100
# A month's room at most, in pixels; many months share the page's width.
STEP: Final = 112
_USUAL_PRICE: Final = 60_000
# How much of its room a bar takes.
_FILLED: Final = 0.7


@dataclass(frozen=True, slots=True)
class BusinessOwed:
    """What one business has coming."""

    business: Business
    rows: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class MonthBar:
    """A month of the chart: its bar begins at `x`, `top` from above, and is so high.

    Its upper part, so high as `ahead`, is of bookings to come. `short` is the sum, in so few signs
    that it fits over the bar.
    """

    month: date
    earned: Money
    short: str
    x: str
    middle: str
    width: str
    top: int
    height: int
    ahead: int

    @property
    def past(self) -> int:
        """How high what was earned already is."""
        return self.height - self.ahead


@dataclass(frozen=True, slots=True)
class Chart:
    """The months beside each other, in a box of this size."""

    bars: tuple[MonthBar, ...]
    height: int = TALLEST + 44

    @property
    def has_ahead(self) -> bool:
        """Whether some of it is to come."""
        return any(bar.ahead for bar in self.bars)

    @property
    def width(self) -> int:
        """As wide as its months."""
        return len(self.bars) * STEP


def owed_of(memberships: Sequence[Membership], *, now: datetime) -> list[BusinessOwed]:
    """Of every business whose venues are all this person's to manage. Two queries.

    One sum says what all venues of a business are owed, so who sees a part of them sees none of
    it.
    """
    mine = [membership.venue for membership in memberships if may_see_earnings(membership)]
    ids = {venue.business_id for venue in mine}
    hidden = Venue.objects.of_businesses(ids).besides(venue.pk for venue in mine)
    ids -= set(hidden.values_list("business_id", flat=True))
    businesses = {venue.business_id: venue.business for venue in mine if venue.business_id in ids}
    owed = owed_to_each(businesses, now=now)
    return [BusinessOwed(businesses[pk], owed[pk]) for pk in businesses if pk in owed]


@dataclass(frozen=True, slots=True)
class Total:
    """All the months of one currency."""

    bookings: int
    paid: Money
    commission: Money
    earned: Money


@dataclass(frozen=True, slots=True)
class Example:
    """What is left to the owner of a booking at this price."""

    price: Money
    percent: int

    @property
    def earned(self) -> Money:
        """The price less our commission."""
        return self.price - self.price.percent(self.percent)


def example() -> Example:
    """A price as bookings often have it, with the commission of today."""
    price = Money.from_major(_USUAL_PRICE, settings.CURRENCIES[0])
    return Example(price, settings.COMMISSION_PERCENT)


def totals_of(months: Iterable[MonthEarnings]) -> list[Total]:
    """One sum for each currency, in the order in which they come."""
    by_currency: dict[str, list[MonthEarnings]] = {}
    for month in months:
        by_currency.setdefault(month.currency, []).append(month)
    return [
        Total(
            bookings=sum(month.bookings for month in mine),
            paid=Money(sum(month.paid.amount for month in mine), currency),
            commission=Money(sum(month.commission.amount for month in mine), currency),
            earned=Money(sum(month.earned.amount for month in mine), currency),
        )
        for currency, mine in by_currency.items()
    ]


def chart_of(months: Iterable[MonthEarnings]) -> Chart | None:
    """The last months of the currency with most of them, the oldest first; None for one alone."""
    by_currency: dict[str, list[MonthEarnings]] = {}
    for month in months:
        by_currency.setdefault(month.currency, []).append(month)
    shown = max(by_currency.values(), key=len, default=[])[:_MONTHS_DRAWN][::-1]
    tallest = max((month.earned.amount for month in shown), default=0)
    if len(shown) < 2 or tallest <= 0:
        return None
    heights = [max(1, month.earned.amount * TALLEST // tallest) for month in shown]
    room = 100 / len(shown)
    return Chart(
        tuple(
            MonthBar(
                month=month.month,
                earned=month.earned,
                short=_in_short(month.earned),
                x=_percent((number + (1 - _FILLED) / 2) * room),
                middle=_percent((number + 0.5) * room),
                width=_percent(_FILLED * room),
                top=TALLEST - height,
                height=height,
                ahead=height * month.ahead.amount // (month.earned.amount or 1),
            )
            for number, (month, height) in enumerate(zip(shown, heights, strict=True))
        )
    )


def _percent(value: float) -> str:
    """As a drawing reads it whatever the language."""
    return f"{value:.2f}%"


def _in_short(money: Money) -> str:
    """`162K`, in the language of the page."""
    language = to_locale(get_language() or "en")
    return format_compact_decimal(money.to_major(), locale=language)
