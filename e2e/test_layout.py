"""Pages hold on a narrow screen, under zoom, under a finger, and with longer words than English.

320 px are 1280 at 400 %, 640 are 1280 at 200 %.
"""

import pytest

from e2e.conftest import Come, Walked
from e2e.looks import ASK, in_long_words, turn
from e2e.stops import PEOPLE, Person


@pytest.mark.parametrize("person", PEOPLE)
def test_pages_fit_narrow_screens_and_fingers(walked: Walked, person: Person) -> None:
    assert walked(person).layout == []


@pytest.mark.parametrize("person", PEOPLE)
def test_main_pages_hold_with_long_words(walked: Walked, person: Person) -> None:
    assert walked(person).long_words == []


def test_a_page_that_is_too_wide_is_noticed(come: Come) -> None:
    """The looks can fail: too wide, too small, cut off."""
    page = come(width=390).open("/help/")
    page.evaluate(ASK)
    page.evaluate(
        """() => document.querySelector("main").replaceChildren(...[
          ["40px", "20px", "hidden", "Confirm the booking"], ["600px", "60px", "visible", "Wide"],
        ].map(([width, height, overflow, words]) => {
          const button = document.createElement("button");
          Object.assign(button.style, { width, height, overflow, whiteSpace: "nowrap" });
          button.textContent = words;
          return button;
        }))"""
    )
    turn(page, 390, "light")

    wide, cut = page.evaluate("looks.overflow()")
    small = page.evaluate("looks.touch()")
    assert wide.endswith("button “Wide”")
    assert cut == "words cut: button “Confirm the booking”"
    assert "40 × 20: button “Confirm the booking”" in small


def test_long_words_are_longer_and_gone_afterwards(come: Come) -> None:
    page = come().open("/help/")
    page.evaluate(ASK)
    before = page.locator("h1").inner_text()
    with in_long_words(page):
        within = page.locator("h1").inner_text()
        assert len(within) > len(before) * 1.3
        assert not within.isascii()

    assert page.locator("h1").inner_text() == before
