"""Money: payments, refunds, the ledger, and the ways money comes in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Money: payments, refunds, the ledger, and the ways money comes in."""

    name = "marketplace.payments"
    label = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        """Register what the outbox and the clock ask of this room."""
        from marketplace.payments import schedules, tasks  # noqa: F401, PLC0415
