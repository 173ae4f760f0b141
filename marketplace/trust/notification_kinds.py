"""What the trust room tells people."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import NotificationKind, register

ENQUIRY_RECEIVED: Final = "trust.enquiry_received"
ENQUIRY_CONFIRMED: Final = "trust.enquiry_confirmed"
ENQUIRY_ANSWERED: Final = "trust.enquiry_answered"

_KINDS: Final = (
    (ENQUIRY_RECEIVED, _("Somebody wrote to JoyTop")),
    (ENQUIRY_CONFIRMED, _("Your message arrived")),
    (ENQUIRY_ANSWERED, _("Your message was answered")),
)


def register_kinds() -> None:
    """Makes the kinds known. Called once, when the app is ready."""
    for code, title in _KINDS:
        register(
            NotificationKind(
                code=code,
                channels=frozenset({Channel.EMAIL}),
                template=code,
                secret=False,
                title=title,
            )
        )
