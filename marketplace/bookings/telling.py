"""Telling renters and owners what became of a booking.

Each function is called inside the transaction that makes it true, after the booking has its new
state, and promises to tell the renter, every owner in the venue's team, or both. Facts are kept
as codes, ISO times and minor units; words are chosen for the reader when they are read. Calling
one twice for one event changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.urls import reverse
from django.utils import translation

from marketplace.bookings import notification_kinds as kinds
from marketplace.bookings.enums import Side
from marketplace.bookings.models import Booking
from marketplace.core.money import Money
from marketplace.notifications.services import Json, Telling, notify_all

type Facts = dict[str, Json]


def tell_requested(*, booking: Booking, now: datetime) -> None:
    """The request is with the owners, and the renter knows until when they may answer."""
    booking = _with_parties(booking)
    _tell(
        now,
        _to_renter(kinds.REQUEST_SENT, booking),
        *_to_owners(kinds.OWNER_REQUESTED, booking),
    )


def tell_request_reminder(*, booking: Booking, now: datetime) -> None:
    """Half of the owners' time to answer is over."""
    _tell(now, *_to_owners(kinds.OWNER_REMINDED, booking))


def tell_confirmed(*, booking: Booking, now: datetime) -> None:
    """It is booked and paid: the address to the renter, the earnings to the owners."""
    booking = _with_parties(booking)
    venue = booking.space.venue
    host: Facts = {
        "address": venue.address,
        "host_name": venue.business.name,
        "host_phone": venue.business.owner.phone_as_read,
    }
    renter: Facts = {"renter_phone": booking.renter.phone_as_read}
    _tell(
        now,
        _to_renter(kinds.CONFIRMED, booking, more=host),
        *_to_owners(kinds.OWNER_BOOKED, booking, more=renter),
    )


def tell_declined(*, booking: Booking, now: datetime) -> None:
    """The owner said no; nothing was taken from the card."""
    _tell(now, _to_renter(kinds.DECLINED, booking))


def tell_request_expired(*, booking: Booking, now: datetime) -> None:
    """Nobody answered in time; nothing was taken from the card."""
    booking = _with_parties(booking)
    _tell(
        now,
        _to_renter(kinds.REQUEST_EXPIRED, booking),
        *_to_owners(kinds.OWNER_REQUEST_EXPIRED, booking),
    )


def tell_cancelled(
    *, booking: Booking, refund: Money, now: datetime, owner_keeps: Money | None = None
) -> None:
    """It is cancelled, by whom `ended_by` says. A request that was taken back had cost nothing.

    `refund` goes back to the renter; `owner_keeps` is what the owner is still paid for it, after
    commission (by default nothing). A hold that was let go is told to nobody.
    """
    if booking.requested_at is None and booking.confirmed_at is None:
        return
    booking = _with_parties(booking)
    kept = owner_keeps or Money.zero(booking.currency)
    amounts: Facts = {
        "refund_minor": refund.amount,
        "kept_minor": kept.amount,
        "ended_by": booking.ended_by,
        "was_confirmed": booking.confirmed_at is not None,
    }
    by_renter = booking.ended_by == Side.RENTER
    _tell(
        now,
        _to_renter(kinds.CANCELLED if by_renter else kinds.CALLED_OFF, booking, more=amounts),
        *_to_owners(kinds.OWNER_CANCELLED, booking, more=amounts),
    )


def tell_paid_too_late(*, booking: Booking, now: datetime) -> None:
    """The money came when somebody else had the time already; all of it goes back."""
    _tell(now, _to_renter(kinds.PAID_TOO_LATE, booking))


def tell_acceptance_failed(*, booking: Booking, now: datetime) -> None:
    """The owner said yes, and the renter's bank no: there is no booking and nothing was taken."""
    booking = _with_parties(booking)
    _tell(
        now,
        _to_renter(kinds.PAYMENT_FAILED, booking),
        *_to_owners(kinds.OWNER_PAYMENT_FAILED, booking),
    )


def tell_refund_settled(*, booking: Booking, amount: Money, now: datetime) -> None:
    """A refund left for the renter's card. A booking may have several; each is told once."""
    more: Facts = {"refund_minor": amount.amount}
    event = f"{booking.pk}:{now.isoformat()}"
    _tell(now, _to_renter(kinds.REFUND_ARRIVED, booking, more=more, event=event))


def _with_parties(booking: Booking) -> Booking:
    """The same with its place and people, in one query if it came without."""
    if Booking.space.is_cached(booking) and Booking.renter.is_cached(booking):
        return booking
    return Booking.objects.with_parties().get(pk=booking.pk)


def _tell(now: datetime, *tellings: Telling) -> None:
    notify_all(tellings, now=now)


def _to_renter(
    kind: str, booking: Booking, *, more: Mapping[str, Json] | None = None, event: str = ""
) -> Telling:
    path = reverse("storefront:booking", args=[booking.reference])
    return Telling(
        kind=kind,
        to=booking.renter,
        context=_facts_of(booking) | {"path": path} | dict(more or {}),
        event_key=f"{kind}:{event or booking.pk}:{booking.renter.pk}",
    )


def _to_owners(
    kind: str, booking: Booking, *, more: Mapping[str, Json] | None = None
) -> Iterator[Telling]:
    facts = _facts_of(booking) | {
        "path": reverse("owners:booking", args=[booking.reference]),
        "renter": booking.renter.display_name,
        "message": booking.message,
        "share_minor": booking.owner_share.amount,
        "commission_minor": booking.commission.amount,
        "commission_percent": f"{booking.commission_percent.normalize():f}",
        **(more or {}),
    }
    for owner in booking.space.venue.owners():
        with translation.override(owner.language):
            purpose = booking.get_purpose_display()
        yield Telling(
            kind=kind,
            to=owner,
            context=facts | {"purpose": purpose},
            event_key=f"{kind}:{booking.pk}:{owner.pk}",
        )


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
