import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django_q.models import OrmQ

from marketplace.core import outbox
from marketplace.core.models import OutboxMessage
from marketplace.core.outbox import DrainResult, GiveUp, RetryLater, drain, enqueue
from marketplace.core.transactions import InsideTransaction, OutsideTransaction, in_transaction

from .factories import NOW, make_message

TOPIC = "tests.topic"
LEASE = timedelta(seconds=60)


class Recorder:
    """A handler that notes what it is given and does what it is told."""

    def __init__(self) -> None:
        self.handled: list[tuple[dict[str, Any], uuid.UUID]] = []
        self.farewells: list[tuple[dict[str, Any], str]] = []
        self.raises: Exception | None = None

    def __call__(self, payload: dict[str, Any], *, message_id: uuid.UUID) -> None:
        self.handled.append((payload, message_id))
        if self.raises:
            raise self.raises

    def gave_up(self, payload: dict[str, Any], *, reason: str) -> None:
        self.farewells.append((payload, reason))


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    monkeypatch.setattr(outbox, "_registry", dict(outbox._registry))
    recorder = Recorder()
    outbox.handler(TOPIC, gave_up=recorder.gave_up)(recorder)
    return recorder


@pytest.fixture
def nothing_queued(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.django_db
def test_enqueue_outside_a_transaction_raises() -> None:
    with pytest.raises(OutsideTransaction):
        enqueue(topic=TOPIC, payload={})

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_enqueue_is_undone_with_its_transaction() -> None:
    def fail() -> None:
        with transaction.atomic():
            enqueue(topic=TOPIC, payload={})
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_enqueue_with_a_key_writes_one_message() -> None:
    with transaction.atomic():
        first = enqueue(topic=TOPIC, payload={"n": 1}, key="booking-7")
        second = enqueue(topic=TOPIC, payload={"n": 2}, key="booking-7")
        other = enqueue(topic="tests.other", payload={}, key="booking-7")

    assert first == second != other
    assert OutboxMessage.objects.get(topic=TOPIC).payload == {"n": 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nothing_queued")
def test_commit_wakes_the_worker_once_for_many_messages() -> None:
    with transaction.atomic():
        for number in range(3):
            enqueue(topic=TOPIC, payload={"n": number})
        assert not OrmQ.objects.exists()
    with transaction.atomic():
        enqueue(topic=TOPIC, payload={"n": 3})

    assert OrmQ.objects.get().func() == "marketplace.core.tasks.drain_outbox"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nothing_queued")
def test_a_drain_that_began_lets_the_next_commit_wake_again() -> None:
    outbox.wake()
    outbox.wake_arrived()
    outbox.wake()

    assert OrmQ.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nothing_queued")
def test_wake_registered_in_a_lost_savepoint_is_registered_again() -> None:
    def lose() -> None:
        with transaction.atomic():
            enqueue(topic=TOPIC, payload={"n": 1})
            raise InterruptedError

    with transaction.atomic():
        with pytest.raises(InterruptedError):
            lose()
        enqueue(topic=TOPIC, payload={"n": 2})

    assert OrmQ.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("nothing_queued")
def test_wake_that_fails_does_not_break_the_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_args: object) -> None:
        raise ConnectionError("the queue is down")

    monkeypatch.setattr(outbox, "async_task", refuse)

    with transaction.atomic():
        enqueue(topic=TOPIC, payload={})

    assert OutboxMessage.objects.count() == 1
    assert "could not be woken" in caplog.text


@pytest.mark.django_db
def test_drain_hands_each_due_message_to_its_handler_once(recorder: Recorder) -> None:
    messages = [
        make_message(payload={"n": n}, created_at=NOW + timedelta(seconds=n)) for n in range(3)
    ]

    assert drain(now=NOW) == DrainResult(processed=3)
    assert drain(now=NOW) == DrainResult()

    assert recorder.handled == [({"n": n}, message.pk) for n, message in enumerate(messages)]
    assert set(OutboxMessage.objects.values_list("processed_at", "attempts", "claim")) == {
        (NOW, 1, None)
    }


@pytest.mark.django_db
def test_drain_leaves_what_is_not_due_yet(recorder: Recorder) -> None:
    make_message(available_at=NOW + timedelta(seconds=1))

    assert drain(now=NOW) == DrainResult()
    assert drain(now=NOW + timedelta(seconds=1)) == DrainResult(processed=1)
    assert len(recorder.handled) == 1


@pytest.mark.django_db
def test_drain_stops_at_its_limit_and_holds_nothing_beyond(recorder: Recorder) -> None:
    for _ in range(5):
        make_message()

    assert drain(limit=3, now=NOW) == DrainResult(processed=3, more=True)
    assert OutboxMessage.objects.filter(claim__isnull=False).count() == 0
    assert drain(limit=3, now=NOW) == DrainResult(processed=2)


@pytest.mark.django_db
def test_drain_out_of_time_gives_back_what_it_did_not_begin(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter([0.0, 0.0, 0.0, 99.0, 99.0])
    monkeypatch.setattr("marketplace.core.outbox.time.monotonic", lambda: next(ticks))
    for _ in range(3):
        make_message()

    assert drain(now=NOW, seconds=10) == DrainResult(processed=1, more=True)
    assert set(OutboxMessage.objects.values_list("claim", "leased_until")) == {(None, None)}


@pytest.mark.django_db
def test_drain_inside_a_transaction_raises() -> None:
    with transaction.atomic(), pytest.raises(InsideTransaction):
        drain()


@pytest.mark.django_db
def test_handlers_run_outside_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_registry", {})
    seen: list[bool] = []

    @outbox.handler(TOPIC)
    def handle(payload: dict[str, Any], *, message_id: uuid.UUID) -> None:
        seen.append(in_transaction())

    make_message()
    drain(now=NOW)

    assert seen == [False]


@pytest.mark.django_db
@pytest.mark.parametrize("error", [RetryLater("busy"), ValueError("busy")])
def test_failed_try_is_put_off_for_longer_each_time(recorder: Recorder, error: Exception) -> None:
    recorder.raises = error
    message = make_message()
    at, pauses = NOW, []

    for _ in range(4):
        assert drain(now=at) == DrainResult(retried=1)
        message.refresh_from_db()
        pauses.append((message.available_at - at).total_seconds())
        at = message.available_at

    assert pauses == [5, 10, 20, 40]
    assert message.last_error.endswith("busy")
    assert (message.claim, message.leased_until) == (None, None)


def test_pause_is_an_hour_at_most() -> None:
    assert outbox.pause_after(outbox.MAX_ATTEMPTS) == timedelta(hours=1)


@pytest.mark.django_db
def test_last_try_fails_the_message_and_says_farewell(recorder: Recorder) -> None:
    recorder.raises = RetryLater("busy")
    message = make_message(payload={"n": 1}, attempts=outbox.MAX_ATTEMPTS - 1)

    assert drain(now=NOW) == DrainResult(failed=1)

    message.refresh_from_db()
    assert (message.failed_at, message.last_error, message.processed_at) == (NOW, "busy", None)
    assert recorder.farewells == [({"n": 1}, "busy")]


@pytest.mark.django_db
def test_give_up_fails_at_once(recorder: Recorder) -> None:
    recorder.raises = GiveUp("no such number")
    message = make_message()

    assert drain(now=NOW) == DrainResult(failed=1)
    assert drain(now=NOW + timedelta(days=1)) == DrainResult()

    message.refresh_from_db()
    assert (message.failed_at, message.last_error) == (NOW, "no such number")
    assert recorder.farewells == [({}, "no such number")]


@pytest.mark.django_db
def test_topic_that_nothing_handles_fails_with_the_reason() -> None:
    message = make_message(topic="tests.unheard_of")

    assert drain(now=NOW) == DrainResult(failed=1)

    message.refresh_from_db()
    assert message.last_error == "nothing handles the topic 'tests.unheard_of'"


@pytest.mark.django_db
def test_message_that_kills_its_workers_is_given_up(recorder: Recorder) -> None:
    """Tries are counted before they begin, so a try that never ended counts too."""
    message = make_message(attempts=outbox.MAX_ATTEMPTS)

    assert drain(now=NOW) == DrainResult(failed=1)

    message.refresh_from_db()
    assert recorder.handled == []
    assert message.last_error == "every worker that tried it died"


@pytest.mark.django_db
def test_message_held_by_another_is_left_until_the_lease_ends(recorder: Recorder) -> None:
    make_message(claim=uuid.uuid4(), leased_until=NOW + LEASE)

    assert drain(now=NOW) == DrainResult()
    assert drain(now=NOW + LEASE) == DrainResult(processed=1)


@pytest.mark.django_db
def test_worker_that_lost_its_claim_neither_handles_nor_closes(recorder: Recorder) -> None:
    message = make_message()
    [mine] = outbox._claim(1, NOW)
    [theirs] = outbox._claim(1, NOW + LEASE)

    assert outbox._run(mine, lambda: NOW) is outbox._Outcome.LOST
    assert outbox._run(theirs, lambda: NOW) is outbox._Outcome.PROCESSED
    assert outbox._finish(mine, NOW) is outbox._Outcome.LOST
    assert recorder.handled == [({}, message.pk)]


@pytest.mark.django_db
def test_payload_is_not_logged(recorder: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    recorder.raises = ValueError("busy")
    make_message(payload={"code": "314159"})

    drain(now=NOW)

    assert "outbox handler failed" in caplog.text
    assert "314159" not in caplog.text + repr([vars(record) for record in caplog.records])


def test_topic_has_one_handler(recorder: Recorder) -> None:
    outbox.handler(TOPIC)(recorder)

    with pytest.raises(RuntimeError, match="two handlers"):
        outbox.handler(TOPIC)(Recorder())
