"""What comes round by the clock, done when the test says so, and waiting until all is done."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from marketplace.bookings.models import Booking
from marketplace.bookings.tests.crash.site import wait_for
from marketplace.core.models import OutboxMessage
from marketplace.payments import services as payments
from marketplace.payments.models import ProviderEvent
from marketplace.payments.querysets import SOON
from marketplace.payments.sandbox.models import SandboxEvent

_EVERY_MINUTE: Final = (
    "marketplace.core.tasks.drain_outbox",
    "marketplace.payments.sandbox.tasks.deliver_events",
    "marketplace.bookings.tasks.sweep",
)
_AGAIN_SECONDS: Final = 1.0


def stop_clock() -> None:
    """Nothing comes round by itself any more."""
    Schedule.objects.all().delete()


def sweep() -> None:
    """All that comes round by the clock, once: by the worker, and at the same time here.

    The reconciler is run as if the moments had passed after which it looks at a thing.
    """
    _come_round()
    payments.reconcile(now=timezone.now() + SOON)


def settle_down() -> None:
    """Until all is done: what ran out is swept, messages and the provider's events are acted on."""
    again_at = time.monotonic()

    def is_quiet() -> bool:
        nonlocal again_at
        if _is_done():
            return True
        if time.monotonic() > again_at:
            _come_round()
            again_at = time.monotonic() + _AGAIN_SECONDS
        return False

    wait_for(is_quiet, "until all is done")


def _come_round() -> None:
    """The provider need not wait before it tries again what a dead site did not take."""
    SandboxEvent.objects.filter(delivered_at=None).update(due_at=timezone.now())
    for job in _EVERY_MINUTE:
        async_task(job)


def _is_done() -> bool:
    now = timezone.now()
    soon = now + timedelta(minutes=1)
    open_messages = OutboxMessage.objects.filter(processed_at=None, failed_at=None)
    return not (
        Booking.objects.run_out(now).exists()
        or open_messages.filter(available_at__lte=soon).exists()
        or SandboxEvent.objects.filter(delivered_at=None).exists()
        or ProviderEvent.objects.unprocessed().exists()
    )
