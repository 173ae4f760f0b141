"""Saying whose captured money is."""

from __future__ import annotations

from datetime import datetime

from marketplace.core.transactions import require_transaction
from marketplace.payments import ledger
from marketplace.payments.models import LedgerTransaction, Payment
from marketplace.payments.split import Split


def allocate(
    *, payment: Payment, split: Split, due_at: datetime, now: datetime
) -> LedgerTransaction:
    """Shares the whole captured amount between owner and platform, once.

    In the caller's transaction. `due_at` is when the owner is to be paid. Again with the same split
    changes nothing. ValueError where the split is another, or is not exactly what is there and
    unallocated: a fault of the program that asks.
    """
    require_transaction("allocate()")
    list(Payment.objects.filter(pk=payment.pk).locked().values_list("pk"))
    there = ledger.waiting_of(payment)
    if there is None:
        payment.refresh_from_db()
        if ledger.shares_of(payment) != split and not payment.refunded:
            raise ValueError(f"payment {payment.pk} is allocated otherwise")
        return LedgerTransaction.objects.get(key=ledger.allocation_key(payment))
    if split.total != there or not there:
        raise ValueError(f"payment {payment.pk} has {there} to allocate, not {split.total}")
    return ledger.record_allocation(payment=payment, split=split, due_at=due_at, now=now)
