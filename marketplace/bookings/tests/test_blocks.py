from datetime import timedelta

import pytest

from marketplace.accounts.models import User
from marketplace.bookings import services
from marketplace.bookings.models import Block, Occupancy
from marketplace.bookings.tests.factories import (
    NOW,
    STARTS_AT,
    make_block,
    make_bookable,
    make_booking,
    make_hold,
)
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db


def test_blocked_time_is_taken_exactly_and_nobody_books_it(space: Space, owner: User) -> None:
    block = make_block(space=space)

    row = Occupancy.objects.get()
    assert (row.during.lower, row.during.upper) == (block.starts_at, block.ends_at)
    assert (row.block, row.booking, block.created_by) == (block, None, owner)
    with pytest.raises(services.SlotTaken):
        make_hold(space=space)


def test_unblocked_time_can_be_booked(space: Space, owner: User) -> None:
    block = make_block(space=space)

    services.unblock_time(block=block, by=owner, now=NOW)
    services.unblock_time(block=block, by=owner, now=NOW)

    assert Block.objects.count() == 0
    assert make_hold(space=space).space == space


def test_blocks_may_lie_outside_the_hours_and_the_rules(space: Space) -> None:
    block = make_block(space=space, starts_at=STARTS_AT + timedelta(minutes=7), hours=100)

    assert block.period.duration == timedelta(hours=100)


def test_time_that_is_over_is_not_blocked(space: Space) -> None:
    with pytest.raises(services.TimeOver):
        make_block(space=space, starts_at=NOW - timedelta(hours=3), hours=3)

    assert Block.objects.count() == 0
    make_block(space=space, starts_at=NOW - timedelta(hours=3), hours=4)


def test_booking_in_the_way_is_named(space: Space) -> None:
    booking = make_booking(space=space)

    with pytest.raises(services.TimeTaken) as refused:
        make_block(space=space, starts_at=booking.ends_at)

    assert refused.value.bookings == (booking,)
    assert booking.reference in str(refused.value)
    assert Block.objects.count() == 0
    make_block(space=space, starts_at=booking.ends_at + timedelta(minutes=30))


def test_block_in_the_way_of_a_block_is_said(space: Space) -> None:
    make_block(space=space)

    with pytest.raises(services.TimeTaken) as refused:
        make_block(space=space)

    assert refused.value.bookings == ()


def test_hold_that_ran_out_is_not_in_the_way(space: Space) -> None:
    hold = make_hold(space=space, now=NOW)

    with pytest.raises(services.TimeTaken):
        make_block(space=space, now=NOW)
    make_block(space=space, now=hold.hold_expires_at)

    hold.refresh_from_db()
    assert hold.status == "expired"


def test_block_of_a_whole_stands_on_every_part() -> None:
    whole, one, other = make_venue(spaces=3).spaces.order_by("position")
    whole.parts.set([one, other])

    make_block(space=whole)

    assert set(Occupancy.objects.values_list("space", flat=True)) == {one.pk, other.pk}


def test_some_units_are_blocked_and_the_others_can_be_booked() -> None:
    desks = make_bookable(units=3)
    booking = make_hold(space=desks)

    block = make_block(space=desks, units=2)

    assert block.units == 2
    assert list(Occupancy.objects.order_by("unit").values_list("unit", "booking", "block")) == [
        (1, booking.pk, None),
        (2, None, block.pk),
        (3, None, block.pk),
    ]
    with pytest.raises(services.TimeTaken):
        make_block(space=desks, units=1)


def test_all_units_are_blocked_where_no_number_is_given() -> None:
    desks = make_bookable(units=3)

    assert make_block(space=desks).units == 3
    assert Occupancy.objects.count() == 3


@pytest.mark.parametrize("units", [0, 4, -1])
def test_number_that_there_is_not_is_refused(units: int) -> None:
    with pytest.raises(services.TooManyUnits):
        make_block(space=make_bookable(units=3), units=units)
