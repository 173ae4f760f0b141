"""What owners earn, month by month, as the ledger has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, CharField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce

from marketplace.accounts.models import User
from marketplace.bookings.models import Booking
from marketplace.core.money import Money
from marketplace.core.states import subject_kind
from marketplace.payments.enums import LedgerAccount
from marketplace.payments.models import LedgerEntry

_MONTHS_SHOWN: Final = 24


@dataclass(frozen=True, slots=True)
class MonthEarnings:
    """One month's bookings (by their end, in the venue's time zone) in one currency.

    `paid` is what renters paid and did not get back, without the platform's service fee;
    `commission` is the platform's part of it and `earned` the owner's, of which `ahead` is of
    bookings that have not ended.
    """

    month: date
    currency: str
    bookings: int
    earned: Money
    commission: Money
    ahead: Money

    @property
    def paid(self) -> Money:
        """What the bookings brought before commission."""
        return self.earned + self.commission


def earnings_by_month(member: User, *, now: datetime) -> tuple[MonthEarnings, ...]:
    """Of every venue whose earnings the person may see; the latest month first. One query.

    Cancelled bookings count with what the owner keeps of them, bookings to come with what they
    will bring.
    """
    rows = _earning(member).order_by()
    found = rows.values_list("ends_at", "time_zone", "currency", "earned", "fee")
    return tuple(_by_month(found, now=now))[:_MONTHS_SHOWN]


@dataclass(frozen=True, slots=True)
class EarnedBooking:
    """One booking and what it brought; as `MonthEarnings`, of one. The day is its last."""

    ended_on: date
    reference: str
    venue_name: str
    space_name: str
    earned: Money
    commission: Money

    @property
    def paid(self) -> Money:
        """What the booking brought before commission."""
        return self.earned + self.commission


def earned_bookings(member: User) -> Iterator[EarnedBooking]:
    """What `earnings_by_month` sums up, and all that lies before; the latest first. One query."""
    rows = _earning(member).order_by("-ends_at", "-id")
    for reference, venue, space, ends_at, zone, currency, earned, fee in rows.values_list(
        "reference",
        "space__venue__name",
        "space__name",
        "ends_at",
        "time_zone",
        "currency",
        "earned",
        "fee",
    ):
        if earned or fee:
            yield EarnedBooking(
                ended_on=ends_at.astimezone(ZoneInfo(zone)).date(),
                reference=reference,
                venue_name=venue,
                space_name=space,
                earned=Money(earned, currency),
                commission=Money(fee, currency),
            )


def _earning(member: User) -> Any:
    """The bookings that count, as a queryset with what the ledger has credited for each."""
    return (
        Booking.objects.earning_for(member)
        .ever_confirmed()
        .annotate(payable=Cast("pk", CharField()))
        .annotate(
            earned=_credited(LedgerAccount.OWNER_PAYABLE),
            fee=_credited(LedgerAccount.COMMISSION),
        )
    )


def _credited(account: LedgerAccount) -> Coalesce:
    entries = (
        LedgerEntry.objects.filter(
            account=account,
            transaction__payment__payable_kind=subject_kind(Booking),
            transaction__payment__payable_id=OuterRef("payable"),
        )
        .order_by()
        .values("account")
        .annotate(credited=-Sum("amount_minor"))
        .values("credited")
    )
    return Coalesce(Subquery(entries, output_field=BigIntegerField()), Value(0))


def _by_month(
    rows: Iterable[tuple[datetime, str, str, int, int]], *, now: datetime
) -> Iterable[MonthEarnings]:
    sums: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for ends_at, zone, currency, earned, fee in rows:
        if not earned and not fee:
            continue
        month = ends_at.astimezone(ZoneInfo(zone)).date().replace(day=1)
        total = sums[month, currency]
        total[0] += 1
        total[1] += earned
        total[2] += fee
        total[3] += earned if ends_at > now else 0
    for (month, currency), (bookings, earned, fee, ahead) in sorted(sums.items(), reverse=True):
        yield MonthEarnings(
            month=month,
            currency=currency,
            bookings=bookings,
            earned=Money(earned, currency),
            commission=Money(fee, currency),
            ahead=Money(ahead, currency),
        )
