"""Which way payments go, and how the provider's answers are understood."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe
from pytest_django import Settings

from marketplace.payments import gateways
from marketplace.payments.gateway import BeingAnswered, ProviderRefused, ProviderUnavailable
from marketplace.payments.sandbox.tests.factories import make_payment
from marketplace.payments.sandbox.transport import SandboxTransport
from marketplace.payments.stripe_gateway import API_VERSION, StripeGateway


class Answering(stripe.HTTPClient):
    """A provider that always gives one answer."""

    name = "answering"

    def __init__(self, status: int, body: str) -> None:
        super().__init__()
        self.status, self.body = status, body
        self.headers: list[dict[str, str]] = []

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **_: Any) -> Any:
        self.headers.append(dict(headers))
        return self.body, self.status, {}


def fetched(status: int, body: str) -> Answering:
    """A fetch that is answered so."""
    way = Answering(status, body)
    StripeGateway(secret_key="sk_test_1", webhook_secrets=(), http_client=way).fetch(
        make_payment(session_id="cs_test_1")
    )
    return way


def error(**fields: str) -> str:
    return json.dumps({"error": {"message": "No.", **fields}})


def test_without_a_key_the_sandbox_answers() -> None:
    assert isinstance(gateways._http_client(is_sandbox=True, timeout=3), SandboxTransport)


def test_with_a_key_stripe_answers_in_time_or_not_at_all() -> None:
    way = gateways._http_client(is_sandbox=False, timeout=3)

    assert isinstance(way, stripe.RequestsClient)
    assert way._timeout == 3


def test_gateway_is_one_for_as_long_as_its_settings_stay(settings: Settings) -> None:
    first = gateways.gateway()
    assert gateways.gateway() is first

    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_next"]
    assert gateways.gateway() is not first


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, error(type="invalid_request_error", code="rate_limit")),
        (400, error(type="invalid_request_error", code="rate_limit")),
        (409, error(type="idempotency_error", code="idempotency_key_in_use")),
        (400, error(type="invalid_request_error", code="lock_timeout")),
        (401, error(type="invalid_request_error")),
        (403, error(type="invalid_request_error")),
        (500, error(type="api_error")),
        (502, "<html>Bad gateway</html>"),
        (200, "<html>Sign in to the wireless network</html>"),
    ],
)
def test_answer_that_says_nothing_of_the_payment_is_unavailable(status: int, body: str) -> None:
    with pytest.raises(ProviderUnavailable):
        fetched(status, body)


def test_key_in_use_says_that_another_is_being_answered() -> None:
    with pytest.raises(BeingAnswered):
        fetched(409, error(type="idempotency_error", code="idempotency_key_in_use"))


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, error(type="invalid_request_error", code="resource_missing"), "resource_missing"),
        (402, error(type="card_error", code="card_declined"), "card_declined"),
        (400, error(type="idempotency_error"), "idempotency_error"),
        (400, error(type="invalid_request_error"), "invalid_request_error"),
        (400, error(), "refused"),
    ],
)
def test_plain_no_is_refused_in_the_provider_s_word(status: int, body: str, code: str) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        fetched(status, body)

    assert refusal.value.code == code


def test_version_of_the_api_is_ours() -> None:
    session = {
        "id": "cs_test_1",
        "object": "checkout.session",
        "payment_intent": None,
        "status": "open",
        "amount_total": 100,
        "currency": "kzt",
    }

    way = fetched(200, json.dumps(session))

    assert way.headers[0]["Stripe-Version"] == API_VERSION
    assert way.headers[0]["Authorization"] == "Bearer sk_test_1"
