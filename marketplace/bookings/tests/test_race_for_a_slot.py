"""A crowd asks for the same time at the same instant, over HTTP, on real connections.

Two guards keep it to one booking: the lock on the space's row and the exclusion constraint. The
harness shows that it can see the fault: with both off it double-books; with either alone never.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from config.testing import count
from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Block, Booking, Occupancy
from marketplace.bookings.services import slots
from marketplace.bookings.services.blocks import TimeTaken
from marketplace.bookings.tests import stages
from marketplace.bookings.tests.crowd import Answer, booking_of, make_crowd, statuses
from marketplace.bookings.tests.races import at_once
from marketplace.bookings.tests.stages import Stage, carry_out, make_space
from marketplace.core.period import Period
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import make_venue

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, databases=["default", "sandbox"]),
]
CROWD = 50
ROUNDS = count(5, soak=100)
_FREE_TIME = re.compile(r"start=\d{4}-\d\d-\d\dT")


def soon(days: int = 10, hours: int = 3) -> Period:
    """From noon in Almaty, so many days from now."""
    noon = (timezone.now() + timedelta(days=days)).astimezone(UTC)
    start = datetime(noon.year, noon.month, noon.day, 7, tzinfo=UTC)
    return Period(start, start + timedelta(hours=hours))


@contextmanager
def no_constraint() -> Iterator[None]:
    """Takes the exclusion constraint away; what overlaps by then is removed with it."""
    constraint = next(
        it for it in Occupancy._meta.constraints if it.name == "occupancy_never_overlaps"
    )
    with connection.schema_editor() as editor:
        editor.remove_constraint(Occupancy, constraint)
    try:
        yield
    finally:
        Occupancy.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Occupancy, constraint)


def lock_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "lock_spaces", lambda *_args, **_kwargs: None)


def overlaps() -> int:
    """Pairs of rows that take the same unit at the same time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM bookings_occupancy one JOIN bookings_occupancy other"
            " ON one.id < other.id AND one.space_id = other.space_id AND one.unit = other.unit"
            " AND one.during && other.during"
        )
        return int(cursor.fetchone()[0])


def were_told_politely(losers: list[Answer]) -> bool:
    """Each loser got a page that offers free times."""
    return all(_FREE_TIME.search(answer.text) for answer in losers)


def test_fifty_ask_for_one_slot_and_one_gets_it(
    site: str, record_property: Callable[[str, object], None]
) -> None:
    crowd = make_crowd(CROWD)
    said: Counter[int] = Counter()
    for number in range(ROUNDS):
        space = make_space()
        calls = [booking_of(site, renter, space, soon()) for renter in crowd]

        counted, answers = statuses(calls)

        assert counted == {302: 1, 409: CROWD - 1}, f"round {number}"
        assert were_told_politely([answer for answer in answers if answer.status == 409])
        assert Booking.objects.filter(space=space).count() == 1
        assert Occupancy.objects.filter(space=space).count() == 1
        Booking.objects.filter(space=space).delete()
        said += counted
    record_property("says", f"{ROUNDS} rounds of {CROWD}: {dict(said)}, 0 double bookings")


