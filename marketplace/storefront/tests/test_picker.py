"""Choosing a time on a venue's page: what is shown, what is refused, and how it is kept."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.tests.factories import (
    NOW,
    STARTS_AT,
    make_block,
    make_bookable,
    make_hold,
)
from marketplace.storefront.forms.booking import SlotForm
from marketplace.storefront.picker import Picker
from marketplace.venues.enums import BookingMode
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import make_space, make_venue, set_hours

pytestmark = pytest.mark.django_db

HTMX: Final = {"HX-Request": "true"}
# Sunday 21 June 2026, noon to three in Almaty.
START: Final = "2026-06-21T12:00+05:00"
END: Final = "2026-06-21T15:00+05:00"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def space() -> Space:
    return make_bookable()


def look(client: Client, space: Space, part: str = "", /, **query: Any) -> Any:
    """The venue's page, or a fragment of it as htmx asks for it."""
    address = f"{space.venue.get_absolute_url()}{part}?{urlencode(query)}"
    return client.get(address, headers=HTMX if part else None)


def picker_of(response: Any) -> Picker:
    picker = response.context["picker"]
    assert isinstance(picker, Picker)
    return picker


def states(picker: Picker) -> dict[int, str]:
    return {day.number: day.state for week in picker.month.weeks for day in week if day}


def test_month_from_today_on_says_what_is_free_partly_free_taken_and_closed(
    client: Client, space: Space
) -> None:
    set_hours(venue=space.venue, hours="mon-sat 9-22")
    at = datetime(2026, 6, 22, 4, 0, tzinfo=UTC)
    make_block(space=space, starts_at=at, hours=13)
    make_block(space=space, starts_at=at + timedelta(days=1), hours=4)

    picker = picker_of(look(client, space))

    days = states(picker)
    assert picker.month.title == "June 2026"
    assert min(days) == 11
    assert (days[21], days[22], days[23], days[24]) == (
        "closed",
        "taken",
        "partly",
        "free",
    )
    assert [day.number for week in picker.month.weeks for day in week if day and day.is_today] == [
        11
    ]


def test_days_that_can_be_chosen_are_links_that_say_what_they_are(
    client: Client, space: Space
) -> None:
    page = look(client, space).content.decode()

    query = f"?space={space.pk}&amp;date=2026-06-22"
    assert f'href="{space.venue.get_absolute_url()}{query}#picker"' in page
    assert 'aria-label="Monday 22 June, free"' in page
    assert "Wednesday 10 June" not in page


def test_months_go_no_further_than_bookings(client: Client, space: Space) -> None:
    first = picker_of(look(client, space)).month
    last = picker_of(look(client, space, month="2027-06")).month

    assert (first.back_query, last.on_query) == ("", "")
    assert parse_qs(first.on_query)["month"] == ["2026-07"]
    assert parse_qs(last.back_query)["month"] == ["2027-05"]


def test_day_offers_only_times_that_can_be_booked(client: Client, space: Space) -> None:
    make_hold(space=space, starts_at=STARTS_AT, now=NOW)

    picker = picker_of(look(client, space, date="2026-06-21"))

    assert [option.label for option in picker.starts] == [
        "09:00", "09:30", "15:30", "16:00", "16:30", "17:00", "17:30", "18:00", "18:30", "19:00",
        "19:30", "20:00",
    ]  # fmt: skip
    assert picker.price is None


def test_start_alone_takes_the_shortest_end(client: Client, space: Space) -> None:
    picker = picker_of(look(client, space, start=START))

    assert picker.end == "2026-06-21T14:00+05:00"
    assert [option.label for option in picker.ends if option.is_chosen] == ["14:00"]


def test_whole_choice_shows_the_whole_price_and_dated_refunds(client: Client, space: Space) -> None:
    response = look(client, space, start=START, end=END, guests=20)

    price = picker_of(response).price
    assert response.status_code == 200
    assert price is not None
    assert [(line.label, line.note, line.amount.format()) for line in price.lines] == [
        ("Time", "3 hours", "60\xa0000\xa0₸"),
        ("Cleaning", "", "5\xa0000\xa0₸"),
        ("Service fee", "", "3\xa0250\xa0₸"),
    ]
    assert [(step.until, step.text) for step in price.refunds] == [
        ("until Sun 14 Jun, 12:00", "68\xa0250\xa0₸"),
        ("until Sat 20 Jun, 12:00", "35\xa0000\xa0₸"),
        ("after that", "5\xa0000\xa0₸"),
    ]
    assert "Book for 68\xa0250\xa0₸" in response.content.decode()


@pytest.mark.parametrize("part", ["availability/", "quote/"])
def test_fragment_says_the_total_aloud_and_dates_the_policy(
    client: Client, space: Space, part: str
) -> None:
    page = look(client, space, part, start=START, end=END, guests=20).content.decode()

    told = re.findall(r'<p id="told" hx-swap-oob="innerHTML">(.*?)</p>', page)
    assert told == ["Sun 21 Jun, 12:00–15:00: 68\xa0250\xa0₸ in all."]
    assert "For Sun 21 Jun, 12:00–15:00 you get back:" in page
    undated = look(client, space, part, date="2026-06-21").content.decode()
    assert "Until 7 days before the start" in undated


