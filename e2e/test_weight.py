"""What pages weigh on the wire, compressed as the site compresses it, and how pictures come."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from e2e.conftest import Come, Walked
from e2e.looks import ASK
from e2e.stops import PEOPLE, Person

KB: Final = 1024
STYLES: Final = 20 * KB
SCRIPTS: Final = 45 * KB
HOME: Final = 25 * KB
FIRST_VIEW: Final = 600 * KB

# Bytes as they were sent, by the address; what was kept from before counts as well.
_LOADED: Final = """() => Object.fromEntries(
  [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .map((one) => [one.name, one.encodedBodySize]))"""


@contextmanager
def first_view(browser: Browser, address: str, width: int) -> Iterator[tuple[Page, dict[str, int]]]:
    """Home as somebody sees it who was never here, before scrolling; a phone has finer pixels."""
    is_phone = width < 768
    context = browser.new_context(
        viewport={"width": width, "height": 844 if is_phone else 900},
        device_scale_factor=2 if is_phone else 1,
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(f"{address}/", wait_until="networkidle")
    yield page, page.evaluate(_LOADED)
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_first_view_of_home_is_light(site: str, browser: Browser, width: int) -> None:
    with first_view(browser, site, width) as (_page, loaded):
        heaviest = sorted(loaded.items(), key=lambda item: -item[1])[:5]
        assert sum(loaded.values()) <= FIRST_VIEW, (sum(loaded.values()), heaviest)
        assert loaded[f"{site}/"] <= HOME
        assert sum(size for name, size in loaded.items() if ".css" in name) <= STYLES


@pytest.mark.parametrize("person", PEOPLE)
def test_scripts_of_every_page_are_light(walked: Walked, person: Person) -> None:
    scripts = walked(person).scripts

    assert max(scripts.values()) > 0
    assert {page: size for page, size in scripts.items() if size > SCRIPTS} == {}


@pytest.mark.parametrize("person", PEOPLE)
def test_pictures_have_a_size_a_choice_and_patience(walked: Walked, person: Person) -> None:
    assert walked(person).pictures == []


def test_a_picture_that_comes_too_early_is_noticed(come: Come) -> None:
    """The look can fail."""
    page = come().open("/help/")
    page.evaluate(ASK)
    page.evaluate(
        """() => {
          const picture = new Image();
          picture.src = "/media/none.webp";
          picture.style.marginTop = "3000px";
          document.querySelector("main").append(picture);
        }"""
    )

    assert page.evaluate("looks.pictures()") == [
        "/media/none.webp lacks alt, width, height, srcset, sizes, loading=lazy"
    ]
