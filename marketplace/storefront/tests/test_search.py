from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from marketplace.accounts.tests.factories import make_user
from marketplace.discovery.search import SearchQuery, Sort
from marketplace.discovery.services import refresh_search_entries
from marketplace.discovery.vocabulary import CityWord, Vocabulary, Word, forget_vocabulary
from marketplace.storefront.forms.search import SearchForm
from marketplace.storefront.search_url import search_parameters, search_url
from marketplace.venues.enums import BookingMode
from marketplace.venues.models import Venue
from marketplace.venues.tests.factories import make_reference, make_space, make_venue

SEARCH = "/search/"
# Friday 20 November 2026, 14:10 in Almaty.
NOW = datetime(2026, 11, 20, 9, 10, tzinfo=UTC)
WORDS = Vocabulary(
    categories=(Word("loft", "Loft", "Lofts"),),
    cities=(CityWord("almaty", "Almaty", districts=(Word("medeu", "Medeu"),)),),
)


@pytest.fixture(autouse=True)
def _on_a_friday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def form(**data: Any) -> SearchForm:
    return SearchForm(data, words=WORDS, now=NOW)


def errors(**data: Any) -> dict[str, list[str]]:
    return {name: [str(it) for it in found] for name, found in form(**data).errors.items()}


def test_empty_form_asks_for_nothing() -> None:
    empty = form()

    assert empty.is_valid()
    assert empty.query() == SearchQuery()


def test_form_reads_everything() -> None:
    full = form(
        category="loft",
        where="almaty/medeu",
        date="2026-12-12",
        starts="18:00",
        ends="02:30",
        guests="40",
        q="  piano ",
        sort="price",
    )

    assert full.is_valid(), full.errors
    assert full.query() == SearchQuery(
        category="loft",
        city="almaty",
        district="medeu",
        guests=40,
        text="piano",
        date=date(2026, 12, 12),
        starts_minute=1080,
        ends_minute=150,
        sort=Sort.PRICE,
    )


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"category": "barn"}, {"category"}),
        ({"where": "paris"}, {"where"}),
        ({"where": "medeu"}, {"where"}),
        ({"date": "2026-11-19"}, {"date"}),
        ({"date": "12.12.2026"}, {"date"}),
        ({"date": "2026-02-30"}, {"date"}),
        ({"guests": "0"}, {"guests"}),
        ({"guests": "-5"}, {"guests"}),
        ({"guests": "many"}, {"guests"}),
        ({"guests": "20001"}, {"guests"}),
        ({"q": "x" * 101}, {"q"}),
        ({"sort": "magic"}, {"sort"}),
        ({"starts": "18:00", "ends": "22:00"}, {"date"}),
        ({"date": "2026-12-12", "starts": "18:00"}, {"ends"}),
        ({"date": "2026-12-12", "ends": "18:00"}, {"starts"}),
        ({"date": "2026-12-12", "starts": "18:10", "ends": "20:00"}, {"starts"}),
        ({"date": "2026-11-20", "starts": "14:00", "ends": "20:00"}, {"starts"}),
    ],
)
def test_form_says_which_field_is_wrong(data: dict[str, str], wrong: set[str]) -> None:
    assert set(errors(**data)) == wrong


def test_today_is_the_venues_today() -> None:
    # 23:30 UTC on the 19th is the 20th in Almaty.
    late = SearchForm(
        {"date": "2026-11-19"}, words=WORDS, now=datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    )

    assert list(late.errors["date"]) == ["That day is over. Choose today or a later day."]


def test_today_without_hours_begins_now() -> None:
    today, tomorrow = form(date="2026-11-20"), form(date="2026-11-21")

    assert today.is_valid()
    assert tomorrow.is_valid()
    assert today.query().passed_minutes == 14 * 60 + 10
    assert tomorrow.query().passed_minutes == 0


@pytest.mark.django_db
def test_search_for_today_leaves_out_who_has_closed(client: Client) -> None:
    make_venue(name="Breakfast room", hours="daily 7-12")
    make_venue(name="Evening hall", hours="daily 16-23")

    page = client.get(SEARCH, {"date": "2026-11-20"}).content.decode()

    assert "Evening hall" in page
    assert "Breakfast room" not in page


