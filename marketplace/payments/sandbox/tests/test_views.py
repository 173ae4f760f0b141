"""The checkout page and the bank's question."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from marketplace.payments.sandbox import actions
from marketplace.payments.sandbox.models import SandboxObject
from marketplace.payments.sandbox.tests.wire import SESSIONS, get, make_session, post

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])
CARD = {"number": "4242 4242 4242 4242", "expiry": "12 / 40", "cvc": "987", "name": "R. Renter"}
BANK_CARD = "4000 0025 0000 3155"


def page_of(session_id: str) -> str:
    return f"/sandbox/checkout/{session_id}/"


def pay(client: Client, session_id: str, **typed: str) -> Any:
    return client.post(page_of(session_id), CARD | typed)


def test_page_says_what_it_is_for_and_that_no_money_moves(client: Client) -> None:
    answer = client.get(page_of(make_session()))

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Sandbox. No money moves." in text
    assert "Grand Hall" in text
    assert "45\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}₸" in text
    assert "4242 4242 4242 4242" in text
    assert 'href="http://testserver/back/"' in text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_page_works_on_either_host(client: Client, host: str) -> None:
    session_id = make_session()

    assert client.get(page_of(session_id), headers={"host": host}).status_code == 200


def test_page_of_no_session_is_404(client: Client) -> None:
    assert client.get(page_of("cs_test_none")).status_code == 404
    assert client.get(page_of("cs_test_none") + "bank/").status_code == 404


def test_good_card_leads_back_to_the_site(client: Client) -> None:
    session_id = make_session()

    answer = pay(client, session_id)

    assert answer.status_code == 303
    assert answer["Location"] == f"http://testserver/return/?session={session_id}"
    assert get(f"{SESSIONS}/{session_id}")["payment_status"] == "paid"


def test_declined_card_is_told_and_the_rest_kept(client: Client) -> None:
    session_id = make_session()

    answer = pay(client, session_id, number="4000 0000 0000 0002")

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Your card was declined" in text
    assert 'value="R. Renter"' in text
    assert "987" not in text
    assert pay(client, session_id).status_code == 303


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"number": "4242 4242 4242 4241"}, "This is not a card number"),
        ({"number": "5555 5555 5555 4444"}, "Only the test cards listed here work"),
        ({"number": ""}, "This field is required"),
        ({"expiry": "13 / 40"}, "Give month and year"),
        ({"expiry": "01 / 20"}, "This card has run out"),
        ({"cvc": "12"}, "Give the three or four digits"),
        ({"cvc": "12x"}, "Give the three or four digits"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_is_told(client: Client, typed: dict[str, str], says: str) -> None:
    session_id = make_session()

    answer = pay(client, session_id, **typed)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert get(f"{SESSIONS}/{session_id}")["status"] == "open"


@pytest.mark.parametrize("expiry", ["12/40", "12 / 40", "1240", "12/2040"])
def test_expiry_is_taken_as_people_write_it(client: Client, expiry: str) -> None:
    assert pay(client, make_session(), expiry=expiry).status_code == 303


def test_card_is_good_until_the_end_of_its_month(client: Client) -> None:
    with time_machine.travel("2026-12-31T12:00:00+05:00"):
        assert pay(client, make_session(), expiry="12/26").status_code == 303
        assert pay(client, make_session(), expiry="11/26").status_code == 422


def test_bank_that_asks_is_approved(client: Client) -> None:
    session_id = make_session()

    asked = pay(client, session_id, number=BANK_CARD)
    page = client.get(asked["Location"])
    answer = client.post(asked["Location"], {"answer": "approve"})

    assert asked.status_code == 302
    assert "Your bank asks" in page.content.decode()
    assert answer.status_code == 303
    assert get(f"{SESSIONS}/{session_id}")["payment_status"] == "paid"


def test_bank_that_asks_is_refused(client: Client) -> None:
    session_id = make_session()
    asked = pay(client, session_id, number=BANK_CARD)

    answer = client.post(asked["Location"], {"answer": "refuse"})

    assert answer.status_code == 422
    assert "Your bank did not confirm" in answer.content.decode()
    assert pay(client, session_id).status_code == 303


def test_bank_that_does_not_ask_has_no_page(client: Client) -> None:
    session_id = make_session()

    for answer in (
        client.get(page_of(session_id) + "bank/"),
        client.post(page_of(session_id) + "bank/"),
    ):
        assert (answer.status_code, answer["Location"]) == (302, page_of(session_id))


def test_checkout_that_ran_out_says_so(client: Client) -> None:
    session_id = make_session()

    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        answers: list[Any] = [client.get(page_of(session_id)), pay(client, session_id)]

    for answer in answers:
        assert answer.status_code == 200
        assert "This checkout has run out" in answer.content.decode()
        assert 'href="http://testserver/back/"' in answer.content.decode()


def test_checkout_that_is_paid_says_so(client: Client) -> None:
    session_id = make_session()
    actions.complete_checkout(session_id)

    for answer in (client.get(page_of(session_id)), pay(client, session_id)):
        assert "Already paid" in answer.content.decode()
    assert SandboxObject.objects.filter(kind="charge").count() == 1


def test_checkout_closed_since_its_page_was_shown_takes_nothing(client: Client) -> None:
    session_id = make_session()
    assert "cvc" in client.get(page_of(session_id)).content.decode()
    post(f"{SESSIONS}/{session_id}/expire")

    assert "This checkout has run out" in pay(client, session_id).content.decode()


def test_page_needs_its_own_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)

    assert pay(client, make_session()).status_code == 403


def test_page_is_not_kept_by_anybody(client: Client) -> None:
    assert "no-store" in client.get(page_of(make_session()))["Cache-Control"]


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_page_knows_no_other_method(client: Client, method: str) -> None:
    assert getattr(client, method)(page_of(make_session())).status_code == 405


def test_card_number_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    pay(client, make_session())
    pay(client, make_session(), number="4000 0000 0000 0002")

    assert "4242" not in caplog.text
    assert "0002" not in caplog.text
