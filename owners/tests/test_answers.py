"""Accepting, declining and cancelling, by those who may."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.bookings.tests import stages
from marketplace.bookings.tests.factories import make_bookable, make_booking, payment_of
from marketplace.payments.enums import PaymentStatus
from marketplace.payments.models import Payment
from marketplace.payments.sandbox import faults
from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Space
from marketplace.venues.tests.factories import add_member

in_earnest = pytest.mark.django_db(transaction=True, databases=["default", "sandbox"])


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def address(name: str, booking: Booking) -> str:
    return reverse(f"owners:{name}", args=[booking.reference])


@pytest.fixture
def space(owner: User) -> Space:
    return make_bookable(owner=owner)


@pytest.fixture
def request_waiting(space: Space) -> Booking:
    return make_booking(
        status=BookingStatus.REQUESTED,
        space=space,
        starts_at=stages.noon_in_almaty(days=10),
        now=timezone.now() - timedelta(hours=1),
    )


@pytest.fixture
def booked(space: Space) -> Booking:
    starts_at = stages.noon_in_almaty(days=11)
    return make_booking(space=space, starts_at=starts_at, now=timezone.now() - timedelta(days=2))


# --- Yes ------------------------------------------------------------------------------------------


@in_earnest
def test_accepting_collects_the_money_at_once() -> None:
    stage = stages.requested(now=timezone.now())

    response = browser_of(stage.owner).post(address("booking_accept", stage.booking), follow=True)

    booking = stage.fresh()
    assert "Accepted. The renter has been told, and the money is in." in response.content.decode()
    assert (booking.status, booking.accepted_by) == (BookingStatus.CONFIRMED, stage.owner)
    assert stage.fresh_payment().status == PaymentStatus.CAPTURED


@in_earnest
def test_accepting_stands_while_the_provider_is_away() -> None:
    stage = stages.requested(now=timezone.now())
    browser = browser_of(stage.owner)

    with faults.dropped_before_effect():
        response = browser.post(address("booking_accept", stage.booking), follow=True)

    page = response.content.decode()
    assert "the money is collected as soon as it does" in page
    assert "You said yes." in page
    assert stage.fresh().accepted_at is not None
    assert stage.fresh().status == BookingStatus.REQUESTED
    stages.carry_out()
    assert stage.fresh().status == BookingStatus.CONFIRMED


@in_earnest
def test_accepting_twice_is_once() -> None:
    stage = stages.requested(now=timezone.now())
    browser = browser_of(stage.owner)

    answers = [browser.post(address("booking_accept", stage.booking)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert stage.fresh().status == BookingStatus.CONFIRMED


@in_earnest
def test_accepting_stands_where_the_provider_knows_of_no_money() -> None:
    """What is wrong there is the worker's to find out, and ours to mend: no page breaks."""
    stage = stages.requested(now=timezone.now())
    Payment.objects.filter(pk=stage.payment.pk).update(session_id="cs_gone", intent_id="pi_gone")

    browser = browser_of(stage.owner)
    response = browser.post(address("booking_accept", stage.booking), follow=True)

    assert response.status_code == 200
    assert "You said yes." in response.content.decode()


def test_accepting_too_late_says_so(owner: User, request_waiting: Booking) -> None:
    Booking.objects.filter(pk=request_waiting.pk).update(answer_by=timezone.now())

    browser = browser_of(owner)
    response = browser.post(address("booking_accept", request_waiting), follow=True)

    assert "The time to answer this request has run out." in response.content.decode()


# --- No -------------------------------------------------------------------------------------------


def test_declining_takes_a_reason(owner: User, request_waiting: Booking) -> None:
    browser = browser_of(owner)
    page = browser.get(address("booking_decline", request_waiting)).content.decode()
    empty = browser.post(address("booking_decline", request_waiting), {})

    response = browser.post(
        address("booking_decline", request_waiting),
        {"reason": "kind", "note": "Our neighbours sleep early."},
    )

    request_waiting.refresh_from_db()
    assert "The space is being repaired or prepared" in page
    assert empty.status_code == 422
    assert response["Location"] == address("booking", request_waiting)
    assert (request_waiting.status, request_waiting.ended_by) == ("declined", Side.OWNER)
    assert (
        request_waiting.end_reason
        == "We do not host this kind of event. Our neighbours sleep early."
    )
    assert payment_of(request_waiting).void_requested_at is not None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason": "other", "note": ""}, "Say in a sentence why."),
        ({"reason": "time", "note": "Call 8 701 555 44 33"}, "Take out phone numbers"),
        ({"reason": "nonsense"}, "Select a valid choice"),
        ({"reason": "time", "note": "long " * 50}, "at most 200 characters"),
    ],
)
def test_reason_that_will_not_do_is_refused(
    owner: User, request_waiting: Booking, values: dict[str, str], words: str
) -> None:
    response = browser_of(owner).post(address("booking_decline", request_waiting), values)

    request_waiting.refresh_from_db()
    assert response.status_code == 422
    assert words in response.content.decode()
    assert request_waiting.status == BookingStatus.REQUESTED


