"""Events brought to the site's real endpoint by Django's test client, in the worker's place."""

from __future__ import annotations

from datetime import datetime

from django.test import Client
from django.urls import reverse

from marketplace.payments.sandbox import delivery


def post_by_client(body: bytes, signature: str) -> int:
    """A delivery.Poster that needs no server."""
    response = Client().post(
        reverse("payments:stripe_webhook"),
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )
    return response.status_code


def deliver_events(*, now: datetime | None = None) -> int:
    """Delivers all that is due to the site. The endpoint only stores them: drain the outbox too."""
    return delivery.deliver_due(post=post_by_client, now=now)
