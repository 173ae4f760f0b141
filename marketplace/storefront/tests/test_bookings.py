"""A renter's bookings: the list, a booking in each state, its papers, and cancelling it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.services import accept_request, cancel_booking
from marketplace.bookings.services.money import payable_of
from marketplace.bookings.tests.factories import (
    NOW,
    STARTS_AT,
    make_bookable,
    make_booking,
    make_hold,
    owner_of,
)
from marketplace.payments.models import Payment, Refund
from marketplace.storefront.booking_words import ahead_in_words
from marketplace.venues.models import Space, Venue

pytestmark = pytest.mark.django_db

PAGES: Final = ["booking", "booking_cancel", "booking_calendar", "receipt"]
PAID: Final = {BookingStatus.CONFIRMED, BookingStatus.COMPLETED, BookingStatus.NO_SHOW}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        yield


@pytest.fixture
def renter(client: Client) -> User:
    renter = make_user(name="Rauan")
    client.force_login(renter)
    return renter


@pytest.fixture
def space() -> Space:
    return make_bookable()


def address(booking: Booking, name: str = "booking") -> str:
    return reverse(f"storefront:{name}", args=[booking.reference])


def page_of(client: Client, booking: Booking, name: str = "booking") -> str:
    response = client.get(address(booking, name))
    assert response.status_code == 200
    return response.content.decode()


def test_no_bookings_say_where_to_find_a_room(client: Client, renter: User) -> None:
    page = client.get(reverse("storefront:bookings")).content.decode()

    assert "No bookings yet" in page


def test_list_has_the_next_what_waits_what_follows_and_what_is_over(
    client: Client, renter: User, space: Space
) -> None:
    def at(days: int) -> dict[str, Any]:
        return {
            "space": space,
            "renter": renter,
            "starts_at": STARTS_AT + timedelta(days=days),
            "now": NOW + timedelta(hours=1, minutes=59),
        }

    next_one = make_booking(**at(0))
    after = make_booking(**at(1))
    held = make_hold(**at(3))
    asked = make_booking(status="requested", **at(2))
    done = make_booking(
        status="completed", space=space, renter=renter, starts_at=NOW - timedelta(days=40)
    )
    make_booking(space=space, starts_at=STARTS_AT + timedelta(days=5))

    context = client.get(reverse("storefront:bookings")).context

    assert context["next"]["booking"] == next_one
    assert context["next"]["ahead"] == "in 10 days"
    assert [row["booking"] for month in context["upcoming"] for row in month["rows"]] == [after]
    assert [row["booking"] for row in context["waiting"]] == [held, asked]
    (month,) = context["past"]
    assert month["title"] == "May 2026"
    assert [row["booking"] for row in month["rows"]] == [done]


@pytest.mark.parametrize("rows", [1, 30])
def test_list_takes_as_many_queries_for_thirty(
    client: Client,
    renter: User,
    space: Space,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(rows):
        ahead, past = STARTS_AT + timedelta(days=number), NOW - timedelta(days=30 + number)
        make_booking(space=space, renter=renter, starts_at=ahead)
        make_booking(status="completed", space=space, renter=renter, starts_at=past)
    client.get(reverse("storefront:bookings"))

    with django_assert_num_queries(8):
        response = client.get(reverse("storefront:bookings"))
    assert sum(len(month["rows"]) for month in response.context["upcoming"]) == rows - 1


HEADLINES: Final = {
    BookingStatus.HELD: "Held for you until Thu 11 Jun, 12:15",
    BookingStatus.REQUESTED: "Request sent",
    BookingStatus.CONFIRMED: "Confirmed. See you Sunday 21 June at 12:00",
    BookingStatus.COMPLETED: "This booking is over. It was on Sun 21 Jun, 12:00–15:00",
    BookingStatus.NO_SHOW: "This booking is over. It was on Sun 21 Jun, 12:00–15:00",
    BookingStatus.EXPIRED: "Not paid in time",
    BookingStatus.DECLINED: "The owner could not take this booking",
    BookingStatus.CANCELLED: "You cancelled this booking",
}


@pytest.mark.parametrize("status", BookingStatus)
def test_booking_says_where_it_stands_and_releases_the_address_when_confirmed(
    client: Client, status: BookingStatus
) -> None:
    booking = make_booking(status=status)
    client.force_login(booking.renter)

    with time_machine.travel(NOW, tick=False):
        page = page_of(client, booking)

    venue = booking.space.venue
    assert HEADLINES[status] in page
    assert (venue.address in page) is (status in PAID)
    assert (venue.business.owner.phone_as_read in page) is (status in PAID)


@pytest.mark.parametrize("email", ["", "rauan@example.kz"])
def test_new_booking_asks_for_an_email_address_where_there_is_none(
    client: Client, email: str
) -> None:
    booking = make_booking(status="confirmed")
    booking.renter.email = email
    booking.renter.save()
    client.force_login(booking.renter)

    new = client.get(f"{address(booking)}?new=1").content.decode()

    words, link = "Add an email address", f"{reverse('storefront:profile')}#profile-email"
    assert (words in new, link in new) == (not email, not email)
    assert words not in page_of(client, booking)


def test_hold_that_ran_out_says_so(client: Client) -> None:
    booking = make_hold(now=NOW)
    client.force_login(booking.renter)

    assert "The time to pay is up" in page_of(client, booking)


def test_accepted_request_says_that_the_money_is_collected(client: Client) -> None:
    booking = make_booking(status="requested")
    accept_request(booking=booking, by=owner_of(booking), now=NOW + timedelta(hours=1))
    client.force_login(booking.renter)

    page = page_of(client, booking)
    refused = client.post(address(booking, "booking_cancel"))
    history = client.get(address(booking, "booking")).context["history"]

    assert "The owner said yes" in page
    assert [(entry.title, entry.kind, entry.by) for entry in history] == [
        ("Request accepted", "good", ""),
        ("Payment reserved; the request was sent", "info", ""),
        ("Time held until it is paid", "", ""),
    ]
    assert "Withdraw the request" not in page
    assert refused.status_code == 409


@pytest.mark.parametrize("name", PAGES)
def test_other_peoples_bookings_are_not_there(client: Client, name: str) -> None:
    booking = make_booking()
    answers = []
    for person in (make_user(), owner_of(booking)):
        client.force_login(person)
        answers.append(client.get(address(booking, name)).status_code)
        answers.append(client.post(address(booking, name)).status_code)

    refused = 404 if name == "booking_cancel" else 405
    assert answers == [404, refused, 404, refused]
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


@pytest.mark.parametrize("name", PAGES)
def test_guest_logs_in_first(client: Client, name: str) -> None:
    booking = make_booking()

    response = client.get(address(booking, name))

    assert response["Location"] == f"{reverse('account_login')}?next={address(booking, name)}"


def test_list_of_a_guest_is_behind_the_login(client: Client) -> None:
    assert client.get(reverse("storefront:bookings")).status_code == 302


@pytest.mark.parametrize(
    ("days_before", "back"),
    [(8, "68\xa0250\xa0₸"), (3, "35\xa0000\xa0₸"), (0.5, "5\xa0000\xa0₸")],
)
def test_cancelling_shows_what_comes_back_and_gives_it_back(
    client: Client, days_before: float, back: str
) -> None:
    booking = make_booking()
    client.force_login(booking.renter)

    with time_machine.travel(STARTS_AT - timedelta(days=days_before), tick=False):
        asked = page_of(client, booking, "booking_cancel")
        response = client.post(address(booking, "booking_cancel"), {"reason": "Rain"}, follow=True)

    page = response.content.decode()
    assert f"Cancel and get {back} back" in asked
    assert f"{back} are on their way back to your card." in page
    assert "You cancelled this booking" in page
    assert "Rain" in page
    assert Refund.objects.get().amount.format() == back


def test_cancelling_twice_leads_to_the_booking(client: Client) -> None:
    booking = make_booking()
    client.force_login(booking.renter)

    answers = [client.post(address(booking, "booking_cancel")) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [booking.get_absolute_url()] * 2
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("status", ["confirmed", "completed", "cancelled", "expired"])
def test_venue_that_cannot_be_found_is_named_without_a_link(client: Client, status: str) -> None:
    booking = make_booking(status=status)
    Venue.objects.update(status="paused")
    client.force_login(booking.renter)

    page = page_of(client, booking)

    assert booking.space.venue.name in page
    assert booking.space.venue.get_absolute_url() not in page


@pytest.mark.parametrize("status", ["cancelled", "declined", "expired"])
def test_what_was_paid_and_went_back_is_not_called_uncharged(client: Client, status: str) -> None:
    booking = make_booking(status="cancelled")
    Booking.objects.update(status=status, confirmed_at=None, requested_at=NOW)
    client.force_login(booking.renter)

    page = page_of(client, booking)

    assert "68\xa0250\xa0₸ are on their way back to your card." in page
    assert "You have not been charged." not in page


def test_refund_that_arrived_says_when(client: Client) -> None:
    booking = make_booking(status="cancelled")
    Refund.objects.update(status="settled", settled_at=NOW + timedelta(hours=2))
    client.force_login(booking.renter)

    assert "68\xa0250\xa0₸ arrived on your card on Thu 11 Jun, 14:00." in page_of(client, booking)


def test_refund_that_failed_says_so(client: Client) -> None:
    booking = make_booking(status="cancelled")
    Refund.objects.update(status="failed", failed_at=NOW)
    client.force_login(booking.renter)

    assert "could not be sent back to your card" in page_of(client, booking)


def test_cancelled_by_the_owner_says_who_and_why(client: Client) -> None:
    booking = make_booking()
    cancel_booking(
        booking=booking, by=owner_of(booking), side=Side.OWNER, now=NOW, reason="A pipe burst."
    )
    client.force_login(booking.renter)

    page = page_of(client, booking)

    assert "The owner cancelled this booking" in page
    assert "A pipe burst." in page


def test_withdrawn_request_charges_nothing(client: Client) -> None:
    booking = make_booking(status="requested")
    client.force_login(booking.renter)

    asked = page_of(client, booking, "booking_cancel")
    client.post(address(booking, "booking_cancel"))

    booking.refresh_from_db()
    assert "are released in full" in asked
    assert booking.status == BookingStatus.CANCELLED


@pytest.mark.parametrize("status", ["declined", "completed", "expired"])
def test_what_is_over_is_not_cancelled(client: Client, status: str) -> None:
    booking = make_booking(status=status)
    client.force_login(booking.renter)

    response = client.post(address(booking, "booking_cancel"))

    booking.refresh_from_db()
    assert response["Location"] == booking.get_absolute_url()
    assert "The booking had changed in the meantime." in page_of(client, booking)
    assert booking.status == status


def test_what_has_begun_is_not_cancelled(client: Client) -> None:
    booking = make_booking()
    client.force_login(booking.renter)

    with time_machine.travel(STARTS_AT, tick=False):
        assert "You are there now" in page_of(client, booking)
        assert client.post(address(booking, "booking_cancel")).status_code == 409


def test_long_reason_is_refused_and_kept(client: Client) -> None:
    booking = make_booking()
    client.force_login(booking.renter)

    response = client.post(address(booking, "booking_cancel"), {"reason": "x" * 301})

    assert response.status_code == 422
    assert "x" * 301 in response.content.decode()


def test_calendar_file_is_an_event(client: Client) -> None:
    booking = make_booking()
    client.force_login(booking.renter)

    response = client.get(address(booking, "booking_calendar"))

    assert response["Content-Type"].startswith("text/calendar")
    assert f"{booking.reference.lower()}.ics" in response["Content-Disposition"]
    assert b"BEGIN:VEVENT" in response.content


def test_receipt_names_card_operator_business_lines_and_refunds(client: Client) -> None:
    booking = make_booking(status="cancelled")
    Payment.objects.for_payable(*payable_of(booking)).update(card_brand="visa", card_last4="4242")
    client.force_login(booking.renter)

    page = page_of(client, booking, "receipt")

    for text in (
        booking.reference,
        "Visa •••• 4242",
        booking.space.venue.business.name,
        "60\xa0000\xa0₸",
        "68\xa0250\xa0₸",
        "−68\xa0250\xa0₸",
        "On its way",
        "BIN",
    ):
        assert text in page, text
    assert booking.space.venue.address not in page


@pytest.mark.parametrize("status", ["held", "requested", "declined", "expired"])
def test_there_is_no_receipt_before_money_was_taken(client: Client, status: str) -> None:
    booking = make_booking(status=status)
    client.force_login(booking.renter)

    assert client.get(address(booking, "receipt"))["Location"] == booking.get_absolute_url()


def test_unknown_reference_is_not_there(client: Client, renter: User) -> None:
    assert client.get(reverse("storefront:booking", args=["NOSUCH99"])).status_code == 404


@pytest.mark.parametrize(
    ("ahead", "says"),
    [
        (timedelta(minutes=-1), "now"),
        (timedelta(minutes=20), "in 20 minutes"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(hours=24), "tomorrow"),
        (timedelta(days=5), "in 5 days"),
    ],
)
def test_countdown_is_in_words(ahead: timedelta, says: str) -> None:
    assert ahead_in_words(NOW + ahead, NOW, "Asia/Almaty") == says
