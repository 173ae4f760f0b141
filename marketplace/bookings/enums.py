"""Words and states of the bookings room."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import TransitionTable


class BookingStatus(models.TextChoices):
    """Where a booking stands."""

    HELD = "held", _("Waiting for payment")
    REQUESTED = "requested", _("Waiting for the owner")
    CONFIRMED = "confirmed", _("Confirmed")
    COMPLETED = "completed", _("Completed")
    NO_SHOW = "no_show", _("Nobody came")
    EXPIRED = "expired", _("Expired")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")


BOOKING_TRANSITIONS: Final[TransitionTable] = {
    BookingStatus.HELD: frozenset(
        {
            BookingStatus.CONFIRMED,
            BookingStatus.REQUESTED,
            BookingStatus.EXPIRED,
            BookingStatus.CANCELLED,
        }
    ),
    BookingStatus.REQUESTED: frozenset(
        {
            BookingStatus.CONFIRMED,
            BookingStatus.DECLINED,
            BookingStatus.EXPIRED,
            BookingStatus.CANCELLED,
        }
    ),
    BookingStatus.CONFIRMED: frozenset({BookingStatus.COMPLETED, BookingStatus.CANCELLED}),
    BookingStatus.COMPLETED: frozenset({BookingStatus.NO_SHOW}),
    # Paid after the hold had run out, with the slot still free.
    BookingStatus.EXPIRED: frozenset({BookingStatus.CONFIRMED, BookingStatus.REQUESTED}),
    BookingStatus.NO_SHOW: frozenset(),
    BookingStatus.DECLINED: frozenset(),
    BookingStatus.CANCELLED: frozenset(),
}
# States in which the time is taken.
BLOCKING_STATUSES: Final = frozenset(
    {
        BookingStatus.HELD,
        BookingStatus.REQUESTED,
        BookingStatus.CONFIRMED,
        BookingStatus.COMPLETED,
        BookingStatus.NO_SHOW,
    }
)
# States that somebody may end by cancelling.
CANCELLABLE_STATUSES: Final = frozenset(
    state for state, ways in BOOKING_TRANSITIONS.items() if BookingStatus.CANCELLED in ways
)
# States in which the renter may know the exact address and the owner's phone.
RELEASED_STATUSES: Final = frozenset(
    {BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW}
)


class OccupancyKind(models.TextChoices):
    """Why a time is taken."""

    HOLD = "hold", _("Held until it is paid")
    REQUEST = "request", _("Asked for")
    BOOKING = "booking", _("Booked")
    BLOCK = "block", _("Blocked by the owner")


# What each blocking state's occupancy is called.
KIND_OF_STATUS: Final = {
    BookingStatus.HELD: OccupancyKind.HOLD,
    BookingStatus.REQUESTED: OccupancyKind.REQUEST,
    BookingStatus.CONFIRMED: OccupancyKind.BOOKING,
    BookingStatus.COMPLETED: OccupancyKind.BOOKING,
    BookingStatus.NO_SHOW: OccupancyKind.BOOKING,
}


class Side(models.TextChoices):
    """Who ended a booking."""

    RENTER = "renter", _("The renter")
    OWNER = "owner", _("The owner")
    PLATFORM = "platform", _("JoyTop")


# The logged reason where a request ended because its money did not come; put in words when read.
PAYMENT_FAILED: Final = "payment_failed"


class Purpose(models.TextChoices):
    """What a booking is for."""

    PARTY = "party", _("Party or celebration")
    WEDDING = "wedding", _("Wedding")
    MEETING = "meeting", _("Meeting")
    CONFERENCE = "conference", _("Conference or talk")
    WORKSHOP = "workshop", _("Workshop or class")
    HACKATHON = "hackathon", _("Hackathon")
    SHOOT = "shoot", _("Photo or video shoot")
    SPORT = "sport", _("Sport")
    WORK = "work", _("Work")
    OTHER = "other", _("Something else")
