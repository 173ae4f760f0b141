"""Payments as the gateway is given them; none is saved, for the far side keeps its own."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.payments.enums import CaptureMode
from marketplace.payments.gateway import Checkout, Gateway
from marketplace.payments.gateways import gateway
from marketplace.payments.models import Payment, Refund

RETURN_URL = "http://testserver/bookings/JT-1/return/?session={CHECKOUT_SESSION_ID}"
CANCEL_URL = "http://testserver/bookings/JT-1/"


def make_payment(**fields: Any) -> Payment:
    """An intended payment of 45 000 tenge for a grand hall, to be paid within the hour."""
    fields.setdefault("payer", User(email="rauan@example.com"))
    fields.setdefault("description", "Grand Hall, 12 December, 18:00-22:00")
    fields.setdefault("capture_mode", CaptureMode.AUTOMATIC)
    fields.setdefault("currency", "KZT")
    fields.setdefault("amount_minor", 4_500_000)
    fields.setdefault("idempotency_key", uuid.uuid4().hex)
    fields.setdefault("session_expires_at", timezone.now() + timedelta(hours=1))
    return Payment(**fields)


def make_refund(payment: Payment, **fields: Any) -> Refund:
    """A refund of all of it."""
    fields.setdefault("key", uuid.uuid4().hex)
    fields.setdefault("currency", payment.currency)
    fields.setdefault("amount_minor", payment.amount_minor)
    fields.setdefault("idempotency_key", uuid.uuid4().hex)
    return Refund(payment=payment, **fields)


def open_checkout(payment: Payment, *, through: Gateway | None = None) -> Checkout:
    """Opens its checkout and notes the session on the payment, as the service does."""
    checkout = (through or gateway()).open_checkout(
        payment, return_url=RETURN_URL, cancel_url=CANCEL_URL, language="en"
    )
    payment.session_id = checkout.session_id
    return checkout
