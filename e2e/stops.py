"""How a visitor comes to a page, and what must stand there before anybody judges it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from playwright.sync_api import Response, TimeoutError, expect

from e2e.site import Visitor

type Person = Literal["guest", "renter", "owner", "moderator", "administrator"]
type Way = Callable[[Visitor], None]

PEOPLE: Final[tuple[Person, ...]] = ("guest", "renter", "owner", "moderator", "administrator")


@dataclass(frozen=True)
class Stop:
    """One page on a walk.

    `route` is its address as the resolver writes it, empty where there is none. `way` leads
    there, sometimes from the stop before. `shows` are words, or a row of data, that are there.
    `is_main` marks the pages that are looked at in other languages, too, and `is_letter` what
    a mail program puts into a page of its own.
    """

    name: str
    route: str
    way: Way
    shows: str | re.Pattern[str]
    status: int = 200
    is_main: bool = False
    is_letter: bool = False

    def arrive(self, visitor: Visitor) -> None:
        """Goes there. Raises AssertionError where it is another page, or an empty one."""
        statuses: list[int] = []

        def is_wanted(answer: Response) -> bool:
            if answer.request.resource_type in {"document", "xhr"}:
                statuses.append(answer.status)
                return answer.status == self.status
            return False

        try:
            with visitor.page.expect_response(is_wanted):
                self.way(visitor)
        except TimeoutError as error:
            raise AssertionError(f"{self.name}: answered {statuses}") from error
        expect(visitor.page.locator("body")).to_contain_text(self.shows)
        path = re.sub(r"^https?://[^/]+/|[?#].*$", "", visitor.page.url)
        assert not self.route or pattern_of(self.route).fullmatch(path), f"{self.name}: /{path}"


def pattern_of(route: str) -> re.Pattern[str]:
    """What addresses of this route look like, without the first slash."""
    return re.compile("".join(
        "[^/]+" if part.startswith("<") else re.escape(part)
        for part in re.split(r"(<[^>]+>)", route)
    ))  # fmt: skip


def at(path: str) -> Way:
    """By its address."""

    def way(visitor: Visitor) -> None:
        visitor.open(path)

    return way


def linked(start: str, route: str, *, leave_out: str = "-") -> Way:
    """By the first link on the page `start` that leads to this route."""

    def way(visitor: Visitor) -> None:
        visitor.open(path_behind(visitor, start, route, leave_out=leave_out))

    return way


def path_behind(visitor: Visitor, start: str, route: str, *, leave_out: str = "-") -> str:
    """The address that the first link on `start` to this route leads to."""
    links = visitor.open(start).locator("main a[href]").all()
    paths = [str(link.get_attribute("href")) for link in links]
    wanted = pattern_of(route)
    found = [
        path
        for path in paths
        if wanted.fullmatch(path.partition("?")[0].strip("#")[1:]) and leave_out not in path
    ]
    assert found, f"{start} leads to no {route}, only to {paths}"
    return found[0]


def in_turn(*ways: Way) -> Way:
    """One after the other."""

    def way(visitor: Visitor) -> None:
        for one in ways:
            one(visitor)

    return way


def sent(path: str, button: str, **fields: str) -> Way:
    """By filling in these fields of a form, named as they are sent, and pressing its button."""

    def way(visitor: Visitor) -> None:
        page = visitor.open(path)
        form = page.locator("main form").filter(has=page.get_by_role("button", name=button))
        for name, value in fields.items():
            form.locator(f"[name={name}]").fill(value)
        form.get_by_role("button", name=button).first.click()

    return way
