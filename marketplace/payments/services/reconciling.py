"""Comparing what we believe with what the provider has: the net under every lost message."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from marketplace.core.transactions import forbid_transaction
from marketplace.payments.gateway import ProviderUnavailable
from marketplace.payments.models import Payment, ProviderEvent, Refund
from marketplace.payments.services.events import process_event
from marketplace.payments.services.intents import pursue
from marketplace.payments.services.refunds import refund_now

logger = logging.getLogger("joytop.payments")

BATCH: Final = 200
_EVENTS_REST: Final = timedelta(minutes=2)
# A provider that is down is not asked about everything: the next run is two minutes away. So many
# of a kind, for it may be silent about some things and answer about others.
_SILENCES: Final = 3


@dataclass(slots=True)
class Reconciled:
    """How many were looked at, and how many could not be."""

    payments: int = 0
    refunds: int = 0
    events: int = 0
    unanswered: int = 0
    failed: int = 0


def reconcile(*, now: datetime, seconds: float | None = None) -> Reconciled:
    """Looks at all that is open: payments and what was decided about them, refunds, events.

    Outside any transaction. One that fails, or that the provider does not answer about, does not
    keep the others from their turn: it goes to the end of the line. Stops after `seconds`, and
    with things of a kind when the provider keeps silent about them.
    """
    forbid_transaction("reconcile()")
    round_ = _Round(float("inf") if seconds is None else time.monotonic() + seconds)
    events = ProviderEvent.objects.waiting_since(now - _EVENTS_REST)
    for event_id in events.values_list("pk", flat=True)[:BATCH]:
        round_.look("events", partial(process_event, event_id=event_id, now=now))
    for payment in Payment.objects.to_compare(now)[:BATCH]:
        if round_.look("payments", partial(pursue, payment_id=payment.pk, now=now)):
            Payment.objects.filter(pk=payment.pk).update(checked_at=now)
    for refund in Refund.objects.to_compare(now)[:BATCH]:
        if round_.look("refunds", partial(refund_now, refund_id=refund.pk, now=now)):
            Refund.objects.filter(pk=refund.pk).update(checked_at=now)
    return round_.counts


class _Round:
    """One run: its counts, and when it is enough."""

    def __init__(self, stop_at: float) -> None:
        self.counts = Reconciled()
        self._silences: Counter[str] = Counter()
        self._stop_at = stop_at

    def look(self, at: str, work: Callable[[], object]) -> bool:
        """Whether it had its turn, and goes to the end of the line: also if in vain."""
        if self._silences[at] >= _SILENCES or time.monotonic() >= self._stop_at:
            return False
        try:
            work()
        except ProviderUnavailable:
            self.counts.unanswered += 1
            self._silences[at] += 1
            return True
        except Exception:
            logger.exception("reconciling %s failed", at)
            self.counts.failed += 1
            return True
        setattr(self.counts, at, getattr(self.counts, at) + 1)
        return True
