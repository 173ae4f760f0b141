"""Time: what is taken, what is free, and bookings with their states."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    """Time: what is taken, what is free, and bookings with their states."""

    name = "marketplace.bookings"
    label = "bookings"
    verbose_name = _("Bookings")

    def ready(self) -> None:
        """Follow the money, and register what this room tells people and does by the clock."""
        from marketplace.bookings import receivers, schedules  # noqa: F401, PLC0415
        from marketplace.bookings.notification_kinds import register_kinds  # noqa: PLC0415

        register_kinds()
