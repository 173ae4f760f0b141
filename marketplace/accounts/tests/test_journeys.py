"""Sign-up, login, logout and the move to another number, through the HTTP client."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse
from django.urls.exceptions import Resolver404
from django.utils import timezone
from pytest_django import Settings

from marketplace.accounts.adapter import AccountAdapter
from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.accounts.tests.steps import (
    ask_to_log_in,
    ask_to_sign_up,
    code_sent_to,
    log_in,
    messages_to,
    who,
)

pytestmark = pytest.mark.django_db

PHONE = "+77011234567"


def test_sign_up_by_phone_ends_logged_in_with_a_verified_number(client: Client) -> None:
    client.cookies["joytop_tz"] = "Asia/Tokyo"

    asked = ask_to_sign_up(client, "8 701 123 45 67", name="Aizhan Omar")
    answered = client.post(reverse("account_verify_phone"), {"code": code_sent_to(PHONE)})

    assert asked.status_code == 302
    assert asked.headers["Location"] == reverse("account_verify_phone")
    assert answered.status_code == 302
    user = User.objects.get()
    assert who(client) == user.pk
    assert (user.phone, user.name, user.language) == (PHONE, "Aizhan Omar", "en")
    assert user.has_verified_phone
    assert user.time_zone == "Asia/Tokyo"
    assert not user.has_usable_password()


def test_sign_up_keeps_the_language_of_the_page(client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("ru", "Russian")]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"

    ask_to_sign_up(client, PHONE)

    assert User.objects.get().language == "ru"


def test_sign_up_welcomes_nobody_back(client: Client) -> None:
    ask_to_sign_up(client, PHONE)

    page = client.post(reverse("account_verify_phone"), {"code": code_sent_to(PHONE)}, follow=True)

    said = [str(message) for message in page.context["messages"]]
    assert said == ["Your number is confirmed."]


def test_sign_up_that_another_one_overtook_finds_the_account(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between looking for the number and saving it, the other sign-up was finished."""
    make_user(phone=PHONE)
    monkeypatch.setattr(AccountAdapter, "get_user_by_phone", lambda _self, _phone: None)

    response = ask_to_sign_up(client, PHONE)

    assert response.headers["Location"] == reverse("account_verify_phone")
    assert User.objects.count() == 1
    assert "has an account already" in messages_to(PHONE)[0]


def test_sign_up_takes_no_time_zone_that_does_not_exist(client: Client) -> None:
    client.cookies["joytop_tz"] = "Mars/Olympus"

    ask_to_sign_up(client, PHONE)

    assert User.objects.get().time_zone == "Asia/Almaty"


def test_sign_up_logs_nobody_in_before_the_code(client: Client) -> None:
    ask_to_sign_up(client, PHONE)

    assert who(client) is None
    assert not User.objects.get().has_verified_phone


@pytest.mark.parametrize(
    ("data", "field"),
    [({"phone": "12", "name": "Aizhan"}, "phone"), ({"phone": PHONE, "name": " "}, "name")],
)
def test_sign_up_answers_422_and_keeps_what_was_typed(
    client: Client, data: dict[str, str], field: str
) -> None:
    response = client.post(reverse("account_signup"), data)

    assert response.status_code == 422
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert form["phone"].value() == data["phone"]
    assert User.objects.count() == 0


def test_sign_up_that_was_never_finished_is_taken_up_again(client: Client) -> None:
    ask_to_sign_up(Client(), PHONE, name="Somebody")

    ask_to_sign_up(client, PHONE, name="Aizhan")
    client.post(reverse("account_verify_phone"), {"code": code_sent_to(PHONE)})

    user = User.objects.get()
    assert user.name == "Aizhan"
    assert who(client) == user.pk


def test_sign_up_code_of_an_earlier_visitor_is_not_the_later_ones(client: Client) -> None:
    earlier = Client()
    ask_to_sign_up(earlier, PHONE)
    earlier_code = code_sent_to(PHONE)
    ask_to_sign_up(client, PHONE)

    response = client.post(reverse("account_verify_phone"), {"code": earlier_code})

    assert response.status_code == (302 if earlier_code == code_sent_to(PHONE) else 422)


