"""Fixtures of every test: the database, and how the browser is started."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from config.browser import find_browser


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """The test database, also for a module whose own fixture opens it (the access sweep)."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
    yield
    with django_db_blocker.unblock():
        # The sandbox's connection, too, or the database could not be dropped.
        connections.close_all()
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def site_language() -> Iterator[None]:
    """Each test begins in the site's language, whatever the last request spoke."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | find_browser().launch_arguments


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """As a visitor from Almaty who reads English; pages are still while they are looked at."""
    return browser_context_args | {
        "locale": "en-GB",
        "timezone_id": "Asia/Almaty",
        "reduced_motion": "reduce",
        "viewport": {"width": 1280, "height": 800},
    }
