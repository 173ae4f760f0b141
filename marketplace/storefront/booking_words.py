"""A booking in words: where it stands, what happened, what it costs, what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from marketplace.bookings import selectors
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.core.days import long_day, weekday
from marketplace.core.money import Money
from marketplace.core.templatetags.formats import length_in_words, when, when_between
from marketplace.core.zones import find_zone
from marketplace.payments.enums import RefundStatus
from marketplace.payments.models import Payment, Refund
from marketplace.pricing.quote import LABELS
from marketplace.pricing.refunds import Step

_KINDS: Final = {"full": "good", "half": "warning", "rest": "danger"}
_CARDS: Final = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "unionpay": "UnionPay",
}


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A row of a price. `note` says more of the label: `4 hours`."""

    label: str
    note: str
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundStep:
    """What comes back, and until when, in words. `kind` colours the line."""

    until: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a booking stands: a headline, a sentence more, and the kind of news it is.

    `due` is what somebody has yet to do, and until when.
    """

    headline: str
    text: str
    kind: str
    due: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that happened, for the timeline."""

    title: str
    at: datetime
    kind: str = ""
    by: str = ""
    text: str = ""


def price_lines(booking: Booking) -> tuple[PriceLine, ...]:
    """The lines that were stored with the booking, as they were then."""
    minutes = int(booking.period.duration.total_seconds()) // 60
    return tuple(
        PriceLine(
            label=str(LABELS.get(line.code, line.code)),
            note=length_in_words(minutes) if line.code == "time" else "",
            amount=Money(line.amount_minor, booking.currency),
        )
        for line in booking.lines.all()
    )


def refund_steps(steps: Sequence[Step], *, zone: str) -> tuple[RefundStep, ...]:
    """`until Sat 12 Dec, 18:00: 84 000 ₸`, step by step; the last is what comes after."""
    return tuple(
        RefundStep(
            until=_("until %(moment)s") % {"moment": when(step.until, zone)}
            if step.until
            else (_("after that") if len(steps) > 1 else _("at any time")),
            text=step.refund.format() if step.refund else _("nothing"),
            kind=_KINDS[step.kind],
        )
        for step in steps
    )


def card_in_words(payment: Payment | None) -> str:
    """`Visa •••• 4242`, where the card is known."""
    if payment is None or not payment.card_last4:
        return ""
    brand = _CARDS.get(payment.card_brand, payment.card_brand.title())
    return f"{brand} •••• {payment.card_last4}".strip()


def ahead_in_words(moment: datetime, now: datetime, zone: str) -> str:
    """`in 5 days`, `tomorrow`, `in 3 hours`, `in 20 minutes`, `now`."""
    there = find_zone(zone)
    days = (timezone.localtime(moment, there).date() - timezone.localtime(now, there).date()).days
    left = moment - now
    if left <= timedelta():
        return _("now")
    if left < timedelta(hours=1):
        minutes = max(1, int(left.total_seconds()) // 60)
        return ngettext("in %(count)s minute", "in %(count)s minutes", minutes) % {"count": minutes}
    if days == 0 or left < timedelta(hours=6):
        hours = int(left.total_seconds()) // 3600
        return ngettext("in %(count)s hour", "in %(count)s hours", hours) % {"count": hours}
    if days == 1:
        return _("tomorrow")
    return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}


def standing_of(booking: Booking, *, refunds: Iterable[Refund], now: datetime) -> Standing:
    """Where the booking stands, as its renter reads it."""
    match BookingStatus(booking.status):
        case BookingStatus.HELD:
            return _held(booking, now)
        case BookingStatus.REQUESTED:
            return _requested(booking)
        case BookingStatus.CONFIRMED if booking.ends_at > now:
            return _confirmed(booking, now)
        case BookingStatus.EXPIRED:
            return _expired(booking, refunds)
        case BookingStatus.DECLINED | BookingStatus.CANCELLED:
            return _ended(booking, refunds)
    words = {"time": when_between(booking.period, booking.time_zone)}
    return Standing(_("This booking is over. It was on %(time)s") % words, "", "")