def test_login_by_code(client: Client) -> None:
    user = make_user(phone=PHONE)

    asked = ask_to_log_in(client, "8 (701) 123-45-67")
    answered = client.post(reverse("account_confirm_login_code"), {"code": code_sent_to(PHONE)})

    assert asked.headers["Location"] == reverse("account_confirm_login_code")
    assert answered.headers["Location"] == reverse("storefront:home")
    assert who(client) == user.pk


def test_login_code_may_be_typed_with_a_space(client: Client) -> None:
    user = make_user(phone=PHONE)
    ask_to_log_in(client, PHONE)
    code = code_sent_to(PHONE)

    client.post(reverse("account_confirm_login_code"), {"code": f" {code[:3]} {code[3:]} "})

    assert who(client) == user.pk


def test_login_code_is_six_digits_and_says_so(client: Client) -> None:
    make_user(phone=PHONE)
    ask_to_log_in(client, PHONE)

    [text] = messages_to(PHONE)

    code = code_sent_to(PHONE)
    assert text == (
        f"{code} is your JoyTop code. It works for 15 minutes."
        " Tell it to nobody: we never ask for it."
    )


def test_login_proves_a_number_that_an_administrator_typed(client: Client) -> None:
    user = make_user(phone=PHONE, phone_verified_at=None)

    log_in(client, PHONE)

    user.refresh_from_db()
    assert user.has_verified_phone


def test_login_with_a_wrong_code_is_422_and_ends_after_three(client: Client) -> None:
    make_user(phone=PHONE)
    ask_to_log_in(client, PHONE)
    right = code_sent_to(PHONE)
    wrong = "000000" if right != "000000" else "111111"
    address = reverse("account_confirm_login_code")

    statuses = [client.post(address, {"code": wrong}).status_code for _ in range(3)]
    too_late = client.post(address, {"code": right})

    assert statuses == [422, 422, 302]
    assert too_late.headers["Location"] == reverse("account_login")
    assert who(client) is None


def test_login_code_ends_with_its_time(client: Client) -> None:
    make_user(phone=PHONE)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask_to_log_in(client, PHONE)
        code = code_sent_to(PHONE)
        clock.shift(timedelta(minutes=15, seconds=1))
        client.post(reverse("account_confirm_login_code"), {"code": code})

    assert who(client) is None


def test_login_code_sent_again_replaces_the_first(client: Client) -> None:
    user = make_user(phone=PHONE)
    ask_to_log_in(client, PHONE)
    address = reverse("account_confirm_login_code")

    again = client.post(address, {"action": "resend"})

    assert again.headers["Location"] == address
    said = client.get(address).context["messages"]
    assert [str(message) for message in said] == ["A new code is on its way."]
    assert len(messages_to(PHONE)) == 2
    client.post(address, {"code": code_sent_to(PHONE)})
    assert who(client) == user.pk


def test_login_code_does_not_open_an_account_that_moved_to_another_number(client: Client) -> None:
    user = make_user(phone=PHONE)
    ask_to_log_in(client, PHONE)
    code = code_sent_to(PHONE)
    User.objects.filter(pk=user.pk).update(phone="+77015550000")

    response = client.post(reverse("account_confirm_login_code"), {"code": code})

    assert response.headers["Location"] == reverse("account_login")
    assert who(client) is None
    user.refresh_from_db()
    assert user.phone == "+77015550000"


def test_login_of_a_closed_account_ends_at_a_page_that_says_so(client: Client) -> None:
    make_user(phone=PHONE, is_active=False)

    response = log_in(client, PHONE)

    assert response.headers["Location"] == reverse("account_inactive")
    assert who(client) is None


def test_login_page_drops_a_code_that_was_asked_for(client: Client) -> None:
    make_user(phone=PHONE)
    ask_to_log_in(client, PHONE)

    response = client.get(reverse("account_login"))

    assert response.status_code == 200
    gone = client.get(reverse("account_confirm_login_code"))
    assert gone.headers["Location"] == reverse("account_login")


def test_next_survives_login(client: Client) -> None:
    make_user(phone=PHONE)
    wanted = "/search/?guests=20"

    asked = ask_to_log_in(client, PHONE, next=wanted)
    page = client.get(asked.headers["Location"])
    answered = client.post(page.request["PATH_INFO"], {"code": code_sent_to(PHONE), "next": wanted})

    assert 'name="next" value="/search/?guests=20"' in page.content.decode()
    assert answered.headers["Location"] == wanted


