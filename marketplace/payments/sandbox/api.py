"""The endpoints that JoyTop uses, with the refusals of the real ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from marketplace.payments.sandbox import money
from marketplace.payments.sandbox.clock import locked
from marketplace.payments.sandbox.errors import Invalid, Refused
from marketplace.payments.sandbox.family import (
    CHARGE,
    INTENT,
    REFUND,
    SESSION,
    Family,
    found,
    seconds,
)
from marketplace.payments.sandbox.ids import new_id
from marketplace.payments.sandbox.models import SandboxObject
from marketplace.payments.sandbox.parameters import Kind, Names, Rows, Table, Text, Whole, Words

SHORTEST_SESSION: Final = timedelta(minutes=30)
LONGEST_SESSION: Final = timedelta(hours=24)
# The least that is taken, in the currency's smallest unit; about half a dollar.
LEAST: Final = {"eur": 50, "kzt": 25_000, "usd": 50}
# Eight digits in the smallest unit, for each of these currencies.
MOST: Final = 99_999_999
_CURRENCY: Final = Text(required=True, choices=tuple(LEAST))
_EXPAND: Final = {"expand": Names()}

CREATE_SESSION: Final[Mapping[str, Kind]] = {
    "mode": Text(required=True, choices=("payment",)),
    "line_items": Rows(
        required=True,
        row=Table(
            {
                "quantity": Whole(required=True),
                "price_data": Table(
                    {
                        "currency": _CURRENCY,
                        "unit_amount": Whole(required=True),
                        "product_data": Table(
                            {"name": Text(required=True), "description": Text()}, required=True
                        ),
                    },
                    required=True,
                ),
            }
        ),
    ),
    "success_url": Text(required=True, is_url=True),
    "cancel_url": Text(is_url=True),
    "client_reference_id": Text(longest=200),
    "customer_email": Text(longest=800),
    "expires_at": Whole(),
    "locale": Text(choices=("auto", "en", "ru")),
    "allowed_payment_method_types": Names(),
    "adaptive_pricing": Table({"enabled": Text(choices=("false", "true"))}),
    "metadata": Words(),
    "payment_intent_data": Table(
        {
            "capture_method": Text(choices=("automatic", "automatic_async", "manual")),
            "description": Text(longest=1000),
            "metadata": Words(),
        }
    ),
    **_EXPAND,
}


def create_session(asked: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    total, currency = _total(asked["line_items"])
    expires_at = now + LONGEST_SESSION
    if "expires_at" in asked:
        expires_at = datetime.fromtimestamp(asked["expires_at"], now.tzinfo)
        # Whole seconds, as the API counts.
        moment = now.replace(microsecond=0)
        if not moment + SHORTEST_SESSION <= expires_at <= moment + LONGEST_SESSION:
            raise Invalid(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from "
                "Checkout Session creation.",
                param="expires_at",
            )
    identity = new_id("cs_test", 58)
    page = reverse("payments_sandbox:checkout", args=[identity])
    family = found(
        {
            "id": identity,
            "object": "checkout.session",
            "amount_subtotal": total,
            "amount_total": total,
            "cancel_url": asked.get("cancel_url"),
            "client_reference_id": asked.get("client_reference_id"),
            "created": seconds(now),
            "currency": currency,
            "customer_email": asked.get("customer_email"),
            "expires_at": seconds(expires_at),
            "livemode": False,
            "locale": asked.get("locale"),
            "metadata": asked.get("metadata", {}),
            "mode": asked["mode"],
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "success_url": asked["success_url"].replace("{CHECKOUT_SESSION_ID}", identity),
            "url": settings.SANDBOX_CHECKOUT_ORIGIN + page,
        },
        {
            "payment_intent_data": asked.get("payment_intent_data", {}),
            "name": asked["line_items"][0]["price_data"]["product_data"]["name"],
        },
        now=now,
    )
    family.settle_at(family.session, datetime.fromtimestamp(seconds(expires_at), now.tzinfo))
    family.schedule()
    shown = _shown(family, family.session, asked)
    family.write()
    return shown


def _total(items: list[dict[str, Any]]) -> tuple[int, str]:
    if not items:
        raise Invalid("At least one line item is required.", param="line_items")
    currencies = {item["price_data"]["currency"] for item in items}
    if len(currencies) != 1:
        raise Invalid("All line items must have the same currency.", param="line_items")
    currency = currencies.pop()
    total = sum(item["quantity"] * item["price_data"]["unit_amount"] for item in items)
    if total < LEAST[currency]:
        raise Refused(
            "The Checkout Session's total amount due must add up to at least "
            f"{LEAST[currency]} {currency}",
            code="amount_too_small",
        )
    if total > MOST:
        raise Refused(
            f"The Checkout Session's total amount must be no more than {MOST} {currency}",
            code="amount_too_large",
        )
    return total, currency


def retrieve_session(asked: dict[str, Any], identity: str, *, now: datetime) -> dict[str, Any]:
    with locked(SESSION, identity, now=now) as family:
        return _shown(family, family.session, asked)


def expire_session(asked: dict[str, Any], identity: str, *, now: datetime) -> dict[str, Any]:
    with locked(SESSION, identity, now=now) as family:
        if family.session.data["status"] != "open":
            raise Refused(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
                f"Session has a status of `{family.session.data['status']}`."
            )
        money.expire(family)
        return _shown(family, family.session, asked)


def retrieve_intent(asked: dict[str, Any], identity: str, *, now: datetime) -> dict[str, Any]:
    with locked(INTENT, identity, now=now) as family:
        return _shown(family, family.member(INTENT, identity), asked)


def capture_intent(asked: dict[str, Any], identity: str, *, now: datetime) -> dict[str, Any]:
    with locked(INTENT, identity, now=now) as family:
        intent = family.member(INTENT, identity)
        if intent.data["status"] != "requires_capture":
            raise _unexpected_state(intent, "captured", "requires_capture")
        amount = asked.get("amount_to_capture", intent.data["amount_capturable"])
        if amount > intent.data["amount_capturable"]:
            raise Refused(
                "The payment could not be captured because the requested capture amount is greater "
                "than the authorized amount.",
                code="amount_too_large",
                param="amount_to_capture",
            )
        money.capture(family, amount=amount)
        return _shown(family, intent, asked)


def cancel_intent(asked: dict[str, Any], identity: str, *, now: datetime) -> dict[str, Any]:
    with locked(INTENT, identity, now=now) as family:
        intent = family.member(INTENT, identity)
        if family.session.data["status"] == "open":
            raise Refused(
                "You cannot cancel a PaymentIntent created by Checkout. "
                "Expire the Checkout Session.",
            )
        cancellable = ("requires_payment_method", "requires_capture", "requires_action")
        if intent.data["status"] not in cancellable:
            raise _unexpected_state(intent, "canceled", *cancellable)
        money.cancel(family, reason=asked.get("cancellation_reason"))
        return _shown(family, intent, asked)


def _unexpected_state(intent: SandboxObject, done: str, *wanted: str) -> Refused:
    return Refused(
        f"This PaymentIntent could not be {done} because it has a status of "
        f"{intent.data['status']}. Only a PaymentIntent with one of the following statuses may "
        f"be {done}: {', '.join(wanted)}.",
        code="payment_intent_unexpected_state",
    )


def create_refund(asked: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    with locked(INTENT, asked["payment_intent"], now=now) as family:
        charge = family.charge
        if charge is None or not charge.data["captured"]:
            raise Refused(
                "This PaymentIntent does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
            )
        left = money.refundable(family)
        if not left:
            raise Refused(
                f"Charge {charge.pk} has already been refunded.", code="charge_already_refunded"
            )
        amount = asked.get("amount", left)
        if amount > left:
            raise Refused(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                code="amount_too_large",
                param="amount",
            )
        row = money.refund(family, amount=amount, metadata=asked.get("metadata", {}))
        return _shown(family, row, asked)


def retrieve_refund(asked: dict[str, Any], identity: str, *, now: datetime) -> dict[str, Any]:
    with locked(REFUND, identity, now=now) as family:
        return _shown(family, family.member(REFUND, identity), asked)


def list_refunds(asked: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    with locked(INTENT, asked["payment_intent"], now=now) as family:
        limit = asked.get("limit", 10)
        return {
            "object": "list",
            "url": "/v1/refunds",
            "has_more": len(family.refunds) > limit,
            "data": [row.data for row in family.refunds[:limit]],
        }


# What of an object may be asked for whole, in the place of its id.
_EXPANDABLE: Final = {
    SESSION: {"payment_intent": INTENT},
    INTENT: {"latest_charge": CHARGE},
    CHARGE: {"payment_intent": INTENT},
    REFUND: {"charge": CHARGE, "payment_intent": INTENT},
}


def _shown(family: Family, row: SandboxObject, asked: dict[str, Any]) -> dict[str, Any]:
    data = dict(row.data)
    for path in asked.get("expand", ()):
        _expand(family, row.kind, data, path.split("."))
    return data


def _expand(family: Family, kind: str, data: dict[str, Any], path: list[str]) -> None:
    name, rest = path[0], path[1:]
    inner = _EXPANDABLE[kind].get(name)
    if inner is None:
        raise Invalid(f"This property cannot be expanded ({name}).", param="expand")
    if isinstance(data[name], str):
        data[name] = dict(family.member(inner, data[name]).data)
    if rest and data[name] is not None:
        _expand(family, inner, data[name], rest)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A method and path, what it takes, and what answers it."""

    method: str
    path: re.Pattern[str]
    fields: Mapping[str, Kind]
    answer: Callable[..., dict[str, Any]]


