"""The machine is tried on a real table: a message's topic plays the part of the state."""

import contextlib
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.tests.factories import make_user
from marketplace.core.errors import IllegalTransition
from marketplace.core.models import OutboxMessage, StateChange
from marketplace.core.states import TransitionTable, reread, transition
from marketplace.core.transactions import OutsideTransaction

from .factories import NOW, make_message

STATES = ("draft", "open", "closed")
TABLE: TransitionTable = {
    "draft": frozenset({"open"}),
    "open": frozenset({"closed", "draft"}),
    "closed": frozenset(),
}


def move(message: OutboxMessage, to: str, table: TransitionTable = TABLE, **more: Any) -> None:
    transition(message, to=to, table=table, field="topic", by=None, now=NOW, **more)


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "to"), [*itertools.product(STATES, STATES)])
def test_transition_follows_the_table_and_nothing_else(start: str, to: str) -> None:
    message = make_message(topic=start)

    if to in TABLE[start]:
        move(message, to)
        expected, steps = to, [(start, to)]
    else:
        with pytest.raises(IllegalTransition):
            move(message, to)
        expected, steps = start, []

    message.refresh_from_db()
    assert message.topic == expected
    assert list(StateChange.objects.values_list("from_state", "to_state")) == steps


@pytest.mark.django_db
def test_transition_logs_who_when_and_why() -> None:
    message = make_message(topic="draft")

    move(message, "open", reason="It is time.")

    change = StateChange.objects.get()
    assert change.subject_kind == "core.outboxmessage"
    assert change.subject_id == str(message.pk)
    assert (change.field, change.by, change.reason, change.at) == (
        "topic",
        None,
        "It is time.",
        NOW,
    )


@pytest.mark.django_db
def test_transition_writes_the_changes_given_and_no_other_column() -> None:
    message = make_message(topic="draft", last_error="")
    message.attempts = 9

    move(message, "open", changes={"last_error": "written"})

    stored = OutboxMessage.objects.get(pk=message.pk)
    assert (stored.topic, stored.last_error, stored.attempts) == ("open", "written", 0)
    assert message.attempts == 0


@pytest.mark.django_db
def test_transition_believes_the_row_and_not_the_instance() -> None:
    message = make_message(topic="draft")
    OutboxMessage.objects.filter(pk=message.pk).update(topic="closed")

    with pytest.raises(IllegalTransition) as refusal:
        move(message, "open")

    assert refusal.value.from_state == "closed"


@pytest.mark.django_db
def test_transition_refuses_the_state_among_the_changes() -> None:
    with pytest.raises(ValueError, match="by its transition alone"):
        move(make_message(topic="draft"), "open", changes={"topic": "closed"})


@pytest.mark.django_db
def test_transition_is_undone_with_the_transaction_around_it() -> None:
    message = make_message(topic="draft")

    def change_of_mind() -> None:
        with transaction.atomic():
            move(message, "open")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        change_of_mind()

    message.refresh_from_db()
    assert message.topic == "draft"
    assert not StateChange.objects.exists()


@pytest.mark.django_db
def test_transition_takes_a_lock_that_lets_rows_refer_to_it() -> None:
    message = make_message(topic="draft")

    with CaptureQueriesContext(connection) as queries:
        move(message, "open")

    assert any("FOR NO KEY UPDATE" in query["sql"] for query in queries)


@pytest.mark.django_db
def test_locked_row_is_moved_as_it_was_read() -> None:
    message = make_message(topic="draft", last_error="")

    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        message.attempts = 9
        move(message, "open", is_locked=True, changes={"last_error": "written"})

    stored = OutboxMessage.objects.get(pk=message.pk)
    assert (stored.topic, stored.last_error, stored.attempts) == ("open", "written", 0)
    assert len(queries) == 2
    assert StateChange.objects.get().to_state == "open"


@pytest.mark.django_db
def test_locked_row_that_somebody_moved_all_the_same_stays() -> None:
    message = make_message(topic="open")
    OutboxMessage.objects.filter(pk=message.pk).update(topic="draft")

    with pytest.raises(IllegalTransition), transaction.atomic():
        move(message, "closed", is_locked=True)

    message.refresh_from_db()
    assert message.topic == "draft"
    assert not StateChange.objects.exists()


@pytest.mark.django_db
def test_row_is_not_locked_outside_a_transaction() -> None:
    with pytest.raises(OutsideTransaction):
        move(make_message(topic="draft"), "open", is_locked=True)


@pytest.mark.django_db
def test_reading_again_keeps_what_the_row_still_points_to() -> None:
    ann, ben = make_user(), make_user()
    change = StateChange.objects.create(
        subject_kind="k", subject_id="1", from_state="a", to_state="b", at=NOW, by=ann
    )
    read = StateChange.objects.select_related("by").get(pk=change.pk)
    with transaction.atomic():
        reread(read, StateChange.objects.select_for_update(no_key=True))
    assert read.by is not None
    assert StateChange.by.is_cached(read)

    read.by = ben
    with transaction.atomic():
        reread(read, StateChange.objects.select_for_update(no_key=True))
    assert read.by == ann


class SlowTable(dict[str, frozenset[str]]):
    """A table whose reader waits a moment for another reader: widens the race."""

    def __init__(self, table: TransitionTable) -> None:
        super().__init__(table)
        self.meeting = threading.Barrier(2)

    def get(self, key: str, default: Any = None) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):
            self.meeting.wait(timeout=0.5)
        return super().get(key, default)


def race(message: OutboxMessage) -> list[str]:
    """Two connections close one message at the same time; says what became of each."""
    table = SlowTable(TABLE)

    def close(_number: int) -> str:
        try:
            move(OutboxMessage.objects.get(pk=message.pk), "closed", table)
        except IllegalTransition:
            return "refused"
        finally:
            connection.close()
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(close, range(2)))


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_: self.all())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_transition_happens_once_when_two_want_it() -> None:
    message = make_message(topic="open")

    assert race(message) == ["moved", "refused"]
    assert StateChange.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("without_locks")
def test_the_race_is_lost_without_the_lock() -> None:
    message = make_message(topic="open")

    assert race(message) == ["moved", "moved"]
    assert StateChange.objects.count() == 2
