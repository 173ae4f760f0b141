"""The pytest plugin that gives every test run its surroundings (loaded in pyproject.toml).

Before Django reads its settings: the mode is `test`, and where DATABASE_URL names no server,
a throw-away PostgreSQL is started and stopped with the run. Workers of pytest-xdist find the
server of the process that started them.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from urllib.parse import quote, urlencode

import hypothesis
import pytest
from django.db import connection
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from config.embedded import EmbeddedPostgresError, ThrowAwayPostgres

ENVIRONMENT = {
    "JOYTOP_MODE": "test",
    # Playwright keeps an event loop running in the thread of the tests, which makes Django
    # think that the database is used from asynchronous code.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}

# Whether this run has the large counts.
IS_SOAK = bool(os.environ.get("JOYTOP_SOAK"))

# Examples of a random test. No deadline: how long one takes says more about the machine.
EXAMPLES = {"test": 100, "soak": 3000}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    os.environ.update(ENVIRONMENT)
    for profile, examples in EXAMPLES.items():
        hypothesis.settings.register_profile(profile, deadline=None, max_examples=examples)
    hypothesis.settings.load_profile("soak" if IS_SOAK else "test")
    if not os.environ.get("DATABASE_URL"):
        try:
            server = ThrowAwayPostgres()
            server.start()
        except EmbeddedPostgresError as error:
            raise pytest.UsageError(str(error)) from error
        early_config.add_cleanup(server.stop)
        os.environ["DATABASE_URL"] = server.url
    yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Journeys come last, when what is broken in the small has been told.

    With several workers they come first: they share one site and so keep one worker busy,
    while the others do all the rest.
    """
    first = hasattr(config, "workerinput")
    items.sort(key=lambda item: (item.get_closest_marker("e2e") is not None) is not first)


class JourneysTogether(LoadScopeScheduling):  # type: ignore[misc]
    """Shares out tests one by one, and the journeys all to one worker: they share a site."""

    def _split_scope(self, nodeid: str) -> str:
        return "e2e" if nodeid.startswith("e2e/") else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> JourneysTogether:
    """In place of xdist's groups, which do not hold with the node ids of pytest 9.2."""
    return JourneysTogether(config, log)


def count(test: int, *, soak: int) -> int:
    """How often something random or racing is tried, in `make test` and in `make soak`."""
    return soak if IS_SOAK else test


def database_url(**options: str) -> str:
    """Of the test database, which is what this process is connected to, for another process."""
    database = connection.settings_dict
    person = quote(database["USER"]) + (
        f":{quote(database['PASSWORD'])}" * bool(database["PASSWORD"])
    )
    host, port = database["HOST"], f":{database['PORT']}" * bool(database["PORT"])
    if host.startswith("/"):
        host, options = "", options | {"host": host}
    return f"postgresql://{person}@{host}{port}/{quote(database['NAME'])}?{urlencode(options)}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests said of their run (`record_property("says", ...)`): orders taken, losers told."""
    said = [
        f"{report.nodeid.rpartition('::')[2]}: {value}"
        for report in terminalreporter.getreports("passed")
        if report.when == "call"
        for name, value in report.user_properties
        if name == "says"
    ]
    if said:
        terminalreporter.section("what only a run can tell")
        for line in sorted(said):
            terminalreporter.write_line(line)
