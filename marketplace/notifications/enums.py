from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from marketplace.core.states import TransitionTable


class Channel(TextChoices):
    EMAIL = "email", _("Email")
    SMS = "sms", _("SMS")


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
