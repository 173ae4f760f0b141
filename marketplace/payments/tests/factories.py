"""Plain makers of this room's rows, each through the services that make them in earnest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from marketplace.accounts.tests.factories import make_business, make_user
from marketplace.core.money import Money
from marketplace.payments import services
from marketplace.payments.enums import CaptureMode, RefundReason
from marketplace.payments.models import Payment, Refund
from marketplace.payments.split import Split
from marketplace.payments.tests.fakes import FakeGateway

NOW = datetime(2026, 12, 12, 12, tzinfo=UTC)
DUE_AT = NOW + timedelta(days=9)
KIND = "tests.thing"
RETURN_URL = "https://joytop.test/bookings/AB12/return/"
CANCEL_URL = "https://joytop.test/bookings/AB12/"
# 1 050 tenge: 850 for the owner, 150 of commission, 50 of service fee.
AMOUNT = Money(105_000, "KZT")
SPLIT = Split(Money(85_000, "KZT"), Money(15_000, "KZT"), Money(5_000, "KZT"))
_numbers = count(1)


def make_payment(**values: Any) -> Payment:
    """A payment that is intended, for a thing of its own."""
    defaults: dict[str, Any] = {
        "payable_kind": KIND,
        "payable_id": str(next(_numbers)),
        "description": "Grand Hall, 12 December",
        "amount": AMOUNT,
        "capture_mode": CaptureMode.AUTOMATIC,
        "now": NOW,
    }
    values.setdefault("payer", None)
    values.setdefault("payee", None)
    values["payer"] = values["payer"] or make_user()
    values["payee"] = values["payee"] or make_business()
    with transaction.atomic():
        return services.open_payment(**defaults | values)


def make_pending(**values: Any) -> Payment:
    """A payment whose checkout is open."""
    payment = make_payment(**values)
    start(payment)
    payment.refresh_from_db()
    return payment


def make_authorised(provider: FakeGateway, **values: Any) -> Payment:
    """A payment whose money is reserved."""
    return make_paid(provider, capture_mode=CaptureMode.MANUAL, **values)


def make_paid(provider: FakeGateway, **values: Any) -> Payment:
    """A payment whose payer paid, settled. Nobody takes the money, unless a receiver does."""
    payment = make_pending(**values)
    provider.pay(payment)
    return services.settle(payment_id=payment.pk, now=NOW)


def make_allocated(provider: FakeGateway, *, split: Split = SPLIT, **values: Any) -> Payment:
    """A captured payment that is shared out."""
    payment = make_paid(provider, amount=split.total, **values)
    with transaction.atomic():
        services.allocate(payment=payment, split=split, due_at=DUE_AT, now=NOW)
    return payment


def make_refund(
    payment: Payment, amount: Money | None = None, *, kept: Split | None = None, key: str = ""
) -> Refund:
    """A refund that is promised and not sent: of all that is left, if nothing else is said."""
    payment.refresh_from_db()
    with transaction.atomic():
        return services.open_refund(
            payment=payment,
            amount=amount or payment.refundable,
            reason=RefundReason.CANCELLED_BY_RENTER,
            key=key or f"refund of {next(_numbers)}",
            requested_by=payment.payer,
            kept=kept,
            now=NOW,
        )


def start(payment: Payment, now: datetime = NOW) -> str:
    """The address of its checkout."""
    return services.start_checkout(
        payment=payment, return_url=RETURN_URL, cancel_url=CANCEL_URL, now=now
    )
