"""Follow-up work that is promised inside a transaction and done after it.

A row is written with `enqueue`, inside the transaction that makes it true: both are kept or
neither is. After commit the worker is woken, and `drain` runs the topic's handler outside any
transaction. Delivery is at least once (a worker may die between the effect and its note of it),
so each handler makes its effect once: it is given the message's id, the same at every try.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, Protocol

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_q.tasks import async_task

from .models import OutboxMessage
from .points import reached
from .transactions import forbid_transaction, require_transaction

logger = logging.getLogger("joytop.outbox")

MAX_ATTEMPTS: Final = 12
BATCH_SIZE: Final = 20
_FIRST_PAUSE: Final = timedelta(seconds=5)
_LONGEST_PAUSE: Final = timedelta(hours=1)
_WAKE_QUEUED: Final = "core.outbox.wake_queued"
# A worker may die with a queued wake in its hands; the next commit wakes again after this, seconds.
_WAKE_FORGOTTEN_AFTER: Final = 5


class Handler(Protocol):
    def __call__(self, payload: dict[str, Any], *, message_id: uuid.UUID) -> None: ...


class Farewell(Protocol):
    """Called in the transaction that gives a message up, with the reason."""

    def __call__(self, payload: dict[str, Any], *, reason: str) -> None: ...


class RetryLater(Exception):
    """A handler's word that nothing happened and that it is worth trying again."""


class GiveUp(Exception):
    """A handler's word that no further try will help."""


@dataclass(frozen=True, slots=True)
class DrainResult:
    """What one drain did. `more` says that it stopped at its limit, not at the end."""

    processed: int = 0
    retried: int = 0
    failed: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class _Registration:
    handle: Handler
    gave_up: Farewell | None


_registry: dict[str, _Registration] = {}


def handler[H: Handler](topic: str, *, gave_up: Farewell | None = None) -> Callable[[H], H]:
    """Registers the function as the topic's handler. One topic, one handler."""

    def register(function: H) -> H:
        if topic in _registry and _registry[topic].handle is not function:
            message = f"two handlers of {topic}"
            raise RuntimeError(message)
        _registry[topic] = _Registration(function, gave_up)
        return function

    return register


def enqueue(
    *,
    topic: str,
    payload: Mapping[str, object],
    key: str | None = None,
    available_at: datetime | None = None,
) -> OutboxMessage:
    """Promises work, as part of the transaction around it. The worker is woken after commit.

    With `key`, a second message of the same topic and key is not written: the first is returned.
    Nothing happens before `available_at`. Raises OutsideTransaction where there is none.
    """
    require_transaction("enqueue()")
    now = timezone.now()
    values = {
        "payload": dict(payload),
        "created_at": now,
        "available_at": available_at or now,
    }
    if key is None:
        message = OutboxMessage.objects.create(topic=topic, **values)
    else:
        message, _ = OutboxMessage.objects.get_or_create(topic=topic, key=key, defaults=values)
    _wake_after_commit()
    return message


def enqueue_each(*, topic: str, payloads: Iterable[Mapping[str, object]]) -> list[OutboxMessage]:
    """As `enqueue` for each of these, without a key, in one statement."""
    require_transaction("enqueue_each()")
    now = timezone.now()
    messages = OutboxMessage.objects.bulk_create(
        OutboxMessage(topic=topic, payload=dict(payload), created_at=now, available_at=now)
        for payload in payloads
    )
    _wake_after_commit()
    return messages


def reopen(*, message_id: uuid.UUID) -> None:
    """Promises a closed message's work once more, from its first try, as `enqueue` does."""
    require_transaction("reopen()")
    OutboxMessage.objects.filter(pk=message_id).update(
        attempts=0,
        available_at=timezone.now(),
        claim=None,
        leased_until=None,
        processed_at=None,
        failed_at=None,
    )
    _wake_after_commit()


def _wake_after_commit() -> None:
    """Once for a transaction, however many messages it writes."""
    open_savepoints = set(connection.savepoint_ids)
    for savepoints, callback, *_ in connection.run_on_commit:
        if callback is wake and savepoints <= open_savepoints:
            return
    transaction.on_commit(wake)


def wake() -> None:
    """Queues a drain, unless one is queued already and has not begun. Never raises.

    A lost wake costs a minute: a scheduled drain is the net under this.
    """
    reached("core.outbox.waking")
    try:
        # Asked first: to find out by adding costs the cache's table five statements.
        is_queued = cache.get(_WAKE_QUEUED)
        if is_queued or not cache.add(_WAKE_QUEUED, True, _WAKE_FORGOTTEN_AFTER):
            return
        async_task("marketplace.core.tasks.drain_outbox")
    except Exception:
        logger.exception("the worker could not be woken; the scheduled drain will do the work")


def wake_arrived() -> None:
    """Called by the drain before it looks: what is committed from now on needs another wake."""
    cache.delete(_WAKE_QUEUED)


