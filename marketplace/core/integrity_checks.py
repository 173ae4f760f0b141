"""Core's own checks: the outbox and the log of states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone

from .integrity import Breach, breaches_by_sql, check
from .models import StateChange

# A message that is due and has not been finished, given up or put off by now is stuck. Retries
# put it off, so this is the worker's silence and not a gateway's.
STUCK_AFTER: Final = timedelta(hours=1)


@check("core.outbox_one_outcome")
def outbox_one_outcome() -> Iterator[Breach]:
    """No message is both processed and failed."""
    return breaches_by_sql(
        "core.outbox_one_outcome",
        """
        SELECT id, topic FROM core_outboxmessage
        WHERE processed_at IS NOT NULL AND failed_at IS NOT NULL
        """,
        "message of {0} is processed and failed at once",
    )


@check("core.outbox_not_stuck")
def outbox_not_stuck() -> Iterator[Breach]:
    """Every message due for longer than an hour has been finished, given up or put off."""
    return breaches_by_sql(
        "core.outbox_not_stuck",
        """
        SELECT id, topic, available_at FROM core_outboxmessage
        WHERE processed_at IS NULL AND failed_at IS NULL AND available_at < %s
        """,
        "message of {0} is due since {1:%Y-%m-%d %H:%M} UTC",
        [timezone.now() - STUCK_AFTER],
    )


@check("core.outbox_closed_is_free")
def outbox_closed_is_free() -> Iterator[Breach]:
    """No worker holds a message that is closed."""
    return breaches_by_sql(
        "core.outbox_closed_is_free",
        """
        SELECT id, topic FROM core_outboxmessage
        WHERE (processed_at IS NOT NULL OR failed_at IS NOT NULL)
          AND (claim IS NOT NULL OR leased_until IS NOT NULL)
        """,
        "closed message of {0} is still claimed",
    )


@check("core.state_changes_chain")
def state_changes_chain() -> Iterator[Breach]:
    """Each change of a subject's state begins where the one before it ended."""
    return breaches_by_sql(
        "core.state_changes_chain",
        """
        SELECT subject_kind || ' ' || subject_id, field, before, from_state FROM (
            SELECT subject_kind, subject_id, field, from_state, lag(to_state) OVER (
                PARTITION BY subject_kind, subject_id, field ORDER BY id
            ) AS before
            FROM core_statechange
        ) AS steps
        WHERE before <> from_state
        """,
        "{0} went to {1} and then left {2}",
    )


@check("core.state_matches_log")
def state_matches_log() -> Iterator[Breach]:
    """A subject whose state has a log is in the state that the log ends with."""
    machines = StateChange.objects.order_by().values_list("subject_kind", "field").distinct()
    for kind, field in machines:
        try:
            model = apps.get_model(kind)
            column = model._meta.get_field(field).column
        except (LookupError, FieldDoesNotExist):
            yield Breach("core.state_matches_log", kind, f"there is no {kind}.{field}")
            continue
        table, key = model._meta.db_table, model._meta.pk.column
        yield from breaches_by_sql(
            "core.state_matches_log",
            f"""
            SELECT last.subject_kind || ' ' || last.subject_id, last.field, last.to_state,
                   subject."{column}"
            FROM (
                SELECT DISTINCT ON (subject_id) * FROM core_statechange
                WHERE subject_kind = %s AND field = %s
                ORDER BY subject_id, id DESC
            ) AS last
            JOIN "{table}" AS subject ON subject."{key}"::text = last.subject_id
            WHERE subject."{column}" <> last.to_state
            """,  # noqa: S608 -- names come from the models, not from people
            "{0} was logged as {1} and is {2}",
            [kind, field],
        )
