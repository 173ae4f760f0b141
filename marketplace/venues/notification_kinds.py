"""What the venues room tells owners: on the site, and by email where verified, else by SMS."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import NotificationKind, register

LISTING_APPROVED: Final = "venues.listing_approved"
LISTING_CHANGES_REQUESTED: Final = "venues.listing_changes_requested"
LISTING_REJECTED: Final = "venues.listing_rejected"
LISTING_SUSPENDED: Final = "venues.listing_suspended"
LISTING_REINSTATED: Final = "venues.listing_reinstated"
EDIT_APPLIED: Final = "venues.edit_applied"
EDIT_CHANGES_REQUESTED: Final = "venues.edit_changes_requested"
EDIT_DECLINED: Final = "venues.edit_declined"

_CHANNELS: Final = frozenset(Channel)
_NAMES: Final = frozenset({"venue"})
_WHY: Final = _("You get this because you own a venue on JoyTop.")


def register_kinds() -> None:
    """Called once, when the apps are ready."""
    for code, title in (
        (LISTING_APPROVED, _("Your listing is published")),
        (LISTING_CHANGES_REQUESTED, _("Your listing needs a change")),
        (LISTING_REJECTED, _("Your listing was not accepted")),
        (LISTING_SUSPENDED, _("Your listing was taken off the site")),
        (LISTING_REINSTATED, _("Your listing is back on the site")),
        (EDIT_APPLIED, _("Your edit is on the page")),
        (EDIT_CHANGES_REQUESTED, _("Your edit needs a change")),
        (EDIT_DECLINED, _("Your edit was not accepted")),
    ):
        kind = NotificationKind(code=code, channels=_CHANNELS, title=title, why=_WHY, names=_NAMES)
        register(kind)
