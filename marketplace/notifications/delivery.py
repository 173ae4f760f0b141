"""Taking one delivery to its gateway, outside any transaction.

Before: the state becomes `sending`, and that is committed. After: `sent`, and that is committed.
A worker that dies between the two leaves `sending` behind, and the next try finds it: an email
goes again under its own Message-ID, which mail servers drop the second time; an SMS might have
left, so it is flagged for an administrator and never sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone

from marketplace.core.outbox import GiveUp, RetryLater, handler
from marketplace.core.transactions import forbid_transaction

from .enums import FINAL, Channel, DeliveryState
from .gateways import Refused, Unclear, sms_gateway
from .mail import send_email
from .models import Delivery
from .rendering import render_email, render_sms
from .services import TOPIC, transition_to

logger = logging.getLogger("joytop.notifications")


class SecretFault(Exception):
    """A secret notification cannot be put into words; why is not said, for it may quote it."""


def gave_up(payload: dict[str, Any], *, reason: str) -> None:
    """No further try: the delivery has failed. Runs in the outbox's own transaction."""
    delivery = Delivery.objects.filter(pk=payload["delivery"]).exclude(state__in=FINAL).first()
    if delivery is None:
        return
    transition_to(
        delivery=delivery,
        to=DeliveryState.FAILED,
        now=timezone.now(),
        reason=reason,
        error=reason,
    )


@handler(TOPIC, gave_up=gave_up)
def deliver(payload: dict[str, Any], *, message_id: UUID) -> None:
    """Sends one delivery, unless it is final already."""
    delivery = (
        Delivery.objects.select_related("notification").filter(pk=payload["delivery"]).first()
    )
    if delivery is None:
        raise GiveUp("the delivery is gone")
    if delivery.state in FINAL:
        return
    # Before sending begins, so that a fault in a template leaves nothing in doubt.
    try:
        send = _prepare(delivery)
    except Exception as fault:
        if not delivery.notification.is_secret:
            raise
        # Errors of templates quote the facts: of a secret only the kind of error is told.
        kind = delivery.notification.kind
        raise SecretFault(f"{kind} cannot be written: {type(fault).__name__}") from None
    if not _begin(delivery):
        return
    forbid_transaction("sending")
    try:
        gateway_id = send()
    except Refused as refusal:
        _refused(delivery, refusal)
    except Unclear as doubt:
        _flag(delivery, str(doubt))
    else:
        _sent(delivery, gateway_id)


def _prepare(delivery: Delivery) -> Callable[[], str]:
    """The words, and what sends them and returns the gateway's id."""
    to, delivery_id = delivery.address, delivery.pk
    if delivery.channel == Channel.SMS:
        text = render_sms(delivery)
        return lambda: sms_gateway().send(to=to, text=text, delivery_id=delivery_id)
    letter = render_email(delivery)
    return lambda: send_email(to=to, letter=letter, delivery_id=delivery_id)


def _begin(delivery: Delivery) -> bool:
    """Commits that sending begins. False where it must not begin again.

    Raises IllegalTransition where another worker changed the state in this moment.
    """
    now = timezone.now()
    tried: dict[str, Any] = {"attempts": delivery.attempts + 1, "sending_at": now}
    if delivery.state == DeliveryState.PENDING:
        transition_to(delivery=delivery, to=DeliveryState.SENDING, now=now, **tried)
        return True
    if delivery.channel == Channel.SMS:
        _flag(delivery, "the worker died while sending")
        return False
    still_sending = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING)
    return bool(still_sending.update(**tried))


def _sent(delivery: Delivery, gateway_id: str) -> None:
    now = timezone.now()
    transition_to(
        delivery=delivery,
        to=DeliveryState.SENT,
        now=now,
        sent_at=now,
        gateway_id=gateway_id,
        error="",
    )


def _flag(delivery: Delivery, reason: str) -> None:
    transition_to(
        delivery=delivery,
        to=DeliveryState.AMBIGUOUS,
        now=timezone.now(),
        reason=reason,
        error=reason,
    )
    logger.error("delivery is ambiguous: %s", reason, extra={"delivery": str(delivery.pk)})


def _refused(delivery: Delivery, refusal: Refused) -> None:
    if not refusal.is_temporary:
        raise GiveUp(str(refusal)) from refusal
    transition_to(
        delivery=delivery,
        to=DeliveryState.PENDING,
        now=timezone.now(),
        reason=str(refusal),
        error=str(refusal),
    )
    raise RetryLater(str(refusal)) from refusal
