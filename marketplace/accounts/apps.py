"""People: who they are, how they are reached, what they did."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People: who they are, how they are reached, what they did."""

    name = "marketplace.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Makes the kinds of messages known, and listens to logins."""
        from marketplace.accounts import notification_kinds, receivers  # noqa: F401, PLC0415

        notification_kinds.register_kinds()