@pytest.mark.django_db
def test_start_that_has_passed_is_refused(client: Client) -> None:
    response = client.get(SEARCH, {"date": "2026-11-20", "starts": "14:00", "ends": "16:00"})

    assert response.status_code == 422
    assert "That time has passed today. Choose a later one." in response.content.decode()


queries = st.builds(
    SearchQuery,
    category=st.sampled_from(["", "loft"]),
    guests=st.none() | st.integers(1, 20_000),
    text=st.text(alphabet="ab әё&=%+/#", max_size=20).map(str.strip),
    sort=st.sampled_from(Sort),
)
half_hours = st.integers(0, 47).map(lambda number: number * 30)


@given(
    query=queries,
    place=st.sampled_from([("", ""), ("almaty", ""), ("almaty", "medeu")]),
    time=st.none() | st.tuples(half_hours, half_hours),
)
def test_address_and_form_say_the_same(
    query: SearchQuery, place: tuple[str, str], time: tuple[int, int] | None
) -> None:
    from dataclasses import replace

    query = replace(query, city=place[0], district=place[1])
    if time:
        starts, ends = time
        query = replace(query, date=date(2026, 12, 12), starts_minute=starts, ends_minute=ends)

    read = form(**search_parameters(query))

    assert read.is_valid(), read.errors
    assert read.query() == query


def test_address_has_only_what_is_set() -> None:
    assert search_url(SearchQuery()) == "/search/"
    assert search_url(SearchQuery(city="almaty", district="medeu", guests=4), page=2) == (
        "/search/?where=almaty/medeu&guests=4&page=2"
    )


@pytest.mark.django_db
def test_search_counts_in_words_and_shows_cards(client: Client) -> None:
    make_venue(name="Evening hall", hours="sat 18-26")
    make_venue(name="Morning hall", hours="sat 8-12")

    response = client.get(SEARCH, {"date": "2026-12-12", "starts": "18:00", "ends": "22:00"})

    page = response.content.decode()
    assert response.status_code == 200
    assert "1 venue free on Sat 12 Dec, 18:00–22:00" in page
    assert "Evening hall" in page
    assert "for 4 hours, all included" in page
    assert "Morning hall" not in page


@pytest.mark.django_db
def test_cards_lead_to_the_venue_with_the_time_that_was_searched(client: Client) -> None:
    loft = make_venue()

    plain = client.get(SEARCH, {"category": loft.category.slug})
    timed = {"date": "2026-12-12", "starts": "18:00", "ends": "22:00", "guests": "4"}
    found = client.get(SEARCH, timed)

    assert [card.url for card in plain.context["cards"]] == [f"/venues/{loft.slug}/"]
    assert [card.url for card in found.context["cards"]] == [
        f"/venues/{loft.slug}/?date=2026-12-12&starts=18:00&ends=22:00&guests=4"
    ]
    page = client.get(found.context["cards"][0].url)
    assert page.context["picker"].slot == "Sat 12 Dec, 18:00–22:00"
    assert page.context["picker"].choice.guests == 4


@pytest.mark.django_db
def test_chips_name_what_the_title_does_not_and_lead_to_the_search_without_it(
    client: Client,
) -> None:
    make_venue()

    response = client.get(
        SEARCH, {"category": "event-hall", "where": "almaty/alatau", "guests": "20", "q": "hall"}
    )

    assert [(chip.label, chip.url) for chip in response.context["chips"]] == [
        ("20 guests", "/search/?category=event-hall&where=almaty/alatau&q=hall"),
        ("“hall”", "/search/?category=event-hall&where=almaty/alatau&guests=20"),
    ]
    assert response.context["title"] == "Event halls in Alatau, Almaty"


@pytest.mark.django_db
def test_what_the_form_left_empty_is_taken_out_of_the_address(client: Client) -> None:
    make_reference()

    response = client.get(SEARCH, {"category": "", "guests": "20", "q": "", "where": "almaty"})

    assert response.status_code == 302
    assert response.headers["Location"] == "/search/?where=almaty&guests=20"


