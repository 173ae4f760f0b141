"""The words in which other rooms ask about money."""

from __future__ import annotations

from typing import Self

from django.db import models

from marketplace.payments.enums import LIVE_STATUSES, UNSETTLED_STATUSES, RefundStatus


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

    def locked(self) -> Self:
        """Held against other writers until the end of the transaction."""
        return self.select_for_update(no_key=True, of=("self",))


class RefundQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about refunds."""

    def pending(self) -> Self:
        """Promised, and not known to have arrived."""
        return self.filter(status=RefundStatus.PENDING)

    def locked(self) -> Self:
        """Held against other writers until the end of the transaction."""
        return self.select_for_update(no_key=True, of=("self",))
