"""Nothing that axe can find stands between a page and the people who read it another way."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from config.demo.people import ADMINISTRATOR, DANIYAR, MODERATOR, RENTER
from e2e.conftest import Come

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
OF_MEMBERS = ("/profile/", "/profile/activity/", "/accounts/phone/change/", "/accounts/logout/")
OF_MODERATORS = ("/moderation/", "/moderation/listings/")


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
        pytest.param(DANIYAR, ("/owner/", "/owner/start/"), id="owner"),
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
