"""A whole booking, as a browser makes it: ten requests, from the search to the confirmed page."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from bench.site import HOST
from bench.stage import FreeSlot, Renter

CARD = {"number": "4242 4242 4242 4242", "expiry": "12 / 39", "cvc": "123", "name": "A RENTER"}
SESSION_COOKIE = "session"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_EXPECTED = re.compile(r'name="expected" value="(\d+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page said. `location` is where it leads, without its host."""

    status: int
    location: str
    body: str


class Visitor(Protocol):
    """Somebody who asks pages, and keeps cookies."""

    def get(self, path: str, headers: Mapping[str, str] = ...) -> Answer: ...
    def post(self, path: str, data: Mapping[str, str]) -> Answer: ...


class WrongTurnError(Exception):
    """A page answered otherwise than the journey needs: its figures would mean nothing."""


@dataclass(slots=True)
class Browser:
    """A visitor over HTTP with a connection of their own, which stays open for the journey."""

    port: int
    cookies: dict[str, str]
    received: int = 0
    _connection: HTTPConnection | None = field(default=None)

    def get(self, path: str, headers: Mapping[str, str] = {}) -> Answer:
        return self._ask("GET", path, None, dict(headers))

    def post(self, path: str, data: Mapping[str, str]) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(data), form)

    def close(self) -> None:
        if self._connection:
            self._connection.close()

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = HTTPConnection(HOST, self.port, timeout=30)
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        self.received += len(content)
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        where = urlsplit(response.headers.get("Location") or "")
        location = where.path + (f"?{where.query}" if where.query else "")
        return Answer(response.status, location, content.decode())


def browser_of(port: int, renter: Renter) -> Browser:
    """A browser that has never been here, but for the login."""
    return Browser(port, {SESSION_COOKIE: renter.session})


def whole_booking(visitor: Visitor, slot: FreeSlot, lap: Callable[[str], None]) -> str:
    """From search to confirmation. Returns the address of the booking; `lap` is told each step.

    Raises WrongTurnError when any page is not the one that it must be.
    """
    chosen = {"space": slot.space, "start": slot.start, "end": slot.end, "guests": slot.guests}
    _expect(visitor.get(f"/search/?{_search_of(slot)}"), 200, "venue-card")
    lap("search")
    venue = f"/venues/{slot.slug}/"
    _expect(visitor.get(venue), 200, "picker")
    lap("venue")
    fragment = {"HX-Request": "true", "HX-Target": "quote"}
    quote = _expect(visitor.get(f"{venue}quote/?{urlencode(chosen)}", fragment), 200, "expected")
    lap("quote")
    checkout = hold(visitor, slot, quote)
    lap("hold")
    page = _expect(visitor.get(checkout), 200, "rules_accepted")
    lap("checkout")
    said = {"purpose": _purpose(page), "message": "", "rules_accepted": "on"}
    away = _expect(visitor.post(checkout, said | token_of(page)), 302).location
    lap("to pay")
    card = _expect(visitor.get(away), 200, "cvc")
    lap("card page")
    back = _expect(visitor.post(away, CARD | token_of(card)), 303).location
    lap("paid")
    booking = _expect(visitor.get(back), 302).location
    lap("return")
    _expect(visitor.get(booking), 200, "is-confirmed", "Confirmed", "confirmed")
    lap("confirmed")
    return booking


def hold(visitor: Visitor, slot: FreeSlot, quote: Answer) -> str:
    """Books what the quote shows. Returns the address of the checkout."""
    return _expect(visitor.post(f"/venues/{slot.slug}/book/", offer_of(slot, quote)), 302).location


def offer_of(slot: FreeSlot, quote: Answer) -> dict[str, str]:
    """The form under a quote, filled in."""
    price = _EXPECTED.search(quote.body)
    return token_of(quote) | {
        "expected": price[1] if price else "",
        "space": str(slot.space),
        "start": slot.start,
        "end": slot.end,
        "guests": str(slot.guests),
    }


def token_of(page: Answer) -> dict[str, str]:
    """The token against CSRF that stands in a page's form."""
    found = _TOKEN.search(page.body)
    return {"csrfmiddlewaretoken": found[1]} if found else {}


def _search_of(slot: FreeSlot) -> str:
    """That day and those hours, by the clock of the market, for so many."""
    zone = dt.timezone(dt.timedelta(hours=5))
    start = dt.datetime.fromisoformat(slot.start).astimezone(zone)
    end = dt.datetime.fromisoformat(slot.end).astimezone(zone)
    said = {
        "date": f"{start:%Y-%m-%d}",
        "starts": f"{start:%H:%M}",
        "ends": f"{end:%H:%M}",
        "guests": slot.guests,
    }
    return urlencode(said, safe=":")


def _purpose(page: Answer) -> str:
    """The first that the checkout offers."""
    options = _options(page.body.partition('name="purpose"')[2].partition("</select>")[0])
    return next(value for value in options if value)


def _options(select: str) -> Iterator[str]:
    return (html.unescape(value) for value in re.findall(r'<option value="([^"]*)"', select))


def _expect(answer: Answer, status: int, *any_of: str) -> Answer:
    if answer.status != status or (any_of and not any(word in answer.body for word in any_of)):
        told = " ".join(re.sub(r"<[^>]*>", " ", answer.body).split())[:300]
        raise WrongTurnError(f"{answer.status} {answer.location} instead of {status}: {told}")
    return answer
