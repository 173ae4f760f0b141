"""The words that this face uses to ask for claims."""

from datetime import datetime
from typing import Self

from django.db import models


class QueueClaimQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about claims."""

    def live(self, now: datetime) -> Self:
        """Claims that still hold."""
        return self.filter(expires_at__gt=now)
