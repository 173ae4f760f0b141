"""Reads about money: what was paid for a thing, what is owed to whom, where it all stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from marketplace.core.models import StateChange
from marketplace.core.money import Money
from marketplace.core.states import subject_kind
from marketplace.payments.models import (
    LedgerTransaction,
    Payment,
    ProviderEvent,
    Refund,
)


@dataclass(frozen=True, slots=True)
class Owed:
    """What one business has coming in one currency."""

    amount: Money
    # When the oldest of it was earned.
    since: datetime
    # How much of it is due by now, and how much on the next day that brings some.
    due: Money
    next_due_at: datetime | None
    next_due: Money

    @property
    def later(self) -> Money:
        """What will be due, once the bookings have ended."""
        return self.amount - self.due


@dataclass(frozen=True, slots=True)
class Trail:
    """Everything that happened to a payment, each in its own order."""

    payment: Payment
    changes: tuple[StateChange, ...]
    refunds: tuple[Refund, ...]
    ledger: tuple[LedgerTransaction, ...]
    events: tuple[ProviderEvent, ...]


# A payment whose owner's share went back whole is owed no more, and counts for nothing.
_OWED: Final = """
WITH share AS (
    SELECT entry.payee_id, entry.currency, entry.due_at, min(written.at) AS since,
           -sum(entry.amount_minor) AS amount
    FROM payments_ledgerentry AS entry
    JOIN payments_ledgertransaction AS written ON written.id = entry.transaction_id
    WHERE entry.account = 'owner_payable' AND entry.payee_id = ANY(%s)
    GROUP BY entry.payee_id, entry.currency, entry.due_at, written.payment_id
), owed AS (
    SELECT *, min(due_at) FILTER (WHERE due_at > %s) OVER (PARTITION BY payee_id, currency) AS next
    FROM share WHERE amount <> 0
)
SELECT payee_id, currency, sum(amount)::bigint, min(since),
       coalesce(sum(amount) FILTER (WHERE due_at <= %s), 0)::bigint, min(next),
       coalesce(sum(amount) FILTER (
           WHERE due_at >= next
             AND (due_at AT TIME ZONE %s)::date = (next AT TIME ZONE %s)::date), 0)::bigint
FROM owed
GROUP BY payee_id, currency ORDER BY payee_id, currency
"""


def owed_to_each(ids: Iterable[int], *, now: datetime) -> dict[int, tuple[Owed, ...]]:
    """What is owed to each of these businesses; who is owed nothing is left out. One query.

    Days are those of the reader's clock.
    """
    zone = timezone.get_current_timezone_name()
    owed: dict[int, list[Owed]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OWED, [list(ids), now, now, zone, zone])
        for payee, currency, amount, since, due, next_at, next_due in cursor.fetchall():
            owed[payee].append(
                Owed(
                    Money(amount, currency),
                    since,
                    Money(due, currency),
                    next_at,
                    Money(next_due, currency),
                )
            )
    return {payee: tuple(rows) for payee, rows in owed.items()}


def payments_for(kind: str, identity: str) -> tuple[Payment, ...]:
    """Every try to be paid for one thing, newest first."""
    return tuple(Payment.objects.for_payable(kind, identity))


def last_payment_id(kind: str, identity: str) -> UUID | None:
    """The newest try to be paid for one thing."""
    return Payment.objects.for_payable(kind, identity).values_list("pk", flat=True).first()


def live_payment_for(kind: str, identity: str) -> Payment | None:
    """The one from which its money may still come, or has come."""
    return Payment.objects.for_payable(kind, identity).live().first()


def refunds_for(kind: str, identity: str) -> tuple[Refund, ...]:
    """Everything promised back for one thing, oldest first, each promise once.

    The state shown is that of the last try, so a promise that failed and was then kept is kept.
    """
    promised = (
        Refund.objects.for_payable(kind, identity).select_related("payment").order_by("created_at")
    )
    return tuple(_last_tries(promised))


def trail_of(payment: Payment) -> Trail:
    """All that is known of a payment, in a fixed number of queries."""
    refunds = tuple(payment.refunds.order_by("created_at"))
    subjects = {subject_kind(Payment): [str(payment.pk)]}
    subjects[subject_kind(Refund)] = [str(refund.pk) for refund in refunds]
    changes = StateChange.objects.none()
    for kind, ids in subjects.items():
        changes |= StateChange.objects.filter(subject_kind=kind, subject_id__in=ids)
    return Trail(
        payment=payment,
        changes=tuple(changes.select_related("by").order_by("id")),
        refunds=refunds,
        ledger=tuple(payment.ledger_transactions.in_turn().prefetch_related("entries")),
        events=tuple(payment.provider_events.order_by("received_at")),
    )


def _last_tries(refunds: Iterable[Refund]) -> Iterator[Refund]:
    rows = list(refunds)
    tried_again = {refund.retry_of_id for refund in rows}
    return (refund for refund in rows if refund.pk not in tried_again)
