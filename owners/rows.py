"""A booking in an owner's list: its state in words, what it brings, how long is left to answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.selectors import BookingCard, card_of, outcome_if_cancelled
from marketplace.core.money import Money
from marketplace.core.templatetags.formats import length_in_words

_LAST_HOURS: Final = 3
_URGENT_HOURS: Final = 6
# The kind of badge and the icon of each state, as owners see it.
BADGES: Final[dict[str, tuple[str, str]]] = {
    BookingStatus.HELD: ("", "timer"),
    BookingStatus.REQUESTED: ("warning", "clock"),
    BookingStatus.CONFIRMED: ("good", "circle-check"),
    BookingStatus.COMPLETED: ("", "check"),
    BookingStatus.NO_SHOW: ("", "circle-x"),
    BookingStatus.EXPIRED: ("", "history"),
    BookingStatus.DECLINED: ("", "ban"),
    BookingStatus.CANCELLED: ("danger", "circle-x"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """What the owner has of a booking. `price` is what stays paid, without the service fee."""

    price: Money
    commission: Money
    earned: Money


def share_of(booking: Booking) -> Share:
    """As agreed; of one that was confirmed and then cancelled, what is left of it.

    Nothing is left of what was never confirmed.
    """
    if booking.status == BookingStatus.CANCELLED and booking.confirmed_at and booking.ended_at:
        by_renter = booking.ended_by == Side.RENTER
        kept = outcome_if_cancelled(booking, by_renter=by_renter, now=booking.ended_at)
        return Share(kept.owner + kept.commission, kept.commission, kept.owner)
    if booking.ended_at:
        nothing = Money.zero(booking.currency)
        return Share(nothing, nothing, nothing)
    price = booking.total - booking.service_fee
    return Share(price, booking.commission, booking.owner_share)


@dataclass(frozen=True, slots=True)
class Row:
    """A booking in an owner's list."""

    card: BookingCard
    url: str
    badge: str
    icon: str
    label: str | Promise
    left: str
    is_urgent: bool
    earned: Money


def row_of(booking: Booking, *, now: datetime) -> Row:
    """The booking with its state in words, and how long is left to answer.

    Read with `with_place` and its lines.
    """
    card = card_of(booking, now=now)
    badge, icon = BADGES[card.status]
    is_asked = card.status == BookingStatus.REQUESTED
    waits = card.waits_until if is_asked and not card.is_accepted else None
    seconds = (waits - now).total_seconds() if waits else None
    return Row(
        card=card,
        url=reverse("owners:booking", args=[card.reference]),
        badge=badge,
        icon=icon,
        label=_("Collecting the money") if card.is_accepted and is_asked else label_of(card.status),
        left="" if seconds is None else time_left(seconds),
        is_urgent=seconds is not None and seconds < _URGENT_HOURS * 3600,
        earned=share_of(booking).earned,
    )


def label_of(status: BookingStatus) -> str | Promise:
    """The state as its owner reads it."""
    return _("Waiting for you") if status == BookingStatus.REQUESTED else status.label


def time_left(seconds: float) -> str:
    """`23 hours left`, `2 h 10 min left`: to the minute once it is near."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return str(_("less than a minute left"))
    if minutes >= _LAST_HOURS * 60:
        minutes -= minutes % 60
    return str(_("%(time)s left") % {"time": length_in_words(minutes)})
