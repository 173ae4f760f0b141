"""Events as the provider would post them: signed, with any secret, at any time."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import count
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from stripe import WebhookSignature

from marketplace.payments.models import Payment, Refund

_numbers = count(1)
type Body = dict[str, Any]


def about_payment(payment: Payment, type_: str = "checkout.session.completed") -> Body:
    """An event that names the payment by its session, and by our id in its metadata."""
    return event(
        type_,
        {
            "id": f"cs_{payment.pk.hex}",
            "object": "checkout.session",
            "metadata": {"payment": str(payment.pk)},
        },
    )


def about_refund(refund: Refund, type_: str = "refund.updated", *, named: bool = True) -> Body:
    """An event that names the refund by the provider's id."""
    words = {"payment": str(refund.payment_id)} if named else {}
    return event(type_, {"id": f"re_{refund.pk.hex}", "object": "refund", "metadata": words})


def event(type_: str, about: Body) -> Body:
    """An event of its own id."""
    return {
        "id": f"evt_{next(_numbers)}",
        "object": "event",
        "type": type_,
        "created": int(timezone.now().timestamp()),
        "data": {"object": about},
    }


def post(
    told: Body | bytes,
    *,
    secret: str = "",
    signed_at: datetime | None = None,
    client: Client | None = None,
) -> int:
    """The status that answers it."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    signature = WebhookSignature.generate_signature_header(
        body.decode("utf-8", "replace"),
        secret or settings.STRIPE_WEBHOOK_SECRETS[0],
        timestamp=int((signed_at or timezone.now()).timestamp()),
    )
    response = (client or Client()).post(
        reverse("payments:stripe_webhook"),
        data=body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )
    return response.status_code
