"""A crowd of renters at a running site, each with a connection of their own."""

from __future__ import annotations

import http.client
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.test import Client

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.tests.races import at_once
from marketplace.core.period import Period
from marketplace.venues.models import Space

_TIMEOUT_SECONDS: Final = 60
# Django takes any cookie and header that agree; a browser gets the pair from a page.
_CSRF: Final = "a" * 32


@dataclass(frozen=True)
class Renter:
    """Somebody who is logged in, as the server sees them."""

    user: User
    session: str


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


def make_crowd(size: int) -> list[Renter]:
    """Renters with verified phones, each logged in."""
    return [log_in(make_user()) for _ in range(size)]


def log_in(user: User) -> Renter:
    """Somebody who is at the site already."""
    client = Client()
    client.force_login(user)
    return Renter(user, client.cookies["session"].value)


def booking_of(site: str, renter: Renter, space: Space, period: Period) -> Callable[[], Answer]:
    """A call that asks the site to hold this time, as the button on the venue's page does."""
    start, end = period.start.isoformat(), period.end.isoformat()
    form = {"space": space.pk, "start": start, "end": end, "guests": 1}
    return post(site, renter, f"/venues/{space.venue.slug}/book/", form)


def post(site: str, renter: Renter, path: str, form: dict[str, object]) -> Callable[[], Answer]:
    """A call that sends a form over a connection of its own."""
    return _asking(site, renter, path, urlencode(form))


def get(site: str, renter: Renter, path: str) -> Callable[[], Answer]:
    """A call that opens a page over a connection of its own."""
    return _asking(site, renter, path, None)


def _asking(site: str, renter: Renter, path: str, body: str | None) -> Callable[[], Answer]:
    """A POST where there is a body to send, else a GET."""
    address = urlsplit(site)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"session={renter.session}; csrf={_CSRF}",
        "X-CSRFToken": _CSRF,
        "Referer": f"{site}/",
    }

    def call() -> Answer:
        to = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=_TIMEOUT_SECONDS
        )
        try:
            to.request("GET" if body is None else "POST", path, body, headers)
            answer = to.getresponse()
            text = answer.read().decode()
            return Answer(answer.status, answer.getheader("Location", ""), text)
        finally:
            to.close()

    return call


def statuses(calls: Sequence[Callable[[], Answer]]) -> tuple[Counter[int], list[Answer]]:
    """Lets all go at one instant; how often each status came back, and the answers."""
    answers = at_once(calls, connected=False)
    return Counter(answer.status for answer in answers), answers