def _held(booking: Booking, now: datetime) -> Standing:
    if booking.is_hold_over(now):
        return Standing(
            _("The time to pay is up"),
            _("You have not been charged. If it is still free, you can choose this time again."),
            "warning",
        )
    return Standing(
        _("Held for you until %(moment)s")
        % {"moment": when(booking.hold_expires_at, booking.time_zone)},
        _("It is yours once it is paid."),
        "warning",
    )


def _requested(booking: Booking) -> Standing:
    if booking.accepted_at:
        return Standing(
            _("The owner said yes"), _("Your payment is being collected. One moment."), "info"
        )
    return Standing(
        _("Request sent"),
        _("%(total)s are reserved on your card, and taken only if the owner says yes.")
        % {"total": booking.total.format()},
        "info",
        due=_("The owner has until %(moment)s to answer.")
        % {"moment": when(booking.answer_by, booking.time_zone)},
    )


def _confirmed(booking: Booking, now: datetime) -> Standing:
    if booking.starts_at <= now:
        return Standing(_("You are there now. Enjoy it"), "", "good")
    local = timezone.localtime(booking.starts_at, find_zone(booking.time_zone))
    is_near = booking.starts_at - now < timedelta(days=6)
    day = weekday(local) if is_near else long_day(local)
    return Standing(
        _("Confirmed. See you %(day)s at %(time)s") % {"day": day, "time": f"{local:%H:%M}"},
        "",
        "good",
    )


def _expired(booking: Booking, refunds: Iterable[Refund]) -> Standing:
    if booking.requested_at:
        return Standing(_("The owner did not answer in time"), _released(refunds), "danger")
    if any(refunds):
        return Standing(
            _("Your payment came after the time was gone"),
            _("Somebody else has the slot now, so everything goes back to your card."),
            "danger",
        )
    return Standing(
        _("Not paid in time"),
        _("You have not been charged. If it is still free, you can choose this time again."),
        "warning",
    )


def _released(refunds: Iterable[Refund]) -> str:
    """What became of reserved money; where it was taken after all, its refund is read instead."""
    if any(refunds):
        return ""
    return _("You have not been charged. What was reserved on your card is released.")


_CANCELLED_BY: Final[dict[str, str | Promise]] = {
    Side.RENTER: _lazy("You cancelled this booking"),
    Side.OWNER: _lazy("The owner cancelled this booking"),
    Side.PLATFORM: _lazy("JoyTop cancelled this booking"),
}


def _ended(booking: Booking, refunds: Iterable[Refund]) -> Standing:
    if booking.status == BookingStatus.DECLINED:
        return Standing(_("The owner could not take this booking"), _released(refunds), "danger")
    # Whose time was let go while the money was on its way reads of the refund instead.
    was_charged = booking.confirmed_at or any(refunds)
    return Standing(
        str(_CANCELLED_BY.get(booking.ended_by, _("Cancelled"))),
        "" if was_charged else _("You have not been charged."),
        "danger",
    )


def refund_in_words(refund: Refund, zone: str) -> str:
    """Where a refund is: on its way, arrived, or in trouble."""
    amount = refund.amount.format()
    match RefundStatus(refund.status):
        case RefundStatus.PENDING:
            return _("%(amount)s are on their way back to your card.") % {"amount": amount}
        case RefundStatus.SETTLED:
            return _("%(amount)s arrived on your card on %(moment)s.") % {
                "amount": amount,
                "moment": when(refund.settled_at, zone),
            }
        case RefundStatus.FAILED:
            return _(
                "%(amount)s could not be sent back to your card. We know, and will write to you."
            ) % {"amount": amount}


def history_of(booking: Booking, *, refunds: Iterable[Refund]) -> list[Entry]:
    """What happened to the booking and to its money, newest first; takes one query.

    Names of the owner's people are not the renter's to read.
    """
    entries = [
        Entry(
            step.text,
            step.at,
            step.kind,
            text=booking.end_reason if step.at == booking.ended_at else "",
        )
        for step in selectors.history_of(booking)
    ]
    for refund in refunds:
        amount = {"amount": refund.amount.format()}
        entries.append(Entry(_("Refund of %(amount)s sent") % amount, refund.created_at, "info"))
        entries += _moment(refund.settled_at, _("%(amount)s arrived on your card") % amount, "good")
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def _moment(at: datetime | None, title: str, kind: str) -> list[Entry]:
    return [Entry(title, at, kind)] if at else []
