"""What this room asks of a payment provider, in its own words. Knows no provider.

Every call leaves the process, so none is made inside a transaction. Whatever a call changes at the
provider carries an idempotency key that was stored before, so asking again is always safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError
from marketplace.core.money import Money
from marketplace.payments.models import Payment, Refund


class ProviderUnavailable(DomainError):
    """The provider did not answer in time, or answered that it cannot now. Safe to ask again."""

    code = "provider_unavailable"
    default_message = _(
        "The payment service does not answer right now. You have not been charged. "
        "Please try again in a minute."
    )


class BeingAnswered(ProviderUnavailable):
    """The same was asked at the same moment, and is being answered there."""


class ProviderRefused(Exception):
    """The provider's plain no: asking the same again will not help. `code` is the provider's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class BadEvent(Exception):
    """An event that the provider did not sign, or signed too long ago, or that is no event."""


class ProviderState(Enum):
    """Where a payment stands at the provider."""

    # The checkout can still be paid; a declined card leaves it here.
    OPEN = "open"
    # Paid by a way that takes time; the provider will say.
    PROCESSING = "processing"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    EXPIRED = "expired"
    FAILED = "failed"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Checkout:
    """An open checkout: where to send the payer, and until when."""

    session_id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """A payment as the provider has it now. `amount` is what it asked for or took."""

    state: ProviderState
    amount: Money
    intent_id: str = ""
    card_brand: str = ""
    card_last4: str = ""
    capture_before: datetime | None = None


class ProviderRefundState(Enum):
    """Where a refund stands at the provider."""

    PENDING = "pending"
    SETTLED = "settled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """A refund as the provider has it now."""

    provider_id: str
    state: ProviderRefundState
    amount: Money
    error: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A verified event: which object changed.

    `payment_id` is ours, where the object names it; `intent_id` the provider's own for the same.
    """

    id: str
    type: str
    object_id: str
    created_at: datetime
    payment_id: str = ""
    intent_id: str = ""


class Gateway(Protocol):
    """A provider. Every method raises ProviderUnavailable; those that change, ProviderRefused."""

    def open_checkout(
        self, payment: Payment, *, return_url: str, cancel_url: str, language: str
    ) -> Checkout:
        """Opens the checkout, or returns the one that the payment's idempotency key opened."""
        ...

    def fetch(self, payment: Payment) -> ProviderPayment:
        """The payment (which has its session) as it is now."""
        ...

    def close_checkout(self, payment: Payment) -> ProviderPayment:
        """Closes an open checkout; one that was paid or closed meanwhile is returned as it is."""
        ...

    def capture(self, payment: Payment) -> ProviderPayment:
        """Takes what was authorised; one that was taken or released is returned as it is."""
        ...

    def void(self, payment: Payment) -> ProviderPayment:
        """Releases what was authorised; one that was taken or released is returned as it is."""
        ...

    def refund(self, refund: Refund) -> ProviderRefund:
        """Sends a part back, once for each refund's idempotency key."""
        ...

    def fetch_refund(self, refund: Refund) -> ProviderRefund:
        """The refund (which has its provider's id) as it is now."""
        ...

    def read_event(self, body: bytes, signature: str, *, now: datetime) -> Event:
        """The event in a webhook's body. Raises BadEvent."""
        ...
