from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from marketplace.core.money import Money
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.search import (
    CARDS_A_PAGE,
    Loosening,
    SearchQuery,
    Sort,
    Suggestion,
    next_best,
    search,
)
from marketplace.discovery.services import refresh_search_entries
from marketplace.discovery.vocabulary import vocabulary
from marketplace.pricing.quote import Rates, quote
from marketplace.venues.models import Venue
from marketplace.venues.tests.factories import make_reference, make_space, make_venue

pytestmark = pytest.mark.django_db

MONDAY, SATURDAY, SUNDAY = date(2026, 12, 14), date(2026, 12, 12), date(2026, 12, 13)
HOUR = 60
# Friday afternoon in Almaty, three weeks before.
NOW = datetime(2026, 11, 20, 9, 10, tzinfo=UTC)


def found(query: SearchQuery) -> list[str]:
    return [card.name for card in search(query, now=NOW).cards]


def at(day: date, starts: int, ends: int) -> SearchQuery:
    return SearchQuery(date=day, starts_minute=starts * HOUR, ends_minute=ends * HOUR)


def test_empty_question_finds_everything_newest_first() -> None:
    published = datetime(2026, 3, 1, tzinfo=UTC)
    make_venue(name="Old", published_at=published)
    make_venue(name="New", published_at=published + timedelta(days=2))
    make_venue(name="Middle", published_at=published + timedelta(days=1))

    assert found(SearchQuery()) == ["New", "Middle", "Old"]


def test_price_sorts_from_low_to_high() -> None:
    for name, rate in (("Dear", 30_000_00), ("Cheap", 10_000_00), ("Middling", 20_000_00)):
        venue = make_venue(name=name, spaces=0)
        make_space(venue=venue, hourly_rate_minor=rate)
        refresh_search_entries(venue_id=venue.pk)

    assert found(SearchQuery(sort=Sort.PRICE)) == ["Cheap", "Middling", "Dear"]


def test_category_city_and_district_narrow() -> None:
    words = make_reference()
    make_venue(name="Here", district=words.district)
    make_venue(name="Next", district=words.other_district)
    make_venue(name="Far", city=words.other_city)
    make_venue(name="Loft", category=words.other_category, district=words.district)

    query = SearchQuery(
        category=words.category.slug, city=words.city.slug, district=words.district.slug
    )
    assert found(query) == ["Here"]
    assert set(found(replace(query, district=""))) == {"Here", "Next"}
    assert set(found(replace(query, district="", city=""))) == {"Here", "Next", "Far"}


def test_guests_must_fit_one_space() -> None:
    venue = make_venue(spaces=2)

    assert found(SearchQuery(guests=60)) == [venue.name]
    assert found(SearchQuery(guests=61)) == []


def test_card_shows_the_cheapest_space_that_fits() -> None:
    venue = make_venue(spaces=0)
    make_space(venue=venue, capacity=10, hourly_rate_minor=5_000_00, area_m2=20)
    make_space(venue=venue, capacity=80, hourly_rate_minor=30_000_00, area_m2=120)
    make_space(venue=venue, capacity=90, hourly_rate_minor=40_000_00, area_m2=140)
    refresh_search_entries(venue_id=venue.pk)

    (card,) = search(SearchQuery(guests=50), now=NOW).cards

    assert (card.capacity, card.area_m2) == (80, 120)
    # (2 × 30 000 + 5 000) × 1.05 / 2
    assert (card.price, card.price_suffix) == (Money(34_125_00, "KZT"), "an hour")
    assert card.is_from


def test_card_shows_the_most_of_the_venue_where_no_space_has_to_fit() -> None:
    venue = make_venue(spaces=0)
    make_space(venue=venue, capacity=10, hourly_rate_minor=5_000_00, area_m2=20)
    make_space(venue=venue, capacity=90, hourly_rate_minor=40_000_00, area_m2=140)
    refresh_search_entries(venue_id=venue.pk)

    (asked,) = search(SearchQuery(guests=5), now=NOW).cards
    (card,) = search(SearchQuery(), now=NOW).cards

    assert (asked.capacity, asked.area_m2, asked.is_reach) == (10, 20, False)
    assert (card.capacity, card.area_m2, card.is_reach) == (90, 140, True)
    assert card.price == asked.price


def test_card_shows_the_whole_price_of_a_chosen_time() -> None:
    make_venue()

    (card,) = search(at(SATURDAY, 18, 22), now=NOW).cards

    # (4 × 20 000 + 5 000) × 1.05
    assert card.price == Money(89_250_00, "KZT")
    assert card.price_suffix == "for 4 hours, all included"
    assert not card.is_from


