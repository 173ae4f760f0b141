from datetime import timedelta

import pytest

from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.tests.factories import (
    answer_until,
    collect,
    make_booking,
    make_hold,
    owner_of,
    payment_of,
)
from marketplace.core.errors import IllegalTransition
from marketplace.core.models import StateChange
from marketplace.notifications.models import Notification
from marketplace.payments.models import Payment

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def request_made() -> Booking:
    return make_booking(status=BookingStatus.REQUESTED)


def test_yes_asks_for_the_money_and_the_money_confirms(request_made: Booking) -> None:
    booking, owner = request_made, owner_of(request_made)
    now = booking.created_at + HOUR

    services.accept_request(booking=booking, by=owner, now=now)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.REQUESTED
    assert (booking.accepted_at, booking.accepted_by) == (now, owner)
    assert payment_of(booking).capture_requested_at == now

    collect(payment_of(booking), now=now)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert StateChange.objects.filter(to_state="confirmed").get().by == owner


def test_second_yes_changes_nothing(request_made: Booking) -> None:
    booking, owner = request_made, owner_of(request_made)
    services.accept_request(booking=booking, by=owner, now=booking.created_at + HOUR)

    services.accept_request(booking=booking, by=owner, now=booking.created_at + 2 * HOUR)
    collect(payment_of(booking), now=booking.created_at + 2 * HOUR)
    services.accept_request(booking=booking, by=owner, now=booking.created_at + 3 * HOUR)

    booking.refresh_from_db()
    assert booking.accepted_at == booking.created_at + HOUR


def test_no_frees_the_time_and_releases_the_money(request_made: Booking) -> None:
    booking, owner = request_made, owner_of(request_made)
    now = booking.created_at + HOUR

    services.decline_request(booking=booking, by=owner, now=now, reason="We repair the floor")

    booking.refresh_from_db()
    assert (booking.status, booking.ended_by) == (BookingStatus.DECLINED, Side.OWNER)
    assert booking.end_reason == "We repair the floor"
    assert booking.occupancies.count() == 0
    assert payment_of(booking).void_requested_at == now
    assert Notification.objects.filter(kind="bookings.declined").count() == 1


def test_no_after_yes_is_refused(request_made: Booking) -> None:
    booking, owner = request_made, owner_of(request_made)
    services.accept_request(booking=booking, by=owner, now=booking.created_at + HOUR)

    with pytest.raises(services.AcceptanceUnderWay):
        services.decline_request(booking=booking, by=owner, now=booking.created_at + HOUR)


def test_answer_after_the_time_for_it_is_refused(request_made: Booking) -> None:
    booking, owner = request_made, owner_of(request_made)

    for answer in (services.accept_request, services.decline_request):
        with pytest.raises(services.RequestOver):
            answer(booking=booking, by=owner, now=answer_until(booking))

    booking.refresh_from_db()
    assert booking.accepted_at is None
    assert payment_of(booking).capture_requested_at is None


@pytest.mark.parametrize("status", sorted(set(BookingStatus) - {BookingStatus.REQUESTED}))
def test_only_requests_are_answered(status: BookingStatus) -> None:
    booking = make_booking(status=status)

    for answer in (services.accept_request, services.decline_request):
        with pytest.raises(IllegalTransition):
            answer(booking=booking, by=owner_of(booking), now=booking.created_at)


def test_request_keeps_its_time_from_others(request_made: Booking) -> None:
    with pytest.raises(services.SlotTaken):
        make_hold(space=request_made.space)


def test_no_to_a_request_whose_money_was_taken_gives_it_back(request_made: Booking) -> None:
    payment = Payment.objects.get()
    collect(payment, now=request_made.created_at)

    services.decline_request(
        booking=request_made, by=owner_of(request_made), now=request_made.created_at + HOUR
    )

    payment.refresh_from_db()
    assert payment.refunded == request_made.total


def test_reasons_before_a_booking_stands_tell_no_way_around_the_site(request_made: Booking) -> None:
    booking, now = request_made, request_made.created_at + HOUR

    with pytest.raises(services.HasContactDetails):
        services.decline_request(
            booking=booking, by=owner_of(booking), now=now, reason="Cheaper at hall.kz"
        )
    with pytest.raises(services.HasContactDetails):
        services.cancel_booking(
            booking=booking, by=booking.renter, side=Side.RENTER, now=now, reason="87011234567"
        )

    booking.refresh_from_db()
    assert (booking.status, booking.end_reason) == (BookingStatus.REQUESTED, "")
