"""Jobs of the background worker. Each delegates at once."""

import time
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from marketplace.payments.sandbox import delivery, events

# Slow money takes a few seconds, and a schedule comes round in half a minute: what is due this
# soon is waited for, well inside the worker's time limit for one job.
_WAITED_FOR: Final = timedelta(seconds=15)
_LONGEST_WAIT: Final = timedelta(seconds=45)


def deliver_events() -> None:
    """Delivers what is due, and waits for what will be due in a moment."""
    if not settings.PAYMENTS_SANDBOX:
        return
    events.wake_arrived()
    stop_at = timezone.now() + _LONGEST_WAIT
    while True:
        delivery.deliver_due()
        now = timezone.now()
        due_at = delivery.next_due_at()
        if due_at is None or due_at > min(now + _WAITED_FOR, stop_at):
            return
        time.sleep(max((due_at - now).total_seconds(), 0.1))