def test_cheapest_space_is_that_of_the_chosen_time() -> None:
    venue = make_venue(spaces=0)
    # By the hour of their shortest bookings the first is dearer; for a whole day it is cheaper.
    make_space(venue=venue, capacity=1, hourly_rate_minor=10_000_00, cleaning_fee_minor=30_000_00)
    make_space(venue=venue, capacity=2, hourly_rate_minor=15_000_00, cleaning_fee_minor=0)
    refresh_search_entries(venue_id=venue.pk)

    assert search(SearchQuery(), now=NOW).cards[0].capacity == 2
    assert search(at(SATURDAY, 10, 20), now=NOW).cards[0].capacity == 1


@pytest.mark.parametrize(
    "text", ["abay", "ABAY hall", "зал", "ӘУЕН", "event", "medeu almaty", "  hall   abay "]
)
def test_every_word_must_be_there_in_any_case(text: str) -> None:
    words = make_reference()
    venue = make_venue(
        name="Abay Hall", summary="Зал «Әуен»", district=words.district, category=words.category
    )
    SearchEntry.objects.filter(venue=venue).update(
        text="abay hall\nзал «әуен»\nevent hall\nalmaty\nmedeu"
    )

    assert found(SearchQuery(text=text)) == ["Abay Hall"]
    assert found(SearchQuery(text=f"{text} submarine")) == []


def test_marks_of_the_database_are_plain_letters() -> None:
    make_venue(name="Hundred")

    assert found(SearchQuery(text="%")) == []
    assert found(SearchQuery(text="_undred")) == []


def test_day_alone_finds_who_opens_that_day() -> None:
    make_venue(name="Weekdays", hours="mon-fri 9-18")
    make_venue(name="Saturday night", hours="sat 22-26")

    assert found(SearchQuery(date=SATURDAY)) == ["Saturday night"]
    assert found(SearchQuery(date=SUNDAY)) == ["Saturday night"]
    assert found(SearchQuery(date=MONDAY)) == ["Weekdays"]


def test_day_alone_needs_time_for_the_shortest_booking() -> None:
    make_venue(hours="sat 22-25")  # an hour of Sunday, and two are the least

    assert found(SearchQuery(date=SUNDAY)) == []


def test_day_that_has_begun_finds_who_still_opens() -> None:
    make_venue(name="Morning", hours="daily 8-12")
    make_venue(name="Evening", hours="daily 18-23")
    make_venue(name="All day", hours="daily 8-20")

    def at_clock(hour: int) -> set[str]:
        return set(found(SearchQuery(date=SATURDAY, passed_minutes=hour * HOUR)))

    assert at_clock(10) == {"Morning", "Evening", "All day"}
    assert at_clock(11) == {"Evening", "All day"}  # two hours are the least
    assert at_clock(19) == {"Evening"}
    assert at_clock(22) == set()


def test_hours_must_be_open_without_a_gap() -> None:
    make_venue(name="Lunch break", hours="daily 9-13, daily 14-22")
    make_venue(name="All day", hours="daily 9-22")

    assert found(at(SATURDAY, 12, 16)) == ["All day"]
    assert set(found(at(SATURDAY, 14, 22))) == {"Lunch break", "All day"}
    assert found(at(SATURDAY, 8, 12)) == []


def test_end_not_after_the_start_is_on_the_next_day() -> None:
    make_venue(name="Night", hours="sun 20-27")
    make_venue(name="Evening", hours="sun 18-24")
    make_venue(name="Always", hours="daily 0-24")

    assert set(found(at(SUNDAY, 22, 2))) == {"Night", "Always"}
    assert set(found(at(MONDAY, 0, 3))) == {"Night", "Always"}
    assert found(at(MONDAY, 18, 18)) == ["Always"]


def test_time_shorter_than_the_shortest_booking_finds_nothing() -> None:
    make_venue()

    assert found(at(SATURDAY, 18, 19)) == []
    assert len(found(at(SATURDAY, 18, 20))) == 1


