"""A booking's whole life with its money, through payments' own services and a made-up provider."""

from datetime import timedelta

import pytest
from django.db import transaction

from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.tests.factories import make_hold, owner_of, payment_of
from marketplace.core.integrity import run_checks
from marketplace.notifications.models import Notification
from marketplace.payments import gateways
from marketplace.payments import services as payments
from marketplace.payments.enums import CaptureMode, PaymentStatus, RefundStatus
from marketplace.payments.gateway import ProviderState, ProviderUnavailable
from marketplace.payments.models import Payment, Refund
from marketplace.payments.tests.fakes import FakeGateway

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    fake = FakeGateway()
    monkeypatch.setattr(gateways, "gateway", lambda: fake)
    return fake


def go_to_pay(booking: Booking) -> str:
    return services.pay_url(
        booking=booking,
        by=booking.renter,
        return_url="https://joytop.test/back/",
        cancel_url="https://joytop.test/",
        now=booking.created_at,
    )


def paid(booking: Booking, provider: FakeGateway) -> Payment:
    go_to_pay(booking)
    payment = payment_of(booking)
    provider.pay(payment)
    return payments.settle(payment_id=payment.pk, now=booking.created_at)


def breaches() -> list[str]:
    return [str(breach) for breach in run_checks()]


def test_payment_is_opened_once_for_the_whole_price(provider: FakeGateway) -> None:
    booking = make_hold()

    first, second = go_to_pay(booking), go_to_pay(booking)

    assert first == second
    payment = Payment.objects.get()
    assert (payment.amount, payment.capture_mode) == (booking.total, CaptureMode.AUTOMATIC)
    assert payment.payer == booking.renter
    assert payment.payee == booking.space.venue.business
    assert booking.reference in payment.description
    assert provider.effects["open_checkout"] == 1


def test_request_is_reserved_and_not_taken(provider: FakeGateway) -> None:
    booking = make_hold(asks_first=True)

    go_to_pay(booking)

    assert payment_of(booking).capture_mode == CaptureMode.MANUAL


def test_nobody_pays_for_a_hold_that_is_over(provider: FakeGateway) -> None:
    booking = make_hold()

    with pytest.raises(services.HoldOver):
        services.begin_payment(booking=booking, by=booking.renter, now=booking.hold_expires_at)

    assert Payment.objects.count() == 0


def test_silent_provider_leaves_the_hold_as_it_was(provider: FakeGateway) -> None:
    booking = make_hold()
    provider.silent_before = {"*"}

    with pytest.raises(ProviderUnavailable):
        go_to_pay(booking)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.HELD
    provider.silent_before = set()
    assert go_to_pay(booking)


def test_paid_cancelled_and_refunded(provider: FakeGateway) -> None:
    booking = make_hold()
    payment = paid(booking, provider)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED

    services.cancel_booking(
        booking=booking, by=booking.renter, side=Side.RENTER, now=booking.created_at + HOUR
    )
    refund = Refund.objects.get()
    payments.refund_now(refund_id=refund.pk, now=booking.created_at + 2 * HOUR)

    refund.refresh_from_db()
    payment.refresh_from_db()
    assert refund.status == RefundStatus.SETTLED
    assert payment.refunded == booking.total
    assert Notification.objects.filter(kind="bookings.refund_arrived").count() == 1
    assert breaches() == []


def test_asked_accepted_and_collected(provider: FakeGateway) -> None:
    booking = make_hold(asks_first=True)
    payment = paid(booking, provider)
    booking.refresh_from_db()
    assert (booking.status, payment.status) == (BookingStatus.REQUESTED, PaymentStatus.AUTHORISED)

    now = booking.created_at + HOUR
    services.accept_request(booking=booking, by=owner_of(booking), now=now)
    payments.capture_now(payment_id=payment.pk, now=now)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert booking.confirmed_at == now
    assert breaches() == []


def test_asked_and_declined(provider: FakeGateway) -> None:
    booking = make_hold(asks_first=True)
    payment = paid(booking, provider)
    booking.refresh_from_db()
    now = booking.created_at + HOUR

    services.decline_request(booking=booking, by=owner_of(booking), now=now)
    payments.void_now(payment_id=payment.pk, now=now)

    payment.refresh_from_db()
    booking.refresh_from_db()
    assert (booking.status, payment.status) == (BookingStatus.DECLINED, PaymentStatus.VOIDED)
    assert breaches() == []


def test_accepted_and_the_bank_says_no(provider: FakeGateway) -> None:
    booking = make_hold(asks_first=True)
    payment = paid(booking, provider)
    booking.refresh_from_db()
    now = booking.created_at + HOUR
    services.accept_request(booking=booking, by=owner_of(booking), now=now)
    provider.refuses = {"capture": "card_declined"}

    payments.capture_now(payment_id=payment.pk, now=now)

    booking.refresh_from_db()
    assert (booking.status, booking.ended_by) == (BookingStatus.CANCELLED, Side.PLATFORM)
    assert booking.occupancies.count() == 0
    assert Notification.objects.filter(kind="bookings.payment_failed").count() == 1
    assert breaches() == []


def test_reservation_that_ran_out_at_the_bank_ends_the_request(provider: FakeGateway) -> None:
    booking = make_hold(asks_first=True)
    payment = paid(booking, provider)
    provider.put(payment, ProviderState.VOIDED)

    payments.settle(payment_id=payment.pk, now=booking.created_at + HOUR)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED
    assert breaches() == []


def test_paid_at_the_last_moment_and_heard_of_late(provider: FakeGateway) -> None:
    booking = make_hold()
    go_to_pay(booking)
    payment = payment_of(booking)
    provider.pay(payment)
    services.expire_holds(now=booking.hold_expires_at)

    payments.close_now(payment_id=payment.pk, now=booking.hold_expires_at)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert breaches() == []


def test_closed_checkout_leaves_nothing(provider: FakeGateway) -> None:
    booking = make_hold()
    go_to_pay(booking)
    services.expire_holds(now=booking.hold_expires_at)
    payment = Payment.objects.get()

    payments.close_now(payment_id=payment.pk, now=booking.hold_expires_at)

    payment.refresh_from_db()
    booking.refresh_from_db()
    assert (booking.status, payment.status) == (BookingStatus.EXPIRED, PaymentStatus.EXPIRED)
    assert breaches() == []


def test_other_amount_than_asked_for_books_nothing(provider: FakeGateway) -> None:
    booking = make_hold()
    go_to_pay(booking)
    payment = payment_of(booking)
    provider.put(payment, ProviderState.CAPTURED, amount=booking.total - booking.service_fee)

    payments.settle(payment_id=payment.pk, now=booking.created_at)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.HELD


def test_locking_a_payment_locks_its_booking_first() -> None:
    booking = make_hold()
    with transaction.atomic():
        services.lock_for_payment(booking_id=booking.pk)
