"""What an owner sees first: who waits for an answer, who comes, what money is on its way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from marketplace.accounts.models import User
from marketplace.bookings.models import Booking
from marketplace.bookings.policies import may_answer
from marketplace.bookings.querysets import BookingQuerySet
from marketplace.venues.models import Membership, Venue
from owners.dayplan import day_plans, window_around
from owners.desk import Desk
from owners.forms.answers import DeclineForm
from owners.money import owed_of
from owners.presenting import Listed, listed
from owners.rows import Row, row_of

MOST: Final = 5
MOST_AHEAD: Final = 3


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that waits; with the form to decline it for those who may answer."""

    row: Row
    booking: Booking
    decline: DeclineForm | None


def today_context(user: User, desk: Desk, *, now: datetime) -> dict[str, Any]:
    """The most pressing requests, the bookings of two days, and what the platform owes.

    Two queries for the requests and their lines, one for the days, two for the money; where
    nobody comes in these days, two for the next that do.
    """
    theirs = Booking.objects.of_team_member(user).ever_paid().with_place()
    requests = theirs.requested().not_accepted().order_by("answer_by", "id")
    waiting = list(requests.prefetch_related("lines")[: MOST + 1])
    around = theirs.released().within(window_around(now))
    answering = {it.venue_id for it in desk.memberships if may_answer(it)}
    plans = day_plans(around, now=now)
    is_quiet = not any(plan.spaces for plan in plans)
    return {
        "asks": [
            _ask(booking, now=now, may=booking.space.venue_id in answering)
            for booking in waiting[:MOST]
        ],
        "more_wait": len(waiting) > MOST,
        "days": plans,
        "next": _next(theirs, now=now) if is_quiet else [],
        "owed": owed_of(desk.memberships, now=now),
    }


def _next(theirs: BookingQuerySet[Booking], *, now: datetime) -> list[Row]:
    ahead = theirs.confirmed().upcoming(now).order_by("starts_at", "id")
    return [row_of(it, now=now) for it in ahead.prefetch_related("lines")[:MOST_AHEAD]]


def _ask(booking: Booking, *, now: datetime, may: bool) -> Ask:
    form = DeclineForm(auto_id=f"{booking.reference}_%s") if may else None
    return Ask(row_of(booking, now=now), booking, form)


def begun_listings(user: User) -> list[Listed]:
    """Those on their way to be published: first what the team can go on with."""
    memberships = Membership.objects.of(user).of_never_published().archived_last()
    content = Venue.objects.with_listing_content()
    listings = [listed(membership) for membership in memberships.with_venue(content)]
    return sorted(listings, key=lambda listing: not (listing.is_draft and listing.may_edit))
