"""The sandbox as an HTTP client: what the official SDK takes for the way to Stripe.

It enforces what Stripe does, so that what works here works there:

* a session lives 30 minutes to 24 hours, and only an open one can be expired; an expired one
  cannot be paid;
* amounts are positive whole numbers, not below the currency's minimum, of eight digits at most;
  currencies are known and in lower case;
* only what is reserved can be captured, up to what is reserved, and within 7 days; only what is
  not taken can be cancelled; only what was taken can be refunded, and no more than that;
* what is not there is 404 `resource_missing`; a wrong key is 401; a parameter that is unknown,
  missing or malformed is 400 `parameter_…`;
* an idempotency key (at most 255 characters, kept 24 hours) gives the first answer again,
  refusals and breakdowns included; with other parameters it is 400 `idempotency_error`, and while
  the first request is being answered it is 409;
* a declined card leaves the session open; metadata are copied to the intent and the charge;
* each change makes events of Stripe's types, delivered later and signed.

One request is one transaction on the alias `sandbox`, key and effect together, so a process that
dies in it has asked nothing, and one that dies after it has asked.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from marketplace.core.points import reached
from marketplace.core.transactions import forbid_transaction
from marketplace.payments.sandbox import api, faults, moments, parameters
from marketplace.payments.sandbox.errors import Invalid, Refused
from marketplace.payments.sandbox.family import atomic
from marketplace.payments.sandbox.ids import new_id
from marketplace.payments.sandbox.models import SandboxRequest
from marketplace.payments.sandbox.router import ALIAS

LIVE_KEY_PREFIXES: Final = ("sk_live_", "rk_live_")
LONGEST_KEY: Final = 255
KEYS_ARE_KEPT: Final = timedelta(hours=24)
type Answer = tuple[str, int, dict[str, str]]
# Status, body, and whether it was given before.
type _Outcome = tuple[int, str, bool]


class SandboxTransport(stripe.HTTPClient):
    """Answers in Stripe's place. Raises InsideTransaction in a transaction of the site's.

    Refuses to be made beside live keys, or where the sandbox is not in use: ImproperlyConfigured.
    """

    name = "joytop-sandbox"

    def __init__(self) -> None:
        if not settings.PAYMENTS_SANDBOX or settings.STRIPE_SECRET_KEY.startswith(
            LIVE_KEY_PREFIXES
        ):
            raise ImproperlyConfigured("The payments sandbox must not be used beside real keys.")
        super().__init__()

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> Answer:
        forbid_transaction("A call to the payment provider")
        parts = urlsplit(url)
        asked = f"{method.upper()} {parts.path}"
        faults.on_the_way_there(asked)
        status, body, replayed = _answer(
            method, parts.path, headers or {}, parts.query if method == "get" else post_data or ""
        )
        reached("payments.sandbox.answered")
        faults.on_the_way_back(asked)
        about = {"request-id": new_id("req", 14)}
        return body, status, about | ({"idempotent-replayed": "true"} if replayed else {})

    def close(self) -> None:
        """Nothing is open between requests."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One request, understood: where it goes and what it carries."""

    method: str
    path: str
    form: str
    endpoint: api.Endpoint
    ids: tuple[str, ...]
    asked: dict[str, Any]

    @property
    def fingerprint(self) -> str:
        """What must be the same for the same idempotency key."""
        return hashlib.sha256(f"{self.method} {self.path}\n{self.form}".encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def run(self) -> str:
        answer = self.endpoint.answer(self.asked, *self.ids, now=moments.now())
        return json.dumps(answer)


def _answer(method: str, path: str, headers: Mapping[str, str], form: str) -> _Outcome:
    try:
        _authenticate(headers)
        endpoint, ids = api.route(method, path)
        asked = parameters.read(parameters.parse(form), endpoint.fields)
        request = _Request(method, path, form, endpoint, ids, asked)
        if method == "post":
            return _once(_key_in(headers), request)
        with atomic():
            return 200, request.run(), False
    except Refused as refusal:
        return refusal.status, json.dumps(refusal.body), False


def _authenticate(headers: Mapping[str, str]) -> None:
    given = headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {settings.STRIPE_SECRET_KEY}".encode()):
        raise Refused("Invalid API Key provided", status=401)


def _key_in(headers: Mapping[str, str]) -> str:
    key = headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        raise Invalid(
            f"Idempotency keys may be at most {LONGEST_KEY} characters", kind="idempotency_error"
        )
    return key


def _once(key: str, request: _Request) -> _Outcome:
    """The answer to the first request with this key, to each that comes with it."""
    now = moments.now()
    with atomic():
        _hold(key)
        known = SandboxRequest.objects.filter(key=key).first()
        if known is not None and known.created_at <= now - KEYS_ARE_KEPT:
            known.delete()
        elif known is not None:
            if known.fingerprint != request.fingerprint:
                raise Refused(
                    "Keys for idempotent requests can only be used with the same parameters they "
                    "were first used with.",
                    kind="idempotency_error",
                )
            return known.status, known.body, True
        status, body = _effect(request)
        SandboxRequest.objects.create(
            key=key, fingerprint=request.fingerprint, status=status, body=body, created_at=now
        )
    return status, body, False


def _hold(key: str) -> None:
    """The key, until the end of the transaction. Raises Refused (409) where another has it."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('payments.sandbox:' || %s, 0))",
            [key],
        )
        (held,) = cursor.fetchone()
    if not held:
        raise Refused(
            "There is currently another in-progress request using this Idempotent Key.",
            code="idempotency_key_in_use",
            kind="idempotency_error",
            status=409,
        )


def _effect(request: _Request) -> tuple[int, str]:
    """What the endpoint answers; its plain refusals are answers too, and have written nothing."""
    if faults.breaks_down(str(request)):
        error = {"type": "api_error", "message": "An unknown error occurred"}
        return 500, json.dumps({"error": error})
    try:
        return 200, request.run()
    except Invalid:
        raise
    except Refused as refusal:
        return refusal.status, json.dumps(refusal.body)
