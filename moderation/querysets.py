"""The words that this face uses to ask for claims."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from moderation.models import QueueClaim  # noqa: F401 -- named in the base class


class QueueClaimQuerySet(models.QuerySet["QueueClaim"]):
    """Questions about claims."""

    def live(self, now: datetime) -> QueueClaimQuerySet:
        """Claims that still hold."""
        return self.filter(expires_at__gt=now)