def test_end_past_midnight_names_its_day(client: Client, space: Space) -> None:
    set_hours(venue=space.venue, hours="sun 18-26")

    picker = picker_of(look(client, space, start="2026-06-21T22:00+05:00"))

    assert [option.label for option in picker.ends] == [
        "00:00, Mon", "00:30, Mon", "01:00, Mon", "01:30, Mon", "02:00, Mon",
    ]  # fmt: skip


def test_request_says_that_nothing_is_charged_before_the_owner_says_yes(client: Client) -> None:
    space = make_bookable(booking_mode=BookingMode.REQUEST)

    page = look(client, space, start=START, end=END).content.decode()

    assert "Ask the owner · 68\xa0250\xa0₸" in page
    assert "You won’t be charged until the owner says yes." in page
    assert "Ask the owner" not in look(client, make_bookable(), start=START).content.decode()


REFUSED: Final = {
    "past": {"start": "2026-06-01T12:00+05:00", "end": "2026-06-01T15:00+05:00"},
    "too far": {"start": "2028-06-01T12:00+05:00", "end": "2028-06-01T15:00+05:00"},
    "too short": {"start": START, "end": "2026-06-21T12:30+05:00"},
    "off the grid": {"start": "2026-06-21T12:10+05:00", "end": "2026-06-21T15:10+05:00"},
    "closed": {"start": "2026-06-21T20:00+05:00", "end": "2026-06-21T23:00+05:00"},
    "backwards": {"start": END, "end": START},
    "too many guests": {"start": START, "end": END, "guests": "61"},
    "no guest": {"start": START, "end": END, "guests": "0"},
    "a huge number": {"guests": "9" * 400},
    "words for guests": {"guests": "many"},
    "words for a time": {"start": "tomorrow"},
    "a time without its offset": {"start": "2026-06-21T12:00"},
    "the first year": {"start": "0001-01-01T00:00+05:00"},
    "the last year": {"date": "9999-12-31"},
    "no such month": {"month": "2026-13"},
    "the first month": {"month": "0001-01"},
    "no space": {"space": "0"},
    "words for a space": {"space": "'; DROP TABLE"},
    "a space with too many digits": {"space": "9" * 40},
}


@pytest.mark.parametrize("part", ["", "availability/", "quote/"])
@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_booked_is_said_and_never_breaks(
    client: Client, space: Space, query: dict[str, str], part: str
) -> None:
    response = look(client, space, part, **query)

    trouble = picker_of(response).trouble
    assert response.status_code == 422
    assert trouble is not None
    assert trouble.text in response.content.decode().replace("&#x27;", "'")


def test_another_venues_space_is_refused(client: Client, space: Space) -> None:
    other = make_bookable()

    response = look(client, space, space=other.pk, start=START, end=END)

    assert response.status_code == 422
    assert picker_of(response).choice.space == space


@pytest.mark.parametrize("part", ["", "availability/", "quote/"])
def test_taken_time_offers_the_nearest_as_links(client: Client, space: Space, part: str) -> None:
    make_hold(space=space, now=NOW)

    response = look(client, space, part, start=START, end=END, guests=20)

    nearest = picker_of(response).nearest
    assert response.status_code == 422
    assert "This time is taken." in response.content.decode()
    assert nearest[0].label == "Sun 21 Jun, 15:30–18:30"
    for time in nearest:
        followed = client.get(time.url)
        assert followed.status_code == 200
        assert picker_of(followed).price is not None
        assert picker_of(followed).choice.guests == 20


def test_who_holds_the_time_is_led_to_the_checkout(client: Client, space: Space) -> None:
    hold = make_hold(space=space, now=NOW)
    client.force_login(hold.renter)

    page = look(client, space, start=START, end=END).content.decode()

    assert "You are holding this time yourself." in page
    assert f'href="/bookings/{hold.reference}/checkout/"' in page


def test_too_many_guests_are_told_of_a_space_that_holds_them(client: Client) -> None:
    venue = make_venue(spaces=0)
    small = make_space(venue=venue, name="Snug", capacity=10, hourly_rate_minor=5_000_00)
    large = make_space(venue=venue, name="Grand", capacity=100)

    refused = look(client, small, space=small.pk, guests=40)

    assert "See Grand, up to 100 guests" in refused.content.decode()
    assert picker_of(look(client, small, guests=40)).choice.space == large
    assert picker_of(look(client, small, guests=4)).choice.space == small

    untouched = picker_of(look(client, small))
    assert (untouched.choice.space, untouched.offer.space) == (large, large)
    assert picker_of(look(client, small, date="2026-06-21")).choice.space == small
    assert picker_of(look(client, large, space=large.pk)).offer.space == large


