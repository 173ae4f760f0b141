"""Proving the promises over the whole database, and naming each breach.

Each room writes its checks in its `integrity.py`; they are found by that name.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.module_loading import autodiscover_modules

from .models import IntegrityReport

logger = logging.getLogger("joytop.integrity")


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """One broken promise: the check that found it, the row, and what is wrong with it."""

    check: str
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.check}: {self.subject}: {self.message}"


type Check = Callable[[], Iterable[Breach]]

_registry: dict[str, Check] = {}


def check[C: Check](name: str) -> Callable[[C], C]:
    """Registers a check under a name that never changes: `<room>.<what_holds>`."""

    def register(function: C) -> C:
        if name in _registry and _registry[name] is not function:
            message = f"two integrity checks are named {name}"
            raise RuntimeError(message)
        _registry[name] = function
        return function

    return register


def breaches_by_sql(
    check: str, sql: str, message: str, params: Sequence[str | datetime] = ()
) -> Iterator[Breach]:
    """A breach for each row: its first column names the subject, the others fill `message`."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for subject, *facts in cursor.fetchall():
            yield Breach(check, str(subject), message.format(*facts))


def registered_checks() -> dict[str, Check]:
    autodiscover_modules("integrity", "integrity_checks")  # the second name: this room's own
    return dict(sorted(_registry.items()))


def run_checks() -> list[Breach]:
    """Every breach that every room's checks find. A check that cannot run is a breach itself."""
    found: list[Breach] = []
    for name, function in registered_checks().items():
        try:
            with transaction.atomic():
                found += function()
        except Exception as error:
            logger.exception("integrity check could not run", extra={"check": name})
            found.append(Breach(name, "-", f"the check could not run: {error}"))
    return found


def record_report(*, now: datetime) -> IntegrityReport:
    """Runs every check, keeps what was found, and logs each breach as an error."""
    found = run_checks()
    for breach in found:
        logger.error("integrity breach: %s", breach)
    return IntegrityReport.objects.create(
        ran_at=now, ok=not found, breaches=[asdict(breach) for breach in found]
    )
