from datetime import timedelta

import pytest

from marketplace.bookings import services, tasks
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.services import expiring
from marketplace.bookings.tests.factories import (
    answer_until,
    begin,
    make_bookable,
    make_booking,
    make_hold,
    owner_of,
    pay,
    payment_of,
)
from marketplace.notifications.models import Notification
from marketplace.payments.enums import PaymentStatus

pytestmark = pytest.mark.django_db


def told(kind: str) -> int:
    return Notification.objects.filter(kind=kind).count()


def test_unpaid_hold_ends_with_its_time_and_frees_the_slot() -> None:
    booking = make_hold()
    payment = begin(booking)
    early = booking.hold_expires_at - timedelta(seconds=1)

    assert services.expire_holds(now=early) == 0
    assert services.expire_holds(now=booking.hold_expires_at) == 1
    assert services.expire_holds(now=booking.hold_expires_at) == 0

    booking.refresh_from_db()
    payment.refresh_from_db()
    assert (booking.status, booking.ended_by) == (BookingStatus.EXPIRED, Side.PLATFORM)
    assert booking.ended_at == booking.hold_expires_at
    assert booking.occupancies.count() == 0
    assert payment.close_requested_at == booking.hold_expires_at
    assert make_hold(space=booking.space).status == BookingStatus.HELD


def test_paid_bookings_and_requests_do_not_run_out_as_holds() -> None:
    paid = make_booking()
    asked = make_booking(status=BookingStatus.REQUESTED)

    assert services.expire_holds(now=paid.hold_expires_at + timedelta(hours=1)) == 0
    asked.refresh_from_db()
    assert asked.status == BookingStatus.REQUESTED


def test_unanswered_request_ends_and_its_money_is_released() -> None:
    booking = make_booking(status=BookingStatus.REQUESTED)
    assert booking.answer_by == booking.created_at + timedelta(hours=24)

    assert services.expire_requests(now=answer_until(booking) - timedelta(seconds=1)) == 0
    assert services.expire_requests(now=answer_until(booking)) == 1

    booking.refresh_from_db()
    assert booking.status == BookingStatus.EXPIRED
    assert booking.occupancies.count() == 0
    assert payment_of(booking).void_requested_at == answer_until(booking)
    assert told("bookings.request_expired") == 1


def test_accepted_request_is_left_alone_while_its_money_is_collected() -> None:
    booking = make_booking(status=BookingStatus.REQUESTED)
    at = booking.created_at + timedelta(hours=1)
    services.accept_request(booking=booking, by=owner_of(booking), now=at)

    assert services.expire_requests(now=at + timedelta(days=3)) == 0

    booking.refresh_from_db()
    assert booking.status == BookingStatus.REQUESTED


def test_owner_is_reminded_once_at_half_time() -> None:
    booking = make_booking(status=BookingStatus.REQUESTED)
    half = booking.created_at + timedelta(hours=12)

    assert services.remind_of_requests(now=half - timedelta(seconds=1)) == 0
    assert services.remind_of_requests(now=half) == 1
    assert services.remind_of_requests(now=half + timedelta(hours=1)) == 0

    assert told("bookings.owner_reminded") == 1


def test_nobody_is_reminded_of_what_is_answered() -> None:
    booking = make_booking(status=BookingStatus.REQUESTED)
    at = booking.created_at + timedelta(hours=1)
    services.accept_request(booking=booking, by=owner_of(booking), now=at)

    assert services.remind_of_requests(now=at + timedelta(hours=12)) == 0


def test_confirmed_booking_is_completed_when_it_is_over() -> None:
    booking = make_booking()

    assert services.complete_bookings(now=booking.ends_at - timedelta(seconds=1)) == 0
    assert services.complete_bookings(now=booking.ends_at) == 1

    booking.refresh_from_db()
    assert booking.status == BookingStatus.COMPLETED
    assert payment_of(booking).status == PaymentStatus.CAPTURED


def test_one_that_cannot_be_swept_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = make_hold(), make_hold()
    real = expiring.expire_hold

    def stumble(booking: Booking, now: object) -> None:
        if booking == bad:
            raise RuntimeError("stumbled")
        real(booking, now)  # type: ignore[arg-type]

    monkeypatch.setattr(expiring, "expire_hold", stumble)

    assert expiring._sweep(Booking.objects.run_out, expiring.expire_hold, good.hold_expires_at) == 1

    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.status, bad.status) == (BookingStatus.EXPIRED, BookingStatus.HELD)
    assert "a booking could not be swept" in caplog.text


def test_sweep_takes_a_batch_and_the_next_one_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiring, "BATCH_SIZE", 2)
    holds = [make_hold() for _ in range(3)]
    now = holds[-1].hold_expires_at

    assert [services.expire_holds(now=now) for _ in range(3)] == [2, 1, 0]


def test_worker_sweeps_everything() -> None:
    hold = make_hold(space=make_bookable())
    over = make_booking()
    asked = make_hold(asks_first=True)
    pay(asked)

    # All of them lie in the past of the clock on the wall.
    assert tasks.sweep() == {"holds": 1, "requests": 1, "reminders": 0, "completed": 1}
    assert list(
        Booking.objects.filter(pk__in=[hold.pk, over.pk, asked.pk])
        .order_by("pk")
        .values_list("status", flat=True)
    ) == ["expired", "completed", "expired"]
