from pathlib import Path
from typing import Any

import pytest

from marketplace.notifications import kinds

from .apps import CODE, GREETING


@pytest.fixture(autouse=True)
def kinds_of_tests(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The kinds that these tests tell people about, with their templates."""
    known = {**kinds.registered_kinds(), GREETING.code: GREETING, CODE.code: CODE}
    monkeypatch.setattr(kinds, "_registry", known)
    folder = Path(__file__).parent / "templates"
    engine, *others = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [folder, *engine["DIRS"]]}, *others]
