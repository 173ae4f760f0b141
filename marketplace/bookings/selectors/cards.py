"""A booking as lists show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Booking
from marketplace.core.period import Period


@dataclass(frozen=True, slots=True)
class BookingCard:
    """One booking in a list. `time_zone` is the venue's; `waits_until` is for holds and requests.

    `status` is what a person is told: a hold that ran out is expired, swept or not.
    """

    reference: str
    status: BookingStatus
    venue_name: str
    space_name: str
    period: Period
    time_zone: str
    guests: int
    renter_name: str
    waits_until: datetime | None
    is_accepted: bool


def card_of(booking: Booking, *, now: datetime) -> BookingCard:
    """The card; read with `with_place`."""
    return BookingCard(
        reference=booking.reference,
        status=status_for_people(booking, now=now),
        venue_name=booking.space.venue.name,
        space_name=booking.space.name,
        period=booking.period,
        time_zone=booking.time_zone,
        guests=booking.guests,
        renter_name=booking.renter.display_name,
        waits_until=waits_until(booking, now=now),
        is_accepted=booking.accepted_at is not None,
    )


def status_for_people(booking: Booking, *, now: datetime) -> BookingStatus:
    """The state as a person sees it: a hold that ran out is expired, swept or not."""
    if booking.status == BookingStatus.HELD and booking.is_hold_over(now):
        return BookingStatus.EXPIRED
    return BookingStatus(booking.status)


def waits_until(booking: Booking, *, now: datetime) -> datetime | None:
    """Until when it can be paid, or answered."""
    match status_for_people(booking, now=now):
        case BookingStatus.HELD:
            return booking.hold_expires_at
        case BookingStatus.REQUESTED:
            return booking.answer_by
    return None
