"""What the bookings room tells renters and owners, and over which channels.

A text message is for what cannot wait; without an email address the rest is on the site alone.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.bookings import ics
from marketplace.notifications import attachments
from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import NotificationKind, register

# To the renter.
REQUEST_SENT: Final = "bookings.request_sent"
CONFIRMED: Final = "bookings.confirmed"
DECLINED: Final = "bookings.declined"
REQUEST_EXPIRED: Final = "bookings.request_expired"
CANCELLED: Final = "bookings.cancelled"
CALLED_OFF: Final = "bookings.called_off"
PAID_TOO_LATE: Final = "bookings.paid_too_late"
PAYMENT_FAILED: Final = "bookings.payment_failed"
REFUND_ARRIVED: Final = "bookings.refund_arrived"
# To each owner of the venue.
OWNER_REQUESTED: Final = "bookings.owner_requested"
OWNER_REMINDED: Final = "bookings.owner_reminded"
OWNER_REQUEST_EXPIRED: Final = "bookings.owner_request_expired"
OWNER_BOOKED: Final = "bookings.owner_booked"
OWNER_CANCELLED: Final = "bookings.owner_cancelled"
OWNER_PAYMENT_FAILED: Final = "bookings.owner_payment_failed"


# The attachment that puts the booking into its reader's calendar.
CALENDAR_FILE: Final = "bookings.calendar_file"

_QUIET: Final = frozenset({Channel.EMAIL, Channel.IN_APP})
_URGENT: Final = _QUIET | {Channel.SMS}
_DATED: Final = frozenset({CONFIRMED, CANCELLED, CALLED_OFF})
_NAMES: Final = frozenset({"venue", "renter", "address"})
_WHY_RENTER: Final = _("You get this because you booked a space on JoyTop or asked for one.")
_WHY_OWNER: Final = _("You get this because you own a venue on JoyTop.")


def register_kinds() -> None:
    """Called once, when the apps are ready."""
    for code, channels, title in (
        (REQUEST_SENT, _QUIET, _("Your request is with the owner")),
        (CONFIRMED, _URGENT, _("Your booking is confirmed")),
        (DECLINED, _URGENT, _("Your request was declined")),
        (REQUEST_EXPIRED, _QUIET, _("Your request was not answered")),
        (CANCELLED, _QUIET, _("Cancelled, as you asked")),
        (CALLED_OFF, _URGENT, _("A cancellation")),
        (PAID_TOO_LATE, _URGENT, _("Your payment came too late")),
        (PAYMENT_FAILED, _URGENT, _("Your payment did not go through")),
        (REFUND_ARRIVED, _QUIET, _("We paid you back")),
        (OWNER_REQUESTED, _URGENT, _("Somebody asks for your space")),
        (OWNER_REMINDED, _URGENT, _("A request waits for your answer")),
        (OWNER_REQUEST_EXPIRED, _QUIET, _("A request was not answered")),
        (OWNER_BOOKED, _QUIET, _("Your space is booked")),
        (OWNER_CANCELLED, _QUIET, _("A cancellation")),
        (OWNER_PAYMENT_FAILED, _QUIET, _("The renter's payment did not go through")),
    ):
        kind = NotificationKind(
            code=code,
            channels=channels,
            title=title,
            attachment=CALENDAR_FILE if code in _DATED else "",
            why=_WHY_OWNER if code.startswith("bookings.owner_") else _WHY_RENTER,
            names=_NAMES,
        )
        register(kind)
    attachments.register(CALENDAR_FILE, ics.attach)
