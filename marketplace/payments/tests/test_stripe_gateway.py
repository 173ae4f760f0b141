"""The gateway against the sandbox, by the official SDK."""

from __future__ import annotations

import pytest

from marketplace.core.money import Money
from marketplace.payments.gateway import ProviderState
from marketplace.payments.gateways import gateway
from marketplace.payments.sandbox.actions import complete_checkout
from marketplace.payments.sandbox.tests.factories import make_payment, open_checkout

pytestmark = pytest.mark.django_db(databases=["default", "sandbox"])


def test_checkout_that_is_paid_is_captured() -> None:
    payment = make_payment()
    checkout = open_checkout(payment)

    assert gateway().fetch(payment).state is ProviderState.OPEN
    leads_to = complete_checkout(checkout.session_id)

    found = gateway().fetch(payment)
    assert leads_to.endswith(f"?session={checkout.session_id}")
    assert found.state is ProviderState.CAPTURED
    assert found.amount == Money(4_500_000, "KZT")
    assert (found.card_brand, found.card_last4) == ("visa", "4242")
