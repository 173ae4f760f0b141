"""What money does to a booking, through the receivers, told as `payments` tells it."""

from datetime import timedelta

import pytest

from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus, OccupancyKind, Side
from marketplace.bookings.models import Booking, Occupancy
from marketplace.bookings.tests.factories import (
    STARTS_AT,
    answer_until,
    begin,
    collect,
    hear_of_money,
    make_block,
    make_booking,
    make_hold,
    owner_of,
    pay,
)
from marketplace.core.models import StateChange
from marketplace.core.money import Money
from marketplace.notifications.models import Notification
from marketplace.payments import ledger
from marketplace.payments.enums import LedgerAccount, PaymentStatus, RefundReason
from marketplace.payments.models import LedgerEntry, Payment
from marketplace.payments.split import Split
from marketplace.venues.models import Space

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def expired(*, asks_first: bool = False, space: Space | None = None) -> tuple[Booking, Payment]:
    """A hold that ran out with its checkout still open."""
    booking = make_hold(asks_first=asks_first, space=space)
    payment = begin(booking)
    services.expire_holds(now=booking.hold_expires_at)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.EXPIRED
    return booking, payment


def told(kind: str) -> int:
    return Notification.objects.filter(kind=f"bookings.{kind}").count()


def test_paid_hold_is_confirmed_and_its_money_shared_out() -> None:
    booking = make_hold()

    payment = pay(booking, now=booking.created_at + MINUTE)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert booking.confirmed_at == booking.created_at + MINUTE
    assert booking.occupancies.get().kind == OccupancyKind.BOOKING
    assert ledger.shares_of(payment) == Split(
        owner=Money.from_major(55_250, "KZT"),
        commission=Money.from_major(9_750, "KZT"),
        service_fee=Money.from_major(3_250, "KZT"),
    )
    owed = LedgerEntry.objects.get(account=LedgerAccount.OWNER_PAYABLE)
    assert owed.due_at == booking.ends_at + timedelta(hours=48)
    assert told("confirmed") == 1


def test_reserved_request_waits_for_its_owner() -> None:
    booking = make_hold(asks_first=True)

    pay(booking, now=booking.created_at + MINUTE)

    booking.refresh_from_db()
    asked_at = booking.created_at + MINUTE
    assert booking.status == BookingStatus.REQUESTED
    assert booking.requested_at == asked_at
    assert booking.answer_by == asked_at + timedelta(hours=24)
    assert booking.remind_at == asked_at + timedelta(hours=12)
    assert booking.occupancies.get().kind == OccupancyKind.REQUEST
    assert StateChange.objects.latest("id").by == booking.renter


def test_answer_is_never_later_than_the_start() -> None:
    booking = make_hold(asks_first=True, now=STARTS_AT - timedelta(hours=6))

    pay(booking)

    booking.refresh_from_db()
    assert booking.answer_by == booking.starts_at
    assert booking.remind_at == booking.starts_at - timedelta(hours=3)


def test_hearing_of_the_same_money_again_changes_nothing() -> None:
    booking = make_hold()
    payment = pay(booking)
    before = StateChange.objects.count(), LedgerEntry.objects.count(), told("confirmed")

    for _ in range(2):
        services.fulfil(booking_id=booking.pk, payment=payment, now=booking.ends_at)

    assert (StateChange.objects.count(), LedgerEntry.objects.count(), told("confirmed")) == before


@pytest.mark.parametrize("status", [BookingStatus.COMPLETED, BookingStatus.NO_SHOW])
def test_old_news_about_a_booking_that_is_over_changes_nothing(status: BookingStatus) -> None:
    booking = make_booking(status=status)
    payment = Payment.objects.get()

    services.fulfil(booking_id=booking.pk, payment=payment, now=booking.ends_at)

    booking.refresh_from_db()
    assert booking.status == status
    assert payment.refunds.count() == 0


def test_money_after_the_hold_takes_the_time_again_where_it_is_free() -> None:
    booking, payment = expired()
    Space.objects.update(buffer_after_minutes=0, lead_hours=500, minimum_minutes=600)

    collect(payment, now=booking.hold_expires_at + MINUTE)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert (booking.ended_at, booking.ended_by) == (None, "")
    row = Occupancy.objects.get()
    assert (row.kind, row.expires_at) == (OccupancyKind.BOOKING, None)
    # The buffers are those that it was booked with.
    assert row.during.upper == booking.ends_at + timedelta(minutes=30)
    assert told("confirmed") == 1


def test_late_request_asks_the_owner_all_the_same() -> None:
    booking, payment = expired(asks_first=True)

    hear_of_money(payment, now=booking.hold_expires_at + MINUTE)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.REQUESTED
    assert booking.occupancies.get().kind == OccupancyKind.REQUEST


