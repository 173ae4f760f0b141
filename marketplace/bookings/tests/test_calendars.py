from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from marketplace.bookings.availability import Refusal
from marketplace.bookings.selectors import (
    load_calendar,
    load_calendars,
    payable_minutes,
    rules_of,
)
from marketplace.bookings.tests.factories import make_block, make_hold
from marketplace.core.period import Period
from marketplace.venues.models import Space, Venue
from marketplace.venues.tests.factories import make_space, make_venue

pytestmark = pytest.mark.django_db

# Noon of a Thursday in Almaty; the slot is noon ten days later.
NOW = datetime(2026, 6, 11, 7, 0, tzinfo=UTC)
START = NOW + timedelta(days=10)
SLOT = Period(START, START + timedelta(hours=3))
WINDOW = SLOT.padded(before=timedelta(days=10), after=timedelta(days=10))


def whole_of(parts: int) -> tuple[Space, list[Space]]:
    venue = make_venue(spaces=0)
    halls = [make_space(venue=venue) for _ in range(parts)]
    whole = make_space(venue=venue, name="Whole")
    whole.parts.set(halls)
    return whole, halls


def test_rules_are_those_of_the_space_and_its_venue() -> None:
    venue = make_venue(spaces=0, hours="sat 20-26")
    space = make_space(
        venue=venue,
        units=4,
        minimum_minutes=240,
        granularity_minutes=15,
        buffer_before_minutes=45,
        buffer_after_minutes=60,
        lead_hours=5,
        instant_hours=48,
        horizon_days=90,
        booking_mode="request",
        capacity=12,
    )

    rules = rules_of(space)

    assert (rules.time_zone, rules.hours) == (venue.time_zone, ((6, 1200, 1560),))
    assert (rules.minimum_minutes, rules.granularity_minutes) == (240, 15)
    assert (rules.buffer_before, rules.buffer_after) == (
        timedelta(minutes=45),
        timedelta(minutes=60),
    )
    assert (rules.lead, rules.instant) == (timedelta(hours=5), timedelta(hours=48))
    assert (rules.horizon_days, rules.asks_first, rules.capacity) == (90, True, 12)
    assert (rules.leaves, rules.refused) == (((space.pk, 4),), None)


def test_whole_takes_its_parts_and_not_itself() -> None:
    whole, parts = whole_of(3)

    assert rules_of(whole).leaves == tuple((part.pk, 1) for part in parts)


def test_space_without_rate_or_of_a_hidden_venue_takes_no_bookings() -> None:
    priceless = make_space(venue=make_venue(spaces=0), hourly_rate_minor=None)
    hidden = make_space(venue=make_venue(spaces=0, status="paused"))

    assert rules_of(priceless).refused is Refusal.NO_RATE
    assert rules_of(hidden).refused is Refusal.NOT_PUBLISHED


def test_space_of_which_nothing_can_be_paid_takes_no_bookings() -> None:
    venue = make_venue(spaces=0)
    dear = make_space(venue=venue, name="Palace", hourly_rate_minor=50_000_000)
    cheap = make_space(venue=venue, name="Corner", hourly_rate_minor=1, cleaning_fee_minor=0)

    assert (rules_of(dear).refused, payable_minutes(dear)) == (Refusal.TOO_DEAR, 0)
    assert (rules_of(cheap).refused, payable_minutes(cheap)) == (Refusal.TOO_CHEAP, 0)


def test_time_that_costs_more_than_one_payment_is_refused_wherever_it_is_asked_about() -> None:
    # Nine hours cost 945 000 with the fee, ten 1 050 000.
    venue = make_venue(spaces=0)
    hall = make_space(venue=venue, hourly_rate_minor=100_000_00, cleaning_fee_minor=0)
    calendar = load_calendar(hall, window=WINDOW, now=NOW)
    morning = START - timedelta(hours=3)
    long = Period(morning, morning + timedelta(hours=10))

    assert calendar.refusal(Period(morning, morning + timedelta(hours=9))) is None
    assert calendar.refusal(long) is Refusal.TOO_DEAR
    assert calendar.ends(morning)[-1] == morning + timedelta(hours=9, minutes=30)
    assert calendar.nearest(long) == ()
    assert payable_minutes(hall) == 571


def test_what_is_taken_of_a_part_takes_the_whole() -> None:
    whole, (left, right) = whole_of(2)
    make_hold(space=left, starts_at=START, now=NOW)

    calendars = load_calendars([whole, left, right], window=WINDOW, now=NOW)

    assert [calendars[space.pk].refusal(SLOT) for space in (whole, left, right)] == [
        Refusal.TAKEN,
        Refusal.TAKEN,
        None,
    ]


def test_hold_that_ran_out_counts_for_nothing() -> None:
    booking = make_hold(starts_at=START, now=NOW)
    over = booking.hold_expires_at

    def refusal(now: datetime) -> Refusal | None:
        return load_calendar(booking.space, window=WINDOW, now=now).refusal(SLOT)

    assert refusal(over - timedelta(seconds=1)) is Refusal.TAKEN
    assert refusal(over) is None


def test_slot_at_the_edge_of_the_window_is_known_with_its_buffers() -> None:
    space = make_space(venue=make_venue(spaces=0), buffer_before_minutes=1440)

    calendar = load_calendar(space, window=SLOT, now=NOW)

    assert calendar.refusal(SLOT) is None
    assert date(2026, 6, 21) in [day.date for day in calendar.days(START.date(), START.date())]


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("taken", [1, 30])
def test_calendar_takes_four_queries(
    parts: int, taken: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    whole, halls = whole_of(parts)
    for number in range(taken):
        make_block(space=halls[0], starts_at=START + timedelta(hours=number * 4), hours=3, now=NOW)
    space = Space.objects.get(pk=whole.pk)

    with django_assert_num_queries(4):
        calendar = load_calendar(space, window=WINDOW, now=NOW)

    assert calendar.refusal(SLOT) is Refusal.TAKEN
    assert len(calendar.taken[halls[0].pk, 1]) == taken
    with django_assert_num_queries(1):
        load_calendar(space, window=WINDOW, now=NOW)


@pytest.mark.parametrize("spaces", [1, 10])
def test_calendars_of_a_venue_take_no_more(
    spaces: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    venue = make_venue(spaces=spaces)
    loaded = Venue.objects.with_page_content().get(pk=venue.pk)

    with django_assert_num_queries(2):
        calendars = load_calendars(loaded.spaces.all(), window=WINDOW, now=NOW)

    assert len(calendars) == spaces
