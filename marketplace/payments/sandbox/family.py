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
    """What the rules read and change. Made inside a transaction of the sandbox's own.

    What is changed is kept with `write`, all at once: a rule that refuses has written nothing.
    """

    def __init__(
        self,
        session: SandboxObject,
        members: list[SandboxObject],
        now: datetime,
        *,
        is_new: bool = False,
    ) -> None:
        self.session = session
        self.members = members
        self.now = now
        self._new: list[SandboxObject] = [session] if is_new else []
        self._changed: list[SandboxObject] = []
        self._told: list[tuple[str, dict[str, Any]]] = []

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
        row = SandboxObject(
            id=data["id"],
            kind=kind,
            session_id=self.session.pk,
            data=data,
            hidden=hidden or {},
            created_at=self.now,
        )
        self.members.append(row)
        self._new.append(row)
        return row

    def change(self, row: SandboxObject, **data: Any) -> SandboxObject:
        row.data = row.data | data
        self._note(row)
        return row

    def hide(self, row: SandboxObject, **hidden: Any) -> None:
        """Changes what the API does not show of the row."""
        row.hidden = row.hidden | hidden
        self._note(row)

    def settle_at(self, row: SandboxObject, moment: datetime | None) -> None:
        """What time alone will do to the row; `schedule` puts the nearest on the session."""
        self.hide(row, settles_at=moment.timestamp() if moment else None)

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
            self._note(self.session)

    def tell(self, event_type: str, row: SandboxObject) -> None:
        """An event about the row as it is now, delivered once this is committed."""
        self._told.append((event_type, row.data))

    def write(self) -> None:
        """Keeps what was added and changed since the last time, and what is to be told."""
        if self._new:
            SandboxObject.objects.bulk_create(self._new)
        for row in self._changed:
            row.save(update_fields=["data", "hidden", "due_at"])
        if self._told:
            events.record(self._told, now=self.now)
        self._new, self._changed, self._told = [], [], []

    def _note(self, row: SandboxObject) -> None:
        if row not in self._new and row not in self._changed:
            self._changed.append(row)


def found(session: dict[str, Any], hidden: dict[str, Any], *, now: datetime) -> Family:
    """A new session's family; `write` keeps it."""
    row = SandboxObject(id=session["id"], kind=SESSION, data=session, hidden=hidden, created_at=now)
    return Family(row, [], now, is_new=True)


def load(kind: str, identity: str, *, now: datetime) -> Family:
    """The family of one object, held against others until the end of the transaction.

    Raises Refused (404) where there is no such object.
    """
    session_id: str | None = identity
    if kind != SESSION:
        known = SandboxObject.objects.filter(pk=identity, kind=kind)
        session_id = known.values_list("session_id", flat=True).first()
    sessions = SandboxObject.objects.filter(pk=session_id, kind=SESSION)
    session = sessions.select_for_update(no_key=True).first()
    if session is None:
        raise missing(kind, identity)
    members = SandboxObject.objects.filter(session_id=session.pk).order_by("created_at", "id")
    return Family(session, list(members), now)


def atomic() -> transaction.Atomic:
    """A transaction of the sandbox, apart from the site's."""
    return transaction.atomic(using=ALIAS)
