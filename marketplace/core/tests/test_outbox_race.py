"""Many drains at once, on real connections."""

import os
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.utils import timezone

from marketplace.core import outbox
from marketplace.core.models import OutboxMessage

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
MESSAGES = 2000 if os.environ.get("JOYTOP_SOAK") else 200
DRAINS = 6


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> Counter[uuid.UUID]:
    monkeypatch.setattr(outbox, "_registry", {})
    counted: Counter[uuid.UUID] = Counter()
    lock = threading.Lock()

    @outbox.handler("tests.topic")
    def handle(payload: dict[str, Any], *, message_id: uuid.UUID) -> None:
        with lock:
            counted[message_id] += 1

    return counted


def drain_at_once() -> int:
    """Drains on several connections; says how many of them the database broke off."""
    now = timezone.now()
    OutboxMessage.objects.bulk_create(
        OutboxMessage(topic="tests.topic", created_at=now, available_at=now)
        for _ in range(MESSAGES)
    )
    together = threading.Barrier(DRAINS)

    def run(_number: int) -> int:
        try:
            together.wait()
            outbox.drain()
        except OperationalError:
            return 1
        finally:
            connection.close()
        return 0

    with ThreadPoolExecutor(DRAINS) as pool:
        return sum(pool.map(run, range(DRAINS)))


def test_drains_at_once_handle_each_message_once(handled: Counter[uuid.UUID]) -> None:
    broken_off = drain_at_once()

    assert broken_off == 0
    assert len(handled) == MESSAGES
    assert set(handled.values()) == {1}
    assert OutboxMessage.objects.filter(processed_at__isnull=False).count() == MESSAGES


def test_drains_at_once_repeat_or_deadlock_without_lock_and_claim(
    handled: Counter[uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The harness can see the fault that it guards against."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self.all())
    monkeypatch.setattr(
        outbox, "_held", lambda message: OutboxMessage.objects.filter(pk=message.pk)
    )

    deadlocks = drain_at_once()

    assert deadlocks or max(handled.values()) > 1
