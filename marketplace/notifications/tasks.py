"""Jobs of the background worker. Each delegates at once."""

from django.utils import timezone

from . import retention


def forget_old_notifications() -> None:
    """Deletes what was sent long ago."""
    retention.forget_old_notifications(now=timezone.now())
