"""The face of venue owners and their teams. No models."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OwnersConfig(AppConfig):
    """The face of venue owners and their teams. No models."""

    name = "owners"
    label = "owners"
    verbose_name = _("Owners")
