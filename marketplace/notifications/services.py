"""Telling people, and settling what nobody knows the outcome of."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError, IllegalTransition
from marketplace.core.outbox import enqueue_each, reopen
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
    "Telling",
    "erase_secrets",
    "notify",
    "notify_all",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One event to be told to one person. `event_key` names both."""

    kind: str
    to: Recipient
    context: Mapping[str, Json]
    event_key: str


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
    telling = Telling(kind=kind, to=to, context=context, event_key=event_key)
    return notify_all([telling], now=now)[0]


def notify_all(tellings: Sequence[Telling], *, now: datetime | None = None) -> list[Notification]:
    """Promises each of these as `notify` does, in as many queries as it takes for one."""
    require_transaction("notify()")
    now = now or timezone.now()
    asked = [_notification(telling, now) for telling in tellings]
    # In one order for all, so that two who tell the same at once wait, and do not deadlock.
    in_order = sorted(asked, key=lambda row: row.event_key)
    Notification.objects.bulk_create(in_order, ignore_conflicts=True)
    kept = Notification.objects.in_bulk([row.event_key for row in asked], field_name="event_key")
    deliveries: list[Delivery] = []
    for row, telling in zip(asked, tellings, strict=True):
        if kept[row.event_key].pk == row.pk:
            deliveries += _deliveries(row, _channels(telling), now)
    _promise(deliveries)
    return [kept[row.event_key] for row in asked]


def _deliveries(row: Notification, channels: list[Channel], now: datetime) -> list[Delivery]:
    """One over each channel; a person whom none reaches is logged."""
    if not channels:
        logger.warning("no channel reaches the recipient", extra={"event_key": row.event_key})
    return [
        Delivery(notification=row, event_key=row.event_key, channel=channel, created_at=now)
        for channel in channels
        if channel in CARRIED
    ]


def _channels(telling: Telling) -> list[Channel]:
    channels = sorted(find_kind(telling.kind).channels)
    return [channel for channel in channels if reachable(telling.to, channel)]


def _notification(telling: Telling, now: datetime) -> Notification:
    known, to, channels = find_kind(telling.kind), telling.to, _channels(telling)
    return Notification(
        kind=known.code,
        event_key=telling.event_key,
        recipient_id=to.pk,
        phone=to.phone or "",
        email=to.email,
        language=to.language or settings.LANGUAGE_CODE,
        time_zone=to.time_zone or settings.TIME_ZONE,
        context=dict(telling.context) if channels else {},
        is_secret=known.secret,
        is_in_app=Channel.IN_APP in channels,
        created_at=now,
    )


def _promise(deliveries: list[Delivery]) -> None:
    """Each with the message that carries it out after commit."""
    if not deliveries:
        return
    messages = enqueue_each(
        topic=TOPIC, payloads=[{"delivery": str(delivery.pk)} for delivery in deliveries]
    )
    for delivery, message in zip(deliveries, messages, strict=True):
        delivery.outbox_message = message
    Delivery.objects.bulk_create(deliveries)


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
