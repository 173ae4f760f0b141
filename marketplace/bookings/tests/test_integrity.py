"""Every breach is planted by raw SQL and must be named; a clean database has none."""

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Block, Booking, Occupancy
from marketplace.bookings.tests.factories import (
    begin,
    hear_of_money,
    make_block,
    make_bookable,
    make_booking,
    owner_of,
)
from marketplace.core.integrity import Breach, run_checks
from marketplace.payments import ledger
from marketplace.payments import services as payments
from marketplace.payments.enums import PaymentStatus
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db
SECOND_UNIT = (
    "INSERT INTO bookings_occupancy (space_id, unit, during, kind, booking_id)"
    " SELECT space_id, 2, during, kind, booking_id FROM bookings_occupancy"
)


def execute(sql: str, *params: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def found() -> list[Breach]:
    return [breach for breach in run_checks() if breach.check.startswith("bookings.")]


def names() -> set[str]:
    return {breach.check for breach in found()}


def soon() -> datetime:
    """Ten days from now, noon in Almaty: rows of the past are not held against spaces."""
    day = timezone.now() + timedelta(days=10)
    return day.replace(hour=7, minute=0, second=0, microsecond=0)


@pytest.fixture
def booking() -> Booking:
    return make_booking(starts_at=soon())


@pytest.fixture
def whole() -> Space:
    whole, one, other = make_venue(spaces=3).spaces.order_by("position")
    whole.parts.set([one, other])
    return whole


@pytest.mark.parametrize("status", list(BookingStatus))
def test_bookings_in_every_state_leave_no_breach(status: BookingStatus) -> None:
    make_booking(status=status, starts_at=soon())

    assert found() == []


def test_wholes_units_blocks_and_late_money_leave_no_breach(whole: Space) -> None:
    make_booking(space=whole, starts_at=soon())
    make_block(space=whole, starts_at=soon() + timedelta(days=1))
    desks = make_bookable(units=3)
    make_booking(space=desks, starts_at=soon())
    make_block(space=desks, starts_at=soon(), units=2, note="")
    late = make_booking(status=BookingStatus.HELD, starts_at=soon() + timedelta(days=2))
    pay_late(late)

    assert found() == []


def pay_late(booking: Booking) -> None:
    payment = begin(booking)
    services.expire_holds(now=booking.hold_expires_at)
    hear_of_money(payment, now=booking.hold_expires_at + timedelta(minutes=1))


def test_two_rows_on_one_unit_are_named(booking: Booking) -> None:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE bookings_occupancy DROP CONSTRAINT occupancy_never_overlaps")
    row, *rest = Occupancy.objects.all()
    execute(
        "INSERT INTO bookings_occupancy (space_id, unit, during, kind, booking_id)"
        " SELECT space_id, unit, during, kind, booking_id FROM bookings_occupancy"
    )
    assert rest == []
    other = Occupancy.objects.latest("pk")

    assert (
        Breach(
            "bookings.never_overlaps",
            str(row.pk),
            f"shares time with occupancy {other.pk} on unit 1 of space {booking.space_id}",
        )
        in found()
    )


def test_row_on_a_space_with_parts_is_named(whole: Space) -> None:
    make_booking(space=whole, starts_at=soon())
    row = Occupancy.objects.earliest("pk")
    execute("UPDATE bookings_occupancy SET space_id = %s WHERE id = %s", whole.pk, row.pk)

    assert "bookings.rows_on_leaves" in names()
    assert "bookings.time_is_taken" in names()


def test_unit_that_is_not_there_is_named(booking: Booking) -> None:
    execute("UPDATE bookings_occupancy SET unit = 2")

    assert found() == [
        Breach(
            "bookings.rows_on_leaves",
            str(Occupancy.objects.get().pk),
            f"takes unit 2 of space {booking.space_id}, which has 1 units and 0 parts",
        )
    ]


def test_parts_of_parts_are_named(whole: Space) -> None:
    part = whole.parts.earliest("pk")
    small = make_bookable()
    part.parts.add(small)

    assert {(breach.check, breach.subject) for breach in found()} == {
        ("bookings.parts_are_leaves", str(whole.pk)),
        ("bookings.parts_are_leaves", str(part.pk)),
    }


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM bookings_occupancy",
        "UPDATE bookings_occupancy SET during = tstzrange(lower(during), '2099-01-01')",
        "UPDATE bookings_booking SET buffer_after_minutes = 0",
        SECOND_UNIT,
    ],
)
def test_time_that_is_not_the_bookings_is_named(booking: Booking, sql: str) -> None:
    execute(sql)

    assert (
        Breach(
            "bookings.time_is_taken",
            str(booking.pk),
            f"booking {booking.reference} is confirmed, and what it takes is not its time on its "
            "spaces",
        )
        in found()
    )


def test_missing_part_is_named(whole: Space) -> None:
    make_booking(space=whole, starts_at=soon())
    execute("DELETE FROM bookings_occupancy WHERE space_id = %s", whole.parts.earliest("pk").pk)

    assert names() == {"bookings.time_is_taken"}


