"""A chosen slot as an address: `/venues/loft/?space=7&date=2026-12-12&start=…&end=…&guests=40`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from marketplace.bookings.models import Booking
from marketplace.core.period import Period
from marketplace.core.zones import find_zone
from marketplace.venues.models import Space, Venue


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visitor has chosen so far. `month` is the first day of the month that is shown.

    Instants are UTC; days are those of the venue's calendar.
    """

    venue: Venue
    space: Space
    month: dt.date
    is_month_asked: bool = False
    day: dt.date | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    guests: int | None = None

    @property
    def zone(self) -> dt.tzinfo:
        """The zone of the venue's clock."""
        return find_zone(self.venue.time_zone) or dt.UTC

    def query(self) -> str:
        """The parameters that lead back to this very choice."""
        said = {
            "space": str(self.space.pk),
            "month": f"{self.month:%Y-%m}" if self.is_month_asked else "",
            "date": self.day.isoformat() if self.day else "",
            "start": instant(self.start, self.zone),
            "end": instant(self.end, self.zone),
            "guests": str(self.guests or ""),
        }
        return urlencode({name: value for name, value in said.items() if value}, safe=":")


def instant(moment: dt.datetime | None, zone: dt.tzinfo) -> str:
    """`2026-12-12T18:00+05:00`: unambiguous on the night when clocks change, too."""
    if moment is None:
        return ""
    return timezone.localtime(moment, zone).isoformat(timespec="minutes")


def slot_choice(space: Space, period: Period, *, guests: int | None) -> Choice:
    """The choice of exactly this slot. The space comes with its venue."""
    zone = find_zone(space.venue.time_zone) or dt.UTC
    day = timezone.localtime(period.start, zone).date()
    return Choice(
        venue=space.venue,
        space=space,
        month=day.replace(day=1),
        day=day,
        start=period.start,
        end=period.end,
        guests=guests,
    )


def slot_again(booking: Booking) -> str:
    """The address that chooses a booking's slot anew; nothing where its venue takes none now."""
    if not booking.space.venue.is_published:
        return ""
    return choice_url(slot_choice(booking.space, booking.period, guests=booking.guests))


def choice_url(choice: Choice) -> str:
    """The venue's page with this choice made, at the place where it is made."""
    return f"{page_url(choice)}#picker"


def page_url(choice: Choice) -> str:
    """The address of the venue's page with this choice made."""
    path = reverse("storefront:venue", args=[choice.venue.slug])
    return f"{path}?{choice.query()}"
