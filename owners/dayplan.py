"""Today and tomorrow along a line of time: each space that somebody comes to, by its own clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.bookings.models import Booking
from marketplace.core.period import Period
from marketplace.venues.week import MINUTES_A_DAY
from owners.agenda import minutes_on, times_in_words

DAY_WORDS: Final = (_("Today"), _("Tomorrow"))
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """One booking on one day; `x` and `width` are its place on the line."""

    url: str
    times: str
    renter: str
    guests: int
    x: str
    width: str
    is_over: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class SpacePlan:
    """One space through the day; `now_x` is where the day stands, on the day that it is."""

    space_name: str
    venue_name: str
    visits: tuple[Visit, ...]
    now_x: str


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One of the two days."""

    word: str | Promise
    spaces: tuple[SpacePlan, ...]


def window_around(now: datetime) -> Period:
    """What the two days can lie in, wherever a venue is."""
    return Period(now - _DAY, now + len(DAY_WORDS) * _DAY)


def day_plans(bookings: Iterable[Booking], *, now: datetime) -> list[DayPlan]:
    """Both days; the spaces in the order in which somebody comes. Read with `with_place`."""
    listed = sorted(bookings, key=lambda booking: booking.starts_at)
    return [
        DayPlan(word, tuple(_spaces(listed, now=now, ahead=ahead)))
        for ahead, word in enumerate(DAY_WORDS)
    ]


def _spaces(bookings: Iterable[Booking], *, now: datetime, ahead: int) -> Iterable[SpacePlan]:
    by_space: dict[int, list[tuple[Booking, Visit]]] = {}
    for booking in bookings:
        zone = ZoneInfo(booking.time_zone)
        day = now.astimezone(zone).date() + ahead * _DAY
        within = minutes_on(day, booking.period, zone)
        if within:
            visit = _visit(booking, within, now=now)
            by_space.setdefault(booking.space_id, []).append((booking, visit))
    for visits in by_space.values():
        booking = visits[0][0]
        yield SpacePlan(
            space_name=booking.space.name,
            venue_name=booking.space.venue.name,
            visits=tuple(visit for _booking, visit in visits),
            now_x="" if ahead else _now_x(booking.time_zone, now),
        )


def _visit(booking: Booking, within: tuple[int, int], *, now: datetime) -> Visit:
    start, end = within
    return Visit(
        url=reverse("owners:booking", args=[booking.reference]),
        times=times_in_words(start, end),
        renter=booking.renter.display_name,
        guests=booking.guests,
        x=_share(start),
        width=_share(end - start),
        is_over=booking.ends_at <= now,
        is_now=booking.starts_at <= now < booking.ends_at,
    )


def _now_x(zone: str, now: datetime) -> str:
    local = now.astimezone(ZoneInfo(zone))
    return _share(local.hour * 60 + local.minute)


def _share(minutes: int) -> str:
    """Of a day, as a drawing reads it whatever the language."""
    return f"{minutes * 100 / MINUTES_A_DAY:.2f}%"
