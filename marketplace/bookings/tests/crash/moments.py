"""The moments at which the site is killed, and what a person would expect to find then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.tests.crash.site import Side

HELD, REQUESTED, CONFIRMED = (
    BookingStatus.HELD,
    BookingStatus.REQUESTED,
    BookingStatus.CONFIRMED,
)
EXPIRED, CANCELLED = BookingStatus.EXPIRED, BookingStatus.CANCELLED
WEB, WORKER = Side.WEB, Side.WORKER


@dataclass(frozen=True)
class Moment:
    """A side dies at a point, while deeds are done by people at a booking that stands so.

    `leaves` is how it stands after restart and sweep, before anybody has done anything again;
    `ends` is what people make of it then. `and_then` is where the worker dies in turn, with what
    the web server left to it. The worker is still until the web server is dead, so that it is the
    web server that comes to the point, unless the provider's events are what brings it there.
    """

    side: Side
    point: str
    does: str
    stands: BookingStatus | None
    leaves: BookingStatus | None
    ends: BookingStatus = CONFIRMED
    asks_first: bool = False
    and_then: str = ""
    told_by_provider: bool = False

    @property
    def kills(self) -> tuple[tuple[Side, str], ...]:
        """Who dies where, in this order."""
        first = (self.side, self.point)
        return (first, (WORKER, self.and_then)) if self.and_then else (first,)

    def __str__(self) -> str:
        return f"{self.does}: " + ", then ".join(f"{side} at {at}" for side, at in self.kills)


def _booking(point: str, leaves: BookingStatus | None) -> Moment:
    return Moment(WEB, point, "book", None, leaves)


def _checking_out(point: str, ends: BookingStatus = CONFIRMED) -> Moment:
    """The slot is held, and one checkout is open or can be opened."""
    return Moment(WEB, point, "check_out", HELD, HELD, ends)


def _coming_back(point: str, *, asks_first: bool = False) -> Moment:
    """The card was taken; that was all that the renter had to do."""
    leaves = REQUESTED if asks_first else CONFIRMED
    return Moment(WEB, point, "check_out, pay, come_back", HELD, leaves, asks_first=asks_first)


def _being_told(point: str, *, asks_first: bool = False) -> Moment:
    """As before, but the renter never came back, and the worker dies."""
    leaves = REQUESTED if asks_first else CONFIRMED
    return Moment(WORKER, point, "check_out, pay", HELD, leaves, asks_first=asks_first)


def _accepting(point: str, leaves: BookingStatus = CONFIRMED, and_then: str = "") -> Moment:
    """A yes that was kept is carried out."""
    return Moment(WEB, point, "accept", REQUESTED, leaves, asks_first=True, and_then=and_then)


def _cancelling(point: str, leaves: BookingStatus = CANCELLED) -> Moment:
    return Moment(WEB, point, "cancel", CONFIRMED, leaves, CANCELLED)


def _giving_back(point: str, stands: BookingStatus = CONFIRMED) -> Moment:
    """Called off, and the worker dies while it sees to the money."""
    does = "check_out, cancel" if stands == HELD else "cancel"
    return Moment(WORKER, point, does, stands, CANCELLED, CANCELLED, asks_first=stands == REQUESTED)


CREATE: Final = (
    # Nothing was taken, and asking again holds the slot; or it is held, and asked again is itself.
    _booking("bookings.hold.locked", None),
    _booking("bookings.hold.inserted", None),
    _booking("bookings.hold.committed", HELD),
    _checking_out("bookings.describe.committed"),
    _checking_out("bookings.pay.begun", EXPIRED),
    _checking_out("payments.checkout.intended"),
    _checking_out("payments.sandbox.answered", EXPIRED),
    _checking_out("payments.checkout.opened"),
    _checking_out("payments.checkout.opened", EXPIRED),
    _checking_out("payments.checkout.recorded"),
    # The card was not taken yet, and can be given again.
    Moment(WEB, "payments.sandbox.session_locked", "check_out, pay", HELD, HELD),
    _coming_back("payments.sandbox.answered"),
    _coming_back("payments.settle.fetched"),
    _coming_back("bookings.fulfil.locked", asks_first=True),
    _coming_back("payments.settle.locked"),
    _coming_back("core.outbox.waking"),
    _coming_back("payments.settle.recorded", asks_first=True),
    Moment(WEB, "payments.event.stored", "check_out, pay", HELD, CONFIRMED, told_by_provider=True),
    _being_told("payments.sandbox.answered"),
    _being_told("payments.settle.fetched"),
    _being_told("bookings.fulfil.locked"),
    _being_told("payments.settle.locked", asks_first=True),
    _being_told("payments.settle.recorded"),
    # The time to pay is over; the checkout that was open is closed.
    Moment(WORKER, "bookings.expire.locked", "check_out, wait_too_long", HELD, EXPIRED, EXPIRED),
)
CAPTURE: Final = (
    # The yes was not kept, so the owner is asked still.
    _accepting("bookings.accept.locked", REQUESTED),
    _accepting("core.outbox.waking"),
    _accepting("bookings.accept.committed"),
    _accepting("payments.sandbox.answered"),
    _accepting("payments.capture.called"),
    _accepting("payments.settle.locked"),
    _accepting("payments.settle.recorded"),
    _accepting("bookings.accept.committed", and_then="payments.sandbox.answered"),
    _accepting("bookings.accept.committed", and_then="payments.capture.called"),
    _accepting("bookings.accept.committed", and_then="payments.settle.recorded"),
)
REFUND: Final = (
    # It was not called off: it stands, and can be called off again.
    _cancelling("bookings.cancel.locked", CONFIRMED),
    _cancelling("payments.refund.locked", CONFIRMED),
    _cancelling("core.outbox.waking"),
    _giving_back("payments.refund.opened"),
    _giving_back("payments.sandbox.answered"),
    _giving_back("payments.refund.called"),
    _giving_back("bookings.fulfil.locked"),
    _giving_back("payments.refund.recorded"),
    _giving_back("payments.void.called", REQUESTED),
    _giving_back("payments.sandbox.answered", REQUESTED),
    _giving_back("payments.close.called", HELD),
    _giving_back("payments.sandbox.answered", HELD),
)
ALL: Final = CREATE + CAPTURE + REFUND
# Points of the source at which nothing is killed here, and why.
NOT_HERE: Final[Mapping[str, str]] = {
    "bookings.block.locked": "an owner's block is one transaction, and moves no money",
}
