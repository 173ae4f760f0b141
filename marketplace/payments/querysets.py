"""The words in which other rooms ask about money."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Self

from django.db import models
from django.db.models import F, Q

from marketplace.payments.enums import (
    LIVE_STATUSES,
    UNPAID_STATUSES,
    UNSETTLED_STATUSES,
    LedgerAccount,
    LedgerKind,
    RefundStatus,
)

# How long something may go without being compared with the provider.
SOON: Final = timedelta(minutes=2)
SELDOM: Final = timedelta(hours=1)
# What is captured is allocated in the same instant.
TURN: Final = models.Case(
    *(models.When(kind=kind, then=turn) for turn, kind in enumerate(LedgerKind)),
    output_field=models.SmallIntegerField(),
)


class PaymentQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about payments."""

    def for_payable(self, kind: str, identity: str) -> Self:
        """What was paid, or tried, for one thing."""
        return self.filter(payable_kind=kind, payable_id=identity)

    def live(self) -> Self:
        """Those from which money may still come, or has come."""
        return self.filter(status__in=LIVE_STATUSES)

    def unsettled(self) -> Self:
        """Those whose end is not known yet."""
        return self.filter(status__in=UNSETTLED_STATUSES)

    def to_compare(self, now: datetime) -> Self:
        """Unsettled ones that the reconciler looks at now, longest unlooked-at first.

        What waits for an owner's answer changes seldom, what is at the checkout or has something
        to be carried out changes soon.
        """
        soon = Q(status__in=UNPAID_STATUSES) | Q(capture_requested_at__isnull=False)
        soon |= Q(void_requested_at__isnull=False)
        rested = Q(checked_at__lte=now - SOON) | Q(
            checked_at__isnull=True, created_at__lte=now - SOON
        )
        return (
            self.unsettled()
            .filter(rested, soon | Q(checked_at__isnull=True) | Q(checked_at__lte=now - SELDOM))
            .order_by(F("checked_at").asc(nulls_first=True), "created_at")
        )

    def locked(self) -> Self:
        """Held against other writers until the end of the transaction."""
        return self.select_for_update(no_key=True, of=("self",))


class RefundQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about refunds."""

    def for_payable(self, kind: str, identity: str) -> Self:
        """What was promised back for one thing."""
        return self.filter(payment__payable_kind=kind, payment__payable_id=identity)

    def pending(self) -> Self:
        """Promised, and not known to have arrived."""
        return self.filter(status=RefundStatus.PENDING)

    def promises(self) -> Self:
        """Each promise once: without the further tries of one that failed."""
        return self.filter(retry_of__isnull=True)

    def to_compare(self, now: datetime) -> Self:
        """Pending ones that the reconciler looks at now, longest unlooked-at first.

        One that the provider knows may take days; one that it does not is sent again soon.
        """
        rested = Q(checked_at__lte=now - SOON) | Q(
            checked_at__isnull=True, created_at__lte=now - SOON
        )
        return (
            self.pending()
            .filter(
                rested,
                Q(provider_id="") | Q(checked_at__isnull=True) | Q(checked_at__lte=now - SELDOM),
            )
            .order_by(F("checked_at").asc(nulls_first=True), "created_at")
        )

    def locked(self) -> Self:
        """Held against other writers until the end of the transaction."""
        return self.select_for_update(no_key=True, of=("self",))


class LedgerTransactionQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about the ledger's transactions."""

    def in_turn(self) -> Self:
        """Oldest first; of one instant, in the order in which money moves."""
        return self.order_by("at", TURN)


class LedgerEntryQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about the ledger's lines."""

    def of_payment(self, payment: models.Model) -> Self:
        """Every line that one payment led to."""
        return self.filter(transaction__payment=payment)

    def owed_to_owners(self) -> Self:
        """What is owed to owners, and what of it was taken back."""
        return self.filter(account=LedgerAccount.OWNER_PAYABLE)


class ProviderEventQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about the provider's events."""

    def unprocessed(self) -> Self:
        """Those that have had no effect yet."""
        return self.filter(processed_at__isnull=True)

    def waiting_since(self, before: datetime) -> Self:
        """Those that nobody has processed although they came before then, oldest first."""
        return self.unprocessed().filter(received_at__lte=before).order_by("received_at")
