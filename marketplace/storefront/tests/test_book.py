"""Taking a chosen slot: who may, what is held, and what is said to who was not first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.models import Booking
from marketplace.bookings.services import MAX_OPEN_HOLDS
from marketplace.bookings.tests.factories import NOW, STARTS_AT, make_bookable, make_hold
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Space, Venue

pytestmark = pytest.mark.django_db

TOTAL: Final = "6825000"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def space() -> Space:
    return make_bookable()


@pytest.fixture
def renter(client: Client) -> User:
    renter = make_user()
    client.force_login(renter)
    return renter


def slot_of(space: Space, /, **changes: Any) -> dict[str, str]:
    """The form on the venue's page: 21 June, noon to three in Almaty, twenty guests."""
    slot = {
        "space": str(space.pk),
        "start": "2026-06-21T12:00+05:00",
        "end": "2026-06-21T15:00+05:00",
        "guests": "20",
        "expected": TOTAL,
    }
    return slot | changes


def book(client: Client, space: Space, /, **changes: Any) -> Any:
    return client.post(
        reverse("storefront:book", args=[space.venue.slug]), slot_of(space, **changes)
    )


def test_slot_is_held_and_leads_to_its_checkout(client: Client, space: Space, renter: User) -> None:
    response = book(client, space)

    booking = Booking.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("storefront:checkout", args=[booking.reference])
    assert (booking.renter, booking.guests) == (renter, 20)
    assert booking.starts_at == STARTS_AT
    assert booking.ends_at == STARTS_AT + timedelta(hours=3)


def test_second_click_leads_to_the_same_checkout(
    client: Client, space: Space, renter: User
) -> None:
    first, second = book(client, space), book(client, space)

    assert first["Location"] == second["Location"]
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_guest_logs_in_first_and_comes_back_to_the_same_slot(
    client: Client, space: Space, method: str
) -> None:
    address = reverse("storefront:book", args=[space.venue.slug])
    response = getattr(client, method)(address, slot_of(space))

    login = urlsplit(response["Location"])
    back = parse_qs(login.query)["next"][0]
    page = client.get(back)
    assert response.status_code == 302
    assert login.path == reverse("account_login")
    assert Booking.objects.count() == 0
    assert urlsplit(back).path == space.venue.get_absolute_url()
    assert page.context["picker"].price.total.amount == int(TOTAL)
    assert page.context["picker"].choice.guests == 20


def test_member_who_comes_by_a_link_chooses_on_the_page(
    client: Client, space: Space, renter: User
) -> None:
    response = client.get(reverse("storefront:book", args=[space.venue.slug]), slot_of(space))

    assert urlsplit(response["Location"]).path == space.venue.get_absolute_url()
    assert Booking.objects.count() == 0


def test_who_was_not_first_is_told_what_is_free(client: Client, space: Space, renter: User) -> None:
    make_hold(space=space, now=NOW)

    response = book(client, space)

    assert response.status_code == 409
    assert "Somebody has just taken this time." in response.content.decode()
    assert [time.label for time in response.context["picker"].nearest] == [
        "Sun 21 Jun, 15:30–18:30",
        "Mon 22 Jun, 12:00–15:00",
        "Sat 20 Jun, 12:00–15:00",
    ]
    assert Booking.objects.count() == 1


def test_changed_price_shows_both_and_asks_again(
    client: Client, space: Space, renter: User
) -> None:
    response = book(client, space, expected="5000000")

    page = response.content.decode()
    assert response.status_code == 409
    assert "50\xa0000\xa0₸" in page
    assert "Book for 68\xa0250\xa0₸" in page
    assert f'name="expected" value="{TOTAL}"' in page
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"start": "", "end": ""}, "Choose a day, a start and an end first."),
        ({"guests": ""}, "How many of you are coming?"),
        ({"guests": "61"}, "Hall 1 holds 60 guests."),
        ({"guests": "\0"}, "Give the number of guests in digits."),
        (
            {"start": "2026-06-01T12:00+05:00", "end": "2026-06-01T15:00+05:00"},
            "This time is over.",
        ),
        ({"start": "2026-06-21T12:10+05:00"}, "Bookings here start at other minutes"),
        ({"start": "noon"}, "That time cannot be read."),
        ({"end": "2026-06-21T09:00+05:00"}, "The end comes after the start."),
        ({"space": "0"}, "That space is not here."),
    ],
)
def test_what_can_never_be_booked_so_is_said(
    client: Client, space: Space, renter: User, changes: dict[str, str], says: str
) -> None:
    response = book(client, space, **changes)

    assert response.status_code == 422
    assert says in response.content.decode()
    assert Booking.objects.count() == 0