def test_money_after_the_time_was_sold_to_another_goes_back_in_full() -> None:
    booking, payment = expired()
    other = make_hold(space=booking.space, now=booking.hold_expires_at + MINUTE)

    collect(payment, now=booking.hold_expires_at + 2 * MINUTE)

    booking.refresh_from_db()
    payment.refresh_from_db()
    refund = payment.refunds.get()
    assert booking.status == BookingStatus.EXPIRED
    assert (refund.amount, refund.reason) == (booking.total, RefundReason.PAID_TOO_LATE)
    assert ledger.unallocated_of(payment) == Money.zero("KZT")
    assert [row.booking for row in Occupancy.objects.all()] == [other]
    assert told("paid_too_late") == 1


def test_reserved_money_after_the_time_was_blocked_is_released() -> None:
    booking, payment = expired(asks_first=True)
    make_block(space=booking.space, now=booking.hold_expires_at)
    late = booking.hold_expires_at + MINUTE

    hear_of_money(payment, now=late)

    booking.refresh_from_db()
    payment.refresh_from_db()
    assert booking.status == BookingStatus.EXPIRED
    assert payment.void_requested_at == late
    assert told("paid_too_late") == 1


def test_money_after_the_start_goes_back_though_the_time_is_free() -> None:
    booking, payment = expired()

    collect(payment, now=booking.starts_at)

    booking.refresh_from_db()
    payment.refresh_from_db()
    assert booking.status == BookingStatus.EXPIRED
    assert payment.refunded == booking.total


def test_late_money_expires_another_hold_that_ran_out_meanwhile() -> None:
    booking, payment = expired()
    other = make_hold(space=booking.space, now=booking.hold_expires_at)

    collect(payment, now=other.hold_expires_at + MINUTE)

    booking.refresh_from_db()
    other.refresh_from_db()
    assert (booking.status, other.status) == (BookingStatus.CONFIRMED, BookingStatus.EXPIRED)


def test_hold_that_ran_out_unswept_still_has_its_time() -> None:
    booking = make_hold()
    payment = begin(booking)

    collect(payment, now=booking.hold_expires_at + timedelta(hours=1))

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_hold_that_ran_out_unswept_and_began_gets_its_money_back() -> None:
    booking = make_hold()
    payment = begin(booking)

    collect(payment, now=booking.starts_at)

    booking.refresh_from_db()
    payment.refresh_from_db()
    assert booking.status == BookingStatus.EXPIRED
    assert booking.occupancies.count() == 0
    assert payment.refunded == booking.total


def test_money_of_a_request_that_nobody_answered_is_not_a_late_payment() -> None:
    booking = make_booking(status=BookingStatus.REQUESTED)
    payment = Payment.objects.get()
    services.expire_requests(now=answer_until(booking))

    collect(payment, now=answer_until(booking) + MINUTE)

    booking.refresh_from_db()
    payment.refresh_from_db()
    assert booking.status == BookingStatus.EXPIRED
    assert payment.refunded == booking.total


def test_money_that_will_not_come_leaves_a_hold_to_its_renter() -> None:
    booking = make_hold()
    payment = begin(booking)

    services.fail(booking_id=booking.pk, payment=payment, now=booking.created_at)

    booking.refresh_from_db()
    assert booking.status == BookingStatus.HELD


@pytest.mark.parametrize("is_accepted", [True, False])
def test_request_whose_money_is_gone_ends(*, is_accepted: bool) -> None:
    booking = make_booking(status=BookingStatus.REQUESTED)
    payment = Payment.objects.get()
    now = booking.created_at + timedelta(hours=2)
    if is_accepted:
        services.accept_request(booking=booking, by=owner_of(booking), now=now)

    services.fail(booking_id=booking.pk, payment=payment, now=now)

    booking.refresh_from_db()
    assert (booking.status, booking.ended_by) == (BookingStatus.CANCELLED, Side.PLATFORM)
    assert booking.occupancies.count() == 0
    assert told("payment_failed" if is_accepted else "called_off") == 1


def test_refund_that_arrived_is_told() -> None:
    booking = make_booking(status=BookingStatus.CANCELLED)
    refund = Payment.objects.get().refunds.get()

    services.tell_refunded(booking_id=booking.pk, refund=refund, now=booking.ends_at)

    assert told("refund_arrived") == 1


def test_capture_that_nobody_decided_waits_for_the_owner() -> None:
    """Taken at the provider's own page, say: the owner has not said yes."""
    booking = make_booking(status=BookingStatus.REQUESTED)
    payment = Payment.objects.get()
    now = booking.created_at + timedelta(hours=1)

    collect(payment, now=now)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.REQUESTED

    services.accept_request(booking=booking, by=owner_of(booking), now=now)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert ledger.unallocated_of(payment) == Money.zero("KZT")


def test_other_payables_are_none_of_this_rooms_business() -> None:
    from marketplace.bookings import receivers

    receivers.lock_before_payment(payable_kind="events.order", payable_id="1")
    receivers.fulfil_paid(
        payable_kind="events.order", payable_id="1", payment=Payment(), now=STARTS_AT
    )
    receivers.end_unpaid(
        payable_kind="events.order", payable_id="1", payment=Payment(), now=STARTS_AT
    )
    assert Payment.objects.filter(status=PaymentStatus.CAPTURED).count() == 0
