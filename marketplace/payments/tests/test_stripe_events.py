"""Webhooks are believed only when signed, lately, with a secret of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe
from pytest_django import Settings

from marketplace.payments.gateway import BadEvent, Event
from marketplace.payments.gateways import gateway

NOW = datetime(2026, 12, 12, 9, 0, tzinfo=UTC)
EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "created": int(NOW.timestamp()),
    "data": {"object": {"id": "cs_test_1", "metadata": {"payment": "0b5c"}}},
}


def signed(body: str, *, secret: str = "whsec_sandbox", at: datetime = NOW) -> str:
    header: str = stripe.WebhookSignature.generate_signature_header(
        body, secret, int(at.timestamp())
    )
    return header


def read(event: Any, **how: Any) -> Event:
    body = json.dumps(event)
    return gateway().read_event(body.encode(), signed(body, **how), now=NOW)


def test_signed_event_is_read() -> None:
    assert read(EVENT) == Event(
        id="evt_1",
        type="checkout.session.completed",
        object_id="cs_test_1",
        created_at=NOW,
        payment_id="0b5c",
    )


@pytest.mark.parametrize("about", [{"id": "ch_1"}, {"id": "ch_1", "metadata": None}])
def test_event_that_names_no_payment_is_read(about: dict[str, Any]) -> None:
    assert read(EVENT | {"data": {"object": about}}).payment_id == ""


@pytest.mark.parametrize("secret", ["whsec_old", "whsec_new"])
def test_either_of_two_secrets_signs(settings: Settings, secret: str) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]

    assert read(EVENT, secret=secret).id == "evt_1"


def test_other_secret_is_refused() -> None:
    with pytest.raises(BadEvent):
        read(EVENT, secret="whsec_of_somebody")


def test_no_secret_believes_nothing(settings: Settings) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = []

    with pytest.raises(BadEvent):
        read(EVENT)


def test_body_that_was_changed_is_refused() -> None:
    body = json.dumps(EVENT)

    with pytest.raises(BadEvent):
        gateway().read_event(body.replace("evt_1", "evt_2").encode(), signed(body), now=NOW)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_signature_lasts_five_minutes(seconds: int) -> None:
    assert read(EVENT, at=NOW + timedelta(seconds=seconds)).id == "evt_1"


@pytest.mark.parametrize("seconds", [-301, 301])
def test_signature_of_another_time_is_refused(seconds: int) -> None:
    with pytest.raises(BadEvent):
        read(EVENT, at=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("signature", ["", "v1=ab", "t=1", "t=soon,v1=ab", "подпись", "t=1,v1=é"])
def test_signature_that_is_none_is_refused(signature: str) -> None:
    with pytest.raises(BadEvent):
        gateway().read_event(b"{}", signature, now=NOW)


@pytest.mark.parametrize(
    "event",
    [
        [],
        {},
        "event",
        EVENT | {"id": 7},
        EVENT | {"id": ""},
        EVENT | {"id": "e" * 256},
        EVENT | {"type": None},
        EVENT | {"created": "today"},
        EVENT | {"created": 10**20},
        EVENT | {"data": {"object": []}},
        EVENT | {"data": {"object": {"id": "cs_1", "metadata": ["payment"]}}},
    ],
)
def test_signed_body_that_is_no_event_is_refused(event: Any) -> None:
    with pytest.raises(BadEvent):
        read(event)


def test_signed_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BadEvent):
        gateway().read_event(b"\xff", signed("{}"), now=NOW)
