from typing import Self

from django.db import models

from .enums import FINAL, DeliveryState


class DeliveryQuerySet[Row: models.Model](models.QuerySet[Row]):
    def unfinished(self) -> Self:
        return self.exclude(state__in=FINAL)

    def unsettled(self) -> Self:
        """On their way, or waiting for a person to say what became of them."""
        return self.exclude(state__in=[DeliveryState.SENT, DeliveryState.FAILED])


class SandboxMessageQuerySet[Row: models.Model](models.QuerySet[Row]):
    def latest_first(self) -> Self:
        return self.order_by("-sent_at", "-id")

    def addressed_to(self, recipient: str) -> Self:
        """Everything to phone numbers and email addresses that contain the text."""
        return self.filter(to__icontains=recipient)
