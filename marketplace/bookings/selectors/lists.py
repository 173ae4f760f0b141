"""Lists of bookings: a renter's own, and those of the venues of a team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts.models import User
from marketplace.bookings.models import Booking
from marketplace.bookings.selectors.cards import BookingCard, card_of
from marketplace.bookings.selectors.pages import Page, page_of


@dataclass(frozen=True, slots=True)
class RenterBookings:
    """What lies ahead, the next first; what is past, the latest first, in pages."""

    upcoming: tuple[BookingCard, ...]
    past: Page[BookingCard]


@dataclass(frozen=True, slots=True)
class OwnerBookings:
    """Requests that wait for an answer come first, the most pressing before the others."""

    waiting: tuple[BookingCard, ...]
    upcoming: tuple[BookingCard, ...]
    past: Page[BookingCard]


def bookings_of_renter(renter: User, *, now: datetime, page: int = 1) -> RenterBookings:
    """A person's own bookings."""
    mine = Booking.objects.of_renter(renter).with_cover()
    return RenterBookings(
        upcoming=tuple(card_of(booking, now=now) for booking in mine.upcoming(now)),
        past=page_of(mine.past(now), lambda booking: card_of(booking, now=now), page),
    )


def bookings_of_team(
    member: User, *, now: datetime, page: int = 1, venue_id: int | None = None
) -> OwnerBookings:
    """Those of every venue of whose team the person is, or of one of them.

    Holds are not among them: an owner sees these in the calendar, and no list of what never was.
    """
    theirs = Booking.objects.of_team_member(member).ever_paid().with_cover()
    if venue_id is not None:
        theirs = theirs.of_venue(venue_id)
    waiting = theirs.requested().order_by("answer_by", "id")
    return OwnerBookings(
        waiting=tuple(card_of(booking, now=now) for booking in waiting),
        upcoming=tuple(card_of(booking, now=now) for booking in theirs.upcoming(now).confirmed()),
        past=page_of(theirs.past(now), lambda booking: card_of(booking, now=now), page),
    )


def count_waiting(member: User) -> int:
    """How many requests wait for an answer of the person's teams."""
    return Booking.objects.of_team_member(member).requested().not_accepted().count()