def test_search_is_taken_over(client: Client, space: Space) -> None:
    query = {"date": "2026-06-21", "starts": "12:00", "ends": "15:00", "guests": "40"}

    choice = picker_of(look(client, space, **query)).choice

    assert (choice.start, choice.end) == (STARTS_AT, STARTS_AT + timedelta(hours=3))
    assert (choice.guests, choice.day) == (40, date(2026, 6, 21))


def test_end_on_the_clock_may_be_on_the_next_day(space: Space) -> None:
    data = {"date": "2026-06-21", "starts": "20:00", "ends": "02:00"}
    form = SlotForm(data, venue=space.venue, spaces=[space])

    assert form.is_valid()
    choice = form.choice(now=NOW)
    assert choice.start is not None
    assert choice.end is not None
    assert choice.end - choice.start == timedelta(hours=6)


def test_plus_that_an_address_lost_is_read(client: Client, space: Space) -> None:
    response = client.get(f"{space.venue.get_absolute_url()}?start={START}")

    assert picker_of(response).choice.start == STARTS_AT


@pytest.mark.parametrize(
    ("part", "header"), [("availability/", "HX-Push-Url"), ("quote/", "HX-Replace-Url")]
)
def test_fragment_names_the_page_that_shows_the_same(
    client: Client, space: Space, part: str, header: str
) -> None:
    fragment = look(client, space, part, start=START, end=END, guests=20)

    address = urlsplit(fragment[header])
    assert "<html" not in fragment.content.decode()
    assert 'id="page-action" hx-swap-oob="true"' in fragment.content.decode()
    assert address.path == space.venue.get_absolute_url()
    assert picker_of(client.get(fragment[header])).choice == picker_of(fragment).choice


@pytest.mark.parametrize("part", ["availability/", "quote/"])
def test_fragment_is_a_whole_page_without_htmx(client: Client, space: Space, part: str) -> None:
    address = f"{space.venue.get_absolute_url()}{part}?{urlencode({'start': START})}"

    response = client.get(address)

    assert response.status_code == 200
    assert "<html" in response.content.decode()
    assert picker_of(response).price is not None


def test_new_start_takes_an_end_that_no_longer_fits_along(client: Client, space: Space) -> None:
    address = f"{space.venue.get_absolute_url()}availability/"
    query = {"start": END, "end": START}
    headers = {"HX-Request": "true", "HX-Trigger": "slot-start"}

    response = client.get(address, query, headers=headers)

    assert response.status_code == 200
    assert picker_of(response).end == "2026-06-21T17:00+05:00"


def test_page_of_a_guest_has_no_token_of_its_own(client: Client, space: Space) -> None:
    guest = look(client, space, start=START, end=END)
    client.force_login(make_user())
    member = look(client, space, start=START, end=END)

    assert "csrf" not in guest.content.decode().lower()
    assert not guest.cookies
    assert "csrfmiddlewaretoken" in member.content.decode()


def test_clock_of_the_venue_is_named_to_who_has_another(client: Client, space: Space) -> None:
    client.cookies["joytop_tz"] = "Europe/Berlin"

    assert "All times are Almaty time." in look(client, space).content.decode()


def test_hour_that_comes_twice_is_told_apart(client: Client) -> None:
    venue = make_venue(spaces=0, time_zone="Europe/Berlin", hours="daily 0-24")
    space = make_space(venue=venue)

    picker = picker_of(look(client, space, date="2026-10-25"))

    labels = [option.label for option in picker.starts]
    assert labels[4:8] == ["02:00 (CEST)", "02:30 (CEST)", "02:00 (CET)", "02:30 (CET)"]
    assert len({option.value for option in picker.starts}) == len(labels)


@pytest.mark.parametrize("part", ["", "availability/", "quote/"])
def test_preview_has_nothing_to_choose(client: Client, part: str) -> None:
    owner = make_user()
    space = make_venue(owner=owner, status="draft").spaces.get()
    client.force_login(owner)

    response = look(client, space, part)

    assert response.status_code == (404 if part else 200)
    assert 'id="picker"' not in response.content.decode()


@pytest.mark.parametrize("part", ["availability/", "quote/", "book/"])
def test_unpublished_venue_is_not_there(client: Client, part: str) -> None:
    space = make_venue(status="draft").spaces.get()

    assert look(client, space, part).status_code == 404


@pytest.mark.parametrize("part", ["availability/", "quote/"])
@pytest.mark.parametrize("rows", [1, 20])
def test_fragment_takes_at_most_eight_queries(
    client: Client,
    part: str,
    rows: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    venue = make_venue(spaces=rows)
    space = venue.spaces.all()[0]
    for day in range(rows):
        make_block(space=space, starts_at=STARTS_AT + timedelta(days=day + 1), hours=2)
    client.force_login(make_user())

    with django_assert_max_num_queries(8):
        response = look(client, space, part, space=space.pk, start=START, end=END)
    assert response.status_code == 200
