"""The people and things that the sweep of access plays with."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Final, Literal

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.accounts.services import verify_email
from marketplace.accounts.tests.factories import make_cast, make_user
from marketplace.bookings import services as bookings
from marketplace.bookings.enums import BookingStatus
from marketplace.bookings.models import Block, Booking
from marketplace.bookings.tests.factories import make_block, make_booking
from marketplace.notifications.models import Notification, SandboxAttachment, SandboxMessage
from marketplace.notifications.services import notify
from marketplace.payments.models import Payment
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


# Whose bookings are made by whom: each owner has a renter, whose belongings they are, too.
RENTER_OF: Final[Mapping[Whose, Role]] = {
    "owner": "renter",
    "other_owner": "stranger",
    "moderator": "renter",
}
_ALIASES: Final = ("default", "sandbox")


@dataclass(frozen=True)
class Belongings:
    """What one person has: listings in the states that pages are about, and their cases.

    On the published one there are bookings of the renter's, and a time that is blocked.
    """

    draft: Venue
    published: Venue
    paused: Venue
    rejected: Venue
    suspended: Venue
    edited: Venue
    submission: Case
    held: Booking
    requested: Booking
    confirmed: Booking
    block: Block
    told: Notification

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
    attachment: SandboxAttachment
    checkout_id: str
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


@contextmanager
def whole_world() -> Iterator[World]:
    """A world that is gone afterwards, at the provider's, too."""
    with ExitStack() as around:
        for alias in _ALIASES:
            block = transaction.atomic(using=alias)
            block._from_testcase = True  # type: ignore[attr-defined]
            around.enter_context(block)
        yield make_world()
        for alias in _ALIASES:
            transaction.set_rollback(True, using=alias)


def make_world() -> World:
    """The cast, each with a session; listings of two owners and of the moderator."""
    cast = make_cast()
    people: dict[Role, User] = {
        "renter": cast.renter,
        "owner": cast.owner,
        "other_owner": cast.other_owner,
        "viewer": make_user(name="Vera Viewer"),
        "moderator": cast.moderator,
        "administrator": cast.administrator,
        "stranger": cast.stranger,
    }
    for number, person in enumerate(people.values()):
        verify_email(user=person, email=f"person{number}@example.com", request=None, now=NOW)
    belongings: dict[Whose, Belongings] = {
        whose: _belongings(people[whose], renter=people[RENTER_OF[whose]])
        for whose in ("owner", "other_owner", "moderator")
    }
    for person in people.values():
        _tell_anew(belongings["owner"].told, person)
    for venue in belongings["owner"].venues:
        add_member(venue=venue, role=MemberRole.VIEWER, user=people["viewer"])
    letter = SandboxMessage.objects.create(
        channel="email", to="a@example.com", html="<p>Hello</p>", sent_at=NOW
    )
    return World(
        people=people,
        belongings=belongings,
        enquiry=make_enquiry(now=NOW),
        letter=letter,
        attachment=SandboxAttachment.objects.create(
            message=letter, filename="booking.ics", mimetype="text/calendar", content=b"BEGIN"
        ),
        checkout_id=_open_checkout(belongings["owner"].held),
        _client=Client(),
        _cookies={role: _session_of(people.get(role)) for role in ROLES},
    )


def _belongings(owner: User, *, renter: User) -> Belongings:
    published = make_venue(owner=owner)
    space = published.spaces.get()

    def booked(status: BookingStatus, days: int) -> Booking:
        now, starts_at = timezone.now(), noon(days=days)
        return make_booking(
            status=status, space=space, renter=renter, starts_at=starts_at, now=now, guests=2
        )

    confirmed = booked(BookingStatus.CONFIRMED, 12)
    return Belongings(
        draft=make_venue(owner=owner, status=ListingStatus.DRAFT, spaces=2),
        published=published,
        paused=make_venue(owner=owner, status=ListingStatus.PAUSED),
        rejected=make_venue(owner=owner, status=ListingStatus.REJECTED),
        suspended=make_venue(owner=owner, status=ListingStatus.SUSPENDED),
        edited=_edited(owner),
        submission=make_submission(owner=owner, now=NOW),
        held=booked(BookingStatus.HELD, 10),
        requested=booked(BookingStatus.REQUESTED, 11),
        confirmed=confirmed,
        block=make_block(space=space, starts_at=noon(days=13), now=timezone.now()),
        told=_told_of(confirmed, owner),
    )


def noon(*, days: int) -> datetime:
    """So many days from now, 12:00 in Almaty, where the venues are: pages go by the real clock."""
    day = (timezone.now() + timedelta(days=days)).astimezone(UTC)
    return datetime(day.year, day.month, day.day, 7, tzinfo=UTC)


def _told_of(booking: Booking, person: User) -> Notification:
    """What the person was told of the booking, and has read."""
    told: Notification = person.notifications.get(context__reference=booking.reference)
    told.read_at = NOW
    told.save(update_fields=["read_at"])
    return told


@transaction.atomic
def _tell_anew(told: Notification, person: User) -> None:
    """The same news once more, for somebody who has not read it."""
    notify(kind=told.kind, to=person, context=told.context, event_key=f"anew:{person.pk}")


def _open_checkout(booking: Booking) -> str:
    """The session in which the hold can be paid."""
    bookings.pay_url(
        booking=booking,
        by=booking.renter,
        return_url="http://testserver/",
        cancel_url="http://testserver/",
        now=timezone.now(),
    )
    return Payment.objects.get(payable_id=str(booking.pk)).session_id


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
    savepoints = {alias: transaction.savepoint_create(using=alias) for alias in _ALIASES}
    try:
        yield
    finally:
        for alias, savepoint in savepoints.items():
            transaction.savepoint_rollback(savepoint, using=alias)


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
