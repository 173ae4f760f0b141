from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "marketplace.core"
    label = "core"
    verbose_name = _("Foundation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from .schedules import ensure_schedules  # noqa: PLC0415 -- models are ready only now

        post_migrate.connect(ensure_schedules, sender=self, dispatch_uid="core.ensure_schedules")
