"""`make screenshots`: every page as each kind of visitor sees it, narrow, middle and wide.

Pictures go to `screenshots/` (not kept in git), named `<page>-<width>-<scheme>.png`, those in
Russian `<page>-ru-<width>-light.png`; `screenshots/<width>.html` shows all of one width side by
side. With `--only home,venue` those pages alone are taken (and what it takes to come there is
done). With `--readme` only the picture of home that README.md shows is taken, into docs/images/.
JOYTOP_SITE names a site that runs already. Ends with 1 where a page could not be taken.
"""

import argparse
import html
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, Route, sync_playwright

from config.browser import find_browser
from config.demo.people import ADMINISTRATOR, DANIYAR, MADINA, MODERATOR, RENTER
from e2e.looks import settle, turn
from e2e.site import ROOT, Visitor, new_phone, new_visitor, running_site
from e2e.stops import Stop, at, linked
from e2e.walks import ADMINISTRATOR as ADMINISTRATORS
from e2e.walks import GUEST, MEMBER, OPEN, OWNER
from e2e.walks import MODERATOR as MODERATORS
from e2e.walks import RENTER as RENTERS

WIDTHS: Final = (390, 768, 1280)
_TALLEST: Final = 12_000
# Letters are told apart by their subjects, the newest of each; so many pages of the outbox.
_PAGES_OF_LETTERS: Final = 4

_NEWCOMER: Final = (
    Stop("bookings-empty", "bookings/", at("/bookings/"), ""),
    Stop("notifications-empty", "notifications/", at("/notifications/"), ""),
    Stop("profile-new", "profile/", at("/profile/"), ""),
    Stop("owner-empty", "owner/", at("/owner/"), ""),
)
# Beside the main ones: where Russian words stand closest.
_IN_RUSSIAN_TOO: Final = frozenset(
    {
        "bookings",
        "booking-cancel",
        "booking-receipt",
        "calendar-month",
        "listing-basics",
        "listing-spaces",
        "listings",
        "notifications",
        "owner-bookings",
        "owner-earnings",
        "owner-empty",
        "owner-home",
        "owner-venues",
    }
)
_LISTING: Final = "owner/venues/<int:pk>/"
_OTHER_OWNER: Final = (Stop("listing-sent-back", _LISTING, linked("/owner/venues/", _LISTING), ""),)


@dataclass
class Album:
    """Where pictures go, what is wanted of them, and what went wrong."""

    folder: Path
    only: frozenset[str] = frozenset()
    taken: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def wants(self, name: str) -> bool:
        return not self.only or name in self.only

    def take(self, page: Page, name: str, *, schemes: tuple[str, ...] = ("light", "dark")) -> None:
        """The whole page at every width."""
        for width in WIDTHS:
            turn(page, width, "light")
            wait_for_pictures(page)
            # What sticks to the foot of the window would lie across the middle of the picture.
            height: int = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": width, "height": min(max(height, 800), _TALLEST)})
            for scheme in schemes:
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                settle(page)
                page.screenshot(path=self.folder / f"{name}-{width}-{scheme}.png", full_page=True)
        turn(page, 1280, "light")
        self.taken.append(name)
        print(name, flush=True)

    @contextmanager
    def going_on(self, name: str) -> Iterator[None]:
        """Whatever goes wrong inside is told, and the next page is taken."""
        try:
            yield
        except (AssertionError, Error, StopIteration) as error:
            reason = str(error).strip().splitlines()[:1]
            self.failed.append(name)
            print(f"! {name}: {''.join(reason)}", flush=True)

    def lay_out(self) -> None:
        """A page for each width with everything that lies in the folder."""
        for width in WIDTHS:
            files = sorted(self.folder.glob(f"*-{width}-*.png"))
            shown = "".join(
                f'<a href="{one.name}"><img loading="lazy" src="{one.name}" alt="">'
                f"<br>{html.escape(one.stem)}</a>"
                for one in files
            )
            (self.folder / f"{width}.html").write_text(
                "<!doctype html><meta charset=utf-8><title>Screenshots</title><style>"
                "body{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));"
                "gap:1.5rem;font:14px sans-serif;background:#888;margin:1.5rem}"
                "a{color:#000}img{width:100%;max-height:40rem;object-fit:cover;"
                f"object-position:top}}</style>{shown}"
            )


def wait_for_pictures(page: Page) -> None:
    """Scroll through the page once, so that what loads late is there."""
    height: int = page.evaluate("document.documentElement.scrollHeight")
    for offset in range(0, height, 800):
        page.evaluate("offset => window.scrollTo(0, offset)", offset)
        page.wait_for_timeout(20)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")


def take_walk(visitor: Visitor, stops: tuple[Stop, ...], album: Album) -> None:
    """Every page of a walk; the main ones, and some more, in Russian, too."""
    for stop in stops:
        with album.going_on(stop.name):
            stop.arrive(visitor)
            if not album.wants(stop.name):
                continue
            album.take(visitor.page, stop.name)
            if stop.is_main or stop.name in _IN_RUSSIAN_TOO:
                take_in_russian(visitor, stop.name, album)


