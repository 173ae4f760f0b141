"""Nobody learns from the site whether a phone number has an account."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.accounts.tests.steps import ask_to_log_in, ask_to_sign_up, messages_to, sms_count

pytestmark = pytest.mark.django_db

KNOWN = "+77011112233"
UNKNOWN = "+77014445566"

type Seen = list[tuple[int, str, str]]


@pytest.fixture(autouse=True)
def known_person(db: None) -> User:
    return make_user(phone=KNOWN)


def _seen(client: Client, phone: str, begin: Callable[[Client, str], object], address: str) -> Seen:
    """Everything that a visitor sees: a form, wrong codes, a new code, wrong codes to the end."""
    begun = begin(client, phone)
    seen = [_noted(begun, phone), _noted(client.get(address), phone)]
    for data in ({"code": "000000x"}, {"action": "resend"}, {"code": ""}, {"action": "change"}):
        seen += [_noted(client.post(address, data), phone), _noted(client.get(address), phone)]
    seen.append(_noted(client.get(reverse("account_login")), phone))
    return seen


def _noted(response: object, phone: str) -> tuple[int, str, str]:
    status: int = response.status_code  # type: ignore[attr-defined]
    location: str = response.headers.get("Location", "")  # type: ignore[attr-defined]
    page: str = response.content.decode()  # type: ignore[attr-defined]
    page = re.sub(r'(csrfmiddlewaretoken" value|X-CSRFToken": )[="]*[A-Za-z0-9]+', "", page)
    digits = phone.removeprefix("+77")
    grouped = f"{digits[:2]} {digits[2:5]} {digits[5:7]} {digits[7:]}"
    return status, location, page.replace(digits, "DIGITS").replace(grouped, "DIGITS")


def test_login_looks_the_same_with_and_without_an_account() -> None:
    address = reverse("account_confirm_login_code")

    known = _seen(Client(), KNOWN, ask_to_log_in, address)
    unknown = _seen(Client(), UNKNOWN, ask_to_log_in, address)

    assert known == unknown


def test_sign_up_looks_the_same_with_and_without_an_account() -> None:
    address = reverse("account_verify_phone")

    known = _seen(Client(), KNOWN, ask_to_sign_up, address)
    unknown = _seen(Client(), UNKNOWN, ask_to_sign_up, address)

    assert known == unknown


def test_login_with_an_unknown_number_tells_its_holder_only(client: Client) -> None:
    ask_to_log_in(client, UNKNOWN)

    assert messages_to(UNKNOWN) == [
        (
            "Somebody asked for a JoyTop login code with this number, but it has no account."
            " Was it you? Sign up: http://127.0.0.1:8000/accounts/signup/"
        )
    ]


def test_sign_up_with_a_known_number_tells_its_holder_only(client: Client) -> None:
    ask_to_sign_up(client, KNOWN, name="Intruder")

    assert messages_to(KNOWN) == [
        (
            "Somebody signed up at JoyTop with this number, but it has an account already."
            " Was it you? Log in: http://127.0.0.1:8000/accounts/login/"
        )
    ]
    assert User.objects.count() == 1
    assert not User.objects.filter(name="Intruder").exists()


@pytest.mark.parametrize("phone", [KNOWN, UNKNOWN])
@pytest.mark.parametrize("begin", [ask_to_log_in, ask_to_sign_up])
def test_each_first_step_sends_one_sms(
    client: Client, begin: Callable[[Client, str], object], phone: str
) -> None:
    begin(client, phone)

    assert sms_count() == 1


def test_no_code_opens_a_login_without_an_account(client: Client) -> None:
    ask_to_log_in(client, UNKNOWN)

    response = client.post(reverse("account_confirm_login_code"), {"code": "-"})

    assert response.status_code == 422
    assert "_auth_user_id" not in client.session


def test_another_persons_number_is_asked_for_its_code_before_it_is_called_taken() -> None:
    client = Client()
    client.force_login(make_user())

    taken = client.post(reverse("account_change_phone"), {"phone": KNOWN})
    free = client.post(reverse("account_change_phone"), {"phone": UNKNOWN})

    assert _noted(taken, KNOWN) == _noted(free, UNKNOWN)
    assert sms_count() == 2


# --- Numbers of countries that codes do not go to -----------------------------------------------

ABROAD, OTHER_ABROAD = "+447911123456", "+447911123457"


def test_number_from_abroad_cannot_sign_up_and_is_sent_nothing(client: Client) -> None:
    response = ask_to_sign_up(client, ABROAD)

    assert response.status_code == 422
    assert "Kazakhstan, Russia, Kyrgyzstan and Uzbekistan" in response.content.decode()
    assert (sms_count(), User.objects.count()) == (0, 1)


def test_account_cannot_move_to_a_number_from_abroad(client: Client) -> None:
    client.force_login(make_user())

    response = client.post(reverse("account_change_phone"), {"phone": ABROAD})

    assert (response.status_code, sms_count()) == (422, 0)


def test_login_from_abroad_looks_the_same_and_texts_accounts_only() -> None:
    make_user(phone=ABROAD)

    known, unknown = (
        [ask_to_log_in(browser, number), browser.get(reverse("account_confirm_login_code"))]
        for number, browser in ((ABROAD, Client()), (OTHER_ABROAD, Client()))
    )

    assert [it.status_code for it in known] == [it.status_code for it in unknown] == [302, 200]
    assert len(messages_to(ABROAD)) == 1
    assert messages_to(OTHER_ABROAD) == []
