"""What is written, on which spaces and units; what happens when a race is lost."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus, OccupancyKind
from marketplace.bookings.models import Booking, Occupancy
from marketplace.bookings.selectors import load_calendar
from marketplace.bookings.services import slots
from marketplace.bookings.tests.factories import (
    NOW,
    STARTS_AT,
    begin,
    make_bookable,
    make_booking,
    make_hold,
    slot,
)
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db


@pytest.fixture
def halls() -> tuple[Space, Space, Space]:
    whole, one, other = make_venue(spaces=3).spaces.order_by("position")
    whole.parts.set([one, other])
    return whole, one, other


def rows() -> list[tuple[int, int]]:
    return list(Occupancy.objects.order_by("space", "unit").values_list("space_id", "unit"))


def test_whole_takes_each_part_and_no_row_of_its_own(halls: tuple[Space, Space, Space]) -> None:
    whole, one, other = halls

    make_hold(space=whole)

    assert rows() == sorted([(one.pk, 1), (other.pk, 1)])


def test_part_keeps_the_whole_from_being_taken_and_leaves_its_sibling(
    halls: tuple[Space, Space, Space],
) -> None:
    whole, one, other = halls
    make_hold(space=one)

    with pytest.raises(services.SlotTaken):
        make_hold(space=whole)
    make_hold(space=other)

    assert rows() == sorted([(one.pk, 1), (other.pk, 1)])


def test_buffers_of_the_booked_space_stand_on_its_parts(halls: tuple[Space, Space, Space]) -> None:
    whole, *_parts = halls
    Space.objects.filter(pk=whole.pk).update(buffer_before_minutes=60, buffer_after_minutes=90)

    booking = make_hold(space=whole)

    assert {(row.during.lower, row.during.upper) for row in Occupancy.objects.all()} == {
        (STARTS_AT - timedelta(minutes=60), booking.ends_at + timedelta(minutes=90))
    }


def test_units_are_given_one_by_one_until_none_is_left() -> None:
    desks = make_bookable(units=3)

    for _ in range(3):
        make_hold(space=desks)

    assert rows() == [(desks.pk, 1), (desks.pk, 2), (desks.pk, 3)]
    with pytest.raises(services.SlotTaken):
        make_hold(space=desks)


def test_hold_that_ran_out_gives_way_and_its_checkout_is_closed() -> None:
    space = make_bookable()
    old = make_hold(space=space, now=NOW)
    payment = begin(old)

    new = make_hold(space=space, now=NOW + timedelta(minutes=15))

    old.refresh_from_db()
    payment.refresh_from_db()
    assert old.status == BookingStatus.EXPIRED
    assert payment.close_requested_at == NOW + timedelta(minutes=15)
    assert Occupancy.objects.get().booking == new


def test_hold_that_has_a_second_left_does_not_give_way() -> None:
    space = make_bookable()
    make_hold(space=space, now=NOW)

    with pytest.raises(services.SlotTaken):
        make_hold(space=space, now=NOW + timedelta(minutes=14, seconds=59))


def test_refused_newcomer_ends_nothing(renter: User) -> None:
    """The expiry of what was in the way is undone with the rest."""
    space = make_bookable()
    old = make_hold(space=space, now=NOW)

    with pytest.raises(services.PriceChanged):
        services.hold_slot(
            space=space,
            period=slot(),
            guests=1,
            renter=renter,
            expected_total=old.total + old.total,
            now=NOW + timedelta(hours=1),
        )

    old.refresh_from_db()
    assert old.status == BookingStatus.HELD
    assert old.occupancies.count() == 1


def test_constraint_alone_keeps_the_slot_when_the_check_saw_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in a race without the lock: it was free when it was asked, and taken when written."""
    space = make_bookable()
    make_booking(space=space)
    monkeypatch.setattr(slots, "lock_spaces", lambda *_args, **_kwargs: None)
    looked = iter([True, False])

    def see_nothing(*args: object, **kwargs: object) -> object:
        calendar = load_calendar(*args, **kwargs)  # type: ignore[arg-type]
        if next(looked):
            object.__setattr__(calendar, "taken", {})
        return calendar

    monkeypatch.setattr(f"{slots.__name__}.load_calendar", see_nothing)

    with pytest.raises(services.SlotTaken) as refused:
        make_hold(space=space)

    assert len(refused.value.nearest) == 3
    assert Booking.objects.count() == Occupancy.objects.count() == 1


def test_other_broken_constraints_are_not_called_taken() -> None:
    booking = make_hold()
    row = booking.occupancies.get()
    row.pk, row.unit = None, 0

    with pytest.raises(Exception, match="occupancy_unit_positive"), slots.taking():
        row.save(force_insert=True)


def test_lock_is_taken_on_leaves_in_the_order_of_their_ids(
    halls: tuple[Space, Space, Space],
) -> None:
    whole, one, other = halls
    statements: list[str] = []

    def note(execute: object, sql: str, *rest: object) -> object:
        statements.append(sql)
        return execute(sql, *rest)  # type: ignore[operator]

    with transaction.atomic(), connection.execute_wrapper(note):
        assert slots.leaf_ids(whole) == tuple(sorted([one.pk, other.pk]))
        slots.lock_spaces(slots.leaf_ids(whole))

    locking = [sql for sql in statements if "FOR NO KEY UPDATE" in sql]
    assert len(locking) == 1
    assert locking[0].endswith("ORDER BY 1 ASC FOR NO KEY UPDATE")


def test_parts_that_changed_before_the_lock_make_no_booking(
    halls: tuple[Space, Space, Space], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, one, _other = halls

    def change_first(*_args: object) -> None:
        whole.parts.set([one])

    monkeypatch.setattr(slots, "lock_spaces", change_first)

    with pytest.raises(services.SlotTaken):
        make_hold(space=whole, renter=make_user())

    assert Occupancy.objects.count() == 0


def test_rows_take_the_kind_of_what_they_are_for() -> None:
    booking = make_booking()

    assert booking.occupancies.get().kind == OccupancyKind.BOOKING
