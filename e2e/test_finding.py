"""A guest looks for a room."""

import re

import pytest
from playwright.sync_api import expect

from e2e.conftest import Come

SCREENS = pytest.mark.parametrize(
    ("width", "scripts"),
    [
        pytest.param(1280, True, id="wide"),
        pytest.param(390, True, id="phone"),
        pytest.param(1280, False, id="wide-without-scripts"),
        pytest.param(390, False, id="phone-without-scripts"),
    ],
)


@SCREENS
def test_guest_finds_a_venue_by_kind_place_and_guests(
    come: Come, width: int, scripts: bool
) -> None:
    guest = come(width=width, scripts=scripts)
    page = guest.open("/")
    guest.open_search()
    page.get_by_label("What for").select_option(label="Photo studio")
    page.get_by_label("Where").select_option(value="almaty")
    page.get_by_label("Guests").fill("6")
    guest.press("Search")

    expect(page).to_have_url(re.compile(r"category=photo-studio"))
    cards = page.locator("#results article")
    expect(cards.first).to_be_visible()
    name = cards.first.get_by_role("heading").inner_text()
    cards.first.get_by_role("link").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_text("Almaty").first).to_be_visible()
    expect(page.get_by_role("heading", name="Opening hours")).to_be_visible()


def test_search_says_what_is_wrong_and_keeps_what_was_typed(come: Come) -> None:
    guest = come(scripts=False)
    page = guest.open("/search/?guests=0&category=loft")

    expect(page.get_by_text("Please look at this again")).to_be_visible()
    expect(page.get_by_label("Guests")).to_have_value("0")
    expect(page.get_by_label("What for")).to_have_value("loft")


def test_search_swaps_results_and_keeps_the_address(come: Come) -> None:
    guest = come()
    page = guest.open("/search/")
    page.get_by_label("What for").select_option(value="sport-court")

    expect(page).to_have_url(re.compile(r"category=sport-court"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sports courts")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("All venues")


def test_nothing_found_offers_what_is_one_change_away(come: Come) -> None:
    page = come().open("/search/?category=podcast-studio&guests=500")

    expect(page.get_by_role("heading", name="No venue fits all of this")).to_be_visible()
    page.get_by_role("link", name=re.compile("See all ?: Look at rooms")).click()
    expect(page).to_have_url(re.compile(r"/search/\?category=podcast-studio$"))
    expect(page.locator("#results article").first).to_be_visible()


def test_gallery_opens_over_the_page_and_closes_by_key(come: Come) -> None:
    guest = come()
    page = guest.open("/search/?category=loft")
    page.locator("#results article a.name").first.click()
    page.get_by_role("link", name=re.compile(r"^\d+ photos$")).click()

    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_pages_of_text_can_be_read(come: Come) -> None:
    guest = come(width=390)
    for path in ("/help/", "/terms/", "/privacy/", "/offer/", "/contact/"):
        page = guest.open(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_strangers_do_not_find_what_is_not_published(come: Come) -> None:
    guest = come()
    answer = guest.page.goto(f"{guest.address}/venues/no-such-place/")

    assert answer is not None
    assert answer.status == 404
    expect(guest.page.get_by_role("heading", level=1)).to_be_visible()
