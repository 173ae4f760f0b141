from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from marketplace.bookings.availability import Calendar, Refusal, SpaceRules, Unit, around
from marketplace.core.period import Period

ZONE = ZoneInfo("Asia/Almaty")
SATURDAY = date(2026, 12, 12)
NOW = datetime(2026, 12, 8, 9, 10, tzinfo=UTC)  # Tuesday, 14:10 in Almaty
KNOWN = Period(NOW - timedelta(days=10), NOW + timedelta(days=40))


def at(hour: float, day: date = SATURDAY) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(hours=hour)


def slot(start: float, end: float, day: date = SATURDAY) -> Period:
    return Period(at(start, day), at(end, day))


def calendar(taken: dict[Unit, list[Period]] | None = None, **changes: Any) -> Calendar:
    """A hall that is open from nine to ten in the evening, with half an hour after each booking."""
    rules = SpaceRules(
        time_zone="Asia/Almaty",
        hours=tuple((day, 9 * 60, 22 * 60) for day in range(1, 8)),
        minimum_minutes=120,
        granularity_minutes=30,
        buffer_before=timedelta(0),
        buffer_after=timedelta(minutes=30),
        lead=timedelta(hours=2),
        instant=timedelta(hours=24),
        horizon_days=365,
        asks_first=False,
        capacity=60,
        leaves=((1, 1),),
    )
    return Calendar(replace(rules, **changes), taken or {}, NOW, KNOWN)


@pytest.mark.parametrize(
    ("period", "refusal"),
    [
        (slot(18, 22), None),
        (slot(18, 22.5), Refusal.CLOSED),
        (slot(8.5, 12), Refusal.CLOSED),
        (slot(18.25, 20.25), Refusal.OFF_GRID),
        (slot(18, 20.25), Refusal.OFF_GRID),
        (slot(18, 19.5), Refusal.TOO_SHORT),
        (slot(12, 14, date(2026, 12, 8)), Refusal.PAST),
        (slot(16, 18, date(2026, 12, 8)), Refusal.TOO_SOON),
        (slot(16.5, 18.5, date(2026, 12, 8)), None),
        (slot(9, 12 + 24 * 9), Refusal.TOO_LONG),
        (slot(10, 12, date(2027, 12, 9)), Refusal.TOO_FAR),
    ],
)
def test_refusal_says_what_is_wrong(period: Period, refusal: Refusal | None) -> None:
    assert calendar().refusal(period) == refusal


def test_refusal_knows_guests_and_what_takes_no_bookings_at_all() -> None:
    assert calendar().refusal(slot(18, 22), guests=60) is None
    assert calendar().refusal(slot(18, 22), guests=61) is Refusal.TOO_MANY_GUESTS
    closed = calendar(refused=Refusal.NOT_PUBLISHED)
    assert closed.refusal(slot(18, 22)) is Refusal.NOT_PUBLISHED
    assert closed.starts(SATURDAY) == ()


def test_every_refusal_is_a_sentence() -> None:
    with override("en"):
        assert all(str(refusal.label).endswith(".") for refusal in Refusal)


@pytest.mark.parametrize(
    ("period", "free"),
    [
        (slot(11.5, 13.5), True),  # its own half hour ends where the other begins
        (slot(12, 14), False),
        (slot(18, 20), True),  # half-open: where one ends, the next begins
        (slot(17.5, 20), False),
    ],
)
def test_buffers_add_up_and_edges_are_half_open(period: Period, free: bool) -> None:
    # A booking from 14:00 to 17:30 with the half hour that follows it.
    taken = {(1, 1): [slot(14, 18)]}

    assert (calendar(taken).refusal(period) is None) is free


def test_buffers_need_not_be_within_opening_hours() -> None:
    wide = calendar(buffer_before=timedelta(hours=2))

    assert wide.refusal(slot(9, 11)) is None
    assert wide.refusal(slot(20, 22)) is None


def test_best_fitting_unit_is_taken() -> None:
    taken = {
        (1, 1): [slot(9, 10)],
        (1, 2): [slot(9, 12), slot(16, 20)],
        (1, 3): [slot(9, 12), slot(15, 16)],
    }
    desks = calendar(taken, leaves=((1, 4),), buffer_after=timedelta(0))

    assert desks.units_for(slot(12, 14)) == ((1, 3),)
    assert desks.units_for(slot(12, 15.5)) == ((1, 2),)
    assert desks.units_for(slot(9, 11)) == ((1, 4),)


