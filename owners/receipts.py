"""What an owner's page says about one booking: the people, the money, the next step."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.phones import format_phone
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.policies import may_answer
from marketplace.bookings.selectors import BookingDetails, HistoryStep
from marketplace.bookings.services import PAYOUT_DELAY
from marketplace.core.days import long_day, short_day
from marketplace.core.templatetags.formats import when_between
from marketplace.venues.models import Membership
from owners.rows import BADGES, Share, label_of, share_of, time_left

_CANCELLED_BY: Final[dict[str, Promise]] = {
    Side.OWNER: _("Cancelled by your team"),
    Side.RENTER: _("Cancelled by the renter"),
    Side.PLATFORM: _("Cancelled by JoyTop"),
}


def booking_page_context(
    membership: Membership, details: BookingDetails, *, now: datetime
) -> dict[str, Any]:
    """All of the page but the rail."""
    booking = details.booking
    badge, icon = BADGES[details.status]
    waits = details.waits_until
    return {
        "booking": booking,
        "title": _title(booking),
        "details": details,
        "venue": membership.venue,
        "badge": badge,
        "label": label_of(details.status),
        "icon": icon,
        "headline": _headline(details, now=now),
        "phone": format_phone(booking.renter.phone or "") if booking.shows_address else "",
        "lines": [line for line in details.lines if line.code != "service_fee"],
        "agreed": Share(
            booking.total - booking.service_fee, booking.commission, booking.owner_share
        ),
        "share": share_of(booking),
        "payout_at": booking.ends_at + PAYOUT_DELAY,
        "left": time_left((waits - now).total_seconds()) if waits and details.can_answer else "",
        "may_answer": may_answer(membership),
        "refunds": [refund for payment in details.payments for refund in payment.refunds],
        "history": [_entry(step) for step in reversed(details.history)],
    }


def _entry(step: HistoryStep) -> dict[str, object]:
    return {"title": step.text, "at": step.at, "by": step.by, "text": step.reason}


def _title(booking: Booking) -> str:
    """`Saturday 12 December, 18:00–22:00`; shorter where it goes on into the next day."""
    short = when_between(booking.period, booking.time_zone)
    day = booking.starts_at.astimezone(ZoneInfo(booking.time_zone)).date()
    if " – " in short:
        return short
    return capfirst(short.replace(short_day(day), long_day(day), 1))


def _headline(details: BookingDetails, *, now: datetime) -> str | Promise:
    """What there is to say beside the state; nothing where that says it all."""
    booking, status = details.booking, details.status
    if status == BookingStatus.REQUESTED:
        return _of_request(details)
    if status in {BookingStatus.CONFIRMED, BookingStatus.COMPLETED}:
        if booking.starts_at > now:
            return ""
        return _("Going on now") if booking.ends_at > now else ""
    if status == BookingStatus.CANCELLED:
        return _CANCELLED_BY.get(booking.ended_by, status.label)
    return ""


def _of_request(details: BookingDetails) -> str | Promise:
    if details.booking.accepted_at:
        return _("You said yes. The money is being collected; that takes a minute at most.")
    if details.can_answer:
        return _("Waiting for your answer")
    return _("The time to answer has run out")
