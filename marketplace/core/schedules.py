"""Work that comes round by the clock.

A room lists its own with `register` in its `AppConfig.ready`. The rows that the worker reads are
brought in step after every `migrate` (so also after a test database is emptied), and by nothing
else: deploying is what changes the schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db import connections
from django.utils import timezone
from django_q.models import Schedule


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job (dotted path) run every so many `minutes`, or daily at a time of day in UTC."""

    name: str
    job: str
    minutes: int | None = None
    daily_at: time | None = None

    def __post_init__(self) -> None:
        if (self.minutes is None) == (self.daily_at is None):
            message = f"{self.name}: give either minutes or daily_at"
            raise ValueError(message)


_registry: Final[dict[str, Periodic]] = {}


def register(periodic: Periodic) -> None:
    _registry[periodic.name] = periodic


register(Periodic("outbox: drain", "marketplace.core.tasks.drain_outbox", minutes=1))
# 21:30 UTC is 02:30 in Almaty, when few people are about.
register(
    Periodic("integrity: verify", "marketplace.core.tasks.verify_integrity", daily_at=time(21, 30))
)


def ensure_schedules(*, using: str = "default", **_signal: object) -> None:
    """Makes the worker's schedule what is registered. Changes nothing that is already so."""
    if Schedule._meta.db_table not in connections[using].introspection.table_names():
        return
    rows = Schedule.objects.using(using)
    for periodic in _registry.values():
        wanted = _columns(periodic)
        row = rows.filter(name=periodic.name).first()
        if row is None:
            rows.create(name=periodic.name, next_run=_first_run(periodic), **wanted)
        elif any(getattr(row, column) != value for column, value in wanted.items()):
            rows.filter(pk=row.pk).update(next_run=_first_run(periodic), **wanted)


def _columns(periodic: Periodic) -> dict[str, Any]:
    kind = Schedule.DAILY if periodic.daily_at else Schedule.MINUTES
    return {
        "func": periodic.job,
        "schedule_type": kind,
        "minutes": periodic.minutes,
        "repeats": -1,
    }


def _first_run(periodic: Periodic) -> datetime:
    now = timezone.now()
    if periodic.daily_at is None:
        return now
    today = datetime.combine(now.date(), periodic.daily_at, tzinfo=now.tzinfo)
    return today if today > now else today + timedelta(days=1)
