"""From a held slot to the payment and back, with the services and the sandbox."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.enums import BookingStatus, Purpose
from marketplace.bookings.models import Booking
from marketplace.bookings.services import expire_holds
from marketplace.bookings.services.money import payable_of
from marketplace.bookings.tests.factories import NOW, make_booking, make_hold
from marketplace.core.outbox import drain
from marketplace.payments.gateway import ProviderUnavailable
from marketplace.payments.models import Payment
from marketplace.payments.sandbox.actions import complete_checkout
from marketplace.payments.stripe_gateway import StripeGateway

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"], transaction=True)

DETAILS: Final = {
    "purpose": Purpose.PARTY.value,
    "message": "We come at five.",
    "rules_accepted": "on",
}
GOOD_CARD: Final = "4242424242424242"
SLOW_CARD: Final = "4000000000000077"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hold(client: Client) -> Booking:
    """A slot that whoever uses `client` holds."""
    booking = make_hold(now=NOW)
    client.force_login(booking.renter)
    return booking


def address(booking: Booking, name: str = "checkout") -> str:
    return reverse(f"storefront:{name}", args=[booking.reference])


def send(client: Client, booking: Booking, **changes: Any) -> Any:
    return client.post(address(booking), DETAILS | changes)


def payment_of(booking: Booking) -> Payment:
    return Payment.objects.for_payable(*payable_of(booking)).get()


def pay(booking: Booking, *, number: str = GOOD_CARD) -> None:
    complete_checkout(payment_of(booking).session_id, number=number)


def state_of(booking: Booking) -> str:
    booking.refresh_from_db()
    return booking.status


def later(moment: timedelta) -> time_machine.travel:
    return time_machine.travel(NOW + moment, tick=False)


def no_answer(*_args: object, **_options: object) -> None:
    raise ProviderUnavailable


def test_page_says_what_is_booked_and_until_when_it_is_held(client: Client, hold: Booking) -> None:
    page = client.get(address(hold)).content.decode()

    for text in (
        "Held until Thu 11 Jun, 12:15",
        'data-until="2026-06-11T12:15:00+05:00"',
        "Sun 21 Jun, 12:00–15:00",
        "20 guests",
        "Pay 68\xa0250\xa0₸",
        "until Sun 14 Jun, 12:00",
        hold.space.venue.rules,
    ):
        assert text in page, text
    assert hold.space.venue.address not in page


def test_request_says_that_money_is_reserved(client: Client) -> None:
    hold = make_hold(now=NOW, asks_first=True)
    client.force_login(hold.renter)

    page = client.get(address(hold)).content.decode()

    assert "Reserve 68\xa0250\xa0₸ on your card and ask the owner" in page
    assert "You are charged only if the owner says yes" in page


@pytest.mark.parametrize("name", ["checkout", "checkout_return"])
def test_other_peoples_checkout_is_not_there(client: Client, name: str) -> None:
    hold = make_hold(now=NOW)
    answers = []
    for person in (make_user(), hold.space.venue.owners()[0]):
        client.force_login(person)
        answers += [client.get(address(hold, name)).status_code, send(client, hold).status_code]

    assert answers == [404] * 4
    assert not Payment.objects.exists()


@pytest.mark.parametrize("name", ["checkout", "checkout_return"])
def test_guest_logs_in_first(client: Client, name: str) -> None:
    booking = make_hold(now=NOW)

    assert client.get(address(booking, name))["Location"] == (
        f"{reverse('account_login')}?next={address(booking, name)}"
    )


def test_paying_leads_to_the_provider_and_back_to_a_confirmed_booking(
    client: Client, hold: Booking
) -> None:
    sent = send(client, hold)
    pay(hold)
    back = client.get(address(hold, "checkout_return"))

    assert sent.status_code == 302
    assert sent["Location"] == payment_of(hold).session_url
    assert state_of(hold) == BookingStatus.CONFIRMED
    assert (hold.purpose, hold.message) == ("party", "We come at five.")
    assert back["Location"] == f"{hold.get_absolute_url()}?new=1"
    assert hold.space.venue.address in client.get(back["Location"]).content.decode()


def test_provider_is_told_where_to_come_back_to(client: Client, hold: Booking) -> None:
    send(client, hold)

    payment = payment_of(hold)
    assert payment.return_url.endswith(address(hold, "checkout_return"))
    assert payment.cancel_url.endswith(address(hold))


def test_htmx_is_led_to_the_provider_as_a_page(client: Client, hold: Booking) -> None:
    response = client.post(address(hold), DETAILS, headers={"HX-Request": "true"})

    assert response["HX-Redirect"] == payment_of(hold).session_url


def test_request_waits_for_the_owner_after_the_checkout(client: Client) -> None:
    hold = make_hold(now=NOW, asks_first=True)
    client.force_login(hold.renter)
    send(client, hold)
    pay(hold)

    page = client.get(address(hold, "checkout_return"), follow=True).content.decode()

    assert state_of(hold) == BookingStatus.REQUESTED
    assert "The owner has until Fri 12 Jun, 12:00 to answer." in page
    assert "are reserved on your card, and taken only if the owner says yes." in page
    assert hold.space.venue.address not in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"purpose": ""}, "Say what you are planning."),
        ({"purpose": "crime"}, "Choose one of these."),
        ({"rules_accepted": ""}, "Read the house rules and say yes to them."),
        ({"message": "x" * 1001}, "Make it shorter: a thousand letters at most."),
        ({"message": "a\0b"}, "Null characters are not allowed."),
        ({"message": "Write to a.b@mail.kz"}, "Take out phone numbers and links (“a.b@mail.kz”)"),
    ],
)
def test_form_that_is_not_whole_keeps_what_was_typed(
    client: Client, hold: Booking, changes: dict[str, str], says: str
) -> None:
    response = send(client, hold, **changes)

    page = response.content.decode()
    assert response.status_code == 422
    assert says in page
    assert ("We come at five." in page) is ("message" not in changes)
    assert not Payment.objects.exists()


def test_provider_that_is_down_charges_nothing_and_keeps_everything(
    client: Client, hold: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(StripeGateway, "open_checkout", no_answer)
        down = send(client, hold)
    again = send(client, hold)

    page = down.content.decode()
    assert down.status_code == 503
    assert "You have not been charged." in page
    assert "We come at five." in page
    assert "Held until" in page
    assert again["Location"] == payment_of(hold).session_url


def test_going_back_finds_what_was_typed(client: Client, hold: Booking) -> None:
    send(client, hold)

    form = client.get(address(hold)).context["form"]

    assert form.initial == {
        "purpose": "party",
        "message": "We come at five.",
        "rules_accepted": True,
    }


def test_paying_twice_is_one_checkout(client: Client, hold: Booking) -> None:
    first, second = send(client, hold), send(client, hold)

    assert first["Location"] == second["Location"]


def test_paid_already_goes_on(client: Client, hold: Booking) -> None:
    send(client, hold)
    pay(hold)

    assert send(client, hold)["Location"] == payment_of(hold).session_url
    client.get(address(hold, "checkout_return"))
    assert send(client, hold)["Location"] == hold.get_absolute_url()


def test_payment_under_way_is_asked_about_again(client: Client, hold: Booking) -> None:
    send(client, hold)
    pay(hold, number=SLOW_CARD)

    page = client.get(address(hold, "checkout_return"))
    part = client.get(address(hold, "checkout_return"), headers={"HX-Request": "true"})

    assert page.status_code == 200
    assert "Your payment is under way" in page.content.decode()
    assert "Look again" in page.content.decode()
    assert "<html" not in part.content.decode()
    assert f'hx-get="{address(hold, "checkout_return")}"' in part.content.decode()
    with later(timedelta(minutes=1)):
        drain(now=datetime.now(tz=NOW.tzinfo))
        done = client.get(address(hold, "checkout_return"), headers={"HX-Request": "true"})
        assert done["HX-Redirect"] == f"{hold.get_absolute_url()}?new=1"


def test_return_page_waits_for_nobody(
    client: Client, hold: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, hold)
    pay(hold)
    monkeypatch.setattr(StripeGateway, "fetch", no_answer)

    response = client.get(address(hold, "checkout_return"))

    assert response.status_code == 200
    assert state_of(hold) == BookingStatus.HELD


def test_return_without_a_payment_is_the_checkout(client: Client, hold: Booking) -> None:
    assert client.get(address(hold, "checkout_return"))["Location"] == address(hold)


def test_hold_that_ran_out_offers_the_same_time(client: Client, hold: Booking) -> None:
    with later(timedelta(minutes=15)):
        response = client.get(address(hold))
        again = client.post(
            reverse("storefront:book", args=[hold.space.venue.slug]),
            {
                "space": hold.space_id,
                "start": hold.starts_at.isoformat(),
                "end": hold.ends_at.isoformat(),
                "guests": 20,
            },
        )

    page = response.content.decode()
    assert "The same time is still free." in page
    assert "Hold it again" in page
    assert "form-actions" in page
    assert again["Location"].endswith("/checkout/")
    assert again["Location"] != address(hold)


def test_hold_that_ran_out_may_be_somebody_elses(client: Client, hold: Booking) -> None:
    with later(timedelta(minutes=16)):
        make_hold(space=hold.space, now=NOW + timedelta(minutes=16))
        response = client.get(address(hold), follow=True)

    assert "Hold it again" not in response.content.decode()
    assert "You have not been charged." in response.content.decode()


def test_paying_after_the_time_is_up_is_refused(client: Client, hold: Booking) -> None:
    with later(timedelta(minutes=15)):
        response = send(client, hold)

    assert response.status_code == 409
    assert "The time to pay is up" in response.content.decode()
    assert not Payment.objects.exists()


@pytest.mark.parametrize("is_swept", [False, True], ids=["not swept", "swept"])
def test_what_was_written_too_late_stands_in_the_next_checkout(
    client: Client, hold: Booking, *, is_swept: bool
) -> None:
    with later(timedelta(minutes=15)):
        if is_swept:
            expire_holds(now=NOW + timedelta(minutes=15))
        send(client, hold)
        again = make_hold(space=hold.space, renter=hold.renter, now=NOW + timedelta(minutes=15))
        form = client.get(address(again)).context["form"]
        elsewhere = make_hold(renter=hold.renter, now=NOW + timedelta(minutes=15))
        blank = client.get(address(elsewhere)).context["form"]

    assert form.initial == {
        "purpose": Purpose.PARTY,
        "message": "We come at five.",
        "rules_accepted": True,
    }
    assert not any(blank.initial.values())


def test_letting_go_leads_back_to_the_free_slot(client: Client, hold: Booking) -> None:
    response = client.post(address(hold, "booking_cancel"))

    assert state_of(hold) == BookingStatus.CANCELLED
    page = client.get(response["Location"])
    assert page.context["picker"].price is not None
    assert page.context["picker"].choice.guests == 20


@pytest.mark.parametrize("status", sorted(set(BookingStatus) - {BookingStatus.HELD}))
def test_booking_that_waits_for_no_payment_has_its_own_page(
    client: Client, status: BookingStatus
) -> None:
    booking = make_booking(status=status)
    client.force_login(booking.renter)

    assert client.get(address(booking))["Location"] == booking.get_absolute_url()
