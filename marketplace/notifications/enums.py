from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import TransitionTable


class Channel(TextChoices):
    EMAIL = "email", _("Email")
    SMS = "sms", _("SMS")
    # Has no way to go: the notification itself is what the member finds in the list on the site.
    IN_APP = "in_app", _("On the site")


# What a gateway carries, each with a delivery of its own.
CARRIED: Final = frozenset({Channel.EMAIL, Channel.SMS})


class DeliveryState(TextChoices):
    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    # Nobody can say whether the gateway took it. Never sent again by itself.
    AMBIGUOUS = "ambiguous", _("Unclear")


FINAL = frozenset({DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.AMBIGUOUS})

TRANSITIONS: TransitionTable = {
    DeliveryState.PENDING: frozenset({DeliveryState.SENDING, DeliveryState.FAILED}),
    # Back to waiting: the gateway said for certain that it did not take it, and to try later.
    DeliveryState.SENDING: frozenset(
        {
            DeliveryState.PENDING,
            DeliveryState.SENT,
            DeliveryState.FAILED,
            DeliveryState.AMBIGUOUS,
        }
    ),
    # An administrator asked the gateway, or the worker thought dead came back and knows.
    DeliveryState.AMBIGUOUS: frozenset({DeliveryState.SENT, DeliveryState.FAILED}),
    DeliveryState.SENT: frozenset(),
    # An administrator has mended what was wrong.
    DeliveryState.FAILED: frozenset({DeliveryState.PENDING}),
}
