from datetime import timedelta

import pytest

from marketplace.accounts.models import User
from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.tests.factories import (
    STARTS_AT,
    begin,
    collect,
    hear_of_money,
    make_booking,
    make_hold,
    owner_of,
    payment_of,
)
from marketplace.core.errors import IllegalTransition
from marketplace.core.money import Money
from marketplace.payments import ledger
from marketplace.payments.enums import PaymentStatus, RefundReason
from marketplace.payments.models import Refund
from marketplace.payments.split import Split

pytestmark = pytest.mark.django_db

TOTAL = Money(68_250_00, "KZT")


def kzt(major: int) -> Money:
    return Money.from_major(major, "KZT")


def test_hold_is_let_go_and_its_checkout_is_closed() -> None:
    booking = make_hold()
    payment = begin(booking)

    services.release_hold(booking=booking, by=booking.renter, now=booking.created_at)

    payment.refresh_from_db()
    booking.refresh_from_db()
    assert (booking.status, booking.ended_by) == (BookingStatus.CANCELLED, Side.RENTER)
    assert payment.close_requested_at == booking.created_at
    assert booking.occupancies.count() == 0


def test_letting_go_does_not_cancel_what_was_paid_in_the_meantime() -> None:
    booking = make_booking()

    with pytest.raises(IllegalTransition):
        services.release_hold(booking=booking, by=booking.renter, now=booking.created_at)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_request_is_taken_back_and_its_money_released() -> None:
    booking = make_booking(status=BookingStatus.REQUESTED)
    now = booking.created_at + timedelta(hours=1)

    services.cancel_booking(booking=booking, by=booking.renter, side=Side.RENTER, now=now)

    assert payment_of(booking).void_requested_at == now
    assert booking.occupancies.count() == 0


def test_request_that_is_being_collected_cannot_be_taken_back() -> None:
    booking = make_booking(status=BookingStatus.REQUESTED)
    now = booking.created_at + timedelta(hours=1)
    services.accept_request(booking=booking, by=owner_of(booking), now=now)

    for side in Side:
        with pytest.raises(services.AcceptanceUnderWay):
            services.cancel_booking(booking=booking, by=None, side=side, now=now)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.REQUESTED
    assert booking.occupancies.count() == 1


@pytest.mark.parametrize(
    ("side", "before_start", "refund", "kept"),
    [
        # Flexible: everything until seven days before, half until one day, then the cleaning.
        (Side.RENTER, timedelta(days=8), TOTAL, None),
        (Side.RENTER, timedelta(days=3), kzt(35_000), (25_500, 4_500, 3_250)),
        (Side.RENTER, timedelta(hours=1), kzt(5_000), (51_000, 9_000, 3_250)),
        (Side.OWNER, timedelta(hours=1), TOTAL, None),
        (Side.PLATFORM, timedelta(hours=1), TOTAL, None),
    ],
)
def test_refund_follows_the_policy_and_who_cancels(
    side: Side, before_start: timedelta, refund: Money, kept: tuple[int, int, int] | None
) -> None:
    booking = make_booking()
    now = STARTS_AT - before_start

    services.cancel_booking(
        booking=booking, by=booking.renter, side=side, now=now, reason="Plans changed"
    )

    payment = payment_of(booking)
    made = payment.refunds.get()
    assert made.amount == payment.refunded == refund
    assert made.key == f"cancel:{booking.pk}"
    assert made.reason == f"cancelled_by_{side}"
    left = Split(*(kzt(part) for part in kept)) if kept else Split.nothing("KZT")
    assert ledger.shares_of(payment) == left
    assert left.total + refund == TOTAL
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert (booking.ended_at, booking.ended_by) == (now, side)
    assert booking.end_reason == "Plans changed"


def test_nothing_to_give_back_makes_no_refund() -> None:
    booking = make_booking()
    booking.lines.filter(code="cleaning").update(code="time_at_night")

    services.cancel_booking(
        booking=booking,
        by=booking.renter,
        side=Side.RENTER,
        now=STARTS_AT - timedelta(hours=1),
    )

    payment = payment_of(booking)
    assert payment.refunds.count() == 0
    assert ledger.shares_of(payment).total == TOTAL


def test_time_is_free_at_once() -> None:
    booking = make_booking()

    services.cancel_booking(
        booking=booking,
        by=owner_of(booking),
        side=Side.OWNER,
        now=STARTS_AT - timedelta(days=2),
    )

    again = make_hold(space=booking.space, now=STARTS_AT - timedelta(days=2))
    assert again.period == booking.period


def test_what_has_begun_is_cancelled_by_the_platform_alone() -> None:
    booking = make_booking()

    for side in (Side.RENTER, Side.OWNER):
        with pytest.raises(services.AlreadyStarted):
            services.cancel_booking(booking=booking, by=booking.renter, side=side, now=STARTS_AT)
    services.cancel_booking(booking=booking, by=None, side=Side.PLATFORM, now=STARTS_AT)

    assert payment_of(booking).refunds.get().reason == RefundReason.CANCELLED_BY_PLATFORM


@pytest.mark.parametrize(
    "status",
    [
        BookingStatus.COMPLETED,
        BookingStatus.NO_SHOW,
        BookingStatus.EXPIRED,
        BookingStatus.DECLINED,
        BookingStatus.CANCELLED,
    ],
)
def test_what_is_over_cannot_be_cancelled(status: BookingStatus) -> None:
    booking = make_booking(status=status)
    refunds = booking_refunds(booking)

    with pytest.raises(IllegalTransition):
        services.cancel_booking(
            booking=booking, by=None, side=Side.PLATFORM, now=booking.created_at
        )

    assert booking_refunds(booking) == refunds


def booking_refunds(booking: Booking) -> int:
    return Refund.objects.for_payable("bookings.booking", str(booking.pk)).count()


def test_money_that_comes_after_the_hold_was_let_go_goes_back_in_full(renter: User) -> None:
    booking = make_hold(renter=renter)
    payment = begin(booking)
    services.release_hold(booking=booking, by=renter, now=booking.created_at)

    collect(payment, now=booking.created_at + timedelta(minutes=1))

    payment.refresh_from_db()
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert payment.status == PaymentStatus.CAPTURED
    assert payment.refunded == payment.captured == booking.total
    assert payment.refunds.get().reason == RefundReason.PAID_TOO_LATE


def test_authorised_money_that_comes_after_the_hold_was_let_go_is_released() -> None:
    booking = make_hold(asks_first=True)
    payment = begin(booking)
    services.release_hold(booking=booking, by=booking.renter, now=booking.created_at)
    later = booking.created_at + timedelta(minutes=1)

    hear_of_money(payment, now=later)

    booking.refresh_from_db()
    payment.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert (payment.status, payment.void_requested_at) == (PaymentStatus.AUTHORISED, later)


def test_reason_of_what_stood_may_say_how_to_reach_somebody() -> None:
    booking = make_booking()

    services.cancel_booking(
        booking=booking,
        by=booking.renter,
        side=Side.RENTER,
        now=booking.created_at,
        reason="Call 8 701 123 45 67",
    )

    booking.refresh_from_db()
    assert booking.end_reason == "Call 8 701 123 45 67"
