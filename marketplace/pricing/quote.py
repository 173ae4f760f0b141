"""What a booking costs, line by line. One function behind every price that a page shows.

Amounts are integer minor units of the venue's currency, lengths are minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError
from marketplace.core.money import Money
from marketplace.venues.models import Space

MINUTES_AN_HOUR: Final = 60

# What each line is called, also where only its code was stored.
LABELS: Final[Mapping[str, Promise]] = {
    "time": _("Time"),
    "cleaning": _("Cleaning"),
    "service_fee": _("Service fee"),
}


class NoRate(DomainError):
    """A space without a rate was asked for its price."""

    code = "no_rate"
    default_message = _("This space has no price yet.")


@dataclass(frozen=True, slots=True)
class Rates:
    """What an owner asks, before the platform's fee."""

    hourly: Money
    cleaning_fee: Money


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a quote. `code` is for programs, `label` for people."""

    code: str
    label: str | Promise
    amount: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """The lines of a price; their sum is what the renter pays, to the minor unit."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> Money:
        """What the renter pays, all included."""
        first, *rest = (line.amount for line in self.lines)
        return sum(rest, start=first)

    @property
    def subtotal(self) -> Money:
        """The owner's price: all but the platform's fee."""
        return self.total - self.service_fee

    @property
    def service_fee(self) -> Money:
        """What the renter pays the platform on top."""
        return self.line("service_fee").amount

    @property
    def commission(self) -> Money:
        """What the platform keeps of the owner's price, at the percentage of today."""
        return self.subtotal.percent(settings.COMMISSION_PERCENT)

    def line(self, code: str) -> Line:
        """The line of this code; one of nothing where it was left out."""
        nothing = Money.zero(self.lines[0].amount.currency)
        found = (line for line in self.lines if line.code == code)
        return next(found, Line(code, LABELS[code], nothing))


def quote(*, rates: Rates, minutes: int, service_fee_percent: Decimal | int) -> Quote:
    """The lines for a booking of so many minutes.

    Time that is not whole hours is charged by the minute, rounded up to the minor unit. The
    service fee is a percentage of time and cleaning. A line that comes to nothing is left out,
    but the time.
    """
    if minutes <= 0:
        raise ValueError("a booking lasts at least a minute")
    time = (rates.hourly * minutes).divide_rounding_up(MINUTES_AN_HOUR)
    subtotal = time + rates.cleaning_fee
    extras = {"cleaning": rates.cleaning_fee, "service_fee": subtotal.percent(service_fee_percent)}
    lines = {"time": time} | {code: amount for code, amount in extras.items() if amount}
    return Quote(tuple(Line(code, LABELS[code], amount) for code, amount in lines.items()))


def rates_of(space: Space) -> Rates:
    """The space's rates. Raises `NoRate` where there is none."""
    hourly = space.hourly_rate
    if hourly is None:
        raise NoRate
    return Rates(hourly=hourly, cleaning_fee=space.cleaning_fee)


def quote_for(*, space: Space, minutes: int) -> Quote:
    """The lines for this space and length, with the platform's fee."""
    return quote(
        rates=rates_of(space),
        minutes=minutes,
        service_fee_percent=settings.SERVICE_FEE_PERCENT,
    )


def price_for(*, space: Space, minutes: int) -> Money:
    """What a booking of this length costs, all included."""
    return quote_for(space=space, minutes=minutes).total


def longest_minutes(space: Space, *, at_most: Money) -> int:
    """The longest booking that costs at most so much, all included; 0 minutes where none does."""
    rates = rates_of(space)
    # A fee that is rounded down leaves room for one minor unit more.
    before_fee = int(at_most.amount * 100 / (100 + Decimal(settings.SERVICE_FEE_PERCENT))) + 1
    time = before_fee - rates.cleaning_fee.amount
    minutes = max(0, time * MINUTES_AN_HOUR // rates.hourly.amount)
    while minutes and price_for(space=space, minutes=minutes) > at_most:
        minutes -= 1
    return minutes


def shortest_minutes(space: Space) -> int:
    """The shortest booking that can really be made: the minimum, rounded up to the grid."""
    step = space.granularity_minutes
    return -(-space.minimum_minutes // step) * step


def from_price(space: Space) -> Money:
    """The "from" price an hour: the shortest booking, all included, divided by its hours.

    Rounded up to a whole major unit, so that no shortest booking costs more than it says.
    """
    minutes = shortest_minutes(space)
    shortest = price_for(space=space, minutes=minutes)
    hours = Decimal(minutes) / MINUTES_AN_HOUR
    return shortest.divide_rounding_up(hours, to_major=True)
