"""Cases that people decide: submissions, edits, enquiries."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrustConfig(AppConfig):
    """Cases that people decide: submissions, edits, enquiries."""

    name = "marketplace.trust"
    label = "trust"
    verbose_name = _("Trust")

    def ready(self) -> None:
        """Registers what this room tells people."""
        from marketplace.trust.notification_kinds import register_kinds  # noqa: PLC0415

        register_kinds()