def take_in_russian(visitor: Visitor, name: str, album: Album) -> None:
    """The page that is open, in Russian; it is left in English."""
    try:
        _read_in(visitor, "ru")
        album.take(visitor.page, f"{name}-ru", schemes=("light",))
    finally:
        _read_in(visitor, "en")


def _read_in(visitor: Visitor, language: str) -> None:
    """The open page again in this language, chosen as by the form: a member's is kept."""
    answer = visitor.context.request.post(
        f"{visitor.address}/preferences/",
        form={"language": language},
        headers={"Origin": visitor.address, "Referer": f"{visitor.address}/"},
    )
    assert answer.ok, f"/preferences/ answered {answer.status}"
    visitor.page.reload()


def take_errors(guest: Visitor, album: Album) -> None:
    """Errors that cannot be brought about from outside, too."""
    command = [sys.executable, "-m", "e2e.error_pages"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    for name, page in json.loads(told.stdout).items():
        if album.wants(f"error-{name}"):
            with album.going_on(f"error-{name}"):
                address = f"{guest.address}/error-{name}/"
                guest.page.route(address, partial(_answer, page))
                guest.page.goto(address)
                album.take(guest.page, f"error-{name}")


def _answer(page: str, route: Route) -> None:
    route.fulfill(body=page, content_type="text/html; charset=utf-8")


def take_letters(guest: Visitor, album: Album) -> None:
    """The newest letter of each subject, as a mail program shows it."""
    found: dict[str, str] = {}
    for number in range(1, _PAGES_OF_LETTERS + 1):
        for link in guest.open(f"/sandbox/outbox/?page={number}").locator("main ol > li a").all():
            words = link.inner_text().splitlines()
            if "@" in " ".join(words):
                found.setdefault(" ".join(words)[:24], str(link.get_attribute("href")))
    for number, path in enumerate(found.values(), start=1):
        name = f"letter-{number:02}"
        if album.wants(name):
            with album.going_on(name):
                answer = guest.context.request.get(f"{guest.address}{path}html/")
                # Without the policy of the frame that it is shown in, but with its pictures.
                address = f"{guest.address}/{name}/"
                guest.page.route(address, partial(_answer, answer.text()))
                guest.page.goto(address)
                album.take(guest.page, name)


def take_all(browser: Browser, address: str, album: Album) -> None:
    """Every page; what several people see is taken where it is fullest."""
    guest = new_visitor(browser, address)
    take_walk(guest, GUEST, album)
    take_errors(guest, album)
    take_letters(guest, album)
    guest.context.close()
    owners = tuple(stop for stop in MEMBER if stop.name.startswith("owner-"))
    renters = tuple(stop for stop in RENTERS if stop not in {*OPEN, *owners})
    for phone, stops in (
        (RENTER, renters),
        (DANIYAR, (*owners, *(stop for stop in OWNER if stop not in {*OPEN, *MEMBER}))),
        (MADINA, _OTHER_OWNER),
        (MODERATOR, tuple(stop for stop in MODERATORS if stop not in {*OPEN, *MEMBER})),
        (ADMINISTRATOR, tuple(stop for stop in ADMINISTRATORS if stop not in MODERATORS)),
    ):
        if any(album.wants(stop.name) for stop in stops):
            member = new_visitor(browser, address)
            member.log_in(phone)
            take_walk(member, stops, album)
            member.context.close()
    newcomer = new_visitor(browser, address)
    newcomer.open("/accounts/signup/")
    newcomer.sign_up(new_phone(), "Nurgul Newcomer")
    take_walk(newcomer, _NEWCOMER, album)
    newcomer.context.close()


def take_for_readme(browser: Browser, address: str) -> None:
    """The first screen of home, as README.md shows it."""
    guest = new_visitor(browser, address)
    wait_for_pictures(guest.open("/"))
    guest.page.screenshot(path=ROOT / "docs" / "images" / "home.png")
    guest.context.close()


@contextmanager
def some_site() -> Iterator[str]:
    """The one that JOYTOP_SITE names, or one of our own."""
    running = os.environ.get("JOYTOP_SITE", "").rstrip("/")
    if urlsplit(running).netloc:
        yield running
        return
    with tempfile.TemporaryDirectory() as data, running_site(Path(data)) as address:
        yield address


def main() -> int:
    """Take the pictures, of a site of its own unless one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true")
    parser.add_argument("--only", default="", help="names of pages, with commas between")
    asked = parser.parse_args()
    only = frozenset(filter(None, str(asked.only).split(",")))
    album = Album(ROOT / "screenshots", only)
    album.folder.mkdir(exist_ok=True)
    with some_site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_browser().launch_arguments)
        if asked.readme:
            take_for_readme(browser, address)
        else:
            take_all(browser, address, album)
            album.lay_out()
            print(f"{len(album.taken)} pages, {len(album.failed)} failed: {album.folder}")
        browser.close()
    return 1 if album.failed else 0


if __name__ == "__main__":
    sys.exit(main())
