"""The rules of every request: keys, parameters, idempotency."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, transaction
from django.utils import timezone
from pytest_django import Settings

from marketplace.core.points import hooked
from marketplace.core.transactions import InsideTransaction
from marketplace.payments.sandbox import faults
from marketplace.payments.sandbox.family import Family
from marketplace.payments.sandbox.models import SandboxObject, SandboxRequest
from marketplace.payments.sandbox.tests.wire import (
    SESSIONS,
    call,
    get,
    make_session,
    post,
    refusal,
    session_asked,
)
from marketplace.payments.sandbox.transport import SandboxTransport


class Died(BaseException):
    """The end of a process, in the small."""


pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])


@pytest.mark.parametrize("key", ["sk_live_51", "rk_live_51"])
def test_sandbox_refuses_to_be_beside_live_keys(settings: Settings, key: str) -> None:
    settings.STRIPE_SECRET_KEY = key

    with pytest.raises(ImproperlyConfigured):
        SandboxTransport()


def test_sandbox_refuses_to_be_where_it_is_off(settings: Settings) -> None:
    settings.PAYMENTS_SANDBOX = False

    with pytest.raises(ImproperlyConfigured):
        SandboxTransport()


def test_wrong_key_is_401() -> None:
    assert refusal("post", SESSIONS, session_asked(), secret="sk_test_other")[0] == 401
    assert not SandboxObject.objects.exists()


def test_unknown_address_is_404() -> None:
    assert refusal("post", "/v1/charges")[0] == 404
    assert refusal("get", SESSIONS)[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        f"{SESSIONS}/cs_test_none",
        "/v1/payment_intents/pi_none",
        "/v1/refunds/re_none",
    ],
)
def test_what_is_not_there_is_404(path: str) -> None:
    assert refusal("get", path) == (404, "resource_missing")


def test_object_of_another_kind_is_not_there() -> None:
    session_id = make_session()

    assert refusal("get", f"/v1/payment_intents/{session_id}") == (404, "resource_missing")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"amount": 1}, "parameter_unknown"),
        ({"price": {"amount": 1}}, "parameter_unknown"),
        ({"intent": {"off_session": "true"}}, "parameter_unknown"),
        ({"mode": ""}, "parameter_invalid_empty"),
        ({"mode": "subscription"}, "invalid_request_error"),
        ({"mode": {"of": "payment"}}, "invalid_request_error"),
        ({"metadata": "p1"}, "invalid_request_error"),
        ({"metadata": {"m" * 41: "p1"}}, "invalid_request_error"),
        ({"metadata": {"m": "p" * 501}}, "invalid_request_error"),
        ({"metadata": {f"m{number}": "p" for number in range(51)}}, "invalid_request_error"),
        ({"client_reference_id": "p" * 201}, "invalid_request_error"),
        ({"success_url": "/return/"}, "url_invalid"),
        ({"cancel_url": "javascript:alert(1)"}, "url_invalid"),
        ({"line_items": []}, "parameter_missing"),
        ({"line_items": "one"}, "invalid_request_error"),
        ({"line_items": [{"quantity": 1}]}, "parameter_missing"),
        ({"price": {"unit_amount": 0}}, "parameter_invalid_integer"),
        ({"price": {"unit_amount": -4_500_000}}, "parameter_invalid_integer"),
        ({"price": {"unit_amount": "45000.50"}}, "parameter_invalid_integer"),
        ({"price": {"unit_amount": 24_999}}, "amount_too_small"),
        ({"price": {"unit_amount": 100_000_000}}, "amount_too_large"),
        ({"price": {"currency": "KZT"}}, "invalid_request_error"),
        ({"price": {"currency": "xyz"}}, "invalid_request_error"),
        ({"expand": ["line_items"]}, "invalid_request_error"),
    ],
)
def test_session_asked_for_wrongly_is_400(changed: dict[str, Any], code: str) -> None:
    assert refusal("post", SESSIONS, session_asked(**changed)) == (400, code)
    assert not SandboxObject.objects.exists()


@pytest.mark.parametrize("name", ["mode", "line_items", "success_url"])
def test_session_asked_for_without_a_part_is_400(name: str) -> None:
    asked = session_asked()
    del asked[name]

    assert refusal("post", SESSIONS, asked) == (400, "parameter_missing")


@pytest.mark.parametrize(
    ("minutes", "status"), [(29, 400), (30, 200), (24 * 60, 200), (24 * 60 + 1, 400)]
)
def test_session_lives_half_an_hour_to_a_day(minutes: int, status: int) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        expires_at = int((timezone.now() + timedelta(minutes=minutes)).timestamp())

        assert call("post", SESSIONS, session_asked(expires_at=expires_at))[0] == status


def test_session_lives_a_day_unless_told() -> None:
    asked = session_asked()
    del asked["expires_at"]

    session = post(SESSIONS, asked)

    assert session["expires_at"] == session["created"] + 24 * 3600


def test_same_key_gives_the_same_answer() -> None:
    asked = session_asked()

    assert post(SESSIONS, asked, key="once") == post(SESSIONS, asked, key="once")
    assert SandboxObject.objects.count() == 1


def test_same_key_gives_the_same_answer_when_things_have_changed() -> None:
    asked = session_asked()
    first = post(SESSIONS, asked, key="once")
    post(f"{SESSIONS}/{first['id']}/expire")

    assert post(SESSIONS, asked, key="once")["status"] == "open"
    assert get(f"{SESSIONS}/{first['id']}")["status"] == "expired"


def test_same_key_gives_the_same_refusal() -> None:
    path = f"{SESSIONS}/{make_session()}/expire"
    post(path)
    refused = call("post", path, key="again")

    assert refused[0] == 400
    assert call("post", path, key="again") == refused
    assert SandboxRequest.objects.get(pk="again").status == 400


def test_same_key_gives_the_same_breakdown() -> None:
    asked = session_asked()
    with faults.server_errors():
        broken = call("post", SESSIONS, asked, key="once")

    assert broken[0] == 500
    assert call("post", SESSIONS, asked, key="once") == broken
    assert not SandboxObject.objects.exists()


def test_same_key_with_other_parameters_is_400() -> None:
    post(SESSIONS, session_asked(), key="once")

    other = session_asked(client_reference_id="p2")
    assert refusal("post", SESSIONS, other, key="once") == (400, "idempotency_error")


def test_same_key_at_another_address_is_400() -> None:
    session_id = post(SESSIONS, session_asked(), key="once")["id"]

    path = f"{SESSIONS}/{session_id}/expire"
    assert refusal("post", path, key="once") == (400, "idempotency_error")


def test_key_is_not_kept_for_malformed_parameters() -> None:
    assert refusal("post", SESSIONS, session_asked(mode="pay"), key="once")[0] == 400

    post(SESSIONS, session_asked(), key="once")


def test_key_is_forgotten_after_a_day() -> None:
    session_id = make_session()
    asked = session_asked()
    first = post(SESSIONS, asked, key="once")["id"]

    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert post(SESSIONS, session_asked(), key="once")["id"] not in {first, session_id}


@pytest.mark.parametrize(("length", "status"), [(255, 200), (256, 400)])
def test_key_has_255_characters_at_most(length: int, status: int) -> None:
    assert call("post", SESSIONS, session_asked(), key="k" * length)[0] == status


def test_nothing_is_answered_inside_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(InsideTransaction):
        call("post", SESSIONS, session_asked())


@pytest.mark.django_db(databases=["default", "sandbox"], transaction=True)
def test_key_that_is_in_use_is_409() -> None:
    asked = session_asked()
    other = connections["sandbox"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('payments.sandbox:once', 0))"
            )

            assert refusal("post", SESSIONS, asked, key="once") == (409, "idempotency_key_in_use")
            cursor.execute("ROLLBACK")
    finally:
        other.close()

    post(SESSIONS, asked, key="once")


@pytest.mark.django_db(databases=["default", "sandbox"], transaction=True)
def test_process_that_dies_after_the_answer_has_asked() -> None:
    asked = session_asked()

    def die(point: str) -> None:
        raise Died

    with hooked(die), pytest.raises(Died):
        post(SESSIONS, asked, key="once")

    assert post(SESSIONS, asked, key="once")["id"] == SandboxObject.objects.get().pk


@pytest.mark.django_db(databases=["default", "sandbox"], transaction=True)
def test_process_that_dies_before_the_answer_has_asked_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = session_asked()

    def die(*_row: object) -> None:
        raise Died

    monkeypatch.setattr(Family, "schedule", die)
    with pytest.raises(Died):
        post(SESSIONS, asked, key="once")

    assert not SandboxObject.objects.exists()
    assert not SandboxRequest.objects.exists()
