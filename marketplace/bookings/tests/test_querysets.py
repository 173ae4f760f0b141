from datetime import timedelta

import pytest

from marketplace.accounts.models import User
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Block, Booking, Occupancy
from marketplace.bookings.tests.factories import (
    NOW,
    STARTS_AT,
    make_block,
    make_bookable,
    make_booking,
    make_hold,
    slot,
)
from marketplace.venues.enums import MemberRole
from marketplace.venues.tests.factories import add_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_each_state() -> dict[str, Booking]:
    return {status: make_booking(status=status) for status in BookingStatus}


def states(bookings: object) -> set[str]:
    return {booking.status for booking in bookings}  # type: ignore[attr-defined]


def test_upcoming_and_past_share_out_every_booking(of_each_state: dict[str, Booking]) -> None:
    upcoming = Booking.objects.upcoming(NOW)
    past = Booking.objects.past(NOW)

    assert states(upcoming) == {"held", "requested", "confirmed"}
    assert states(past) == set(BookingStatus) - {"held", "requested", "confirmed"}
    later = STARTS_AT + timedelta(days=1)
    assert states(Booking.objects.upcoming(later)) == {"requested"}
    assert Booking.objects.past(later).count() == len(BookingStatus) - 1


def test_upcoming_comes_next_first_and_past_latest_first() -> None:
    for days in (2, 1, 3):
        make_booking(starts_at=STARTS_AT + timedelta(days=days))
    after = STARTS_AT + timedelta(days=9)

    first, second, third = Booking.objects.upcoming(STARTS_AT)
    assert first.starts_at < second.starts_at < third.starts_at
    assert list(Booking.objects.past(after)) == [third, second, first]


def test_what_takes_time(of_each_state: dict[str, Booking]) -> None:
    now = of_each_state["held"].hold_expires_at

    assert states(Booking.objects.taking_time(NOW)) == {
        "held",
        "requested",
        "confirmed",
        "completed",
        "no_show",
    }
    assert "held" not in states(Booking.objects.taking_time(now))


def test_confirmed_since_counts_what_stands(of_each_state: dict[str, Booking]) -> None:
    stands = {"confirmed", "completed", "no_show"}

    assert states(Booking.objects.confirmed_since(NOW)) == stands - {"no_show"}
    assert states(Booking.objects.released()) == stands
    assert states(Booking.objects.confirmed_since(NOW + timedelta(seconds=1))) == set()
    assert states(Booking.objects.ever_confirmed()) == {*stands, "cancelled"}
    assert states(Booking.objects.ever_paid()) == {*stands, "cancelled", "requested", "declined"}


def test_teams_find_their_own(owner: User) -> None:
    space = make_bookable(owner=owner)
    booking, _other = make_booking(space=space), make_booking()
    viewer = add_member(venue=space.venue, role=MemberRole.VIEWER)
    manager = add_member(venue=space.venue, role=MemberRole.MANAGER)

    for person in (owner, manager, viewer):
        assert list(Booking.objects.of_team_member(person)) == [booking]
    for person in (owner, manager):
        assert list(Booking.objects.earning_for(person)) == [booking]
    assert list(Booking.objects.earning_for(viewer)) == []
    assert list(Booking.objects.of_venue(space.venue_id)) == [booking]
    assert list(Booking.objects.of_renter(booking.renter)) == [booking]
    assert list(Booking.objects.with_reference(booking.reference)) == [booking]


def test_holds_by_the_clock() -> None:
    hold = make_hold(now=NOW)

    assert list(Booking.objects.held_still(NOW)) == [hold]
    assert list(Booking.objects.held_still(hold.hold_expires_at)) == []
    assert list(Booking.objects.run_out(hold.hold_expires_at)) == [hold]
    assert list(Occupancy.objects.counting(hold.hold_expires_at)) == []
    assert list(Occupancy.objects.run_out(hold.hold_expires_at)) == list(hold.occupancies.all())


def test_rows_of_a_stretch_are_half_open() -> None:
    booking = make_booking()
    padded = booking.padded_period

    assert Occupancy.objects.overlapping(slot(starts_at=padded.end)).count() == 0
    assert Occupancy.objects.overlapping(slot(starts_at=padded.end - timedelta(seconds=1))).exists()
    assert Occupancy.objects.not_over(padded.end).count() == 0
    assert Occupancy.objects.not_over(padded.start).count() == 1
    assert Booking.objects.within(slot(starts_at=booking.ends_at)).count() == 0


def test_blocks_of_a_venue_within_a_stretch() -> None:
    block, _other = make_block(), make_block()

    mine = Block.objects.of_venue(block.space.venue_id)
    assert list(mine.within(slot())) == [block]
    assert list(mine.within(slot(starts_at=block.ends_at))) == []