def test_next_survives_sign_up(client: Client) -> None:
    ask_to_sign_up(client, PHONE, next="/search/?guests=20")

    answered = client.post(reverse("account_verify_phone"), {"code": code_sent_to(PHONE)})

    assert answered.headers["Location"] == "/search/?guests=20"


def test_next_goes_along_between_login_and_sign_up(client: Client) -> None:
    page = client.get(reverse("account_login"), {"next": "/search/?guests=20"})

    assert page.context["signup_url"] == "/accounts/signup/?next=%2Fsearch%2F%3Fguests%3D20"


def test_next_to_another_site_is_not_followed(client: Client) -> None:
    make_user(phone=PHONE)

    answered = log_in(client, PHONE, next="https://evil.example/")

    assert answered.headers["Location"] == reverse("storefront:home")


def test_logout_needs_a_post(client: Client) -> None:
    user = make_user(phone=PHONE)
    client.force_login(user)

    asked = client.get(reverse("account_logout"))
    still_in = who(client)
    done = client.post(reverse("account_logout"))

    assert asked.status_code == 200
    assert still_in == user.pk
    assert done.headers["Location"] == reverse("storefront:home")
    assert who(client) is None


def test_login_page_sends_members_on(client: Client) -> None:
    client.force_login(make_user())

    response = client.get(reverse("account_login"))

    assert response.headers["Location"] == reverse("storefront:home")


def test_change_of_phone_needs_the_code_and_tells_the_old_number(client: Client) -> None:
    user = make_user(phone=PHONE)
    client.force_login(user)

    asked = client.post(reverse("account_change_phone"), {"phone": "8 701 555 00 00"})
    user.refresh_from_db()
    before = user.phone
    answered = client.post(reverse("account_verify_phone"), {"code": code_sent_to("+77015550000")})

    assert asked.headers["Location"] == reverse("account_verify_phone")
    assert before == PHONE
    assert answered.headers["Location"] == reverse("storefront:profile")
    user.refresh_from_db()
    assert user.phone == "+77015550000"
    assert messages_to(PHONE) == [
        (
            "Your JoyTop account moved to the number ending in 0000."
            " Was it not you? Write to hello@joytop.example at once."
        )
    ]


def test_change_of_phone_to_the_same_number_is_refused(client: Client) -> None:
    client.force_login(make_user(phone=PHONE))

    response = client.post(reverse("account_change_phone"), {"phone": "8 701 123 45 67"})

    assert response.status_code == 422
    assert response.context["form"].errors == {"phone": ["This is your number already."]}


def test_change_of_phone_with_a_wrong_code_changes_nothing(client: Client) -> None:
    user = make_user(phone=PHONE)
    client.force_login(user)
    client.post(reverse("account_change_phone"), {"phone": "+77015550000"})
    right = code_sent_to("+77015550000")

    response = client.post(
        reverse("account_verify_phone"), {"code": "000000" if right != "000000" else "111111"}
    )

    assert response.status_code == 422
    user.refresh_from_db()
    assert user.phone == PHONE


def test_change_of_phone_to_another_accounts_number_is_told_to_its_holder(client: Client) -> None:
    make_user(phone="+77015550000")
    user = make_user(phone=PHONE)
    client.force_login(user)
    client.post(reverse("account_change_phone"), {"phone": "+77015550000"})

    response = client.post(reverse("account_verify_phone"), {"code": code_sent_to("+77015550000")})

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "code": ["Another account uses this number. Log in with it, or give another one."]
    }
    user.refresh_from_db()
    assert user.phone == PHONE


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/?next=/search/"])
def test_accounts_leads_to_login(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/change/",
        "/accounts/password/set/",
        "/accounts/password/reset/",
        "/accounts/password/reset/key/done/",
        "/accounts/email/",
        "/accounts/reauthenticate/",
    ],
)
def test_passwords_have_no_address(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(path)


def test_no_name_leads_to_passwords() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_reset_password")


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_confirm_login_code", "account_verify_phone"],
)
def test_login_pages_are_not_kept_by_caches(client: Client, name: str) -> None:
    assert "no-store" in client.get(reverse(name)).headers["Cache-Control"]
