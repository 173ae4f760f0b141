"""Jobs of the background worker. Each delegates at once."""

import logging
from typing import Final

from django.utils import timezone

from . import outbox
from .integrity import record_report

logger = logging.getLogger("joytop.tasks")

# Well inside the worker's time limit for one job: a drain that is not done asks for another.
_DRAIN_SECONDS: Final = 45.0


def drain_outbox() -> None:
    """Does the work that the outbox holds, and wakes the worker again if some is left."""
    outbox.wake_arrived()
    if outbox.drain(seconds=_DRAIN_SECONDS).more:
        outbox.wake()


def verify_integrity() -> None:
    """Runs every integrity check and keeps the report for administrators."""
    record_report(now=timezone.now())
