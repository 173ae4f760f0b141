"""`make screenshots`: every page as each kind of visitor sees it, narrow, middle and wide.

Pictures go to `screenshots/` (not kept in git), named `<page>-<width>-<scheme>.png`. With
`--readme` only the picture of home that README.md shows is taken, into docs/images/.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from config.browser import find_browser
from config.demo.people import ADMINISTRATOR, DANIYAR, MADINA, MODERATOR, RENTER
from e2e import booking
from e2e.site import ROOT, Visitor, new_visitor, running_site

WIDTHS = (390, 768, 1280)
SCHEMES = ("light", "dark")
OPEN_TO_ALL = {
    "home": "/",
    "search": "/search/",
    "search-errors": "/search/?guests=0",
    "search-nothing": "/search/?category=podcast-studio&guests=500",
    "venue": "/venues/ak-orken-ballroom/",
    "help": "/help/",
    "contact": "/contact/",
    "terms": "/terms/",
    "privacy": "/privacy/",
    "offer": "/offer/",
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
    "owner-start": "/owner/start/",
    "outbox": "/sandbox/outbox/",
    "not-found": "/no-such-page/",
}
BEHIND_LOGIN = {
    RENTER: {
        "profile": "/profile/",
        "activity": "/profile/activity/",
        "owner-empty": "/owner/",
        "bookings": "/bookings/",
        "notifications": "/notifications/",
    },
    DANIYAR: {
        "owner-home": "/owner/",
        "owner-requests": "/owner/bookings/?tab=requests",
        "owner-bookings": "/owner/bookings/?tab=upcoming",
        "owner-earnings": "/owner/earnings/",
        "owner-notifications": "/notifications/",
    },
    MODERATOR: {"queue": "/moderation/", "listings": "/moderation/listings/"},
    ADMINISTRATOR: {"enquiries": "/moderation/enquiries/"},
}
# Pages that are reached by a link on another page: its address, and what the link begins with.
REACHED = {
    MADINA: {"owner-venue": ("/owner/", "/owner/venues/")},
    DANIYAR: {
        "owner-request": ("/owner/bookings/?tab=requests", "/owner/bookings/"),
        "owner-booking": ("/owner/bookings/?tab=upcoming", "/owner/bookings/"),
        "owner-calendar": ("/owner/bookings/", "/owner/venues/"),
    },
    MODERATOR: {"case": ("/moderation/", "/moderation/cases/")},
}


def wait_for_pictures(page: Page) -> None:
    """Scroll through the page once, so that what loads late is there."""
    height: int = page.evaluate("document.documentElement.scrollHeight")
    for offset in range(0, height, 600):
        page.evaluate("offset => window.scrollTo(0, offset)", offset)
        page.wait_for_timeout(40)
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_load_state("networkidle")


def take(visitor: Visitor, name: str, path: str, folder: Path, width: int) -> None:
    """One page in both colour schemes, whole."""
    for scheme in SCHEMES:
        visitor.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page = visitor.open(path)
        wait_for_pictures(page)
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
    print(f"{name} at {width}", flush=True)


def reached_path(visitor: Visitor, start: str, prefix: str) -> str:
    """The address behind the first link on `start` that begins with `prefix`."""
    links = visitor.open(start).locator(f"main a[href^='{prefix}']:not([aria-current])")
    own = start.partition("?")[0]
    paths = (str(link.get_attribute("href")) for link in links.all())
    return next(path for path in paths if path.partition("?")[0] != own)


def take_a_booking(renter: Visitor, folder: Path) -> None:
    """The way to a booking, page by page, each at every width before going on to the next."""

    def take_here(name: str) -> None:
        for width in WIDTHS:
            renter.page.set_viewport_size({"width": width, "height": 900})
            for scheme in SCHEMES:
                dark = scheme == "dark"
                renter.page.emulate_media(color_scheme="dark" if dark else "light")
                wait_for_pictures(renter.page)
                path = folder / f"{name}-{width}-{scheme}.png"
                renter.page.screenshot(path=path, full_page=True)
        print(name, flush=True)
        renter.page.set_viewport_size({"width": 1280, "height": 900})

    booking.choose_slot(renter, "white-cove-studio", guests=6)
    take_here("venue-slot")
    booking.press_book(renter)
    renter.page.wait_for_url(booking.CHECKOUT)
    take_here("checkout")
    booking.go_to_pay(renter)
    take_here("sandbox-checkout")
    booking.pay_by(renter, booking.PAYS)
    renter.page.get_by_role("heading", name=booking.CONFIRMED).wait_for()
    take_here("confirmation")
    path = booking.booking_path(renter)
    for name in ("receipt", "cancel"):
        renter.open(f"{path}{name}/")
        take_here(f"booking-{name}")


def take_all(browser: Browser, address: str, folder: Path) -> None:
    """Every page at every width."""
    for width in WIDTHS:
        guest = new_visitor(browser, address, width=width)
        for name, path in OPEN_TO_ALL.items():
            take(guest, name, path, folder, width)
        guest.context.close()
    for phone in {**BEHIND_LOGIN, **REACHED}:
        member = new_visitor(browser, address)
        member.log_in(phone)
        if phone == RENTER:
            take_a_booking(member, folder)
        pages = dict(BEHIND_LOGIN.get(phone, {}))
        for name, (start, prefix) in REACHED.get(phone, {}).items():
            pages[name] = reached_path(member, start, prefix)
        for width in WIDTHS:
            member.page.set_viewport_size({"width": width, "height": 900})
            for name, path in pages.items():
                take(member, name, path, folder, width)
        member.context.close()


def take_for_readme(browser: Browser, address: str) -> None:
    """The first screen of home, as README.md shows it."""
    guest = new_visitor(browser, address)
    wait_for_pictures(guest.open("/"))
    guest.page.screenshot(path=ROOT / "docs" / "images" / "home.png")
    guest.context.close()


def main() -> None:
    """Start a site of its own, take the pictures, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true")
    only_readme: bool = parser.parse_args().readme
    folder = ROOT / "screenshots"
    folder.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        running_site(Path(data)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**find_browser().launch_arguments)
        if only_readme:
            take_for_readme(browser, address)
        else:
            take_all(browser, address, folder)
        browser.close()


if __name__ == "__main__":
    main()
