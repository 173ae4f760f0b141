"""The walks leave no page out: whoever adds an address says who comes by, or that it is no page."""

from typing import Final

import pytest
from playwright.sync_api import APIRequestContext, Playwright

from config.tests.access_rules import Answer, Page
from config.tests.access_table import PAGES
from config.tests.test_access_sweep import ADMIN, every_route
from e2e.conftest import Come
from e2e.stops import PEOPLE, Person
from e2e.walks import FILES, FRAGMENTS, REDIRECTS, STAGED, WALKS

NO_PAGES: Final = FILES | FRAGMENTS | REDIRECTS


def is_page(route: str, page: Page) -> bool:
    """Whether it answers a GET with something to read."""
    return page.get is not None and route not in NO_PAGES


def visitors_of(route: str, page: Page) -> set[Person]:
    """Those of the walks who may see it."""
    if route in STAGED:
        return set(STAGED[route])
    return {person for person in PEOPLE if page.rule(person, page.whose[0]) == Answer.YES}


def missing() -> dict[str, set[Person]]:
    """By address, those who may see it and do not come by."""
    walked = {person: {stop.route for stop in stops} for person, stops in WALKS.items()}
    return {
        route: left_out
        for route, page in PAGES.items()
        if is_page(route, page)
        and (left_out := {one for one in visitors_of(route, page) if route not in walked[one]})
    }


def test_every_address_is_walked_or_named_as_no_page() -> None:
    assert set(PAGES) | {ADMIN} == set(every_route())
    assert missing() == {}


def test_no_pages_are_addresses_that_answer() -> None:
    assert {route for route in NO_PAGES if route not in PAGES or PAGES[route].get is None} == set()
    assert {route for route in REDIRECTS if PAGES[route].get != 302} == set()
    assert {route for route in STAGED if route not in PAGES} == set()


def test_a_page_that_nobody_walks_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PAGES, "new/", PAGES["help/"])

    assert missing()["new/"] == set(PEOPLE)


def test_files_are_no_pages(come: Come, playwright: Playwright) -> None:
    address = come().address
    asked: APIRequestContext = playwright.request.new_context(base_url=address)
    for route in ("robots.txt", "sitemap.xml", "site.webmanifest"):
        answer = asked.get(f"/{route}")
        assert (answer.status, "html" in answer.headers["content-type"]) == (200, False), route
    asked.dispose()


def test_fragments_are_parts_of_the_venues_page(come: Come, playwright: Playwright) -> None:
    address = come().address
    asked = playwright.request.new_context(base_url=address)
    for part in ("availability", "quote"):
        path = f"/venues/ak-orken-ballroom/{part}/"
        whole, fragment = asked.get(path), asked.get(path, headers={"HX-Request": "true"})
        assert "<html" in whole.text(), path
        assert "<html" not in fragment.text(), path
    asked.dispose()
