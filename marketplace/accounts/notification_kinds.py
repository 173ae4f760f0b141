"""What the accounts room tells people."""

from django.utils.translation import gettext_lazy as _

from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import NotificationKind, register

PHONE_CODE = "accounts.phone_code"
PHONE_UNKNOWN = "accounts.phone_unknown"
PHONE_HAS_ACCOUNT = "accounts.phone_has_account"
PHONE_CHANGED = "accounts.phone_changed"
EMAIL_CODE = "accounts.email_code"
EMAIL_REMOVED = "accounts.email_removed"
LETTER = "accounts.letter"

_KINDS = (
    (PHONE_CODE, Channel.SMS, True, _("A code to log in or to verify a phone number")),
    (PHONE_UNKNOWN, Channel.SMS, False, _("Login with a number that has no account")),
    (PHONE_HAS_ACCOUNT, Channel.SMS, False, _("Sign-up with a number that has an account")),
    (PHONE_CHANGED, Channel.SMS, False, _("The account moved to another number")),
    (EMAIL_CODE, Channel.EMAIL, True, _("A code to verify an email address")),
    (EMAIL_REMOVED, Channel.EMAIL, False, _("The address was taken off the account")),
    (LETTER, Channel.EMAIL, True, _("A letter of the login pages")),
)


def register_kinds() -> None:
    """Makes the kinds known. Called once, when the app is ready."""
    for code, channel, secret, title in _KINDS:
        register(
            NotificationKind(
                code=code, channels=frozenset({channel}), template=code, secret=secret, title=title
            )
        )
