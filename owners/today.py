"""What an owner sees first: who waits for an answer, and who comes today and tomorrow."""

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.bookings.models import Booking
from marketplace.core.period import Period
from owners.rows import row_of

MOST: Final = 5
_DAY: Final = timedelta(days=1)
DAY_WORDS: Final = (_("Today"), _("Tomorrow"))


def today_context(user: User, *, now: datetime) -> dict[str, Any]:
    """The most pressing requests, and the bookings of two days by the venues' own clocks.

    Two queries of bookings, and two of their lines.
    """
    theirs = Booking.objects.of_team_member(user).ever_paid().with_place().prefetch_related("lines")
    requests = list(theirs.requested().not_accepted().order_by("answer_by", "id")[: MOST + 1])
    soon = theirs.confirmed().upcoming(now).within(Period(now, now + 2 * _DAY))
    return {
        "waiting": [row_of(booking, now=now) for booking in requests[:MOST]],
        "more_wait": len(requests) > MOST,
        "soon": [
            row_of(booking, now=now, day=DAY_WORDS[max(days, 0)])
            for booking in soon
            if (days := _days_ahead(booking, now)) < len(DAY_WORDS)
        ],
    }


def _days_ahead(booking: Booking, now: datetime) -> int:
    zone = ZoneInfo(booking.time_zone)
    return (booking.starts_at.astimezone(zone).date() - now.astimezone(zone).date()).days
