"""Events on their way to the site's webhook: signed, over HTTP, again until they are taken."""

from __future__ import annotations

import http.client
import json
import logging
from datetime import datetime, timedelta
from typing import Final, Protocol
from urllib.parse import urlsplit

import stripe
from django.conf import settings
from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from marketplace.core.transactions import forbid_transaction
from marketplace.payments.sandbox import clock, faults
from marketplace.payments.sandbox.family import atomic
from marketplace.payments.sandbox.models import SandboxEvent, SandboxObject

logger = logging.getLogger("joytop.payments.sandbox")

TRIED_FOR: Final = timedelta(days=3)
_FIRST_PAUSE: Final = timedelta(seconds=5)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_TIMEOUT_SECONDS: Final = 10


class Poster(Protocol):
    """Brings one event to the webhook and says with which status it was answered."""

    def __call__(self, body: bytes, signature: str) -> int: ...


def deliver_due(
    *, post: Poster | None = None, now: datetime | None = None, limit: int = 500
) -> int:
    """Does what time has brought, then delivers the events that are due, the oldest first.

    Returns how many were taken (2xx). Each is claimed and counted before it is posted, outside of
    any transaction, so that a worker that dies leaves it for a later try; after three days it is
    left alone.
    """
    forbid_transaction("Delivering events")
    at = now or timezone.now()
    clock.advance_due(now=at)
    taken = 0
    for _ in range(limit):
        event = _claim(at)
        if event is None:
            break
        taken += _deliver(event, post or post_to_site, at)
    return taken


def next_due_at(*, now: datetime) -> datetime | None:
    """When there is something to do next."""
    events = _undelivered(now).aggregate(at=Min("due_at"))["at"]
    sessions = SandboxObject.objects.aggregate(at=Min("due_at"))["at"]
    return min((moment for moment in (events, sessions) if moment is not None), default=None)


def _undelivered(now: datetime) -> QuerySet[SandboxEvent]:
    """What has not arrived and is not given up."""
    return SandboxEvent.objects.filter(delivered_at__isnull=True, created_at__gt=now - TRIED_FOR)


def _claim(now: datetime) -> SandboxEvent | None:
    with atomic():
        event = (
            _undelivered(now)
            .filter(due_at__lte=now)
            .select_for_update(skip_locked=True, no_key=True)
            .order_by("due_at", "pk")
            .first()
        )
        if event is not None:
            event.attempts += 1
            event.due_at = now + _pause_after(event.attempts)
            event.save(update_fields=["attempts", "due_at"])
    return event


def _pause_after(attempts: int) -> timedelta:
    """5, 10, 20 … seconds, an hour at most."""
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, 10)), _LONGEST_PAUSE)


def _deliver(event: SandboxEvent, post: Poster, now: datetime) -> bool:
    if faults.loses_webhook(event.type):
        _note_delivered(event, now)
        return False
    body = json.dumps(event.payload)
    signature = stripe.WebhookSignature.generate_signature_header(
        body, settings.STRIPE_WEBHOOK_SECRETS[0], int(now.timestamp())
    )
    try:
        status = post(body.encode(), signature)
    except (OSError, http.client.HTTPException) as failure:
        logger.warning("the webhook was not reached: %s", type(failure).__name__)
        return False
    if not 200 <= status < 300:
        logger.warning("the webhook answered %s to %s", status, event.type)
        return False
    _note_delivered(event, now)
    return True


def _note_delivered(event: SandboxEvent, now: datetime) -> None:
    SandboxEvent.objects.filter(pk=event.pk).update(delivered_at=now)


def post_to_site(body: bytes, signature: str) -> int:
    """Over HTTP, as it comes from Stripe."""
    target = urlsplit(settings.SITE_URL)
    kind = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    connection = kind(target.hostname or "", target.port, timeout=_TIMEOUT_SECONDS)
    headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
    try:
        connection.request("POST", reverse("payments:stripe_webhook"), body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