def test_row_on_a_strange_space_is_named(booking: Booking) -> None:
    execute(
        "INSERT INTO bookings_occupancy (space_id, unit, during, kind, booking_id)"
        " SELECT %s, unit, during, kind, booking_id FROM bookings_occupancy",
        make_bookable().pk,
    )

    assert names() == {"bookings.time_is_taken"}


def test_kind_of_another_state_is_named(booking: Booking) -> None:
    execute("UPDATE bookings_occupancy SET kind = 'request'")

    assert found() == [
        Breach(
            "bookings.kind_fits_state",
            str(Occupancy.objects.get().pk),
            f"booking {booking.reference} is confirmed, but its time is taken as request, or until "
            "another moment",
        )
    ]


def test_hold_that_ends_at_another_moment_is_named() -> None:
    make_booking(status=BookingStatus.HELD, starts_at=soon())
    execute("UPDATE bookings_occupancy SET expires_at = expires_at + interval '1 day'")

    assert names() == {"bookings.kind_fits_state"}


def test_time_of_an_ended_booking_is_named(booking: Booking) -> None:
    ended = make_booking(status=BookingStatus.EXPIRED, starts_at=soon())
    execute("UPDATE bookings_occupancy SET booking_id = %s", ended.pk)

    assert (
        Breach(
            "bookings.ended_is_free",
            str(ended.pk),
            f"booking {ended.reference} is expired and still takes time in 1 rows",
        )
        in found()
    )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE bookings_block SET ends_at = ends_at + interval '1 hour'",
        "UPDATE bookings_block SET units = 2",
        "DELETE FROM bookings_occupancy",
    ],
)
def test_block_that_holds_something_else_is_named(sql: str) -> None:
    make_block(starts_at=soon())
    execute(sql)

    block = Block.objects.get()
    assert found() == [
        Breach(
            "bookings.blocks_hold_their_time",
            str(block.pk),
            f"blocks {block.units} of its space, and what it takes is not that",
        )
    ]


def test_lines_that_do_not_add_up_are_named(booking: Booking) -> None:
    execute("UPDATE bookings_bookingline SET amount_minor = amount_minor + 1 WHERE code = 'time'")

    total, fee = booking.total_minor, booking.service_fee_minor
    assert found() == [
        Breach(
            "bookings.lines_add_up",
            str(booking.pk),
            f"booking {booking.reference} costs {total} with a fee of {fee}, but its lines add up "
            f"to {total + 1}",
        )
    ]


def test_state_without_its_step_is_named(booking: Booking) -> None:
    execute("UPDATE bookings_booking SET status = 'completed'")

    assert found() == [
        Breach(
            "bookings.status_follows_log",
            str(booking.pk),
            f"booking {booking.reference} is completed, but its last logged step led to confirmed",
        )
    ]


def test_confirmed_booking_without_payment_is_named(booking: Booking) -> None:
    execute("UPDATE payments_payment SET payable_id = '0'")

    assert (
        Breach(
            "bookings.confirmed_is_paid",
            str(booking.pk),
            f"booking {booking.reference} is confirmed with 0 payments of its total",
        )
        in found()
    )


def test_confirmed_booking_paid_in_part_is_named(booking: Booking) -> None:
    execute("UPDATE bookings_booking SET total_minor = total_minor + 1")

    assert "bookings.confirmed_is_paid" in names()


def test_request_without_money_is_named() -> None:
    booking = make_booking(status=BookingStatus.REQUESTED, starts_at=soon())
    execute("UPDATE payments_payment SET payable_id = '0'")

    assert found() == [
        Breach(
            "bookings.request_is_covered",
            str(booking.pk),
            f"booking {booking.reference} asks the owner with 0 payments that cover it",
        )
    ]


def test_accepted_request_that_nobody_collects_is_named() -> None:
    booking = make_booking(status=BookingStatus.REQUESTED, starts_at=soon())
    at = booking.created_at + timedelta(hours=1)
    services.accept_request(booking=booking, by=owner_of(booking), now=at)
    assert found() == []
    execute("UPDATE payments_payment SET capture_requested_at = NULL")

    assert names() == {"bookings.accepted_is_collected"}


def test_money_that_an_ended_booking_keeps_is_named() -> None:
    """As if nobody had listened when the money came."""
    ended = make_booking(status=BookingStatus.HELD, starts_at=soon())
    payment = begin(ended)
    services.expire_holds(now=ended.hold_expires_at)
    with transaction.atomic():
        payments.transition_to(payment=payment, to=PaymentStatus.CAPTURED, now=ended.created_at)
        ledger.record_capture(payment=payment, now=ended.created_at)

    assert (
        Breach(
            "bookings.ended_keeps_no_money",
            str(ended.pk),
            f"booking {ended.reference} is expired, and {ended.total_minor} KZT of its money "
            "belongs to nobody",
        )
        in found()
    )


def test_payment_of_an_ended_booking_that_is_not_released_is_named() -> None:
    booking = make_booking(status=BookingStatus.DECLINED, starts_at=soon())
    execute("UPDATE payments_payment SET void_requested_at = NULL")

    assert found() == [
        Breach(
            "bookings.ended_is_released",
            str(booking.pk),
            f"booking {booking.reference} is declined, and its payment is authorised without being "
            "released",
        )
    ]
