"""What the trust room tells people."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import NotificationKind, register

ENQUIRY_RECEIVED: Final = "trust.enquiry_received"
ENQUIRY_CONFIRMED: Final = "trust.enquiry_confirmed"
ENQUIRY_ANSWERED: Final = "trust.enquiry_answered"

_EMAIL: Final = frozenset({Channel.EMAIL})
_KINDS: Final = (
    (ENQUIRY_RECEIVED, _EMAIL | {Channel.IN_APP}, _("Somebody wrote to JoyTop")),
    # Who asks may be no member: they have the address that they gave, and no list on the site.
    (ENQUIRY_CONFIRMED, _EMAIL, _("Your message arrived")),
    (ENQUIRY_ANSWERED, _EMAIL, _("Your message was answered")),
)


def register_kinds() -> None:
    """Makes the kinds known. Called once, when the app is ready."""
    for code, channels, title in _KINDS:
        register(
            NotificationKind(
                code=code,
                channels=channels,
                template=code,
                secret=False,
                title=title,
            )
        )
