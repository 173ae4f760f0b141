from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings import selectors, services
from marketplace.bookings.enums import BookingStatus, OccupancyKind, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.tests.factories import (
    NOW,
    STARTS_AT,
    answer_until,
    begin,
    collect,
    make_block,
    make_bookable,
    make_booking,
    make_hold,
    owner_of,
    payment_of,
    slot,
)
from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.payments.enums import PaymentStatus, RefundStatus
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MONTH = Period(NOW, NOW + timedelta(days=30))


def kzt(major: int) -> Money:
    return Money.from_major(major, "KZT")


def queries_of(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as taken:
        read()
    return len(taken)


def again(booking: Booking) -> Booking:
    found: Booking = Booking.objects.with_place().get(pk=booking.pk)
    return found


# --- lists


def test_card_says_who_where_and_when() -> None:
    booking = make_booking(status=BookingStatus.REQUESTED)

    card = selectors.card_of(again(booking), now=NOW)

    assert (card.reference, card.period) == (booking.reference, booking.period)
    assert (card.venue_name, card.space_name) == (booking.space.venue.name, booking.space.name)
    assert card.renter_name == booking.renter.display_name
    assert (card.status, card.waits_until) == (BookingStatus.REQUESTED, booking.answer_by)


def test_hold_that_ran_out_is_called_expired_before_anybody_swept_it() -> None:
    hold = make_hold()

    card = selectors.card_of(again(hold), now=hold.hold_expires_at)

    assert (card.status, card.waits_until) == (BookingStatus.EXPIRED, None)


# --- one booking


def test_details_of_a_confirmed_booking() -> None:
    booking = again(make_booking())

    details = selectors.booking_details(booking, now=NOW)

    assert details.status == BookingStatus.CONFIRMED
    assert [(line.label, line.amount) for line in details.lines] == [
        ("Time", kzt(60_000)),
        ("Cleaning", kzt(5_000)),
        ("Service fee", kzt(3_250)),
    ]
    assert [step.text for step in details.history] == [
        "Time held until it is paid",
        "Paid and confirmed",
    ]
    [payment] = details.payments
    assert (payment.status, payment.refunds) == (PaymentStatus.CAPTURED, ())
    assert (details.can_cancel, details.can_answer) == (True, False)
    assert [step.refund for step in selectors.refund_steps(booking, now=NOW)] == [
        kzt(68_250),
        kzt(35_000),
        kzt(5_000),
    ]
    assert selectors.outcome_if_cancelled(booking, by_renter=True, now=NOW).refund == kzt(68_250)


def test_details_of_a_cancelled_booking_show_the_refund() -> None:
    booking = again(make_booking(status=BookingStatus.CANCELLED))

    details = selectors.booking_details(booking, now=NOW + 2 * HOUR)

    refund = details.payments[0].refunds[0]
    assert (refund.amount, refund.status) == (booking.total, RefundStatus.PENDING)
    assert (refund.promised_at, refund.arrived_at) == (NOW + HOUR, None)
    assert not details.can_cancel
    assert details.history[-1].text == "Cancelled by the renter"
    assert details.history[-1].by == booking.renter.display_name


@pytest.mark.parametrize(
    ("minutes", "status", "can_cancel"),
    [(14, BookingStatus.HELD, True), (15, BookingStatus.EXPIRED, False)],
)
def test_details_of_a_hold_follow_the_clock(
    minutes: int, status: BookingStatus, *, can_cancel: bool
) -> None:
    booking = again(make_hold())

    details = selectors.booking_details(booking, now=NOW + timedelta(minutes=minutes))

    assert (details.status, details.can_cancel) == (status, can_cancel)


def test_details_of_a_request_follow_the_answer() -> None:
    booking = again(make_booking(status=BookingStatus.REQUESTED))
    assert selectors.booking_details(booking, now=NOW).can_answer
    assert not selectors.booking_details(booking, now=NOW + 24 * HOUR).can_answer

    services.accept_request(booking=booking, by=owner_of(booking), now=NOW + HOUR)

    details = selectors.booking_details(again(booking), now=NOW + HOUR)
    assert (details.can_answer, details.can_cancel) == (False, False)
    assert details.history[-1].text == "Request accepted"
    assert details.history[-1].by == owner_of(booking).display_name


def test_what_began_cannot_be_cancelled() -> None:
    booking = again(make_booking())

    assert not selectors.booking_details(booking, now=STARTS_AT).can_cancel


@pytest.mark.parametrize("status", [BookingStatus.CONFIRMED, BookingStatus.CANCELLED])
def test_details_take_four_queries(status: BookingStatus) -> None:
    booking = again(make_booking(status=status))

    assert queries_of(lambda: selectors.booking_details(booking, now=NOW)) == 4


def test_contact_details_in_a_message_are_marked_until_it_is_confirmed() -> None:
    booking = make_hold()
    # As an older rule may have let it in: today the service refuses it.
    Booking.objects.filter(pk=booking.pk).update(message="Call me on +7 701 123 45 67")
    booking.refresh_from_db()
    before = selectors.message_for_owner(booking)

    assert [piece.words for piece in before if piece.kind] == ["+7 701 123 45 67"]
    collect(begin(booking), now=NOW)
    booking.refresh_from_db()
    assert [piece.kind for piece in selectors.message_for_owner(booking)] == [""]


def last_step(booking: Booking) -> selectors.HistoryStep:
    return selectors.history_of(again(booking))[-1]


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (BookingStatus.HELD, "Time held until it is paid"),
        (BookingStatus.REQUESTED, "Payment reserved; the request was sent"),
        (BookingStatus.COMPLETED, "Completed"),
        (BookingStatus.NO_SHOW, "Nobody came"),
        (BookingStatus.EXPIRED, "Not paid in time"),
        (BookingStatus.DECLINED, "Declined by the owner"),
    ],
)
def test_history_tells_each_end(status: BookingStatus, text: str) -> None:
    assert last_step(make_booking(status=status)).text == text