def test_declining_what_does_not_wait_leads_back(owner: User, booked: Booking) -> None:
    browser = browser_of(owner)

    page = browser.get(address("booking_decline", booked))
    answer = browser.post(address("booking_decline", booked), {"reason": "time"})

    assert page["Location"] == answer["Location"] == address("booking", booked)
    shown = browser.get(address("booking", booked)).content.decode()
    assert "The booking had changed in the meantime." in shown


# --- Calling it off -------------------------------------------------------------------------------


def test_cancelling_says_what_it_costs_and_gives_all_back(owner: User, booked: Booking) -> None:
    browser = browser_of(owner)
    page = browser.get(address("booking_cancel", booked)).content.decode()
    silent = browser.post(address("booking_cancel", booked), {"reason": " "})

    response = browser.post(address("booking_cancel", booked), {"reason": "A pipe has burst."})

    booked.refresh_from_db()
    # Three hours at 20 000, cleaning and 5 percent.
    assert "The renter gets everything back: 68\u00a0250\u00a0₸" in page
    assert "It counts against your venue" in page
    assert silent.status_code == 422
    assert response["Location"] == address("booking", booked)
    assert (booked.status, booked.ended_by) == (BookingStatus.CANCELLED, Side.OWNER)
    assert payment_of(booked).refunded == booked.total
    assert "A pipe has burst." in browser.get(address("booking", booked)).content.decode()


def test_cancelling_twice_leads_to_how_it_stands(owner: User, booked: Booking) -> None:
    browser = browser_of(owner)
    said = {"reason": "A pipe has burst."}

    answers = [browser.post(address("booking_cancel", booked), said) for _ in range(2)]

    assert [answer["Location"] for answer in answers] == [address("booking", booked)] * 2
    assert payment_of(booked).refunded == booked.total


def test_what_has_begun_is_not_cancelled(owner: User, booked: Booking) -> None:
    now = timezone.now()
    Booking.objects.filter(pk=booked.pk).update(
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )
    browser = browser_of(owner)

    page = browser.get(address("booking_cancel", booked))
    answer = browser.post(address("booking_cancel", booked), {"reason": "Too loud"})

    assert page["Location"] == address("booking", booked)
    assert answer.status_code == 422
    assert "This booking has already started" in answer.content.decode()


# --- Who may --------------------------------------------------------------------------------------

ANSWERS = ("booking_accept", "booking_decline", "booking_cancel")


@pytest.mark.parametrize("name", ANSWERS)
def test_viewers_look_and_do_not_answer(space: Space, request_waiting: Booking, name: str) -> None:
    browser = browser_of(add_member(venue=space.venue, role=MemberRole.VIEWER))

    page = browser.get(address("booking", request_waiting))
    answer = browser.post(address(name, request_waiting), {"reason": "time"})

    assert page.status_code == 200
    assert address("booking_accept", request_waiting) not in page.content.decode()
    assert answer.status_code == 403
    request_waiting.refresh_from_db()
    assert (request_waiting.status, request_waiting.accepted_at) == ("requested", None)


@pytest.mark.parametrize("name", ["booking", *ANSWERS])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_find_no_booking(request_waiting: Booking, name: str, method: str) -> None:
    for stranger in (make_user(), request_waiting.renter, make_bookable().venue.owners()[0]):
        answer = getattr(browser_of(stranger), method)(address(name, request_waiting))
        assert answer.status_code in {404, 405}
    request_waiting.refresh_from_db()
    assert request_waiting.status == BookingStatus.REQUESTED


@pytest.mark.parametrize("name", ["booking", *ANSWERS])
def test_guests_are_sent_to_log_in(request_waiting: Booking, name: str) -> None:
    answer = Client().get(address(name, request_waiting))

    assert answer.status_code in {302, 405}


def test_managers_answer(space: Space, request_waiting: Booking) -> None:
    browser = browser_of(add_member(venue=space.venue, role=MemberRole.MANAGER))

    browser.post(address("booking_decline", request_waiting), {"reason": "time"})

    request_waiting.refresh_from_db()
    assert request_waiting.status == BookingStatus.DECLINED
