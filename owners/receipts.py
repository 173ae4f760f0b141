"""What an owner's page says about one booking: the people, the money, the next step."""

from datetime import datetime
from typing import Any, Final

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.policies import may_answer
from marketplace.bookings.selectors import BookingDetails, HistoryStep
from marketplace.bookings.services import PAYOUT_DELAY
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
        "details": details,
        "venue": membership.venue,
        "badge": badge,
        "label": label_of(details.status),
        "icon": icon,
        "headline": _headline(details, now=now),
        "phone": readable_phone(booking.renter.phone) if booking.shows_address else "",
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


def readable_phone(number: str | None) -> str:
    """`+7 701 123 45 67`; as it is stored where it cannot be read."""
    try:
        parsed = phonenumbers.parse(number or "")
    except phonenumbers.NumberParseException:
        return number or ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _entry(step: HistoryStep) -> dict[str, object]:
    return {"title": step.text, "at": step.at, "by": step.by, "text": step.reason}


def _headline(details: BookingDetails, *, now: datetime) -> str | Promise:
    """The state in a sentence."""
    booking, status = details.booking, details.status
    if status == BookingStatus.REQUESTED:
        return _of_request(details)
    if status in {BookingStatus.CONFIRMED, BookingStatus.COMPLETED}:
        if booking.starts_at > now:
            return _("Confirmed and paid")
        return _("Going on now") if booking.ends_at > now else _("It is over")
    if status == BookingStatus.CANCELLED:
        return _CANCELLED_BY.get(booking.ended_by, status.label)
    return _("You declined it") if status == BookingStatus.DECLINED else status.label


def _of_request(details: BookingDetails) -> str | Promise:
    if details.booking.accepted_at:
        return _("You said yes. The money is being collected; that takes a minute at most.")
    if details.can_answer:
        return _("Waiting for your answer")
    return _("The time to answer has run out")
