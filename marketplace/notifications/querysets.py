from datetime import datetime
from typing import Any, Self

from django.db import models

from .enums import FINAL, DeliveryState


class NotificationQuerySet[Row: models.Model](models.QuerySet[Row]):
    def listed_for(self, member_id: Any) -> Self:
        """What one member finds in the list on the site, newest first."""
        return self.filter(recipient=member_id, is_in_app=True).order_by("-created_at", "-pk")

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def mark_read(self, now: datetime) -> int:
        """Those that were not, are read now. Returns how many that were."""
        return self.unread().update(read_at=now)


class DeliveryQuerySet[Row: models.Model](models.QuerySet[Row]):
    def unfinished(self) -> Self:
        return self.exclude(state__in=FINAL)

    def unsettled(self) -> Self:
        """On their way, or waiting for a person to say what became of them."""
        return self.exclude(state__in=[DeliveryState.SENT, DeliveryState.FAILED])


class SandboxMessageQuerySet[Row: models.Model](models.QuerySet[Row]):
    def latest_first(self) -> Self:
        return self.order_by("-sent_at", "-id")

    def with_file_names(self) -> Self:
        """Each with what came with it, without reading the files themselves."""
        attachments: Any = self.model._meta.get_field("attachments").related_model
        names = attachments.objects.defer("content")
        return self.prefetch_related(models.Prefetch("attachments", queryset=names))

    def addressed_to(self, recipient: str) -> Self:
        """Everything to phone numbers and email addresses that contain the text."""
        return self.filter(to__icontains=recipient)
