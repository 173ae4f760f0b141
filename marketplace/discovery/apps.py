"""Finding venues: search entries, editors' picks and promotions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscoveryConfig(AppConfig):
    """Finding venues: search entries, editors' picks and promotions."""

    name = "marketplace.discovery"
    label = "discovery"
    verbose_name = _("Discovery")

    def ready(self) -> None:
        """Follow the listings."""
        from marketplace.discovery import receivers  # noqa: F401, PLC0415 -- models are ready only now
