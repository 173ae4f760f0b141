"""What search finds for a time can be booked then; what it leaves out for being taken, is."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.availability import Refusal
from marketplace.bookings.enums import OccupancyKind
from marketplace.bookings.models import Block, Occupancy
from marketplace.bookings.opening import instant_at
from marketplace.bookings.selectors import load_calendar, load_calendars
from marketplace.bookings.tests.factories import make_hold
from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.search import SearchQuery, matching_entries, next_best, search
from marketplace.discovery.services import refresh_search_entries
from marketplace.discovery.vocabulary import vocabulary
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import make_space, make_venue

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 8, 9, 10, tzinfo=UTC)  # Tuesday, 14:10 in Almaty
SATURDAY = date(2026, 12, 12)
HOUR = 60


def at(day: date, starts: float, ends: float) -> SearchQuery:
    return SearchQuery(
        date=day, starts_minute=int(starts * HOUR), ends_minute=int(ends * HOUR) % (24 * HOUR)
    )


def hall(*, hours: str = "daily 9-22", zone: str = "Asia/Almaty", **fields: Any) -> Space:
    venue = make_venue(spaces=0, hours=hours, time_zone=zone)
    space = make_space(venue=venue, **fields)
    refresh_search_entries(venue_id=venue.pk)
    return space


def take(space: Space, start: datetime, end: datetime, *, unit: int = 1) -> None:
    """Blocked, exactly so."""
    block = Block.objects.create(
        space=space,
        starts_at=start,
        ends_at=end,
        created_by=make_user(),
        created_at=NOW,
    )
    Occupancy.objects.create(
        space=space,
        unit=unit,
        during=Period(start, end).to_range(),
        kind=OccupancyKind.BLOCK,
        block=block,
    )


def almaty(day: date, hour: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Almaty")) + timedelta(
        hours=hour
    )


def is_found(query: SearchQuery, *, now: datetime = NOW) -> bool:
    return search(query, now=now).count > 0


@pytest.mark.parametrize(
    ("starts", "ends", "free"),
    [(14, 18, False), (18, 20, False), (18.5, 20.5, True), (10, 13.5, True), (10, 14, False)],
)
def test_buffers_of_both_bookings_are_kept_free(starts: float, ends: float, free: bool) -> None:
    # Half an hour follows each booking here; what is taken has its own in it.
    space = hall(buffer_after_minutes=30)
    take(space, almaty(SATURDAY, 14), almaty(SATURDAY, 18.5))

    assert is_found(at(SATURDAY, starts, ends)) is free


def test_one_unit_must_be_free_for_all_of_it() -> None:
    space = hall(units=2, buffer_after_minutes=0)
    take(space, almaty(SATURDAY, 12), almaty(SATURDAY, 14), unit=1)
    take(space, almaty(SATURDAY, 14), almaty(SATURDAY, 16), unit=2)

    assert is_found(at(SATURDAY, 10, 14))
    assert not is_found(at(SATURDAY, 13, 15))


def test_unit_that_is_no_more_takes_nothing() -> None:
    space = hall(units=1)
    take(space, almaty(SATURDAY, 12), almaty(SATURDAY, 14), unit=2)

    assert is_found(at(SATURDAY, 12, 14))


def test_part_that_is_taken_takes_the_whole_and_leaves_its_sibling_free() -> None:
    venue = make_venue(spaces=0)
    left, right, whole = (make_space(venue=venue, capacity=it) for it in (20, 30, 50))
    whole.parts.set([left, right])
    refresh_search_entries(venue_id=venue.pk)
    take(left, almaty(SATURDAY, 12), almaty(SATURDAY, 14))

    query = at(SATURDAY, 12, 14)
    assert [is_found(replace(query, guests=it)) for it in (20, 30, 50)] == [True, True, False]
    take(right, almaty(SATURDAY, 12), almaty(SATURDAY, 14))
    assert not is_found(query)


def test_hold_counts_until_it_runs_out() -> None:
    space = hall()
    booking = make_hold(space=space, starts_at=almaty(SATURDAY, 12), hours=2, guests=1, now=NOW)

    query = at(SATURDAY, 12, 14)
    assert not is_found(query)
    assert is_found(query, now=booking.hold_expires_at)


def test_lead_horizon_grid_and_shortest_booking_are_kept() -> None:
    hall(lead_hours=24, horizon_days=4, granularity_minutes=60, minimum_minutes=120)
    wednesday = date(2026, 12, 9)

    assert not is_found(at(wednesday, 14, 16))  # 23 hours and 50 minutes ahead
    assert is_found(at(wednesday, 15, 17))
    assert is_found(at(SATURDAY, 15, 17))
    assert not is_found(at(date(2026, 12, 13), 15, 17))
    assert not is_found(at(SATURDAY, 15.5, 17.5))
    assert not is_found(at(SATURDAY, 15, 17.5))
    assert not is_found(at(SATURDAY, 15, 16))


def test_day_alone_needs_a_free_time_for_the_shortest_booking() -> None:
    space = hall(buffer_after_minutes=30)
    take(space, almaty(SATURDAY, 9), almaty(SATURDAY, 18))
    day = SearchQuery(date=SATURDAY)

    assert is_found(day)
    take(space, almaty(SATURDAY, 20), almaty(SATURDAY, 21))
    assert not is_found(day)
    assert is_found(SearchQuery(date=date(2026, 12, 13)))


def test_price_is_that_of_the_time_that_passes() -> None:
    # The night of 28 March 2027 has 23 hours in Berlin.
    hall(zone="Europe/Berlin", hours="daily 20-28")

    (card,) = search(at(date(2027, 3, 27), 22, 4), now=NOW).cards

    # (5 × 20 000 + 5 000) × 1.05
    assert card.price == Money(110_250_00, "KZT")
    assert card.price_suffix == "for 5 hours, all included"


def test_longer_booking_is_offered_only_where_it_is_free() -> None:
    spaces = [hall(minimum_minutes=it) for it in (180, 240)]
    take(spaces[0], almaty(SATURDAY, 20), almaty(SATURDAY, 22))

    (longer, *_others) = next_best(at(SATURDAY, 18, 20), now=NOW)

    assert longer.query == at(SATURDAY, 18, 22)
    assert longer.count == 1


@pytest.mark.django_db(transaction=True)  # the vocabulary is not kept inside a transaction
@pytest.mark.parametrize("query", [at(SATURDAY, 12, 14), SearchQuery(date=SATURDAY)])
@pytest.mark.parametrize("halls", [1, 20])
def test_search_for_a_time_takes_three_queries(query: SearchQuery, halls: int) -> None:
    for _ in range(halls):
        take(hall(), almaty(SATURDAY, 9), almaty(SATURDAY, 11))
    vocabulary()

    with CaptureQueriesContext(connection) as queries:
        page = search(query, now=NOW)

    assert (page.count, len(queries)) == (halls, 3)


# Days on which clocks change, and one on which they do not.
PLACES = [
    ("Europe/Berlin", date(2027, 3, 27)),
    ("Europe/Berlin", date(2026, 10, 24)),
    ("America/New_York", date(2027, 3, 13)),
    ("America/New_York", date(2026, 10, 31)),
    ("Asia/Almaty", SATURDAY),
]
quarters = st.integers(0, 95).map(lambda it: it / 4)


@dataclass(frozen=True)
class Case:
    """A small market and what is asked of it; `taken` is (place, first quarter, quarters)."""

    place: tuple[str, date]
    hours: str
    terms: dict[str, Any]
    taken: list[tuple[int, int, int]]
    times: list[tuple[float, float]]
    hours_ahead: int

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.place[0])

    @property
    def day(self) -> date:
        return self.place[1]

    def instant(self, minute: int) -> datetime:
        return instant_at(self.zone, self.day, minute)

    def shows(self, minute: int) -> bool:
        """Whether the wall shows this minute of the day at all."""
        wall = self.instant(minute).astimezone(self.zone)
        return wall.hour * 60 + wall.minute == minute


cases = st.builds(
    Case,
    place=st.sampled_from(PLACES),
    hours=st.sampled_from(["daily 0-24", "daily 18-28", "daily 9-22", "sat 20-27, sun 8-14"]),
    terms=st.fixed_dictionaries(
        {
            "minimum_minutes": st.sampled_from([30, 60, 120, 240]),
            "granularity_minutes": st.sampled_from([15, 30, 60]),
            "buffer_before_minutes": st.sampled_from([0, 15, 45]),
            "buffer_after_minutes": st.sampled_from([0, 30]),
            "lead_hours": st.sampled_from([0, 2, 24]),
            "horizon_days": st.sampled_from([1, 365]),
        }
    ),
    taken=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 130), st.integers(1, 40)), max_size=8
    ),
    times=st.lists(st.tuples(quarters, quarters), min_size=3, max_size=6),
    hours_ahead=st.integers(0, 60),
)


@given(case=cases)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_search_and_calendar_agree(case: Case) -> None:
    spaces = _market(case)
    now = case.instant(0) - timedelta(hours=case.hours_ahead)
    window = Period(now - timedelta(days=1), now + timedelta(days=8))
    calendars = load_calendars(spaces, window=window, now=now)

    for starts, ends in case.times:
        query = at(case.day, starts, ends)
        minute, length = query.starts_minute or 0, query.minutes or 0
        start, end = case.instant(minute), case.instant(minute + length)
        bookable = {
            space.pk
            for space in spaces
            if case.shows(minute)
            and start < end
            and calendars[space.pk].refusal(Period(start, end)) is None
        }
        assert _found(query, now) == bookable
    if case.place[0] == "Asia/Almaty":  # where clocks change, a day alone goes by the wall
        on_day = {space.pk for space in spaces if calendars[space.pk].starts(case.day)}
        assert _found(SearchQuery(date=case.day), now) == on_day


def _found(query: SearchQuery, now: datetime) -> set[int]:
    return set(matching_entries(query, now=now).values_list("space_id", flat=True))


def _market(case: Case) -> list[Space]:
    """A hall of two parts, and two desks; with what is taken of parts and desks."""
    Occupancy.objects.all().delete()
    SearchEntry.objects.all().delete()
    venue = make_venue(spaces=0, photos=0, hours=case.hours, time_zone=case.place[0])
    left, right, whole, desks = (
        make_space(venue=venue, units=units, name=name, **case.terms)
        for name, units in (("Left", 1), ("Right", 1), ("Whole", 1), ("Desks", 2))
    )
    whole.parts.set([left, right])
    refresh_search_entries(venue_id=venue.pk)
    for place, (space, unit) in enumerate([(left, 1), (right, 1), (desks, 1), (desks, 2)]):
        free_from = 0
        for _place, first, quarters_long in sorted(it for it in case.taken if it[0] == place):
            if first >= free_from:
                free_from = first + quarters_long
                start = case.instant(0) + timedelta(minutes=15 * first)
                take(space, start, start + timedelta(minutes=15 * quarters_long), unit=unit)
    return [left, right, whole, desks]


def test_what_is_left_out_for_being_taken_is_taken() -> None:
    space = hall()
    for start, end in itertools.pairwise((10, 13, 16)):
        take(space, almaty(SATURDAY, start), almaty(SATURDAY, end))
    asked = Period(almaty(SATURDAY, 12), almaty(SATURDAY, 15))

    assert not is_found(at(SATURDAY, 12, 15))
    assert load_calendar(space, window=asked, now=NOW).refusal(asked) is Refusal.TAKEN


def test_search_leaves_out_what_costs_more_than_one_payment_can_be() -> None:
    dear = hall(hourly_rate_minor=100_000_00, minimum_minutes=60)
    calendar = load_calendar(dear, window=Period(NOW, NOW + timedelta(days=7)), now=NOW)
    start = instant_at(ZoneInfo("Asia/Almaty"), SATURDAY, 10 * HOUR)

    for hours in (9, 10):
        found = matching_entries(at(SATURDAY, 10, 10 + hours), now=NOW).exists()
        refusal = calendar.refusal(Period(start, start + timedelta(hours=hours)))
        assert found == (refusal is None) == (hours == 9)
