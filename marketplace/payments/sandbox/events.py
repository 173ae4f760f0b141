"""Events: one row each, delivered to the site's webhook by the worker."""

from __future__ import annotations

import logging
from collections.abc import Iterable
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


def record(told: Iterable[tuple[str, dict[str, Any]]], *, now: datetime) -> None:
    """Promises events, each a type and the object as it was then, in this order.

    The worker is woken after commit, once for all of them.
    """
    SandboxEvent.objects.bulk_create(_event(event_type, shown, now) for event_type, shown in told)
    transaction.on_commit(wake, using=ALIAS)


def _event(event_type: str, shown: dict[str, Any], now: datetime) -> SandboxEvent:
    identity = new_id("evt")
    return SandboxEvent(
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


def wake() -> None:
    """Queues a delivery, unless one is queued already and has not begun. Never raises.

    A lost wake costs a minute: a scheduled delivery is the net under this.
    """
    try:
        # Asked first, as the outbox does: to find out by adding costs more.
        if cache.get(_WAKE_QUEUED):
            return
        if cache.add(_WAKE_QUEUED, True, _WAKE_FORGOTTEN_AFTER):
            async_task("marketplace.payments.sandbox.tasks.deliver_events")
    except Exception:
        logger.exception("the worker could not be woken; the scheduled delivery will do the work")


def wake_arrived() -> None:
    """Called by the worker before it looks: what is committed from now on needs another wake."""
    cache.delete(_WAKE_QUEUED)