def drain(
    *,
    limit: int = 1000,
    now: datetime | None = None,
    seconds: float | None = None,
) -> DrainResult:
    """Runs handlers until no message is due, or `limit` messages or `seconds` have passed.

    Messages are claimed in batches under a lease, and the claim is committed before the first
    handler runs: any number of drains may run at once, and what a dead one held is free again
    after OUTBOX_LEASE_SECONDS. Handlers run outside transactions; calling this inside one
    raises InsideTransaction. `now` stands still when given (for tests).
    """
    forbid_transaction("drain()")
    clock: Callable[[], datetime] = timezone.now if now is None else lambda: now
    stop_at = float("inf") if seconds is None else time.monotonic() + seconds
    counts = dict.fromkeys(_Outcome, 0)
    taken = 0
    while taken < limit and time.monotonic() < stop_at:
        batch = _claim(min(BATCH_SIZE, limit - taken), clock())
        if not batch:
            return _result(counts, more=False)
        for position, message in enumerate(batch):
            if time.monotonic() >= stop_at:
                _release(batch[position:])
                break
            counts[_run(message, clock)] += 1
        taken += len(batch)
    return _result(counts, more=True)


class _Outcome(Enum):
    PROCESSED = "processed"
    RETRIED = "retried"
    FAILED = "failed"
    LOST = "lost"


def _result(counts: Mapping[_Outcome, int], *, more: bool) -> DrainResult:
    return DrainResult(
        processed=counts[_Outcome.PROCESSED],
        retried=counts[_Outcome.RETRIED],
        failed=counts[_Outcome.FAILED],
        more=more,
    )


def _lease_from(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


def _claim(size: int, now: datetime) -> list[OutboxMessage]:
    """Takes up to `size` due messages that nobody holds, and commits the claim."""
    claim = uuid.uuid4()
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
    with transaction.atomic():
        messages = list(
            _open_messages()
            .filter(free, available_at__lte=now)
            .select_for_update(skip_locked=True, no_key=True)
            .order_by("available_at", "created_at")[:size]
        )
        OutboxMessage.objects.filter(pk__in=[message.pk for message in messages]).update(
            claim=claim, leased_until=_lease_from(now)
        )
    for message in messages:
        message.claim = claim
    return messages


def _open_messages() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(processed_at__isnull=True, failed_at__isnull=True)


def _held(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """The message's row, as long as this drain's claim on it holds."""
    return _open_messages().filter(pk=message.pk, claim=message.claim)


def _release(messages: Sequence[OutboxMessage]) -> None:
    for message in messages:
        _held(message).update(claim=None, leased_until=None)


def _run(message: OutboxMessage, clock: Callable[[], datetime]) -> _Outcome:
    """One try of one message. The try is counted, and the lease renewed, before it begins."""
    begun = _held(message).update(attempts=F("attempts") + 1, leased_until=_lease_from(clock()))
    if not begun:
        return _Outcome.LOST
    message.attempts += 1
    registration = _registry.get(message.topic)
    if registration is None:
        return _fail(message, f"nothing handles the topic {message.topic!r}", clock())
    if message.attempts > MAX_ATTEMPTS:
        return _fail(message, message.last_error or "every worker that tried it died", clock())
    return _handle(message, registration.handle, clock)


def _handle(message: OutboxMessage, handle: Handler, clock: Callable[[], datetime]) -> _Outcome:
    try:
        handle(message.payload, message_id=message.pk)
    except GiveUp as refusal:
        return _fail(message, str(refusal), clock())
    except RetryLater as refusal:
        return _retry(message, str(refusal), clock())
    except Exception as error:
        logger.exception("outbox handler failed", extra=_named(message))
        return _retry(message, f"{type(error).__name__}: {error}", clock())
    return _finish(message, clock())


def _finish(message: OutboxMessage, now: datetime) -> _Outcome:
    finished = _held(message).update(processed_at=now, claim=None, leased_until=None, last_error="")
    if not finished:
        logger.warning("outbox message outlived its lease", extra=_named(message))
        return _Outcome.LOST
    return _Outcome.PROCESSED


def pause_after(attempts: int) -> timedelta:
    """5, 10, 20 … seconds, an hour at most."""
    return min(_FIRST_PAUSE * (1 << (attempts - 1)), _LONGEST_PAUSE)


def _retry(message: OutboxMessage, reason: str, now: datetime) -> _Outcome:
    if message.attempts >= MAX_ATTEMPTS:
        return _fail(message, reason, now)
    _held(message).update(
        available_at=now + pause_after(message.attempts),
        claim=None,
        leased_until=None,
        last_error=reason,
    )
    return _Outcome.RETRIED


def _fail(message: OutboxMessage, reason: str, now: datetime) -> _Outcome:
    registration = _registry.get(message.topic)
    with transaction.atomic():
        failed = _held(message).update(
            failed_at=now, claim=None, leased_until=None, last_error=reason
        )
        if not failed:
            return _Outcome.LOST
        if registration and registration.gave_up:
            registration.gave_up(message.payload, reason=reason)
    logger.error("outbox message given up: %s", reason, extra=_named(message))
    return _Outcome.FAILED


def _named(message: OutboxMessage) -> dict[str, str]:
    """What a log line may say of a message: never its payload."""
    return {"topic": message.topic, "message_id": str(message.pk)}
