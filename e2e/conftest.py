"""One running site for all journeys, and people who are logged in to it."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from config.demo.people import ADMINISTRATOR, DANIYAR, MODERATOR, RENTER
from e2e.looks import Findings, walk
from e2e.site import Visitor, new_visitor, running_site
from e2e.stops import Person
from e2e.walks import OPEN, WALKS

type Come = Callable[..., Visitor]
type Walked = Callable[[Person], Findings]

PHONES: Final[Mapping[Person, str]] = {
    "guest": "",
    "renter": RENTER,
    "owner": DANIYAR,
    "moderator": MODERATOR,
    "administrator": ADMINISTRATOR,
}

# As long as a visitor waits for anything else (e2e/site.py).
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Names the journeys, so that they can be chosen or left out (`-m "not e2e"`)."""
    for item in items:
        if "/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site to walk through: JOYTOP_SITE, or one of our own."""
    running = os.environ.get("JOYTOP_SITE", "")
    if running:
        yield running.rstrip("/")
        return
    with running_site(tmp_path_factory.mktemp("site")) as address:
        yield address


@pytest.fixture(scope="session")
def states(site: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The browser profiles of people who logged in once, by phone number."""
    folder = tmp_path_factory.mktemp("profiles")
    profiles: dict[str, str] = {}
    for phone in filter(None, PHONES.values()):
        visitor = new_visitor(browser, site)
        visitor.log_in(phone)
        path: Path = folder / f"{phone}.json"
        visitor.context.storage_state(path=path)
        visitor.context.close()
        profiles[phone] = str(path)
    return profiles


@pytest.fixture
def come(site: str, browser: Browser, states: dict[str, str]) -> Iterator[Come]:
    """Lets a visitor come: `come(width=390, scripts=False, phone=MODERATOR)`.

    At the end, nobody's console or server may have complained.
    """
    visitors: list[Visitor] = []

    def coming(*, width: int = 1280, scripts: bool = True, phone: str = "") -> Visitor:
        state = states[phone] if phone else ""
        visitor = new_visitor(browser, site, width=width, scripts=scripts, state=state)
        visitors.append(visitor)
        return visitor

    yield coming
    trouble = [line for visitor in visitors for line in visitor.trouble]
    for visitor in visitors:
        visitor.context.close()
    assert trouble == []


@pytest.fixture(scope="session")
def walked(site: str, browser: Browser, states: dict[str, str]) -> Walked:
    """What was found on the walk of this person, who walks once for all tests that ask."""
    done: dict[Person, Findings] = {}

    def walking(person: Person) -> Findings:
        if person not in done:
            phone = PHONES[person]
            visitor = new_visitor(browser, site, state=states[phone] if phone else "")
            findings = done[person] = Findings()
            known = frozenset() if person == "guest" else frozenset(OPEN)
            walk(visitor, person, WALKS[person], findings, known=known)
            findings.trouble += visitor.trouble
            visitor.context.close()
        return done[person]

    return walking
