"""A Stripe of our own: the far side of the official SDK where no real keys are set."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsSandboxConfig(AppConfig):
    """A Stripe of our own: the far side of the official SDK where no real keys are set."""

    name = "marketplace.payments.sandbox"
    label = "payments_sandbox"
    verbose_name = _("Sandbox of payments")

    def ready(self) -> None:
        """Register the sandbox's work by the clock."""
        from marketplace.payments.sandbox import schedules  # noqa: F401, PLC0415
