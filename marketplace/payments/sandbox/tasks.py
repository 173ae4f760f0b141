"""Jobs of the background worker. Each delegates at once."""

import time
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from marketplace.payments.sandbox import delivery, events

# Slow money takes a few seconds, and a schedule comes round in half a minute: what is due this
# soon is waited for, by one worker at a time, well inside its time limit for one job.
_WAITED_FOR: Final = timedelta(seconds=8)
_LONGEST_WAIT: Final = timedelta(seconds=20)
_WAITING: Final = "payments.sandbox.waiting"


def deliver_events() -> None:
    """Delivers what is due, and waits for what will be due in a moment."""
    if not settings.PAYMENTS_SANDBOX:
        return
    events.wake_arrived()
    delivery.deliver_due()
    if not _due_soon(timezone.now()):
        return
    if cache.add(_WAITING, True, _LONGEST_WAIT.total_seconds()):
        try:
            _deliver_what_comes_soon()
        finally:
            cache.delete(_WAITING)


def _deliver_what_comes_soon() -> None:
    stop_at = timezone.now() + _LONGEST_WAIT
    while (due_at := _due_soon(now := timezone.now())) and due_at < stop_at:
        time.sleep(max((due_at - now).total_seconds(), 0.1))
        delivery.deliver_due()


def _due_soon(now: datetime) -> datetime | None:
    due_at = delivery.next_due_at(now=now)
    return due_at if due_at is not None and due_at <= now + _WAITED_FOR else None
