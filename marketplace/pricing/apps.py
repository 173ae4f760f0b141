"""Prices: what a stay costs, fees included."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PricingConfig(AppConfig):
    """Prices: what a stay costs, fees included."""

    name = "marketplace.pricing"
    label = "pricing"
    verbose_name = _("Pricing")