def test_one_unit_must_be_free_for_the_whole_period() -> None:
    taken = {(1, 1): [slot(12, 14)], (1, 2): [slot(14, 16)]}
    desks = calendar(taken, leaves=((1, 2),), buffer_after=timedelta(0))

    assert desks.refusal(slot(12, 14)) is None
    assert desks.refusal(slot(13, 15)) is Refusal.TAKEN


def test_whole_needs_a_unit_of_each_part() -> None:
    taken = {(1, 1): [slot(12, 14)]}
    whole = calendar(taken, leaves=((1, 1), (2, 1)), buffer_after=timedelta(0))
    sibling = calendar({}, leaves=((2, 1),), buffer_after=timedelta(0))

    assert whole.refusal(slot(12, 14)) is Refusal.TAKEN
    assert whole.units_for(slot(14, 16)) == ((1, 1), (2, 1))
    assert sibling.refusal(slot(12, 14)) is None


def test_what_was_not_looked_at_counts_as_taken() -> None:
    far = slot(10, 12, date(2027, 6, 12))

    assert calendar().refusal(far) is Refusal.TAKEN
    assert replace(calendar(), known=None).refusal(far) is None


def test_starts_and_ends_of_a_day() -> None:
    hall = calendar({(1, 1): [slot(12, 18)]})

    assert hall.starts(SATURDAY) == tuple(at(hour / 2) for hour in (18, 19, *range(36, 41)))
    assert hall.ends(at(9)) == (at(11), at(11.5))
    assert hall.ends(at(18)) == tuple(at(hour / 2) for hour in range(40, 45))
    assert hall.ends(at(12)) == ()
    assert hall.ends(at(9.25)) == ()


def test_ends_are_within_a_day_unless_asked_for_more() -> None:
    always = calendar(hours=tuple((day, 0, 1440) for day in range(1, 8)))

    assert always.ends(at(9))[-1] == at(33)
    assert always.ends(at(9), most=timedelta(days=30))[-1] == at(9 + 7 * 24)


def test_days_are_free_partly_taken_closed_or_past() -> None:
    taken = {(1, 1): [slot(12, 18), slot(0, 30, date(2026, 12, 13))]}
    hall = calendar(
        taken, hours=tuple((day, 9 * 60, 22 * 60) for day in (2, 5, 6, 7)), horizon_days=6
    )

    days = hall.days(date(2026, 12, 4), date(2026, 12, 15))

    assert [(day.date.day, day.state) for day in days] == [
        (4, "past"),
        (5, "past"),
        (6, "past"),
        (7, "past"),
        (8, "free"),
        (9, "closed"),
        (10, "closed"),
        (11, "free"),
        (12, "partly"),
        (13, "taken"),
        (14, "closed"),
        (15, "closed"),
    ]


def test_day_that_is_too_near_is_past() -> None:
    (day,) = calendar(lead=timedelta(hours=48)).days(date(2026, 12, 9), date(2026, 12, 9))

    assert day.state == "past"


def test_nearest_are_of_the_same_day_first_then_of_days_around() -> None:
    hall = calendar({(1, 1): [slot(13, 18)]})

    assert hall.nearest(slot(14, 16), count=5) == (
        slot(10.5, 12.5),
        slot(18, 20),
        slot(14, 16, date(2026, 12, 13)),
        slot(14, 16, date(2026, 12, 11)),
        slot(14, 16, date(2026, 12, 14)),
    )


def test_nearest_of_what_is_too_short_are_as_long_as_can_be_booked() -> None:
    (nearest, *_others) = calendar().nearest(slot(14, 14.75))

    assert nearest == slot(14, 16)


def test_nearest_of_a_full_calendar_is_nothing() -> None:
    assert calendar({(1, 1): [KNOWN]}).nearest(slot(14, 16)) == ()
    assert calendar().nearest(slot(9, 9 + 8 * 24)) == ()


def test_around_is_as_far_as_nearest_looks() -> None:
    assert around(slot(14, 16)).contains(slot(14, 16, date(2026, 12, 26)))


def test_owner_is_asked_where_the_start_is_near_or_always() -> None:
    near, far = slot(10, 12, date(2026, 12, 9)), slot(15, 17, date(2026, 12, 9))

    assert calendar().needs_approval(near)
    assert not calendar().needs_approval(far)
    assert calendar(asks_first=True).needs_approval(far)
