"""The log of what a person did, written by logins and by services."""

from datetime import UTC, datetime

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from marketplace.accounts.enums import ActivityKind
from marketplace.accounts.models import Activity, User
from marketplace.accounts.services import record_activity
from marketplace.accounts.tests.factories import make_user
from marketplace.accounts.tests.steps import ask_to_log_in, ask_to_sign_up, code_sent_to, log_in

pytestmark = pytest.mark.django_db

PHONE = "+77011234567"
NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def _kinds(user: User) -> list[str]:
    return [activity.kind for activity in Activity.objects.of(user)][::-1]


def test_sign_up_is_logged(client: Client) -> None:
    ask_to_sign_up(client, PHONE)
    client.post(reverse("account_verify_phone"), {"code": code_sent_to(PHONE)})

    assert _kinds(User.objects.get()) == ["signed_up", "phone_verified", "logged_in"]


def test_login_and_logout_are_logged(client: Client) -> None:
    user = make_user(phone=PHONE)

    log_in(client, PHONE)
    client.post(reverse("account_logout"))

    assert _kinds(user) == ["logged_in", "logged_out"]


def test_a_wrong_code_is_logged_for_the_account(client: Client) -> None:
    user = make_user(phone=PHONE)
    ask_to_log_in(client, PHONE)

    client.post(reverse("account_confirm_login_code"), {"code": "00000x"})

    assert _kinds(user) == ["login_failed"]


def test_a_login_without_an_account_is_logged_for_nobody(client: Client) -> None:
    ask_to_log_in(client, PHONE)

    client.post(reverse("account_confirm_login_code"), {"code": "000000"})

    assert Activity.objects.count() == 0


def test_a_change_of_number_is_logged_with_both(client: Client) -> None:
    user = make_user(phone=PHONE)
    client.force_login(user)
    client.post(reverse("account_change_phone"), {"phone": "+77015550000"})

    client.post(reverse("account_verify_phone"), {"code": code_sent_to("+77015550000")})

    newest = Activity.objects.of(user)[0]
    assert newest.kind == ActivityKind.PHONE_CHANGED
    assert newest.details == {"from": "+7 701 123 45 67", "to": "+7 701 555 00 00"}


def test_record_activity_keeps_address_and_browser() -> None:
    user = make_user()
    request = RequestFactory().get("/", headers={"user-agent": BROWSER}, REMOTE_ADDR="203.0.113.7")

    record_activity(user=user, kind=ActivityKind.LOGGED_IN, request=request, now=NOW)

    activity = Activity.objects.get()
    assert (activity.at, activity.ip, activity.device) == (NOW, "203.0.113.7", "Firefox on Linux")


@pytest.mark.parametrize(
    ("trusted", "address"), [(0, "10.0.0.1"), (1, "203.0.113.7"), (2, "198.51.100.9")]
)
def test_record_activity_believes_only_trusted_proxies(
    settings: Settings, trusted: int, address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    request = RequestFactory().get(
        "/",
        headers={"x-forwarded-for": "6.6.6.6, 198.51.100.9, 203.0.113.7"},
        REMOTE_ADDR="10.0.0.1",
    )

    record_activity(user=make_user(), kind=ActivityKind.LOGGED_IN, request=request, now=NOW)

    assert Activity.objects.get().ip == address


def test_record_activity_cuts_a_long_browser() -> None:
    request = RequestFactory().get("/", headers={"user-agent": "x" * 1000})

    record_activity(user=make_user(), kind=ActivityKind.LOGGED_IN, request=request, now=NOW)

    assert Activity.objects.get().user_agent == "x" * 255


def test_record_activity_works_without_a_request() -> None:
    record_activity(
        user=make_user(), kind=ActivityKind.LISTING_DECIDED, request=None, now=NOW, details={"a": 1}
    )

    activity = Activity.objects.get()
    assert (activity.ip, activity.user_agent, activity.details) == (None, "", {"a": 1})


def test_activity_is_never_edited() -> None:
    activity = record_activity(user=make_user(), kind=ActivityKind.LOGGED_IN, request=None, now=NOW)
    activity.ip = "203.0.113.7"

    with pytest.raises(TypeError):
        activity.save()


def test_activity_of_one_person_is_newest_first() -> None:
    user = make_user()
    record_activity(user=make_user(), kind=ActivityKind.LOGGED_IN, request=None, now=NOW)
    for kind in (ActivityKind.SIGNED_UP, ActivityKind.LOGGED_IN, ActivityKind.LOGGED_OUT):
        record_activity(user=user, kind=kind, request=None, now=NOW)

    assert _kinds(user) == ["signed_up", "logged_in", "logged_out"]
