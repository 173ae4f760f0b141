"""Telling people, and settling what nobody knows the outcome of."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError, IllegalTransition
from marketplace.core.outbox import enqueue, reopen
from marketplace.core.states import subject_kind, transition
from marketplace.core.transactions import require_transaction

from .enums import CARRIED, FINAL, TRANSITIONS, Channel, DeliveryState
from .kinds import find_kind
from .models import Delivery, Notification
from .recipients import Address, Recipient, reachable

__all__ = [
    "TOPIC",
    "Address",
    "Recipient",
    "SecretForgotten",
    "erase_secrets",
    "notify",
    "send_again",
    "settle_ambiguous",
    "transition_to",
]

logger = logging.getLogger("joytop.notifications")

TOPIC: Final = "notifications.deliver"


class SecretForgotten(DomainError):
    """What the notification said was erased when nothing more was to be sent."""

    code = "secret_forgotten"
    default_message = _("Codes are not kept: the person has to ask for a new one.")


type Json = str | int | float | bool | list[Json] | dict[str, Json] | None


def notify(
    *,
    kind: str,
    to: Recipient,
    context: Mapping[str, Json],
    event_key: str,
    now: datetime | None = None,
) -> Notification:
    """Promises to tell `to` about one event, over each of the kind's channels that reach them.

    Must be inside a transaction: what is told is undone with it. `event_key` names the event and
    the person; the same key again changes nothing and returns what was promised first. Address,
    language and time zone are kept as they are now; words are chosen at delivery, after commit.
    In the list on the site it stands with the commit, in the language of whoever reads it.

    Raises UnknownKind, and OutsideTransaction where there is none.
    """
    require_transaction("notify()")
    known = find_kind(kind)
    now = now or timezone.now()
    channels = [channel for channel in sorted(known.channels) if reachable(to, channel)]
    notification, is_new = Notification.objects.get_or_create(
        event_key=event_key,
        defaults={
            "kind": known.code,
            "recipient_id": to.pk,
            "phone": to.phone or "",
            "email": to.email,
            "language": to.language or settings.LANGUAGE_CODE,
            "time_zone": to.time_zone or settings.TIME_ZONE,
            "context": dict(context) if channels else {},
            "is_secret": known.secret,
            "is_in_app": Channel.IN_APP in channels,
            "created_at": now,
        },
    )
    if not is_new:
        return notification
    if not channels:
        logger.warning("no channel reaches the recipient", extra={"event_key": event_key})
    for channel in channels:
        if channel not in CARRIED:
            continue
        delivery_id = uuid.uuid4()
        message = enqueue(topic=TOPIC, payload={"delivery": str(delivery_id)})
        Delivery.objects.create(
            id=delivery_id,
            notification=notification,
            event_key=event_key,
            channel=channel,
            outbox_message=message,
            created_at=now,
        )
    return notification


def transition_to(
    *,
    delivery: Delivery,
    to: DeliveryState,
    now: datetime,
    by: AbstractBaseUser | None = None,
    reason: str = "",
    **changes: object,
) -> Delivery:
    """The one door for a delivery's state. Erases secret facts with the last final one."""
    with transaction.atomic():
        transition(
            delivery,
            to=to,
            table=TRANSITIONS,
            field="state",
            by=by,
            now=now,
            reason=reason,
            changes=changes,
        )
        if to in FINAL:
            erase_secrets(notification_id=delivery.notification_id)
    return delivery


def erase_secrets(*, notification_id: uuid.UUID) -> None:
    """Forgets a secret notification's facts once none of its deliveries needs them any more."""
    secret = Notification.objects.filter(pk=notification_id, is_secret=True)
    # Locked first, so that of two last deliveries the later one sees the other's end.
    if not secret.select_for_update(no_key=True).values_list("pk"):
        return
    if not Delivery.objects.filter(notification=notification_id).unfinished().exists():
        secret.update(context={})


def settle_ambiguous(
    *, delivery: Delivery, arrived: bool, by: AbstractBaseUser, now: datetime
) -> Delivery:
    """An administrator's word on a delivery whose outcome nobody knew. Nothing is sent again.

    Raises IllegalTransition where the outcome is known already.
    """
    with transaction.atomic():
        delivery.refresh_from_db(from_queryset=Delivery.objects.select_for_update(no_key=True))
        to = DeliveryState.SENT if arrived else DeliveryState.FAILED
        if delivery.state != DeliveryState.AMBIGUOUS:
            raise IllegalTransition(
                subject=f"{subject_kind(delivery)} {delivery.pk}",
                from_state=delivery.state,
                to_state=to,
            )
        sent_at = now if arrived else None
        return transition_to(
            delivery=delivery, to=to, now=now, by=by, reason="settled by hand", sent_at=sent_at
        )


def send_again(*, delivery: Delivery, by: AbstractBaseUser, now: datetime) -> Delivery:
    """Promises a failed delivery once more, from its first try.

    Raises IllegalTransition for one that has not failed (whether an unclear SMS arrived has to be
    settled first), and SecretForgotten where nothing is left to say.
    """
    if delivery.notification.is_secret:
        raise SecretForgotten
    with transaction.atomic():
        transition_to(
            delivery=delivery, to=DeliveryState.PENDING, now=now, by=by, reason="sent again by hand"
        )
        reopen(message_id=delivery.outbox_message_id)
    return delivery
