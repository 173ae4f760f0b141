"""Requests as they come over the wire, for rules that the SDK would hide."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from stripe._encode import _api_encode

from marketplace.payments.sandbox.models import SandboxEvent
from marketplace.payments.sandbox.transport import SandboxTransport

SESSIONS = "/v1/checkout/sessions"
REFUNDS = "/v1/refunds"


def call(
    method: str,
    path: str,
    params: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    secret: str | None = None,
) -> tuple[int, dict[str, Any]]:
    """One request; its status and what it was answered."""
    headers = {
        "Authorization": f"Bearer {secret or settings.STRIPE_SECRET_KEY}",
        "Idempotency-Key": key or uuid.uuid4().hex,
    }
    form = urlencode(list(_api_encode(params or {})))
    url = f"https://api.stripe.com{path}" + (f"?{form}" if method == "get" else "")
    body, status, _headers = SandboxTransport().request(
        method, url, headers, form if method == "post" else None
    )
    return status, json.loads(body)


def post(path: str, params: dict[str, Any] | None = None, **how: Any) -> dict[str, Any]:
    """A request that is granted."""
    status, body = call("post", path, params, **how)
    assert status == 200, body
    return body


def get(path: str, **params: Any) -> dict[str, Any]:
    """What is there now."""
    status, body = call("get", path, params)
    assert status == 200, body
    return body


def refusal(method: str, path: str, params: dict[str, Any] | None = None, **how: Any) -> Any:
    """A request that is refused: status and code, or the type of error where it has no code."""
    status, body = call(method, path, params, **how)
    assert status != 200, body
    return status, body["error"].get("code", body["error"]["type"])


def session_asked(**changed: Any) -> dict[str, Any]:
    """What a session of 45 000 tenge is asked for with."""
    price = {
        "currency": "kzt",
        "unit_amount": 4_500_000,
        "product_data": {"name": "Grand Hall"},
    } | changed.pop("price", {})
    intent = {"metadata": {"payment": "p1"}} | changed.pop("intent", {})
    return {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": "http://testserver/return/?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://testserver/back/",
        "expires_at": int((timezone.now() + timedelta(hours=1)).timestamp()),
        "metadata": {"payment": "p1"},
        "payment_intent_data": intent,
    } | changed


def make_session(**changed: Any) -> str:
    """An open session's id."""
    return str(post(SESSIONS, session_asked(**changed))["id"])


def event_types() -> list[str]:
    """The events made so far, in their order."""
    return list(SandboxEvent.objects.order_by("pk").values_list("type", flat=True))
