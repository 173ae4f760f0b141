"""Plain makers of core's rows."""

import uuid
from datetime import UTC, datetime
from typing import Any

from marketplace.core.models import OutboxMessage, StateChange

NOW = datetime(2026, 12, 12, 12, tzinfo=UTC)


def make_message(**values: Any) -> OutboxMessage:
    """An open message that is due at NOW."""
    defaults: dict[str, Any] = {
        "topic": "tests.topic",
        "payload": {},
        "created_at": NOW,
        "available_at": NOW,
    }
    return OutboxMessage.objects.create(**defaults | values)


def make_state_change(**values: Any) -> StateChange:
    defaults: dict[str, Any] = {
        "subject_kind": "core.outboxmessage",
        "subject_id": str(uuid.uuid4()),
        "field": "topic",
        "from_state": "draft",
        "to_state": "open",
        "at": NOW,
    }
    return StateChange.objects.create(**defaults | values)
