"""The worker is killed in the middle of its deliveries, and started again.

Nothing is played: the worker is `manage.py qcluster` with its children, killed by SIGKILL to the
process group; emails go over SMTP to a server in a process of its own.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from config.testing import database_url
from marketplace.core.integrity import run_checks
from marketplace.core.outbox import wake
from marketplace.notifications.enums import Channel, DeliveryState
from marketplace.notifications.models import Delivery, SandboxMessage

from .factories import make_delivery

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]

DELIVERIES = 500
EVERY_NTH_IS_SMS = 10
# How many emails have arrived when the worker is killed.
KILLS = [*range(40, 440, 40)] if os.environ.get("JOYTOP_SOAK") else [120, 300]
LEASE_SECONDS = 2
PATIENCE_SECONDS = 120


class SmtpSink:
    def __init__(self, notes: Path) -> None:
        self.notes = notes
        notes.touch()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "marketplace.notifications.tests.smtp_sink", str(notes)],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def message_ids(self) -> list[str]:
        return self.notes.read_text().split()

    def has_taken(self, number: int) -> bool:
        return len(self.message_ids()) >= number

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[SmtpSink]:
    sink = SmtpSink(tmp_path / "message_ids.txt")
    yield sink
    sink.stop()


@contextmanager
def worker(sink: SmtpSink) -> Iterator[None]:
    """A background worker, killed at the end with everything that it started."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "marketplace.notifications.tests.crash_settings",
        "JOYTOP_MODE": "test",
        "DATABASE_URL": database_url(),
        "OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(sink.port),
        "SMTP_STARTTLS": "no",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "qcluster"],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=(log := sink.notes.with_name("worker.log").open("ab")),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    log.close()
    try:
        yield
        assert process.poll() is None, "the worker stopped by itself"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        wait_for(lambda: not group_lives(process.pid))


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(condition: Callable[[], bool]) -> None:
    """Until it holds. Meanwhile the worker is woken, as the commits of a living site do."""
    until = time.monotonic() + PATIENCE_SECONDS
    woken = 0.0
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        if time.monotonic() - woken > 1:
            wake()
            woken = time.monotonic()
        time.sleep(0.05)


def channel_of(number: int) -> Channel:
    return Channel.SMS if number % EVERY_NTH_IS_SMS == 0 else Channel.EMAIL


def test_killed_worker_loses_nothing_and_repeats_nothing(
    sink: SmtpSink, capsys: pytest.CaptureFixture[str]
) -> None:
    cache.clear()
    with transaction.atomic():
        for number in range(DELIVERIES):
            make_delivery(channel_of(number))

    for arrived in KILLS:
        with worker(sink):
            wait_for(partial(sink.has_taken, arrived))
        # The kill was in the middle: some are done, and some are not.
        assert 0 < Delivery.objects.filter(state=DeliveryState.SENT).count() < DELIVERIES
        assert Delivery.objects.unfinished().exists()
    with worker(sink):
        wait_for(lambda: not Delivery.objects.unfinished().exists())
        wait_for(lambda: run_checks() == [])

    emails = Counter(sink.message_ids())
    promised = Delivery.objects.filter(channel=Channel.EMAIL)
    assert promised.count() == DELIVERIES - DELIVERIES // EVERY_NTH_IS_SMS
    assert set(emails) == {f"<{pk}@joytop.example>" for pk in promised.values_list("pk", flat=True)}
    assert set(promised.values_list("state", flat=True)) == {DeliveryState.SENT}
    # A worker's two children may each die with one email in their hands.
    assert emails.total() - len(emails) <= 2 * len(KILLS)

    by_sms = dict(Delivery.objects.filter(channel=Channel.SMS).values_list("pk", "state"))
    sent = Counter(SandboxMessage.objects.values_list("message_id", flat=True))
    for pk, state in by_sms.items():
        assert state in {DeliveryState.SENT, DeliveryState.AMBIGUOUS}
        assert sent[str(pk)] == 1 or (sent[str(pk)] == 0 and state == DeliveryState.AMBIGUOUS)
    flagged = Counter(by_sms.values())[DeliveryState.AMBIGUOUS]
    with capsys.disabled():
        print(  # noqa: T201 -- what only a run can tell
            f"\n{len(KILLS)} kills: {len(emails)} emails by Message-ID, "
            f"{emails.total() - len(emails)} repeated; {len(by_sms)} SMS, {flagged} flagged"
        )
