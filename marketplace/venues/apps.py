"""Listings: venues, their spaces, photos, hours and teams."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VenuesConfig(AppConfig):
    """Listings: venues, their spaces, photos, hours and teams."""

    name = "marketplace.venues"
    label = "venues"
    verbose_name = _("Venues")

    def ready(self) -> None:
        """Registers what this room tells people."""
        from marketplace.venues.notification_kinds import register_kinds  # noqa: PLC0415

        register_kinds()
