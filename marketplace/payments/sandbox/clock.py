"""What time alone does: sessions run out, slow money arrives, authorisations and refunds end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from marketplace.payments.sandbox import money
from marketplace.payments.sandbox.family import INTENT, REFUND, SESSION, Family, atomic, load
from marketplace.payments.sandbox.models import SandboxObject


@contextmanager
def locked(kind: str, identity: str, *, now: datetime) -> Iterator[Family]:
    """The family of one object, locked, with everything done that time has brought.

    What is done to it within is written at the end; where that raises, nothing is.
    Raises Refused (404) where there is no such object.
    """
    family = load(kind, identity, now=now)
    advance(family)
    yield family
    family.write()


def advance(family: Family) -> None:
    """Does what was due by the family's `now`, in the order in which it fell due."""
    rows = [family.session, *family.members]
    due = [row for row in rows if _due(row, family.now)]
    for row in sorted(due, key=lambda row: float(row.hidden["settles_at"])):
        family.settle_at(row, None)
        _run(family, row)
    if due:
        family.schedule()


def _due(row: SandboxObject, now: datetime) -> bool:
    moment = row.hidden.get("settles_at")
    return moment is not None and moment <= now.timestamp()


def _run(family: Family, row: SandboxObject) -> None:
    if row.kind == SESSION and row.data["status"] == "open":
        money.expire(family)
    elif row.kind == INTENT and row.data["status"] == "processing":
        money.finish_processing(family)
    elif row.kind == INTENT and row.data["status"] == "requires_capture":
        money.cancel(family, reason="automatic")
    elif row.kind == REFUND:
        money.finish_refund(family, row)


def advance_due(*, now: datetime, limit: int = 200) -> int:
    """Brings every session up to `now` on which time has worked. Returns how many there were."""
    ids = list(
        SandboxObject.objects.filter(due_at__lte=now)
        .order_by("due_at")
        .values_list("pk", flat=True)[:limit]
    )
    for identity in ids:
        with atomic(), locked(SESSION, identity, now=now):
            pass
    return len(ids)
