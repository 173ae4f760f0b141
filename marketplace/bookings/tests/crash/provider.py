"""What the provider has of a story, beside what we believe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Booking
from marketplace.core.money import Money
from marketplace.payments.enums import LedgerAccount, RefundStatus
from marketplace.payments.models import LedgerEntry, Payment
from marketplace.payments.sandbox.family import CHARGE, INTENT, REFUND, SESSION
from marketplace.payments.sandbox.models import SandboxObject
from marketplace.payments.stripe_amounts import from_stripe


@dataclass(frozen=True)
class AtProvider:
    """Everything that came of one payment there: sessions by status, money by what it is."""

    sessions: list[str]
    reserved: list[Money]
    taken: list[Money]
    returned: list[Money]

    @classmethod
    def of(cls, payment: Payment) -> AtProvider:
        """Looked up by the id that we gave, not by what we remember of the answers."""
        return cls(
            sessions=[session["status"] for session in _objects(SESSION, payment)],
            reserved=_amounts(_objects(INTENT, payment), "amount_capturable"),
            taken=_amounts(_objects(CHARGE, payment), "amount_captured"),
            returned=_amounts(_objects(REFUND, payment), "amount"),
        )


def _objects(kind: str, payment: Payment) -> list[dict[str, Any]]:
    found = SandboxObject.objects.filter(kind=kind, data__metadata__payment=str(payment.pk))
    return [row.data for row in found.order_by("created_at", "pk")]


def _amounts(objects: list[dict[str, Any]], name: str) -> list[Money]:
    return [from_stripe(it[name], it["currency"]) for it in objects if it[name]]


def agrees(booking: Booking, payments: list[Payment]) -> None:
    """Exactly what the booking's state means was done, once, there and in the ledger."""
    assert len(payments) <= 1
    for payment in payments:
        there = AtProvider.of(payment)
        assert there == _meant(booking, is_open=bool(there.sessions))
        assert _ledger(payment) == _sum(there.taken) - _sum(there.returned)
        arrived = payment.refunds.filter(status=RefundStatus.SETTLED)
        assert [refund.amount for refund in arrived] == there.returned


def _meant(booking: Booking, *, is_open: bool) -> AtProvider:
    """What there should be: one session at most, and money where somebody paid."""
    whole = booking.total
    match booking.status:
        case BookingStatus.CONFIRMED:
            return AtProvider(["complete"], reserved=[], taken=[whole], returned=[])
        case BookingStatus.CANCELLED if booking.confirmed_at:
            # Ten days ahead, and at once: all of it goes back.
            return AtProvider(["complete"], reserved=[], taken=[whole], returned=[whole])
        case BookingStatus.REQUESTED:
            return AtProvider(["complete"], reserved=[whole], taken=[], returned=[])
        case BookingStatus.CANCELLED if booking.requested_at:
            return AtProvider(["complete"], reserved=[], taken=[], returned=[])
    session = "open" if booking.status == BookingStatus.HELD else "expired"
    return AtProvider([session] * is_open, reserved=[], taken=[], returned=[])


def _ledger(payment: Payment) -> Money:
    """What the provider holds of it, as our books have it."""
    entries = LedgerEntry.objects.of_payment(payment)
    balance = entries.filter(account=LedgerAccount.PROVIDER_BALANCE)
    return Money(balance.aggregate(sum=Sum("amount_minor"))["sum"] or 0, payment.currency)


def _sum(amounts: list[Money]) -> Money:
    return sum(amounts, Money.zero("KZT"))
