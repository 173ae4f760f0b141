"""What was sent is not kept for ever: it names people, and nobody asks for it after a season."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from marketplace.core.models import OutboxMessage

from .models import Delivery, Notification

KEPT_FOR: Final = timedelta(days=90)


def forget_old_notifications(*, now: datetime) -> int:
    """Deletes notifications older than KEPT_FOR with their deliveries and outbox messages.

    One that still waits to be delivered, or that a person has yet to settle, stays whole.
    Returns how many notifications went. Locks nothing that is still being worked on.
    """
    with transaction.atomic():
        old = Notification.objects.filter(created_at__lt=now - KEPT_FOR)
        kept = Delivery.objects.unsettled().filter(notification__in=old).values("notification")
        gone = list(old.exclude(pk__in=kept).values_list("pk", flat=True))
        deliveries = Delivery.objects.filter(notification__in=gone)
        messages = list(deliveries.values_list("outbox_message", flat=True))
        deliveries.delete()
        OutboxMessage.objects.filter(pk__in=messages).delete()
        Notification.objects.filter(pk__in=gone).delete()
    return len(gone)
