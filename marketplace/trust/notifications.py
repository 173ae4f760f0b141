"""What the trust room tells people."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import NotificationKind, register

ENQUIRY_RECEIVED: Final = "trust.enquiry_received"
ENQUIRY_CONFIRMED: Final = "trust.enquiry_confirmed"
ENQUIRY_ANSWERED: Final = "trust.enquiry_answered"


def register_kinds() -> None:
    """Called once, when the apps are ready."""
    for code, title in (
        (ENQUIRY_RECEIVED, _("Somebody wrote to JoyTop")),
        (ENQUIRY_CONFIRMED, _("Your message arrived")),
        (ENQUIRY_ANSWERED, _("Your message was answered")),
    ):
        register(
            NotificationKind(
                code=code, channels={Channel.EMAIL}, template=code, secret=False, title=title
            )
        )
