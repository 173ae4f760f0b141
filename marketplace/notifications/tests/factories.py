"""Plain makers of notifications and their deliveries."""

import itertools
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction

from marketplace.notifications.enums import Channel
from marketplace.notifications.models import Delivery, Notification
from marketplace.notifications.recipients import Address
from marketplace.notifications.services import notify

NOW: Final = datetime(2026, 12, 12, 12, tzinfo=UTC)
PHONE: Final = "+77010000001"
EMAIL: Final = "aigerim@joytop.example"
_numbers = itertools.count(1)


def make_notification(**values: Any) -> Notification:
    """Told to Aigerim by email and SMS, unless said otherwise."""
    defaults: dict[str, Any] = {
        "kind": "tests.greeting",
        "to": Address(phone=PHONE, email=EMAIL),
        "context": {"name": "Aigerim", "code": "314159", "at": "18:00"},
        "event_key": f"event-{next(_numbers)}",
    }
    with transaction.atomic():
        return notify(**defaults | values)


def make_delivery(channel: Channel = Channel.EMAIL, **values: Any) -> Delivery:
    """A delivery over one channel alone."""
    by_sms = channel == Channel.SMS
    to = Address(phone=PHONE if by_sms else "", email="" if by_sms else EMAIL)
    return make_notification(**{"to": to} | values).deliveries.get()


def make_note(*, to: Any, **values: Any) -> Notification:
    """A line in a member's list on the site; by email too, where the member has one."""
    context = {"name": "Aigerim", "at": "18:00", "path": "/profile/"} | values.pop("context", {})
    return make_notification(kind="tests.note", to=to, context=context, **values)
