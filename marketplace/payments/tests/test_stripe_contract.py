"""The contract lets through what Stripe takes, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.payments.tests.stripe_contract import ContractBroken, Request, check

GOOD: dict[str, Any] = {
    "mode": "payment",
    "line_items": [
        {"quantity": 1, "price_data": {"currency": "kzt", "unit_amount": 4_500_000}},
    ],
    "success_url": "https://joytop.test/",
}
KEY = {"idempotency_key": "k"}


def test_contract_takes_a_good_request() -> None:
    check(Request("post", "/v1/checkout/sessions", GOOD, KEY))


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 4_500_000},  # no such parameter
        {"mode": "pay"},  # no such word
        {"expires_at": "soon"},  # of another type
        {"expires_at": True},  # which is no number here
        {"line_items": {"quantity": 1}},
        {"line_items": [{"quantity": 1, "price_data": {"unit_amount": 1}}]},  # no currency
        {"line_items": [{"price_data": {"currency": "kzt", "amount": 1}}]},
        {"metadata": {"payment": 7}},
        {"payment_intent_data": {"capture_method": "by hand"}},
    ],
)
def test_contract_refuses_a_bad_request(changed: dict[str, Any]) -> None:
    with pytest.raises(ContractBroken):
        check(Request("post", "/v1/checkout/sessions", GOOD | changed, KEY))


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_contract_wants_an_idempotency_key(key: str) -> None:
    with pytest.raises(ContractBroken):
        check(Request("post", "/v1/checkout/sessions", GOOD, {"idempotency_key": key}))


def test_contract_knows_no_other_address() -> None:
    with pytest.raises(ContractBroken):
        check(Request("post", "/v1/charges", {}, KEY))
