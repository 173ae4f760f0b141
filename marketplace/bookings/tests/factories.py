"""Bookings in any state, each brought there by the services that do it in earnest.

The provider alone is left out: what it would have said of a payment is written down as
`payments.settle` writes it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Block, Booking
from marketplace.bookings.services.expiring import expire_hold
from marketplace.bookings.services.money import live_payment
from marketplace.core.period import Period
from marketplace.payments import ledger
from marketplace.payments import services as payments
from marketplace.payments.enums import CaptureMode, PaymentStatus
from marketplace.payments.models import Payment
from marketplace.payments.services.transitions import lock_payment
from marketplace.payments.signals import payment_authorised, payment_captured
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import make_venue

# Noon of a Thursday in Almaty.
NOW: Final = datetime(2026, 6, 11, 7, 0, tzinfo=UTC)
# Ten days later, at the same time of day.
STARTS_AT: Final = NOW + timedelta(days=10)
ANSWERED_AFTER: Final = timedelta(hours=1)


def make_bookable(*, owner: User | None = None, **fields: Any) -> Space:
    """A space of a published venue in Almaty that is open every day from 9 to 22."""
    space: Space = make_venue(owner=owner).spaces.get()
    for name, value in fields.items():
        setattr(space, name, value)
    space.save()
    return space


def slot(*, starts_at: datetime = STARTS_AT, hours: float = 3) -> Period:
    """So many hours from then; three from noon in Almaty if nothing is said."""
    return Period(starts_at, starts_at + timedelta(hours=hours))


def make_hold(
    *,
    space: Space | None = None,
    renter: User | None = None,
    starts_at: datetime = STARTS_AT,
    hours: float = 3,
    guests: int = 20,
    now: datetime | None = None,
    asks_first: bool = False,
) -> Booking:
    """A slot that waits for payment since `now`: ten days before its start, if nothing is said."""
    booking = services.hold_slot(
        space=space or make_bookable(),
        period=slot(starts_at=starts_at, hours=hours),
        guests=guests,
        renter=renter or make_user(),
        expected_total=None,
        now=now or starts_at - timedelta(days=10),
    )
    if asks_first:
        booking.needs_approval = True
        booking.save(update_fields=["needs_approval"])
    return booking


def make_booking(
    *, status: BookingStatus | str = BookingStatus.CONFIRMED, **fields: Any
) -> Booking:
    """A booking in this state, with its money; `fields` are those of `make_hold`.

    It is paid in the moment of the hold, answered an hour later, cancelled (by the renter) an hour
    after that; what the clock does comes in its own time.
    """
    asks_first = status in {BookingStatus.REQUESTED, BookingStatus.DECLINED}
    booking = make_hold(**{"asks_first": asks_first, **fields})
    if status == BookingStatus.HELD:
        return booking
    if status == BookingStatus.EXPIRED:
        with transaction.atomic():
            expire_hold(booking, booking.hold_expires_at)
    else:
        pay(booking, now=booking.created_at)
        _after_payment(booking, BookingStatus(status))
    booking.refresh_from_db()
    assert booking.status == status
    return booking


def _after_payment(booking: Booking, status: BookingStatus) -> None:
    answered_at = booking.created_at + ANSWERED_AFTER
    match status:
        case BookingStatus.DECLINED:
            services.decline_request(booking=booking, by=owner_of(booking), now=answered_at)
        case BookingStatus.CANCELLED:
            services.cancel_booking(
                booking=booking, by=booking.renter, side=Side.RENTER, now=answered_at
            )
        case BookingStatus.COMPLETED | BookingStatus.NO_SHOW:
            _complete(booking)
            if status == BookingStatus.NO_SHOW:
                services.transition_to(
                    booking=booking, to=status, by=owner_of(booking), now=booking.ends_at
                )


def _complete(booking: Booking) -> None:
    services.transition_to(
        booking=booking, to=BookingStatus.COMPLETED, by=None, now=booking.ends_at
    )


def answer_until(booking: Booking) -> datetime:
    """Until when the owner can answer a request."""
    assert booking.answer_by is not None
    return booking.answer_by


def owner_of(booking: Booking) -> User:
    """Who owns the venue."""
    return booking.space.venue.owners()[0]


def begin(booking: Booking, *, now: datetime | None = None) -> Payment:
    """The booking's payment, with its checkout open."""
    at = now or booking.created_at
    payment = services.begin_payment(booking=booking, by=booking.renter, now=at)
    if payment.status == PaymentStatus.CREATED:
        payments.transition_to(
            payment=payment, to=PaymentStatus.PENDING, now=at, session_id=f"cs_{payment.pk.hex}"
        )
    return payment


def pay(booking: Booking, *, now: datetime | None = None) -> Payment:
    """The renter pays, and it is heard of: the money is taken, or reserved for a request."""
    return hear_of_money(begin(booking), now=now or booking.created_at)


@transaction.atomic
def hear_of_money(payment: Payment, *, now: datetime) -> Payment:
    """What `payments.settle` does when the provider has the money of an open checkout."""
    lock_payment(payment)
    if payment.capture_mode == CaptureMode.MANUAL:
        payments.transition_to(payment=payment, to=PaymentStatus.AUTHORISED, now=now)
        _tell(payment_authorised, payment, now)
        payment.refresh_from_db()
    else:
        collect(payment, now=now)
    return payment


@transaction.atomic
def collect(payment: Payment, *, now: datetime) -> Payment:
    """The money is taken, and it is heard of."""
    lock_payment(payment)
    payments.transition_to(payment=payment, to=PaymentStatus.CAPTURED, now=now)
    ledger.record_capture(payment=payment, now=now)
    _tell(payment_captured, payment, now)
    payment.refresh_from_db()
    return payment


def _tell(signal: Any, payment: Payment, now: datetime) -> None:
    signal.send(
        sender=Payment,
        payable_kind=payment.payable_kind,
        payable_id=payment.payable_id,
        payment=payment,
        now=now,
    )


@transaction.atomic
def payment_of(booking: Booking) -> Payment:
    """The one from which its money may come, or has come."""
    payment = live_payment(booking)
    assert payment is not None
    return payment


def make_block(
    *,
    space: Space | None = None,
    starts_at: datetime = STARTS_AT,
    hours: float = 3,
    units: int | None = None,
    note: str = "Repairs",
    now: datetime = NOW,
) -> Block:
    """A time that the owner keeps free."""
    space = space or make_bookable()
    return services.block_time(
        space=space,
        period=slot(starts_at=starts_at, hours=hours),
        units=units,
        note=note,
        by=space.venue.owners()[0],
        now=now,
    )
