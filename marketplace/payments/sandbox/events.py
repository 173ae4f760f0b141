"""Events: one row each, delivered to the site's webhook by the worker."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, Final

from django.core.cache import cache
from django.db import transaction
from django_q.tasks import async_task

from marketplace.payments.sandbox.ids import new_id
from marketplace.payments.sandbox.models import SandboxEvent
from marketplace.payments.sandbox.router import ALIAS

logger = logging.getLogger("joytop.payments.sandbox")

API_VERSION: Final = "2026-10-28.endive"
_WAKE_QUEUED: Final = "payments.sandbox.wake_queued"
# A worker may die with a queued wake in its hands; the next change wakes again after this, seconds.
_WAKE_FORGOTTEN_AFTER: Final = 5


def record(event_type: str, shown: dict[str, Any], *, now: datetime) -> SandboxEvent:
    """Promises an event with the object as it is now. The worker is woken after commit."""
    identity = new_id("evt")
    event = SandboxEvent.objects.create(
        event_id=identity,
        type=event_type,
        payload={
            "id": identity,
            "object": "event",
            "api_version": API_VERSION,
            "created": int(now.timestamp()),
            "data": {"object": shown},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": event_type,
        },
        created_at=now,
        due_at=now,
    )
    transaction.on_commit(wake, using=ALIAS)
    return event


def wake() -> None:
    """Queues a delivery, unless one is queued already and has not begun. Never raises.

    A lost wake costs a minute: a scheduled delivery is the net under this.
    """
    try:
        if cache.add(_WAKE_QUEUED, True, _WAKE_FORGOTTEN_AFTER):
            async_task("marketplace.payments.sandbox.tasks.deliver_events")
    except Exception:
        logger.exception("the worker could not be woken; the scheduled delivery will do the work")


def wake_arrived() -> None:
    """Called by the worker before it looks: what is committed from now on needs another wake."""
    cache.delete(_WAKE_QUEUED)
