"""Bookings brought to where a race or a crash begins, by the services and the sandbox alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings import services
from marketplace.bookings.models import Booking
from marketplace.core.outbox import drain
from marketplace.core.period import Period
from marketplace.payments import services as payments
from marketplace.payments.models import Payment
from marketplace.payments.sandbox.actions import complete_checkout
from marketplace.venues.enums import BookingMode
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import make_venue

SITE = "http://testserver"


@dataclass(frozen=True)
class Stage:
    """A booking, who made it, who owns the place, and its payment."""

    booking: Booking
    payment: Payment
    renter: User
    owner: User

    def fresh(self) -> Booking:
        """The booking as the database has it now."""
        booking: Booking = Booking.objects.get(pk=self.booking.pk)
        return booking

    def fresh_payment(self) -> Payment:
        """The payment as the database has it now."""
        payment: Payment = Payment.objects.get(pk=self.payment.pk)
        return payment


def noon_in_almaty(*, days: int) -> datetime:
    """So many days from now, 12:00 where the venues are."""
    day = (timezone.now() + timedelta(days=days)).astimezone(UTC)
    return datetime(day.year, day.month, day.day, 7, tzinfo=UTC)


def make_space(**fields: object) -> Space:
    """A space of a published venue in Almaty that is open every day from 9 to 22."""
    space: Space = make_venue().spaces.get()
    for name, value in fields.items():
        setattr(space, name, value)
    space.save()
    return space


def held(*, now: datetime, asks_first: bool = False, paid: bool = True) -> Stage:
    """A held slot whose checkout is open; with `paid`, the card was taken and nobody looked yet."""
    space = make_space(booking_mode=BookingMode.REQUEST if asks_first else BookingMode.INSTANT)
    renter = make_user()
    start = noon_in_almaty(days=10)
    booking = services.hold_slot(
        space=space,
        period=Period(start, start + timedelta(hours=3)),
        guests=1,
        renter=renter,
        expected_total=None,
        now=now,
    )
    services.pay_url(
        booking=booking, by=renter, return_url=f"{SITE}/back/", cancel_url=f"{SITE}/", now=now
    )
    payment = Payment.objects.get(payable_id=str(booking.pk))
    if paid:
        complete_checkout(payment.session_id)
    return Stage(booking, payment, renter, space.venue.owners()[0])


def requested(*, now: datetime) -> Stage:
    """A request whose money is authorised."""
    stage = held(now=now, asks_first=True)
    payments.settle(payment_id=stage.payment.pk, now=now)
    return stage


def confirmed(*, now: datetime) -> Stage:
    """A paid booking."""
    stage = held(now=now)
    payments.settle(payment_id=stage.payment.pk, now=now)
    return stage


def carry_out() -> None:
    """What a worker does: everything that was promised."""
    while drain().more:
        pass
