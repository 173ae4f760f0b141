from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "marketplace.notifications"
    label = "notifications"
    verbose_name = _("Notifications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the outbox handler of "notifications.deliver".
        from marketplace.core import schedules  # noqa: PLC0415 -- models are ready only now

        from . import delivery  # noqa: F401, PLC0415

        schedules.register(
            schedules.Periodic(
                "notifications: forget old ones",
                "marketplace.notifications.tasks.forget_old_notifications",
                daily_at=time(22, 0),
            )
        )
