from datetime import UTC, datetime, time

import pytest
import time_machine
from django.core.management import call_command
from django_q.models import Schedule

from marketplace.core import schedules
from marketplace.core.schedules import Periodic, ensure_schedules

pytestmark = pytest.mark.django_db


def test_migrate_leaves_the_schedules_of_core() -> None:
    call_command("migrate", verbosity=0)

    rows = Schedule.objects.filter(func__startswith="marketplace.core.")
    assert sorted(rows.values_list("name", "func", "schedule_type", "minutes", "repeats")) == [
        ("integrity: verify", "marketplace.core.tasks.verify_integrity", "D", None, -1),
        ("outbox: drain", "marketplace.core.tasks.drain_outbox", "I", 1, -1),
    ]


def test_ensure_schedules_changes_nothing_that_is_so() -> None:
    ensure_schedules()
    before = sorted(Schedule.objects.values_list())

    ensure_schedules()

    assert sorted(Schedule.objects.values_list()) == before


def test_ensure_schedules_follows_what_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedules, "_registry", {})
    Schedule.objects.all().delete()
    schedules.register(Periodic("tests: sweep", "tests.sweep", minutes=5))
    ensure_schedules()
    schedules.register(Periodic("tests: sweep", "tests.sweep", minutes=10))

    ensure_schedules()

    assert Schedule.objects.get().minutes == 10


@pytest.mark.parametrize(("hour", "day"), [(20, 12), (22, 13)])
def test_daily_job_first_runs_at_the_next_time_of_day(
    monkeypatch: pytest.MonkeyPatch, hour: int, day: int
) -> None:
    monkeypatch.setattr(schedules, "_registry", {})
    Schedule.objects.all().delete()
    schedules.register(Periodic("tests: nightly", "tests.nightly", daily_at=time(21, 30)))

    with time_machine.travel(datetime(2026, 12, 12, hour, tzinfo=UTC), tick=False):
        ensure_schedules()

    assert Schedule.objects.get().next_run == datetime(2026, 12, day, 21, 30, tzinfo=UTC)


def test_periodic_is_either_by_minutes_or_daily() -> None:
    with pytest.raises(ValueError, match="either"):
        Periodic("tests: both", "tests.both", minutes=1, daily_at=time(1))