def test_history_tells_late_money_and_unanswered_requests() -> None:
    late = make_hold()
    payment = begin(late)
    services.expire_holds(now=late.hold_expires_at)
    collect(payment, now=late.hold_expires_at)
    unanswered = make_booking(status=BookingStatus.REQUESTED)
    services.expire_requests(now=answer_until(unanswered))

    assert last_step(late).text == "Paid after the hold had run out; the time was still free"
    assert last_step(unanswered).text == "The owner did not answer in time"


def test_history_tells_who_cancelled_and_why() -> None:
    let_go = make_hold()
    services.release_hold(booking=let_go, by=let_go.renter, now=NOW)
    by_owner = make_booking()
    services.cancel_booking(
        booking=by_owner, by=owner_of(by_owner), side=Side.OWNER, now=NOW, reason="A leak"
    )
    failed = make_booking(status=BookingStatus.REQUESTED)
    services.fail(booking_id=failed.pk, payment=payment_of(failed), now=NOW)

    assert last_step(let_go).text == "Let go before paying"
    assert (last_step(by_owner).text, last_step(by_owner).reason) == (
        "Cancelled by the owner",
        "A leak",
    )
    assert (last_step(failed).text, last_step(failed).reason) == (
        "Cancelled: the payment could not be collected",
        "",
    )


# --- the owner's calendar


def test_calendar_shows_what_takes_time(owner: User) -> None:
    space = make_bookable(owner=owner, units=9)
    hold = make_hold(space=space, now=NOW)
    asked = make_booking(space=space, status=BookingStatus.REQUESTED)
    booked = make_booking(space=space)
    block = make_block(space=space, units=2, note="Repairs")
    make_booking(space=space, status=BookingStatus.DECLINED)
    make_booking()

    items = selectors.calendar_items(space.venue_id, window=MONTH, now=NOW)

    assert {(item.kind, item.reference or item.block_id) for item in items} == {
        (OccupancyKind.HOLD, hold.reference),
        (OccupancyKind.REQUEST, asked.reference),
        (OccupancyKind.BOOKING, booked.reference),
        (OccupancyKind.BLOCK, block.pk),
    }
    booking = next(item for item in items if item.kind == OccupancyKind.BOOKING)
    assert (booking.period, booking.taken) == (booked.period, booked.padded_period)
    assert (booking.title, booking.guests) == (booked.renter.display_name, 20)
    blocked = next(item for item in items if item.kind == OccupancyKind.BLOCK)
    assert (blocked.title, blocked.units) == ("Repairs", 2)


def test_calendar_leaves_out_what_ran_out_and_what_lies_outside(space: Space) -> None:
    hold = make_hold(space=space, now=NOW)
    make_booking(space=space, starts_at=MONTH.end + timedelta(days=1, hours=3))

    later = hold.hold_expires_at
    assert selectors.calendar_items(space.venue_id, window=MONTH, now=later) == ()


def test_whole_is_shown_once_and_the_calendar_takes_two_queries() -> None:
    whole, one, other = make_venue(spaces=3).spaces.order_by("position")
    whole.parts.set([one, other])
    make_booking(space=whole)

    def read() -> tuple[selectors.CalendarItem, ...]:
        return selectors.calendar_items(whole.venue_id, window=MONTH, now=NOW)

    assert [item.space_id for item in read()] == [whole.pk]
    for days in (1, 2):
        make_block(space=one, starts_at=STARTS_AT + timedelta(days=days))
        make_booking(space=other, starts_at=STARTS_AT + timedelta(days=days))
    assert queries_of(read) == 2


# --- earnings


def test_earnings_are_what_the_ledger_says_month_by_month(owner: User) -> None:
    space = make_bookable(owner=owner, units=9)
    make_booking(space=space)
    make_booking(space=space)
    half = make_booking(space=space, starts_at=STARTS_AT + timedelta(days=20))
    services.cancel_booking(
        booking=half,
        by=half.renter,
        side=Side.RENTER,
        now=half.starts_at - timedelta(days=3),
    )
    make_booking(space=space, status=BookingStatus.CANCELLED)
    make_booking(space=space, status=BookingStatus.REQUESTED)
    make_booking()

    july, june = selectors.earnings_by_month(owner, now=NOW)

    assert (july.month, july.bookings) == (date(2026, 7, 1), 1)
    assert (july.earned, july.commission, july.paid) == (kzt(25_500), kzt(4_500), kzt(30_000))
    assert (june.month, june.bookings) == (date(2026, 6, 1), 2)
    assert (june.earned, june.commission, june.currency) == (kzt(110_500), kzt(19_500), "KZT")


def test_month_is_the_venues_own(owner: User) -> None:
    """A booking that ends at 23:30 UTC of June ends in July in Almaty."""
    late = NOW.replace(day=30, hour=16)
    space = make_bookable(owner=owner)
    space.venue.opening_hours.update(closes_minute=26 * 60)
    make_booking(space=space, starts_at=late, hours=4)

    (only,) = selectors.earnings_by_month(owner, now=NOW)
    assert only.month == date(2026, 7, 1)
    assert queries_of(lambda: selectors.earnings_by_month(owner, now=NOW)) == 1


def test_nobody_else_sees_earnings(owner: User) -> None:
    make_booking(space=make_bookable(owner=owner))

    assert selectors.earnings_by_month(make_user(), now=NOW) == ()
    assert slot().duration == 3 * HOUR
