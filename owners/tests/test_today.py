"""The page of the day: answers in place, a line of time, what is begun, the first steps."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Booking
from marketplace.bookings.tests.factories import NOW, make_bookable, make_booking
from marketplace.venues.enums import ListingStatus, MemberRole
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import add_member, make_venue
from owners.dayplan import day_plans

pytestmark = pytest.mark.usefixtures("noon")

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def space(owner: User) -> Space:
    return make_bookable(owner=owner, lead_hours=0)


@pytest.fixture
def asked(space: Space) -> Booking:
    return make_booking(
        status=BookingStatus.REQUESTED, space=space, starts_at=NOW + 5 * DAY, now=NOW - HOUR
    )


def home(client: Client) -> str:
    response = client.get(reverse("owners:home"))
    assert response.status_code == 200
    return response.content.decode()


# --- Answers in place -----------------------------------------------------------------------------


def test_an_answer_given_on_the_day_leads_back_to_it(client: Client, asked: Booking) -> None:
    assert reverse("owners:booking_accept", args=[asked.reference]) in home(client)

    response = client.post(
        reverse("owners:booking_decline", args=[asked.reference]),
        {"reason": "time", "from": "today"},
    )

    assert response.headers["Location"] == reverse("owners:home")
    asked.refresh_from_db()
    assert asked.status == BookingStatus.DECLINED


def test_a_refusal_without_a_reason_is_asked_again_and_still_leads_back(
    client: Client, asked: Booking
) -> None:
    response = client.post(
        reverse("owners:booking_decline", args=[asked.reference]), {"note": "", "from": "today"}
    )

    assert response.status_code == 422
    assert '<input type="hidden" name="from" value="today">' in response.content.decode()


def test_who_may_not_answer_is_offered_no_answer(space: Space, asked: Booking) -> None:
    browser = Client()
    browser.force_login(add_member(venue=space.venue, role=MemberRole.VIEWER))

    page = home(browser)

    assert asked.renter.display_name in page
    assert reverse("owners:booking_accept", args=[asked.reference]) not in page
    assert "Money on its way" not in page


# --- The line of time -----------------------------------------------------------------------------


def test_line_shows_who_is_over_who_is_here_and_who_comes(space: Space) -> None:
    over, here, comes = (
        make_booking(space=space, starts_at=NOW + days * DAY, now=NOW - DAY) for days in (2, 3, 1)
    )
    over.starts_at, over.ends_at = NOW - 6 * HOUR, NOW - 3 * HOUR
    here.starts_at, here.ends_at = NOW - HOUR, NOW + 2 * HOUR

    today, tomorrow = day_plans([comes, here, over], now=NOW)

    (plan,) = today.spaces
    assert plan.now_x == "50.00%"
    # Three hours each, from six and from eleven.
    assert [(it.x, it.width, it.is_over, it.is_now) for it in plan.visits] == [
        ("25.00%", "12.50%", True, False),
        ("45.83%", "12.50%", False, True),
    ]
    (plan,) = tomorrow.spaces
    assert [(it.times, plan.now_x) for it in plan.visits] == [("12:00–15:00", "")]


def test_a_night_lies_on_both_days(space: Space) -> None:
    booking = make_booking(space=space, starts_at=NOW + 3 * HOUR, now=NOW - DAY)
    booking.starts_at, booking.ends_at = NOW + 10 * HOUR, NOW + 14 * HOUR

    today, tomorrow = day_plans([booking], now=NOW)

    assert [visit.times for visit in today.spaces[0].visits] == ["from 22:00"]
    assert [visit.times for visit in tomorrow.spaces[0].visits] == ["until 02:00"]


def test_an_empty_day_says_so(client: Client, space: Space) -> None:
    assert "No bookings today and tomorrow." in home(client)


def test_a_quiet_day_names_what_is_next(client: Client, space: Space) -> None:
    booking = make_booking(space=space, starts_at=NOW + 4 * DAY, status=BookingStatus.CONFIRMED)

    page = home(client)

    assert "These are next:" in page
    assert booking.reference in page


# --- The way to the calendar -------------------------------------------------------------------


def test_calendar_is_that_of_what_comes_next(client: Client, owner: User, space: Space) -> None:
    busy = make_bookable(owner=owner)
    make_booking(space=busy, starts_at=NOW + 4 * DAY)
    make_booking(space=make_bookable(owner=owner), starts_at=NOW + 9 * DAY)

    links = client.get(reverse("owners:home")).context["desk"].links

    assert links[1].url == reverse("owners:calendar", args=[busy.venue_id])


def test_list_of_venues_says_what_comes(client: Client, owner: User, asked: Booking) -> None:
    make_booking(space=make_bookable(owner=owner), starts_at=NOW + 4 * DAY)
    make_bookable(owner=owner)

    page = client.get(reverse("owners:venues")).content.decode()

    for words in ("1 request to answer", "Next: Mon 15 Jun, 12:00", "Nothing booked yet"):
        assert words in page


# --- Before the first venue -----------------------------------------------------------------------


def test_first_listing_is_led_on_step_by_step(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)

    response = client.get(reverse("owners:home"))

    page = response.content.decode()
    assert venue.name in page
    assert len(response.context["path"]) == 5
    for section in ("basics", "spaces", "hours", "photos", "terms"):
        assert reverse(f"owners:{section}", args=[venue.pk]) in page


def test_what_is_begun_stands_beside_what_is_published(
    client: Client, owner: User, space: Space
) -> None:
    draft = make_venue(owner=owner, status=ListingStatus.DRAFT, name="Attic to be")

    assert draft.name in home(client)
    assert "Not published yet" in home(client)


def test_only_who_has_put_everything_away_begins_anew(client: Client, owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.ARCHIVED)

    assert "Your first venue in five steps" in home(client)
    assert venue.name in client.get(reverse("owners:venues")).content.decode()
