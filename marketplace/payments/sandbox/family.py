"""A checkout session with everything that came of it, under the lock of its row."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from marketplace.payments.sandbox import events
from marketplace.payments.sandbox.errors import missing
from marketplace.payments.sandbox.models import SandboxObject
from marketplace.payments.sandbox.router import ALIAS

SESSION: Final = "checkout.session"
INTENT: Final = "payment_intent"
CHARGE: Final = "charge"
REFUND: Final = "refund"


def seconds(moment: datetime) -> int:
    """As the API writes times."""
    return int(moment.timestamp())


class Family:
    """What the rules read and change. Made inside a transaction of the sandbox's own."""

    def __init__(self, session: SandboxObject, members: list[SandboxObject], now: datetime) -> None:
        self.session = session
        self.members = members
        self.now = now

    def _only(self, kind: str) -> SandboxObject | None:
        return next((row for row in self.members if row.kind == kind), None)

    @property
    def intent(self) -> SandboxObject | None:
        return self._only(INTENT)

    @property
    def charge(self) -> SandboxObject | None:
        """The charge that went through; a declined one is not kept."""
        return self._only(CHARGE)

    @property
    def refunds(self) -> list[SandboxObject]:
        """The newest first, as lists of the API are."""
        return [row for row in reversed(self.members) if row.kind == REFUND]

    def member(self, kind: str, identity: str) -> SandboxObject:
        for row in (self.session, *self.members):
            if row.kind == kind and row.pk == identity:
                return row
        raise missing(kind, identity)

    def add(
        self, kind: str, data: dict[str, Any], hidden: dict[str, Any] | None = None
    ) -> SandboxObject:
        row = SandboxObject.objects.create(
            id=data["id"],
            kind=kind,
            session_id=self.session.pk,
            data=data,
            hidden=hidden or {},
            created_at=self.now,
        )
        self.members.append(row)
        return row

    def change(self, row: SandboxObject, **data: Any) -> SandboxObject:
        row.data = row.data | data
        row.save(update_fields=["data"])
        return row

    def settle_at(self, row: SandboxObject, moment: datetime | None) -> None:
        """What time alone will do to the row; `schedule` puts the nearest on the session."""
        row.hidden = row.hidden | {"settles_at": moment.timestamp() if moment else None}
        row.save(update_fields=["hidden"])

    def schedule(self) -> None:
        """Notes when time changes anything of the family next."""
        moments = [
            row.hidden["settles_at"]
            for row in (self.session, *self.members)
            if row.hidden.get("settles_at") is not None
        ]
        due_at = datetime.fromtimestamp(min(moments), self.now.tzinfo) if moments else None
        if due_at != self.session.due_at:
            self.session.due_at = due_at
            self.session.save(update_fields=["due_at"])

    def tell(self, event_type: str, row: SandboxObject) -> None:
        """An event about the row as it is now, delivered once this is committed."""
        events.record(event_type, row.data, now=self.now)


def found(session: dict[str, Any], hidden: dict[str, Any], *, now: datetime) -> Family:
    """A new session's family."""
    row = SandboxObject.objects.create(
        id=session["id"], kind=SESSION, data=session, hidden=hidden, created_at=now
    )
    return Family(row, [], now)


def load(kind: str, identity: str, *, now: datetime) -> Family:
    """The family of one object, held against others until the end of the transaction.

    Raises Refused (404) where there is no such object.
    """
    known = SandboxObject.objects.filter(pk=identity, kind=kind).first()
    if known is None:
        raise missing(kind, identity)
    session = SandboxObject.objects.select_for_update(no_key=True).get(
        pk=known.session_id or known.pk
    )
    members = SandboxObject.objects.filter(session_id=session.pk).order_by("created_at", "id")
    return Family(session, list(members), now)


def atomic() -> transaction.Atomic:
    """A transaction of the sandbox, apart from the site's."""
    return transaction.atomic(using=ALIAS)
