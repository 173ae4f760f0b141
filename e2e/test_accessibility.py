"""Nothing that axe can find stands between a page and the people who read it another way.

The walks (e2e/walks.py) come by every page; each is looked at narrow and wide, light and dark.
"""

import pytest
from playwright.sync_api import expect

from e2e.conftest import Come, Walked
from e2e.looks import turn, violations
from e2e.stops import PEOPLE, Person


@pytest.mark.parametrize("person", PEOPLE)
def test_pages_have_no_violation(walked: Walked, person: Person) -> None:
    assert walked(person).violations == []


@pytest.mark.parametrize("person", PEOPLE)
def test_no_console_or_server_complains_on_a_walk(walked: Walked, person: Person) -> None:
    assert walked(person).trouble == []


def test_a_venue_whose_time_is_chosen_in_place_has_no_violation(come: Come) -> None:
    """What htmx puts into the page is not what the server sends at first."""
    guest = come(width=390)
    page = guest.open("/venues/four-chairs/?guests=1")
    page.locator("#picker").get_by_role("link", name="Next month").click()
    page.locator("#picker a.day.is-free").first.click()
    expect(page.get_by_label("From")).to_be_visible()
    turn(page, 390, "dark")

    assert violations(page) == []


def test_axe_notices_a_picture_without_words(come: Come) -> None:
    """The sweep can fail."""
    page = come().open("/help/")
    page.evaluate("document.querySelector('main').append(new Image(10, 10))")

    assert [line.partition(":")[0] for line in violations(page)] == ["image-alt"]
