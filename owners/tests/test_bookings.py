"""The lists of bookings, the page of one, and what an owner sees first."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import Cast, make_user
from marketplace.bookings import services
from marketplace.bookings.enums import BookingStatus, Purpose, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.tests.factories import NOW, make_bookable, make_booking, make_hold
from marketplace.venues.models import Space
from owners.rows import share_of, time_left
from owners.tests.test_access import Count

pytestmark = pytest.mark.usefixtures("noon")

DAY = timedelta(days=1)


@pytest.fixture
def space(owner: User) -> Space:
    return make_bookable(owner=owner, hourly_rate_minor=20_000_00, lead_hours=0)


def requested(space: Space, *, starts_at: datetime = NOW + 10 * DAY) -> Booking:
    return make_booking(
        status=BookingStatus.REQUESTED,
        space=space,
        starts_at=starts_at,
        now=NOW - timedelta(hours=2),
    )


def page_of(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"owners:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


# --- The lists ------------------------------------------------------------------------------------


def test_empty_list_says_what_will_be_there(client: Client, space: Space) -> None:
    assert "No bookings yet" in page_of(client, "bookings")


def test_each_booking_is_in_its_list(client: Client, space: Space) -> None:
    expected = {
        "requests": requested(space),
        "upcoming": make_booking(space=space, starts_at=NOW + 2 * DAY),
        "past": make_booking(status=BookingStatus.COMPLETED, space=space, starts_at=NOW - 5 * DAY),
        "cancelled": make_booking(
            status=BookingStatus.CANCELLED, space=space, starts_at=NOW + 6 * DAY
        ),
    }
    make_hold(space=space, starts_at=NOW + 3 * DAY, now=NOW)

    for tab, booking in expected.items():
        response = client.get(reverse("owners:bookings"), {"tab": tab})
        assert [row.card.reference for row in response.context["rows"]] == [booking.reference]
        assert [each["count"] for each in response.context["tabs"]] == [1, 1, 1, 1]


def test_requests_come_first_while_one_waits(client: Client, space: Space) -> None:
    make_booking(space=space, starts_at=NOW + 2 * DAY)
    assert client.get(reverse("owners:bookings")).context["tab"] == "upcoming"

    requested(space)

    page = page_of(client, "bookings")
    assert "22 hours left" in page
    # Three hours at 20 000 and 5 000 of cleaning, less 15 percent.
    assert "55\u00a0250\u00a0₸" in page


@pytest.mark.parametrize("asked", ["", "nonsense", "0", "٣"])
def test_list_can_be_of_one_venue(client: Client, owner: User, space: Space, asked: str) -> None:
    here = make_booking(space=space, starts_at=NOW + 2 * DAY)
    there = make_booking(space=make_bookable(owner=owner), starts_at=NOW + 2 * DAY)
    address = reverse("owners:bookings")

    one = client.get(address, {"venue": str(space.venue_id), "tab": "upcoming"}).context["rows"]
    both = client.get(address, {"venue": asked, "tab": "upcoming"}).context["rows"]

    assert [row.card.reference for row in one] == [here.reference]
    assert {row.card.reference for row in both} == {here.reference, there.reference}


def test_long_list_comes_in_pages(client: Client, space: Space) -> None:
    for number in range(21):
        make_booking(space=space, starts_at=NOW + (number + 1) * DAY)

    first = client.get(reverse("owners:bookings"), {"tab": "upcoming"})
    second = client.get(reverse("owners:bookings"), {"tab": "upcoming", "page": "2"})
    beyond = client.get(reverse("owners:bookings"), {"tab": "upcoming", "page": "99"})

    assert [len(page.context["rows"]) for page in (first, second, beyond)] == [20, 1, 1]
    assert "tab=upcoming&amp;page=2" in first.content.decode()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute left"),
        (61, "1 min left"),
        (2.5 * 3600, "2 h 30 min left"),
        (3.9 * 3600, "3 hours left"),
        (47 * 3600 + 59, "47 hours left"),
    ],
)
def test_time_left_is_to_the_minute_once_it_is_near(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


# --- One booking ----------------------------------------------------------------------------------


def test_page_of_a_booking_says_who_when_and_how_much(client: Client, space: Space) -> None:
    renter = make_user(name="Aliya Nurlanova", phone="+77015554433")
    booking = make_booking(space=space, renter=renter, starts_at=NOW + 2 * DAY)
    Booking.objects.filter(pk=booking.pk).update(
        purpose=Purpose.WORKSHOP, message="We bring a projector"
    )

    page = page_of(client, "booking", booking.reference)

    for words in (
        "Saturday 13 June, 12:00–15:00",
        "Aliya Nurlanova",
        "+7 701 555 44 33",
        "Workshop or class",
        "We bring a projector",
        "65\u00a0000\u00a0₸",
        "−9\u00a0750\u00a0₸",
        "55\u00a0250\u00a0₸",
        "Due to you two days after the end: Mon 15 Jun, 15:00.",
    ):
        assert words in page


def test_page_leads_to_the_day_in_the_calendar_by_the_venues_clock(
    client: Client, space: Space
) -> None:
    booking = make_booking(space=space, starts_at=NOW + 2 * DAY)
    late = NOW.replace(hour=22) + 2 * DAY
    Booking.objects.filter(pk=booking.pk).update(starts_at=late, ends_at=late + timedelta(hours=3))

    page = page_of(client, "booking", booking.reference)

    calendar = reverse("owners:calendar", args=[space.venue_id])
    assert f"{calendar}?date={late.date() + DAY}" in page


def test_phone_and_contacts_come_with_the_confirmation(client: Client, space: Space) -> None:
    booking = requested(space)
    Booking.objects.filter(pk=booking.pk).update(message="Hello, call 8 701 555 44 33 please")
    booking.renter.phone = "+77015554433"
    booking.renter.save()

    page = page_of(client, "booking", booking.reference)

    assert "You see the phone number once the booking is confirmed." in page
    assert "555" not in page
    assert "Hello, call" in page


def test_held_slot_is_not_the_owners_to_look_at(client: Client, space: Space) -> None:
    hold = make_hold(space=space, starts_at=NOW + 2 * DAY, now=NOW)

    response = client.get(reverse("owners:booking", args=[hold.reference]))

    assert response.status_code == 404


@pytest.mark.parametrize("status", [*BookingStatus])
def test_every_state_has_a_page(client: Client, space: Space, status: BookingStatus) -> None:
    starts_at = NOW - 2 * DAY if status in {"completed", "no_show"} else NOW + 2 * DAY
    booking = make_booking(status=status, space=space, starts_at=starts_at)
    never_paid = {BookingStatus.HELD, BookingStatus.EXPIRED}

    response = client.get(reverse("owners:booking", args=[booking.reference]))

    assert response.status_code == (404 if status in never_paid else 200)


def test_what_is_left_of_a_cancelled_booking(client: Client, space: Space) -> None:
    cancelled = make_booking(space=space, starts_at=NOW + 2 * DAY)
    # Flexible: half comes back from seven days to one before.
    services.cancel_booking(booking=cancelled, by=cancelled.renter, side=Side.RENTER, now=NOW)

    share = share_of(cancelled)

    # Half of the time, less 15 percent; cleaning goes back.
    assert (share.price.amount, share.commission.amount, share.earned.amount) == (
        30_000_00,
        4_500_00,
        25_500_00,
    )
    assert "25\u00a0500\u00a0₸" in page_of(client, "booking", cancelled.reference)
    assert "You keep" in page_of(client, "bookings", tab="cancelled")


def test_nothing_is_left_of_what_the_owner_cancelled(space: Space) -> None:
    cancelled = make_booking(space=space, starts_at=NOW + 2 * DAY)
    services.cancel_booking(booking=cancelled, by=space.venue.owners()[0], side=Side.OWNER, now=NOW)
    declined = make_booking(status=BookingStatus.DECLINED, space=space, starts_at=NOW + 3 * DAY)

    assert [share_of(each).earned.amount for each in (cancelled, declined)] == [0, 0]


# --- What comes first -----------------------------------------------------------------------------


def test_home_begins_with_who_waits_and_who_comes(client: Client, space: Space) -> None:
    waiting = requested(space)
    today = make_booking(space=space, starts_at=NOW + timedelta(hours=3), now=NOW - DAY)
    tomorrow = make_booking(space=space, starts_at=NOW + DAY, now=NOW - DAY)
    make_booking(space=space, starts_at=NOW + 2 * DAY, now=NOW - DAY)

    context = client.get(reverse("owners:home")).context

    assert [ask.booking.reference for ask in context["asks"]] == [waiting.reference]
    assert [
        (str(day.word), [visit.url for plan in day.spaces for visit in plan.visits])
        for day in context["days"]
    ] == [
        ("Today", [reverse("owners:booking", args=[today.reference])]),
        ("Tomorrow", [reverse("owners:booking", args=[tomorrow.reference])]),
    ]


def test_rail_leads_where_there_is_something(client: Client, cast: Cast, space: Space) -> None:
    requested(space)
    newcomer = Client()
    newcomer.force_login(cast.stranger)

    links = client.get(reverse("owners:home")).context["desk"].links
    bare = newcomer.get(reverse("owners:home")).context["desk"].links

    assert [(str(link.label), link.count) for link in links] == [
        ("Today", None),
        ("Calendar", None),
        ("Bookings", 1),
        ("Venues", None),
        ("Earnings", None),
    ]
    assert [str(link.label) for link in bare] == ["Today"]


# --- Queries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("tab", ["requests", "upcoming", "past", "cancelled"])
def test_lists_take_the_same_queries_at_any_length(
    client: Client, space: Space, django_assert_num_queries: Count, count: int, tab: str
) -> None:
    make_some(space, tab, count)

    # Session, person, bell, venues, requests that wait, a count for each list, the bookings with
    # their places, and one query for lines.
    with django_assert_num_queries(11):  # type: ignore[attr-defined]
        page_of(client, "bookings", tab=tab)


@pytest.mark.parametrize("count", [1, 30])
def test_home_takes_the_same_queries_at_any_length(
    client: Client, space: Space, django_assert_num_queries: Count, count: int
) -> None:
    make_some(space, "requests", count)
    for number in range(count):
        other = make_bookable(owner=space.venue.owners()[0], lead_hours=0)
        starts_at = NOW + DAY + timedelta(hours=number % 3)
        make_booking(space=other, starts_at=starts_at, now=NOW - DAY)

    # Session, person, bell, venues, requests of the rail; requests and their lines; the two days;
    # hidden venues, what is owed.
    with django_assert_num_queries(10):  # type: ignore[attr-defined]
        page_of(client, "home")


def make_some(space: Space, tab: str, count: int) -> None:
    for number in range(1, count + 1):
        match tab:
            case "requests":
                requested(space, starts_at=NOW + (5 + number) * DAY)
            case "upcoming":
                make_booking(space=space, starts_at=NOW + number * DAY)
            case "past":
                make_booking(
                    status=BookingStatus.COMPLETED, space=space, starts_at=NOW - number * DAY
                )
            case _:
                make_booking(
                    status=BookingStatus.CANCELLED, space=space, starts_at=NOW + number * DAY
                )