def _endpoint(
    method: str, path: str, fields: Mapping[str, Kind], answer: Callable[..., dict[str, Any]]
) -> Endpoint:
    return Endpoint(method, re.compile(path.replace("{id}", r"([A-Za-z0-9_]+)")), fields, answer)


ENDPOINTS: Final = (
    _endpoint("post", "/v1/checkout/sessions", CREATE_SESSION, create_session),
    _endpoint("get", "/v1/checkout/sessions/{id}", _EXPAND, retrieve_session),
    _endpoint("post", "/v1/checkout/sessions/{id}/expire", _EXPAND, expire_session),
    _endpoint("get", "/v1/payment_intents/{id}", _EXPAND, retrieve_intent),
    _endpoint(
        "post",
        "/v1/payment_intents/{id}/capture",
        {"amount_to_capture": Whole(), **_EXPAND},
        capture_intent,
    ),
    _endpoint(
        "post",
        "/v1/payment_intents/{id}/cancel",
        {
            "cancellation_reason": Text(
                choices=("abandoned", "duplicate", "fraudulent", "requested_by_customer")
            ),
            **_EXPAND,
        },
        cancel_intent,
    ),
    _endpoint(
        "post",
        "/v1/refunds",
        {
            "payment_intent": Text(required=True),
            "amount": Whole(),
            "metadata": Words(),
            **_EXPAND,
        },
        create_refund,
    ),
    _endpoint(
        "get",
        "/v1/refunds",
        {"payment_intent": Text(required=True), "limit": Whole()},
        list_refunds,
    ),
    _endpoint("get", "/v1/refunds/{id}", _EXPAND, retrieve_refund),
)


def route(method: str, path: str) -> tuple[Endpoint, tuple[str, ...]]:
    """Who answers. Raises Refused (404) where nobody does."""
    for endpoint in ENDPOINTS:
        match = endpoint.path.fullmatch(path)
        if match and endpoint.method == method:
            return endpoint, match.groups()
    raise Refused(f"Unrecognized request URL ({method.upper()}: {path}).", status=404)
