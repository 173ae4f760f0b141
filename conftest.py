"""Fixtures of every test: how the browser is started."""

from __future__ import annotations

from typing import Any

import pytest

from config.browser import find_browser


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
