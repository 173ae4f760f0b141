"""What the trust room tells people."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import NotificationKind, register

ENQUIRY_RECEIVED: Final = "trust.enquiry_received"
ENQUIRY_CONFIRMED: Final = "trust.enquiry_confirmed"
ENQUIRY_ANSWERED: Final = "trust.enquiry_answered"

_EMAIL: Final = frozenset({Channel.EMAIL})
_WHY_ASKED: Final = _("You get this because this address was given on the contact page of JoyTop.")
_WHY_ANSWERS: Final = _("You get this because you answer what people write to JoyTop.")
_KINDS: Final = (
    (ENQUIRY_RECEIVED, _EMAIL | {Channel.IN_APP}, _("Somebody wrote to JoyTop"), _WHY_ANSWERS),
    # Who asks may be no member: they have the address that they gave, and no list on the site.
    (ENQUIRY_CONFIRMED, _EMAIL, _("Your message arrived"), _WHY_ASKED),
    (ENQUIRY_ANSWERED, _EMAIL, _("Your message was answered"), _WHY_ASKED),
)


def register_kinds() -> None:
    """Makes the kinds known. Called once, when the app is ready."""
    for code, channels, title, why in _KINDS:
        register(
            NotificationKind(
                code=code,
                channels=channels,
                template=code,
                secret=False,
                title=title,
                why=why,
            )
        )