@given(
    hours=st.lists(
        st.tuples(st.integers(1, 7), st.integers(0, 23), st.integers(1, 24)), max_size=4
    ),
    day=st.integers(0, 6),
    starts=st.integers(0, 23),
    ends=st.integers(0, 23),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_hours_agree_with_looking_at_the_clock(
    hours: list[tuple[int, int, int]], day: int, starts: int, ends: int
) -> None:
    from marketplace.discovery.week import open_week

    if not SearchEntry.objects.exists():
        make_venue()
    stretches = [(weekday, opens * 60, (opens + length) * 60) for weekday, opens, length in hours]
    SearchEntry.objects.update(open_week=open_week(stretches), minimum_minutes=60)

    length = (ends - starts - 1) % 24 + 1
    asked = [(day * 24 + starts + hour) % 168 for hour in range(length)]
    is_open = {
        ((weekday - 1) * 24 + opens + hour) % 168
        for weekday, opens, long in hours
        for hour in range(long)
    }
    result = search(at(MONDAY + timedelta(days=day), starts, ends), now=NOW)
    assert bool(result.count) == (set(asked) <= is_open)


amounts = st.integers(min_value=0, max_value=10**9)


@given(
    first=st.tuples(amounts, amounts),
    second=st.tuples(amounts, amounts),
    minutes=st.integers(1, 48).map(lambda halves: halves * 30),
)
def test_what_costs_less_by_the_query_is_not_dearer_on_the_card(
    first: tuple[int, int], second: tuple[int, int], minutes: int
) -> None:
    def cost(rate: int, cleaning: int) -> int:
        return rate * minutes + cleaning * 60

    def price(rate: int, cleaning: int) -> Money:
        rates = Rates(Money(rate, "KZT"), Money(cleaning, "KZT"))
        return quote(rates=rates, minutes=minutes, service_fee_percent=5).total

    cheaper, dearer = sorted([first, second], key=lambda it: cost(*it))
    assert price(*cheaper) <= price(*dearer)


def test_pages_hold_a_fixed_number_and_the_last_page_the_rest() -> None:
    for _ in range(CARDS_A_PAGE + 2):
        make_venue(photos=0)

    first, second, beyond = (search(SearchQuery(), page=number, now=NOW) for number in (1, 2, 99))

    assert (len(first.cards), len(second.cards)) == (CARDS_A_PAGE, 2)
    assert (first.count, second.count) == (CARDS_A_PAGE + 2, CARDS_A_PAGE + 2)
    assert not {card.name for card in first.cards} & {card.name for card in second.cards}
    assert (beyond.page.number, beyond.cards) == (2, second.cards)


def test_card_has_the_first_five_shown_photos() -> None:
    venue = make_venue(photos=7)
    hidden = venue.photos.order_by("position")[1]
    hidden.is_public = False
    hidden.save()

    (card,) = search(SearchQuery(), now=NOW).cards

    first, _hidden, *others = venue.photos.order_by("position")
    assert card.cover is not None
    assert (card.cover.key, card.cover.alt_text) == (first.key, first.alt_text)
    assert card.more_keys == " ".join(photo.key for photo in others[:4])


@pytest.mark.django_db(transaction=True)  # the vocabulary is not kept inside a transaction
@pytest.mark.parametrize("venues", [1, 30])
def test_search_takes_three_queries(
    venues: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(venues):
        make_venue(spaces=2)
    vocabulary()

    with django_assert_num_queries(3):
        search(at(SATURDAY, 18, 22), now=NOW)


def test_next_best_lets_go_of_one_thing_at_a_time() -> None:
    words = make_reference()
    make_venue(district=words.other_district, hours="mon 9-22")
    query = replace(
        at(MONDAY, 10, 14), city=words.city.slug, district=words.district.slug, guests=10
    )

    assert next_best(query, now=NOW) == [
        Suggestion(Loosening.DISTRICT, replace(query, district=""), 1),
    ]


def test_next_best_of_a_time_that_is_too_short_is_a_longer_one() -> None:
    for minimum in (180, 240):
        venue = make_venue(spaces=0)
        make_space(venue=venue, minimum_minutes=minimum)
        refresh_search_entries(venue_id=venue.pk)
    query = at(SATURDAY, 18, 20)

    longer = next_best(query, now=NOW)[0]

    assert longer == Suggestion(Loosening.LENGTH, replace(query, ends_minute=21 * HOUR), 1)
    assert search(longer.query, now=NOW).count == longer.count


def test_next_best_is_nothing_where_there_are_no_venues() -> None:
    assert next_best(SearchQuery(guests=5, text="hall", category="loft"), now=NOW) == []


def test_suggestions_say_how_many_venues_their_search_finds() -> None:
    for hours, capacity in (("mon 9-22", 60), ("sat 9-22", 60), ("sun 9-22", 20)):
        venue = make_venue(spaces=0, hours=hours)
        make_space(venue=venue, capacity=capacity)
        refresh_search_entries(venue_id=venue.pk)

    suggestions = next_best(replace(at(SUNDAY, 9, 13), guests=50), now=NOW)

    assert [(it.loosening, it.count) for it in suggestions] == [
        (Loosening.TIME, 2),
        (Loosening.GUESTS, 1),
    ]
    assert [search(it.query, now=NOW).count for it in suggestions] == [2, 1]


def test_paused_venues_are_not_found() -> None:
    make_venue(status="paused")

    assert search(SearchQuery(), now=NOW).count == 0
    assert Venue.objects.count() == 1
