"""The only place that writes to the ledger, and what each event in money looks like in it.

Debits are positive, credits negative. A transaction has a key of its own, so that the same event
is never booked twice; the database holds each to a sum of zero when it commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from marketplace.core.money import Money
from marketplace.core.transactions import require_transaction
from marketplace.payments.enums import LedgerAccount, LedgerKind
from marketplace.payments.models import LedgerEntry, LedgerTransaction, Payment, Refund
from marketplace.payments.split import Split


@dataclass(frozen=True, slots=True)
class Line:
    """One entry to be written."""

    account: LedgerAccount
    amount: Money
    due_at: datetime | None = None


def record_capture(*, payment: Payment, now: datetime) -> LedgerTransaction:
    """The provider holds the whole amount for us, and it is not yet clear whose it is."""
    return _write(
        kind=LedgerKind.CAPTURE,
        key=f"capture:{payment.pk}",
        payment=payment,
        now=now,
        lines=(
            Line(LedgerAccount.PROVIDER_BALANCE, payment.amount),
            Line(LedgerAccount.UNALLOCATED, -payment.amount),
        ),
    )


def record_allocation(
    *, payment: Payment, split: Split, due_at: datetime, now: datetime
) -> LedgerTransaction:
    """It is the owner's, due at a time, and the platform's."""
    return _write(
        kind=LedgerKind.ALLOCATION,
        key=allocation_key(payment),
        payment=payment,
        now=now,
        lines=(Line(LedgerAccount.UNALLOCATED, split.total), *_shares(split, due_at, sign=-1)),
    )


def record_refund_opened(
    *, refund: Refund, taken: Split | None, due_at: datetime | None, now: datetime
) -> LedgerTransaction:
    """Promised to the renter: `taken` from the shares, or from what nobody has a share in yet."""
    sources = (
        (Line(LedgerAccount.UNALLOCATED, refund.amount),)
        if taken is None
        else _shares(taken, due_at, sign=1)
    )
    return _write(
        kind=LedgerKind.REFUND_OPENED,
        key=f"refund_opened:{refund.pk}",
        payment=refund.payment,
        refund=refund,
        now=now,
        lines=(*sources, Line(LedgerAccount.REFUNDS_PAYABLE, -refund.amount)),
    )


def record_refund_settled(*, refund: Refund, now: datetime) -> LedgerTransaction:
    """The renter has it: the debt is gone, and so is the money at the provider."""
    return _write(
        kind=LedgerKind.REFUND_SETTLED,
        key=f"refund_settled:{refund.pk}",
        payment=refund.payment,
        refund=refund,
        now=now,
        lines=(
            Line(LedgerAccount.REFUNDS_PAYABLE, refund.amount),
            Line(LedgerAccount.PROVIDER_BALANCE, -refund.amount),
        ),
    )


def record_refund_returned(*, refund: Refund, now: datetime) -> LedgerTransaction:
    """The renter's bank sent back what had arrived: it is owed again."""
    return _write(
        kind=LedgerKind.REFUND_FAILED,
        key=f"refund_failed:{refund.pk}",
        payment=refund.payment,
        refund=refund,
        now=now,
        lines=(
            Line(LedgerAccount.PROVIDER_BALANCE, refund.amount),
            Line(LedgerAccount.REFUNDS_PAYABLE, -refund.amount),
        ),
    )


def unallocated_of(payment: Payment) -> Money:
    """What came in with this payment and is neither allocated nor promised back."""
    return -_balance(payment, LedgerAccount.UNALLOCATED)


def waiting_of(payment: Payment) -> Money | None:
    """As `unallocated_of`, before the payment is allocated; None once it was. One query."""
    entries = LedgerEntry.objects.of_payment(payment).order_by()
    kinds = entries.values_list("transaction__kind", "account").annotate(Sum("amount_minor"))
    left = 0
    for kind, account, amount in kinds:
        if kind == LedgerKind.ALLOCATION:
            return None
        left -= amount if account == LedgerAccount.UNALLOCATED else 0
    return Money(left, payment.currency)


def shares_of(payment: Payment) -> Split:
    """Who has how much of this payment now."""
    return Split(
        owner=-_balance(payment, LedgerAccount.OWNER_PAYABLE),
        commission=-_balance(payment, LedgerAccount.COMMISSION),
        service_fee=-_balance(payment, LedgerAccount.SERVICE_FEE),
    )


def allocation_key(payment: Payment) -> str:
    """What the transaction that shares a payment out is called: there is one."""
    return f"allocation:{payment.pk}"


def allocation_of(payment: Payment) -> LedgerTransaction | None:
    """The transaction that shared it out, once there is one."""
    return LedgerTransaction.objects.filter(key=allocation_key(payment)).first()


def _balance(payment: Payment, account: LedgerAccount) -> Money:
    entries = LedgerEntry.objects.of_payment(payment).filter(account=account)
    return Money(entries.aggregate(sum=Sum("amount_minor"))["sum"] or 0, payment.currency)


def _shares(split: Split, due_at: datetime | None, *, sign: int) -> tuple[Line, ...]:
    return (
        Line(LedgerAccount.OWNER_PAYABLE, sign * split.owner, due_at),
        Line(LedgerAccount.COMMISSION, sign * split.commission),
        Line(LedgerAccount.SERVICE_FEE, sign * split.service_fee),
    )


def _write(
    *,
    kind: LedgerKind,
    key: str,
    payment: Payment,
    now: datetime,
    lines: Iterable[Line],
    refund: Refund | None = None,
) -> LedgerTransaction:
    """One transaction with its entries; nothing is written for a line of zero."""
    require_transaction("a ledger transaction")
    written = LedgerTransaction.objects.create(
        kind=kind, key=key, payment=payment, refund=refund, at=now
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            transaction=written,
            account=line.account,
            payee_id=payment.payee_id if line.account == LedgerAccount.OWNER_PAYABLE else None,
            currency=line.amount.currency,
            amount_minor=line.amount.amount,
            due_at=line.due_at,
        )
        for line in lines
        if line.amount
    )
    return written