@pytest.mark.django_db
def test_invalid_search_is_422_and_keeps_what_was_typed(client: Client) -> None:
    make_reference()

    response = client.get(SEARCH, {"guests": "0", "q": "grand piano", "where": "almaty"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "At least one guest has to come." in page
    assert 'value="grand piano"' in page
    assert 'value="almaty" selected' in page
    assert 'aria-invalid="true"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"guests": "0"}, {"date": "2026-11-19"}, {"starts": "18:00"}, {"starts": "1", "ends": "2"}],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_is_wrong_stands_over_what_the_rest_finds(
    client: Client, wrong: dict[str, str], headers: dict[str, str]
) -> None:
    make_venue(name="Seen hall")
    make_venue(name="Other hall", city=make_reference().other_city)

    response = client.get(SEARCH, {"where": "almaty", **wrong}, headers=headers)

    page = response.content.decode()
    assert response.status_code == 422
    assert [card.name for card in response.context["cards"]] == ["Seen hall"]
    assert "Please look at this again" in page.partition("Seen hall")[0 if not headers else 2]


@pytest.mark.django_db
def test_htmx_gets_the_results_under_the_address_of_the_search(client: Client) -> None:
    make_venue(name="Seen hall")

    response = client.get(
        SEARCH, {"category": "", "guests": "20", "q": ""}, headers={"HX-Request": "true"}
    )

    page = response.content.decode()
    assert response.headers["HX-Push-Url"] == "/search/?guests=20"
    assert 'id="results"' in page.strip().splitlines()[0]
    assert "Seen hall" in page
    assert "<title>All venues · JoyTop</title>" in page
    assert "<html" not in page


@pytest.mark.django_db
def test_htmx_gets_errors_under_the_address_that_it_has(client: Client) -> None:
    make_reference()

    response = client.get(SEARCH, {"guests": "0"}, headers={"HX-Request": "true"})

    page = response.content.decode()
    assert response.status_code == 422
    assert 'id="results"' in page.strip().splitlines()[0]
    assert "At least one guest has to come." in page
    assert "HX-Push-Url" not in response.headers


@pytest.mark.django_db
def test_restored_history_gets_the_whole_page(client: Client) -> None:
    make_reference()

    response = client.get(
        SEARCH, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )

    assert "<html" in response.content.decode()


@pytest.mark.django_db
def test_pages_are_links_that_keep_the_search(client: Client) -> None:
    for _ in range(25):
        make_venue(photos=0)

    first = client.get(SEARCH, {"guests": "20"}).content.decode()
    second = client.get(SEARCH, {"guests": "20", "page": "2"})

    assert 'href="?guests=20&amp;page=2"' in first
    assert len(second.context["result"].cards) == 1
    assert second.context["address"] == "/search/?guests=20&page=2"


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5", "²", "99999999999"])
def test_what_is_no_page_number_is_not_found(client: Client, number: str) -> None:
    make_reference()

    assert client.get(SEARCH, {"page": number}).status_code == 404


@pytest.mark.django_db
def test_page_past_the_last_shows_the_last(client: Client) -> None:
    make_venue(name="Seen hall")

    response = client.get(SEARCH, {"page": "7"})

    assert "Seen hall" in response.content.decode()
    assert response.context["address"] == "/search/"


@pytest.mark.django_db
def test_nothing_found_offers_what_is_one_change_away(client: Client) -> None:
    words = make_reference()
    make_venue(name="Next door", district=words.other_district)

    response = client.get(SEARCH, {"where": "almaty/alatau", "category": "event-hall"})

    page = response.content.decode()
    assert response.status_code == 200
    assert "No venue fits all of this" in page
    assert [(offer.label, offer.url) for offer in response.context["offers"]] == [
        ("Look in all of Almaty · 1 venue", "/search/?category=event-hall&where=almaty"),
    ]
    assert "Next door" in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.django_db
def test_time_shorter_than_anyone_takes_is_told(client: Client) -> None:
    venue = make_venue(spaces=0)
    make_space(venue=venue, minimum_minutes=240)
    refresh_search_entries(venue_id=venue.pk)

    response = client.get(SEARCH, {"date": "2026-12-12", "starts": "18:00", "ends": "20:00"})

    first = response.context["offers"][0]
    assert first.label == (
        "Stay longer: the shortest booking then is 4 hours, Sat 12 Dec, 18:00–22:00 · 1 venue"
    )
    assert first.url == "/search/?date=2026-12-12&starts=18:00&ends=22:00"


@pytest.mark.django_db(transaction=True)
def test_nothing_found_takes_at_most_nine_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_venue(hours="sat 18-21, mon 9-22")
    client.force_login(make_user())
    forget_vocabulary()
    asked = {"date": "2026-12-12", "starts": "18:00", "ends": "19:00", "guests": "50", "q": "hall"}

    with django_assert_max_num_queries(9):  # the bell's number among them
        response = client.get(SEARCH, asked | {"where": "almaty/alatau"})
    assert len(response.context["offers"]) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("venues", [1, 30])
def test_search_takes_at_most_eight_queries(
    client: Client, venues: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(venues):
        make_venue(spaces=2)
    forget_vocabulary()
    asked = {"date": "2026-12-12", "starts": "10:00", "ends": "14:00", "q": "hall"}

    with django_assert_max_num_queries(4):
        client.get(SEARCH, asked)
    client.force_login(make_user())
    forget_vocabulary()
    with django_assert_max_num_queries(7):  # the bell's number among them
        client.get(SEARCH, asked)


@pytest.mark.django_db
def test_typed_text_is_shown_as_text(client: Client) -> None:
    make_reference()

    page = client.get(SEARCH, {"q": "<script>alert(1)</script>"}).content.decode()

    assert "<script>alert(1)" not in page
    assert Venue.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("units", "capacity", "words"),
    [(40, 1, "40 places"), (3, 6, "3 spaces · 6 guests each"), (1, 8, "8 guests")],
)
def test_card_says_how_many_alike_there_are(
    client: Client, units: int, capacity: int, words: str
) -> None:
    venue = make_venue(spaces=0)
    make_space(venue=venue, units=units, capacity=capacity, area_m2=None)
    refresh_search_entries(venue_id=venue.pk)

    page = " ".join(client.get(SEARCH).content.decode().split())

    assert f"· {words} </span></p>" in page


@pytest.mark.django_db
def test_search_is_summed_up_on_one_line(client: Client) -> None:
    make_venue()

    nothing = client.get(SEARCH).context["summary"]
    response = client.get(
        SEARCH,
        {
            "category": "event-hall",
            "where": "almaty",
            "date": "2026-12-12",
            "starts": "18:00",
            "ends": "22:00",
            "guests": "40",
        },
    )

    assert nothing == "Any occasion · anywhere · any time"
    assert response.context["summary"] == (
        "Event hall · Almaty · Sat 12 Dec, 18:00–22:00 · 40 guests"
    )


@pytest.mark.django_db
def test_fragment_says_the_count_and_the_summary_where_the_page_keeps_them(client: Client) -> None:
    make_venue(name="Seen hall")

    page = client.get(SEARCH, {"guests": "20"}, headers={"HX-Request": "true"}).content.decode()

    assert '<p id="search-said" hx-swap-oob="innerHTML">1 venue</p>' in page
    assert '<small id="search-summary" hx-swap-oob="true">20 guests</small>' in page
    assert '<div id="search-errors" hx-swap-oob="innerHTML"></div>' in page


@pytest.mark.django_db
def test_form_is_a_sheet_unless_something_is_wrong_with_it(client: Client) -> None:
    make_reference()

    right = client.get(SEARCH).content.decode()
    wrong = client.get(SEARCH, {"guests": "0"}).content.decode()
    fragment = client.get(SEARCH, {"guests": "0"}, headers={"HX-Request": "true"})

    assert 'popovertarget="search"' in right
    assert "popover" not in wrong
    sheet = fragment.content.decode().partition('id="search-errors"')[2]
    assert "At least one guest has to come." in sheet


@pytest.mark.django_db
def test_card_says_instant_where_nobody_has_to_be_asked_for_that_time(client: Client) -> None:
    at_once, asked = make_venue(name="At once", spaces=0), make_venue(name="Asked", spaces=0)
    make_space(venue=at_once, instant_hours=48)
    make_space(venue=asked, booking_mode=BookingMode.REQUEST)
    for venue in (at_once, asked):
        refresh_search_entries(venue_id=venue.pk)

    def instant(**time: str) -> dict[str, bool]:
        found = client.get(SEARCH, time).context["cards"]
        return {card.name: card.is_instant for card in found}

    hours = {"starts": "14:00", "ends": "18:00"}
    assert instant() == {"At once": False, "Asked": False}
    assert instant(date="2026-12-12", **hours) == {"At once": True, "Asked": False}
    assert instant(date="2026-11-21", **hours) == {"At once": False, "Asked": False}
