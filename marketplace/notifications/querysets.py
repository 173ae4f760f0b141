from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from .enums import FINAL, DeliveryState

if TYPE_CHECKING:
    from .models import Delivery, SandboxMessage  # noqa: F401


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def unfinished(self) -> DeliveryQuerySet:
        return self.exclude(state__in=FINAL)

    def in_trouble(self) -> DeliveryQuerySet:
        """What a person should look at: not sent, or nobody knows."""
        return self.filter(state__in=[DeliveryState.FAILED, DeliveryState.AMBIGUOUS])


class SandboxMessageQuerySet(models.QuerySet["SandboxMessage"]):
    def latest_first(self) -> SandboxMessageQuerySet:
        return self.order_by("-sent_at", "-id")

    def addressed_to(self, recipient: str) -> SandboxMessageQuerySet:
        """Everything to phone numbers and email addresses that contain the text."""
        return self.filter(to__icontains=recipient)
