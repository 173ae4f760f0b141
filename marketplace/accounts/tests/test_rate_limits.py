"""Limits on sign-up, login and codes, counted where every process sees them."""

import os
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from marketplace.accounts.tests.factories import make_user
from marketplace.accounts.tests.steps import (
    ask_to_log_in,
    ask_to_sign_up,
    code_sent_to,
    sms_count,
    who,
)

PHONE = "+77011234567"


def _limit(settings: Settings, **rates: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | rates


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("action", "begin"), [("signup", ask_to_sign_up), ("login", ask_to_log_in)]
)
def test_first_steps_are_limited_for_one_address(
    settings: Settings, client: Client, action: str, begin: Callable[..., object]
) -> None:
    _limit(settings, **{action: "2/m/ip"})
    numbers = [f"+770112345{end}" for end in (60, 61, 62)]

    statuses = [begin(Client(), number).status_code for number in numbers]  # type: ignore[attr-defined]

    assert statuses == [302, 302, 429]


@pytest.mark.django_db
def test_a_refusal_is_a_page_of_ours(settings: Settings, client: Client) -> None:
    _limit(settings, signup="1/m/ip")
    ask_to_sign_up(client, PHONE)

    response = ask_to_sign_up(Client(), "+77011234568")

    assert response.status_code == 429
    assert "429.html" in [template.name for template in response.templates]  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize("has_account", [True, False])
def test_login_codes_are_limited_for_one_number(settings: Settings, has_account: bool) -> None:
    _limit(settings, request_login_code="2/m/key")
    if has_account:
        make_user(phone=PHONE)

    statuses = [ask_to_log_in(Client(), PHONE).status_code for _ in range(3)]

    assert statuses == [302, 302, 422]
    assert sms_count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("has_account", [True, False])
def test_sign_up_codes_are_limited_for_one_number(settings: Settings, has_account: bool) -> None:
    _limit(settings, verify_phone="2/m/key")
    if has_account:
        make_user(phone=PHONE)

    statuses = [ask_to_sign_up(Client(), PHONE).status_code for _ in range(3)]

    assert statuses == [302, 302, 429]
    assert sms_count() == 2


@pytest.mark.django_db
def test_new_codes_are_limited_too(settings: Settings, client: Client) -> None:
    _limit(settings, request_login_code="1/m/key")
    make_user(phone=PHONE)
    ask_to_log_in(client, PHONE)

    response = client.post(reverse("account_confirm_login_code"), {"action": "resend"})

    assert response.status_code == 429
    assert sms_count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("has_account", [True, False])
def test_codes_are_limited_for_everybody_together(settings: Settings, has_account: bool) -> None:
    """Also where none is sent: the limit does not tell who has an account."""
    _limit(settings, codes="3/h/key")
    if has_account:
        make_user(phone=PHONE)
    logging_in, signing_up = Client(), Client()

    statuses = [
        ask_to_log_in(logging_in, PHONE).status_code,
        ask_to_sign_up(signing_up, PHONE).status_code,
        logging_in.post(reverse("account_confirm_login_code"), {"action": "resend"}).status_code,
        signing_up.post(reverse("account_verify_phone"), {"action": "resend"}).status_code,
        ask_to_log_in(Client(), "+77011230000").status_code,
    ]

    assert statuses == [302, 302, 302, 429, 429]


@pytest.mark.django_db
def test_guesses_are_limited_for_one_visitor_and_lock_out_nobody_else(
    settings: Settings, client: Client
) -> None:
    _limit(settings, confirm_code="1/m/key")
    user = make_user(phone=PHONE)
    guesser = Client()
    ask_to_log_in(guesser, PHONE)
    address = reverse("account_confirm_login_code")

    statuses = [guesser.post(address, {"code": "00000x"}).status_code for _ in range(2)]
    ask_to_log_in(client, PHONE)
    client.post(address, {"code": code_sent_to(PHONE)})

    assert statuses == [422, 429]
    assert who(client) == user.pk


@pytest.mark.django_db
def test_changes_of_number_are_limited_for_one_person(settings: Settings, client: Client) -> None:
    _limit(settings, change_phone="1/m/user")
    client.force_login(make_user())
    address = reverse("account_change_phone")

    statuses = [
        client.post(address, {"phone": number}).status_code
        for number in ("+77015550000", "+77015550001")
    ]

    assert statuses == [302, 429]


@pytest.mark.django_db
def test_pages_are_looked_at_without_limit(settings: Settings, client: Client) -> None:
    _limit(settings, login="1/m/ip", signup="1/m/ip")

    statuses = {client.get(reverse("account_login")).status_code for _ in range(3)}

    assert statuses == {200}


@pytest.mark.django_db
def test_the_count_is_in_the_cache_table(client: Client) -> None:
    ask_to_sign_up(client, PHONE)

    table = settings.CACHES["default"]["LOCATION"]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT cache_key FROM {table} WHERE cache_key LIKE '%%signup%%'")
        keys = [key for (key,) in cursor.fetchall()]
    assert len(keys) == 2


_OTHER_PROCESS = """
import django
django.setup()
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.7")
request.user = AnonymousUser()
print("allowed" if ratelimit.consume(request, action="login") else "refused")
"""


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_the_count(settings: Settings) -> None:
    _limit(settings, login="1/m/ip")
    cache.clear()
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.7")
    request.user = AnonymousUser()

    there = _in_another_process(_OTHER_PROCESS)
    here = ratelimit.consume(request, action="login")

    assert there == "allowed"
    assert here is False
    cache.clear()


def _in_another_process(program: str) -> str:
    """Runs the program against the database of this test, and returns what it prints."""
    address = urlsplit(os.environ["DATABASE_URL"])
    address = address._replace(path=f"/{connection.settings_dict['NAME']}")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ
        | {
            "DATABASE_URL": address.geturl(),
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        },
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()
