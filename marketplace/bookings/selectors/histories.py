"""What has happened to a booking, in the words that its renter and its owner both read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.bookings.enums import PAYMENT_FAILED, BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.core.models import StateChange
from marketplace.core.states import subject_kind

# A change in words: by where it came from where that matters, else by where it came to.
_STEPS: Final[dict[tuple[str, str], Promise]] = {
    (BookingStatus.EXPIRED, BookingStatus.CONFIRMED): _(
        "Paid after the hold had run out; the time was still free"
    ),
    (BookingStatus.EXPIRED, BookingStatus.REQUESTED): _(
        "Payment reserved after the hold had run out; the request was sent"
    ),
    (BookingStatus.REQUESTED, BookingStatus.CONFIRMED): _("Payment collected; confirmed"),
    (BookingStatus.REQUESTED, BookingStatus.EXPIRED): _("The owner did not answer in time"),
}
_ARRIVALS: Final[dict[str, Promise]] = {
    BookingStatus.CONFIRMED: _("Paid and confirmed"),
    BookingStatus.REQUESTED: _("Payment reserved; the request was sent"),
    BookingStatus.EXPIRED: _("Not paid in time"),
    BookingStatus.DECLINED: _("Declined by the owner"),
}
_KINDS: Final[dict[str, str]] = {
    BookingStatus.REQUESTED: "info",
    BookingStatus.CONFIRMED: "good",
    BookingStatus.EXPIRED: "danger",
    BookingStatus.DECLINED: "danger",
    BookingStatus.CANCELLED: "danger",
}
_CANCELLED_BY: Final[dict[str, Promise]] = {
    Side.RENTER: _("Cancelled by the renter"),
    Side.OWNER: _("Cancelled by the owner"),
    Side.PLATFORM: _("Cancelled by JoyTop"),
}


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One thing that happened, in words for whoever reads it.

    `reason` is what somebody wrote, `by` who did it, if a person; `kind` is the kind of news:
    good, info, danger, or none of them.
    """

    at: datetime
    text: str
    by: str = ""
    reason: str = ""
    kind: str = ""


def history_of(booking: Booking) -> tuple[HistoryStep, ...]:
    """Everything in order, the first first: the hold, the owner's yes, each change of state."""
    changes = StateChange.objects.filter(
        subject_kind=subject_kind(booking), subject_id=str(booking.pk), field="status"
    )
    steps = [_step(booking, change) for change in changes.select_related("by").order_by("id")]
    if booking.accepted_at:
        by = booking.accepted_by.display_name if booking.accepted_by else ""
        words = str(_("Request accepted"))
        # First, for what follows from it may bear the same moment.
        steps.insert(0, HistoryStep(booking.accepted_at, words, by=by, kind="good"))
    held = HistoryStep(
        booking.created_at, str(_("Time held until it is paid")), by=booking.renter.display_name
    )
    return held, *sorted(steps, key=lambda step: step.at)


def _step(booking: Booking, change: StateChange) -> HistoryStep:
    is_code = change.reason == PAYMENT_FAILED
    return HistoryStep(
        at=change.at,
        text=_words(booking, change),
        by=change.by.display_name if change.by else "",
        reason="" if is_code else change.reason,
        kind=_KINDS.get(change.to_state, ""),
    )


def _words(booking: Booking, change: StateChange) -> str:
    if change.to_state == BookingStatus.CANCELLED:
        return _cancelled(booking, change)
    words = _STEPS.get((change.from_state, change.to_state)) or _ARRIVALS.get(change.to_state)
    return str(words or BookingStatus(change.to_state).label)


def _cancelled(booking: Booking, change: StateChange) -> str:
    if change.reason == PAYMENT_FAILED:
        return str(_("Cancelled: the payment could not be collected"))
    if change.from_state == BookingStatus.HELD and booking.ended_by == Side.RENTER:
        return str(_("Let go before paying"))
    return str(_CANCELLED_BY.get(booking.ended_by, _CANCELLED_BY[Side.PLATFORM]))
