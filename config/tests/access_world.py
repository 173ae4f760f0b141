"""The people and things that the sweep of access plays with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Final, Literal

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from marketplace.accounts.models import User
from marketplace.accounts.services import verify_email
from marketplace.accounts.tests.factories import make_cast, make_user
from marketplace.notifications.models import SandboxMessage
from marketplace.trust.models import Case
from marketplace.trust.tests.factories import make_enquiry
from marketplace.venues.enums import ListingStatus, MemberRole
from marketplace.venues.models import Venue
from marketplace.venues.tests.factories import add_member, make_venue
from moderation.subjects import subject_of
from moderation.tests.factories import make_submission, propose

type Role = Literal[
    "guest", "renter", "owner", "other_owner", "viewer", "moderator", "administrator", "stranger"
]
type Whose = Literal["owner", "other_owner", "moderator"]

ROLES: Final[tuple[Role, ...]] = (
    "owner",
    "viewer",
    "other_owner",
    "renter",
    "stranger",
    "guest",
    "moderator",
    "administrator",
)
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE")
NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# What may change without anything having been done: sessions, the cache with its rate limits,
# the activity log, and the queue that wakes the worker.
_LEFT_OUT: Final = (
    "accounts_activity",
    "core_cache",
    "django_migrations",
    "django_session",
)


@dataclass(frozen=True)
class Belongings:
    """What one person has: listings in the states that pages are about, and their cases."""

    draft: Venue
    published: Venue
    paused: Venue
    rejected: Venue
    suspended: Venue
    edited: Venue
    submission: Case

    @property
    def venues(self) -> tuple[Venue, ...]:
        """Every listing of which the person is the owner."""
        submitted = subject_of(self.submission).venue
        mine = (self.draft, self.published, self.paused, self.rejected, self.suspended, self.edited)
        return (*mine, submitted)


@dataclass(frozen=True)
class World:
    """Everybody, what is theirs, and how to ask for a page as one of them."""

    people: Mapping[Role, User]
    belongings: Mapping[Whose, Belongings]
    enquiry: Case
    letter: SandboxMessage
    _client: Client
    _cookies: Mapping[Role, SimpleCookie]

    def ask(
        self, role: Role, method: str, address: str, data: Mapping[str, object]
    ) -> HttpResponse:
        """One request of this person, who comes with the session of the beginning."""
        self._client.cookies = SimpleCookie(self._cookies[role])
        ask = getattr(self._client, method.lower())
        response: HttpResponse = ask(address, data) if method == "POST" else ask(address)
        if response.streaming:  # read to its end, which closes the file
            b"".join(response)
        return response


def make_world() -> World:
    """The cast, each with a session; listings of two owners and of the moderator."""
    cast = make_cast()
    belongings: dict[Whose, Belongings] = {
        "owner": _belongings(cast.owner),
        "other_owner": _belongings(cast.other_owner),
        "moderator": _belongings(cast.moderator),
    }
    viewer = make_user(name="Vera Viewer")
    for venue in belongings["owner"].venues:
        add_member(venue=venue, role=MemberRole.VIEWER, user=viewer)
    people: dict[Role, User] = {
        "renter": cast.renter,
        "owner": cast.owner,
        "other_owner": cast.other_owner,
        "viewer": viewer,
        "moderator": cast.moderator,
        "administrator": cast.administrator,
        "stranger": cast.stranger,
    }
    for number, person in enumerate(people.values()):
        verify_email(user=person, email=f"person{number}@example.com", request=None, now=NOW)
    return World(
        people=people,
        belongings=belongings,
        enquiry=make_enquiry(now=NOW),
        letter=SandboxMessage.objects.create(
            channel="email", to="a@example.com", html="<p>Hello</p>", sent_at=NOW
        ),
        _client=Client(),
        _cookies={role: _session_of(people.get(role)) for role in ROLES},
    )


def _belongings(owner: User) -> Belongings:
    return Belongings(
        draft=make_venue(owner=owner, status=ListingStatus.DRAFT, spaces=2),
        published=make_venue(owner=owner),
        paused=make_venue(owner=owner, status=ListingStatus.PAUSED),
        rejected=make_venue(owner=owner, status=ListingStatus.REJECTED),
        suspended=make_venue(owner=owner, status=ListingStatus.SUSPENDED),
        edited=_edited(owner),
        submission=make_submission(owner=owner, now=NOW),
    )


def _edited(owner: User) -> Venue:
    venue = make_venue(owner=owner)
    propose(venue, owner=owner, summary="A wider view", now=NOW)
    return venue


def _session_of(person: User | None) -> SimpleCookie:
    client = Client()
    if person:
        client.force_login(person)
    return client.cookies


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is undone: every request starts from the same world."""
    savepoint = transaction.savepoint_create()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)


class Rows:
    """Whether any row of any table is another than at the beginning.

    PostgreSQL counts what this transaction writes; only where it counted something are the rows
    themselves compared, so that what was written and undone passes.
    """

    def __init__(self) -> None:
        self._tables = [
            table
            for table in connection.introspection.table_names()
            if table not in _LEFT_OUT and not table.startswith("django_q_")
        ]
        self._fingerprint_sql = " UNION ALL ".join(
            f"SELECT '{table}', md5(coalesce(string_agg(row::text, '|' ORDER BY row::text), ''))"
            f' FROM "{table}" row'
            for table in self._tables
        )
        self._fingerprint = self._read(self._fingerprint_sql, [])
        self._written = self._count()

    def have_changed(self) -> bool:
        """Since this was made, which nothing has changed before."""
        written = self._count()
        if written == self._written:
            return False
        self._written = written
        return self._read(self._fingerprint_sql, []) != self._fingerprint

    def _count(self) -> list[tuple[object, ...]]:
        return self._read(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE relname = ANY(%s) ORDER BY relname",
            [self._tables],
        )

    @staticmethod
    def _read(sql: str, params: list[list[str]]) -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())
