"""The face of moderators and administrators."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """The face of moderators and administrators."""

    name = "moderation"
    label = "moderation"
    verbose_name = _("Moderation")
