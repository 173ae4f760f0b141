"""The face of guests and renters. No models."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    """The face of guests and renters. No models."""

    name = "marketplace.storefront"
    label = "storefront"
    verbose_name = _("Storefront")
