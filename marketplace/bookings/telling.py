"""Telling renters and owners what became of a booking.

Each function is called inside the transaction that makes it true, after the booking has its new
state, and promises to tell the renter, every owner in the venue's team, or both. Facts are kept
as codes, ISO times and minor units; words are chosen for the reader when they are read. Calling
one twice for one event changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils import translation

from marketplace.bookings import notification_kinds as kinds
from marketplace.bookings.enums import Side
from marketplace.bookings.models import Booking
from marketplace.core.money import Money
from marketplace.notifications.services import Json, notify

type Facts = dict[str, Json]


def tell_requested(*, booking: Booking, now: datetime) -> None:
    """The request is with the owners, and the renter knows until when they may answer."""
    booking = _with_place(booking)
    _tell_renter(kinds.REQUEST_SENT, booking, now)
    _tell_owners(kinds.OWNER_REQUESTED, booking, now)


def tell_request_reminder(*, booking: Booking, now: datetime) -> None:
    """Half of the owners' time to answer is over."""
    _tell_owners(kinds.OWNER_REMINDED, booking, now)


def tell_confirmed(*, booking: Booking, now: datetime) -> None:
    """It is booked and paid: the address to the renter, the earnings to the owners."""
    booking = _with_place(booking)
    venue = booking.space.venue
    host: Facts = {
        "address": venue.address,
        "host_name": venue.business.name,
        "host_phone": venue.business.owner.phone_as_read,
    }
    _tell_renter(kinds.CONFIRMED, booking, now, more=host)
    renter: Facts = {"renter_phone": booking.renter.phone_as_read}
    _tell_owners(kinds.OWNER_BOOKED, booking, now, more=renter)


def tell_declined(*, booking: Booking, now: datetime) -> None:
    """The owner said no; nothing was taken from the card."""
    _tell_renter(kinds.DECLINED, booking, now)


def tell_request_expired(*, booking: Booking, now: datetime) -> None:
    """Nobody answered in time; nothing was taken from the card."""
    booking = _with_place(booking)
    _tell_renter(kinds.REQUEST_EXPIRED, booking, now)
    _tell_owners(kinds.OWNER_REQUEST_EXPIRED, booking, now)


def tell_cancelled(
    *, booking: Booking, refund: Money, now: datetime, owner_keeps: Money | None = None
) -> None:
    """It is cancelled, by whom `ended_by` says. A request that was taken back had cost nothing.

    `refund` goes back to the renter; `owner_keeps` is what the owner is still paid for it, after
    commission (by default nothing). A hold that was let go is told to nobody.
    """
    if booking.requested_at is None and booking.confirmed_at is None:
        return
    booking = _with_place(booking)
    kept = owner_keeps or Money.zero(booking.currency)
    amounts: Facts = {
        "refund_minor": refund.amount,
        "kept_minor": kept.amount,
        "ended_by": booking.ended_by,
        "was_confirmed": booking.confirmed_at is not None,
    }
    by_renter = booking.ended_by == Side.RENTER
    _tell_renter(kinds.CANCELLED if by_renter else kinds.CALLED_OFF, booking, now, more=amounts)
    _tell_owners(kinds.OWNER_CANCELLED, booking, now, more=amounts)


def tell_paid_too_late(*, booking: Booking, now: datetime) -> None:
    """The money came when somebody else had the time already; all of it goes back."""
    _tell_renter(kinds.PAID_TOO_LATE, booking, now)


def tell_acceptance_failed(*, booking: Booking, now: datetime) -> None:
    """The owner said yes, and the renter's bank no: there is no booking and nothing was taken."""
    booking = _with_place(booking)
    _tell_renter(kinds.PAYMENT_FAILED, booking, now)
    _tell_owners(kinds.OWNER_PAYMENT_FAILED, booking, now)


def tell_refund_settled(*, booking: Booking, amount: Money, now: datetime) -> None:
    """A refund left for the renter's card. A booking may have several; each is told once."""
    more: Facts = {"refund_minor": amount.amount}
    event = f"{booking.pk}:{now.isoformat()}"
    _tell_renter(kinds.REFUND_ARRIVED, booking, now, more=more, event=event)


def _with_place(booking: Booking) -> Booking:
    """The same with its place and people, in one query: a change of state forgets what was read."""
    return Booking.objects.with_place().get(pk=booking.pk)


def _tell_renter(
    kind: str,
    booking: Booking,
    now: datetime,
    *,
    more: Mapping[str, Json] | None = None,
    event: str = "",
) -> None:
    path = reverse("storefront:booking", args=[booking.reference])
    facts = _facts_of(booking) | {"path": path} | dict(more or {})
    key = f"{kind}:{event or booking.pk}:{booking.renter.pk}"
    notify(kind=kind, to=booking.renter, context=facts, event_key=key, now=now)


def _tell_owners(
    kind: str, booking: Booking, now: datetime, *, more: Mapping[str, Json] | None = None
) -> None:
    facts = _facts_of(booking) | {
        "path": reverse("owners:booking", args=[booking.reference]),
        "renter": booking.renter.display_name,
        "message": booking.message,
        "share_minor": booking.owner_share.amount,
        "commission_minor": booking.commission.amount,
        **(more or {}),
    }
    for owner in booking.space.venue.owners():
        with translation.override(owner.language):
            facts["purpose"] = booking.get_purpose_display()
        key = f"{kind}:{booking.pk}:{owner.pk}"
        notify(kind=kind, to=owner, context=facts, event_key=key, now=now)


def _facts_of(booking: Booking) -> Facts:
    """What everybody may know: nothing here tells the address or a phone number."""
    return {
        "reference": booking.reference,
        "venue": booking.space.venue.name,
        "space": booking.space.name,
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
        "zone": booking.time_zone,
        "guests": booking.guests,
        "currency": booking.currency,
        "total_minor": booking.total_minor,
        "answer_by": booking.answer_by.isoformat() if booking.answer_by else None,
        "reason": booking.end_reason,
        "needs_approval": booking.needs_approval,
        "venue_path": booking.space.venue.get_absolute_url(),
        "search_path": reverse("storefront:search"),
    }
