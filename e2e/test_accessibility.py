"""Nothing that axe can find stands between a page and the people who read it another way."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from config.demo.people import ADMINISTRATOR, DANIYAR, MODERATOR, RENTER
from e2e import booking
from e2e.conftest import Come
from e2e.site import Visitor

OPEN_TO_ALL = (
    "/",
    "/search/",
    "/search/?category=loft&guests=20",
    "/search/?guests=0",
    "/search/?category=podcast-studio&guests=500",
    "/help/",
    "/terms/",
    "/privacy/",
    "/offer/",
    "/contact/",
    "/accounts/login/",
    "/accounts/signup/",
    "/sandbox/outbox/",
    "/owner/start/",
    "/no-such-page/",
)
OF_MEMBERS = (
    "/profile/",
    "/profile/activity/",
    "/accounts/phone/change/",
    "/accounts/logout/",
    "/bookings/",
    "/notifications/",
)
OF_OWNERS = (
    "/owner/",
    "/owner/start/",
    "/owner/bookings/?tab=requests",
    "/owner/bookings/?tab=upcoming",
    "/owner/bookings/?tab=cancelled",
    "/owner/earnings/",
)
OF_MODERATORS = ("/moderation/", "/moderation/listings/")
# Both layouts and both sets of colours, in as few looks as show all of them.
LOOKS = ((390, "dark"), (1280, "light"))
# Until no colour fades into another any more.
_SETTLED = "() => document.getAnimations().every((one) => one.playState !== 'running')"


def violations(page: Page) -> list[str]:
    """What axe objects to, a line each: the rule and the first place."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:200]} ({len(rule['nodes'])} in all)"
        for rule in found["violations"]
    ]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_open_to_all_have_no_violation(come: Come, width: int, scheme: str) -> None:
    guest = come(width=width)
    guest.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found: dict[str, list[str]] = {}
    for path in OPEN_TO_ALL:
        page = guest.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found[path] = violations(page)

    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_venue_page_has_no_violation(come: Come) -> None:
    guest = come(width=390)
    page = guest.open("/search/?category=event-hall")
    page.locator("#results article a.name").first.click()
    expect(page.get_by_role("heading", name="Opening hours")).to_be_visible()

    assert violations(page) == []


@pytest.mark.parametrize(
    ("phone", "paths"),
    [
        pytest.param(RENTER, OF_MEMBERS, id="member"),
        pytest.param(MODERATOR, OF_MODERATORS, id="moderator"),
        pytest.param(ADMINISTRATOR, ("/moderation/enquiries/",), id="administrator"),
        pytest.param(DANIYAR, OF_OWNERS, id="owner"),
    ],
)
def test_pages_behind_a_login_have_no_violation(
    come: Come, phone: str, paths: tuple[str, ...]
) -> None:
    member = come(width=390, phone=phone)
    found: dict[str, list[str]] = {}
    for path in paths:
        page = member.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.url == f"{member.address}{path}"
        found[path] = violations(page)

    assert {path: lines for path, lines in found.items() if lines} == {}


class Sweep:
    """Looks at the page that a visitor is on, narrow and wide, dark and light."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.found: dict[str, list[str]] = {}

    def look(self, name: str) -> None:
        page = self.visitor.page
        expect(page.get_by_role("heading", level=1)).to_be_attached()
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.wait_for_timeout(100)
            page.wait_for_function(_SETTLED)
            if lines := violations(page):
                self.found[f"{name} at {width}, {scheme}"] = lines
        page.set_viewport_size({"width": 1280, "height": 900})


def test_the_way_to_a_booking_has_no_violation(come: Come) -> None:
    renter = come(phone=RENTER)
    sweep = Sweep(renter)
    renter.open("/venues/four-chairs/")
    sweep.look("venue without a time")
    slot = booking.choose_slot(renter, "four-chairs", guests=1)
    sweep.look("venue with a time")
    booking.press_book(renter)
    expect(renter.page).to_have_url(booking.CHECKOUT)
    sweep.look("checkout")
    renter.open(slot.path)
    sweep.look("venue with a time of one's own")
    renter.follow("Go on to pay")
    booking.go_to_pay(renter)
    sweep.look("sandbox")
    booking.pay_by(renter, booking.IS_DECLINED)
    sweep.look("sandbox, declined")
    booking.pay_by(renter, booking.BANK_ASKS)
    expect(renter.page.get_by_role("heading", level=1)).to_have_text("Your bank asks")
    sweep.look("sandbox, bank")
    renter.press("Approve")
    expect(renter.page.get_by_role("heading", level=1)).to_have_text(booking.CONFIRMED)
    sweep.look("booking, confirmed")
    path = booking.booking_path(renter)
    for name in ("receipt", "cancel"):
        renter.open(f"{path}{name}/")
        sweep.look(name)
    come_again = come()
    come_again.open(slot.path)
    taken = Sweep(come_again)
    taken.look("venue with a time that is taken")
    renter.open("/bookings/")
    sweep.look("bookings")

    assert sweep.found == {}
    assert taken.found == {}


def test_payment_under_way_has_no_violation(come: Come) -> None:
    renter = come(phone=RENTER)
    booking.book(renter, "neon-table", guests=1)
    booking.go_to_pay(renter)
    booking.pay_by(renter, booking.PAYS_LATER)
    expect(renter.page.get_by_role("heading", name="Your payment is under way")).to_be_visible()

    assert violations(renter.page) == []


def test_an_owners_work_has_no_violation(come: Come) -> None:
    owner = come(phone=DANIYAR)
    sweep = Sweep(owner)
    page = owner.open("/owner/bookings/?tab=requests")
    page.locator("main tbody tr a").first.click()
    sweep.look("request")
    owner.follow("Decline")
    sweep.look("decline")
    page = owner.open("/owner/bookings/?tab=upcoming")
    page.locator("main tbody tr a").first.click()
    sweep.look("booking")
    owner.follow("Cancel the booking")
    sweep.look("cancel")
    owner.follow("Calendar")
    sweep.look("week")
    owner.follow("Month")
    sweep.look("month")

    assert sweep.found == {}