@pytest.mark.parametrize("expected", ["", "free", "-1", "١٢", "9" * 5000])
def test_price_that_is_not_said_is_not_compared(
    client: Client, space: Space, renter: User, expected: str
) -> None:
    assert book(client, space, expected=expected).status_code == 302


def test_another_venues_space_is_not_held(client: Client, space: Space, renter: User) -> None:
    other = make_bookable()

    assert book(client, space, space=str(other.pk)).status_code == 422
    assert Booking.objects.count() == 0


def test_renter_with_too_many_holds_is_led_to_them(
    client: Client, space: Space, renter: User
) -> None:
    for days in range(1, MAX_OPEN_HOLDS + 1):
        make_hold(space=space, renter=renter, starts_at=STARTS_AT + timedelta(days=days), now=NOW)

    response = book(client, space)

    assert response.status_code == 409
    assert f'href="{reverse("storefront:bookings")}">Your bookings</a>' in response.content.decode()


def test_team_does_not_book_its_own_venue(client: Client, space: Space) -> None:
    client.force_login(space.venue.owners()[0])

    response = book(client, space)

    assert response.status_code == 403
    assert "You are in the team of this venue." in response.content.decode()


def test_member_without_a_verified_phone_is_told_where_to_verify(
    client: Client, space: Space
) -> None:
    client.force_login(make_user(phone_verified_at=None))

    response = book(client, space)

    assert response.status_code == 403
    assert reverse("account_change_phone") in response.content.decode()
    assert Booking.objects.count() == 0


@pytest.mark.parametrize("is_member", [True, False])
def test_paused_venue_says_only_that_it_takes_no_bookings(
    client: Client, space: Space, *, is_member: bool
) -> None:
    Venue.objects.update(status=ListingStatus.PAUSED)
    if is_member:
        client.force_login(make_user())
    address = reverse("storefront:book", args=[space.venue.slug])

    sent, opened = book(client, space), client.get(address, slot_of(space))

    assert (sent.status_code, opened.status_code) == (409, 200)
    for page in (sent.content.decode(), opened.content.decode()):
        assert "This venue takes no bookings at the moment." in page
        assert f'href="{reverse("storefront:search")}"' in page
        assert space.venue.name not in page
    assert not Booking.objects.exists()


@pytest.mark.parametrize("status", sorted(set(ListingStatus) - {"published", "paused"}))
def test_what_is_not_on_the_market_is_not_found(
    client: Client, space: Space, renter: User, status: ListingStatus
) -> None:
    Venue.objects.update(status=status)

    assert book(client, space).status_code == 404


def test_htmx_is_led_on_as_a_page(client: Client, space: Space, renter: User) -> None:
    response = client.post(
        reverse("storefront:book", args=[space.venue.slug]),
        slot_of(space),
        headers={"HX-Request": "true"},
    )

    assert response["HX-Redirect"].endswith("/checkout/")


def test_slot_survives_signing_up(client: Client, space: Space) -> None:
    """The address goes along through the number and the code."""
    asked = client.get(reverse("storefront:book", args=[space.venue.slug]), slot_of(space))
    login = client.get(asked["Location"])
    back = parse_qs(urlsplit(asked["Location"]).query)["next"][0]

    page = login.content.decode()
    sign_up = next(
        part.split('"')[0]
        for part in page.split('href="')
        if part.startswith(reverse("account_signup")) and "next=" in part
    )
    assert parse_qs(urlsplit(sign_up.replace("&amp;", "&")).query)["next"] == [back]