@pytest.mark.parametrize("guard", ["the lock alone", "the constraint alone"])
def test_either_guard_alone_lets_one_in(
    site: str, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    space = make_space()
    crowd = make_crowd(CROWD)
    calls = [booking_of(site, renter, space, soon()) for renter in crowd]

    if guard == "the lock alone":
        with no_constraint():
            counted, _answers = statuses(calls)
            found = overlaps()
    else:
        lock_nothing(monkeypatch)
        counted, _answers = statuses(calls)
        found = overlaps()

    assert found == 0
    assert counted == {302: 1, 409: CROWD - 1}


def test_both_guards_off_and_the_slot_is_sold_twice(
    site: str,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """The harness can see the fault that it guards against."""
    crowd = make_crowd(CROWD)
    lock_nothing(monkeypatch)
    found = 0
    with no_constraint():
        for _round in range(5):
            space = make_space()
            statuses([booking_of(site, renter, space, soon()) for renter in crowd])
            found += overlaps()

    assert found > 0
    record_property("says", f"{found} overlapping pairs in 5 rounds without guards")


def test_two_hundred_ask_for_forty_desks_and_forty_get_one(
    site: str, record_property: Callable[[str, object], None]
) -> None:
    desks, buyers = 40, 200
    crowd = make_crowd(buyers)
    rounds = count(1, soak=20)
    for _round in range(rounds):
        space = make_space(units=desks)
        calls = [booking_of(site, renter, space, soon()) for renter in crowd]

        counted, _answers = statuses(calls)

        assert counted == {302: desks, 409: buyers - desks}
        units = Occupancy.objects.filter(space=space).values_list("unit", flat=True)
        assert sorted(units) == list(range(1, desks + 1))
        Booking.objects.filter(space=space).delete()
    record_property("says", f"{rounds} rounds: {desks} of {buyers} each")


def test_parts_and_the_whole_are_never_taken_together(
    site: str, record_property: Callable[[str, object], None]
) -> None:
    """Half of the crowd asks for the grand hall, a quarter for each of its two parts."""
    crowd = make_crowd(40)
    won: Counter[str] = Counter()
    for _round in range(ROUNDS):
        whole, one, other = make_venue(spaces=3).spaces.order_by("position")
        whole.parts.set([one, other])
        wanted = [whole, one, whole, other] * 10
        calls = [
            booking_of(site, renter, space, soon())
            for renter, space in zip(crowd, wanted, strict=True)
        ]

        counted, _answers = statuses(calls)

        booked = sorted(
            Booking.objects.filter(space__venue=whole.venue_id).values_list("space", flat=True)
        )
        assert booked in ([whole.pk], sorted([one.pk, other.pk]))
        assert counted == {302: len(booked), 409: len(crowd) - len(booked)}
        assert not Occupancy.objects.filter(space=whole).exists()
        won["the whole" if booked == [whole.pk] else "both parts"] += 1
        Booking.objects.filter(space__venue=whole.venue_id).delete()
    record_property("says", f"{ROUNDS} rounds: {dict(won)}")


def test_owner_blocks_while_a_crowd_books(record_property: Callable[[str, object], None]) -> None:
    """The block or one booking, and the other is told."""
    won: Counter[str] = Counter()
    crowd = [renter.user for renter in make_crowd(12)]
    for _round in range(ROUNDS):
        space = make_space()
        owner = space.venue.owners()[0]
        now = timezone.now()

        def block(space: Space = space, owner: Any = owner, now: datetime = now) -> str:
            try:
                services.block_time(space=space, period=soon(), note="Repairs", by=owner, now=now)
            except TimeTaken:
                return "refused"
            return "blocked"

        def book(renter: Any, space: Space = space, now: datetime = now) -> str:
            try:
                services.hold_slot(
                    space=space,
                    period=soon(),
                    guests=1,
                    renter=renter,
                    expected_total=None,
                    now=now,
                )
            except services.SlotTaken:
                return "refused"
            return "booked"

        calls: list[Callable[[], str]] = [lambda renter=it: book(renter) for it in crowd]  # type: ignore[misc]
        calls.insert(6, block)
        answers = Counter(at_once(calls))

        assert answers["blocked"] + answers["booked"] == 1
        assert answers["refused"] == len(crowd)
        assert overlaps() == 0
        won["the block" if answers["blocked"] else "a booking"] += 1
        Block.objects.all().delete()
        Booking.objects.all().delete()
    record_property("says", f"{ROUNDS} rounds: {dict(won)}")


def test_owner_accepts_while_a_crowd_books(record_property: Callable[[str, object], None]) -> None:
    """A request keeps its time until it is answered, so that nobody else gets it."""
    now = timezone.now()
    crowd = [renter.user for renter in make_crowd(12)]
    for _round in range(ROUNDS):
        stage = stages.requested(now=now)
        booking = stage.booking

        def accept(stage: Stage = stage) -> str:
            services.accept_request(booking=stage.fresh(), by=stage.owner, now=now)
            return "accepted"

        def book(renter: Any, booking: Booking = booking) -> str:
            try:
                services.hold_slot(
                    space=booking.space,
                    period=booking.period,
                    guests=1,
                    renter=renter,
                    expected_total=None,
                    now=now,
                )
            except services.SlotTaken:
                return "refused"
            return "booked"

        calls: list[Callable[[], str]] = [lambda renter=it: book(renter) for it in crowd]  # type: ignore[misc]
        calls.insert(6, accept)
        answers = Counter(at_once(calls))
        carry_out()

        assert answers == {"accepted": 1, "refused": len(crowd)}
        assert stage.fresh().status == BookingStatus.CONFIRMED
        assert overlaps() == 0
    record_property("says", f"{ROUNDS} rounds: accepted each time, {len(crowd)} refused")
