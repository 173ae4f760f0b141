from pathlib import Path
from typing import Any

import pytest

from marketplace.notifications import attachments
from marketplace.notifications import kinds as registry

from .kinds import CODE, GREETING, NOTE, make_file


@pytest.fixture(autouse=True)
def kinds_of_tests(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The kinds that these tests tell people about, with their templates."""
    ours = {kind.code: kind for kind in (GREETING, CODE, NOTE)}
    monkeypatch.setattr(registry, "_registry", registry.registered_kinds() | ours)
    monkeypatch.setitem(attachments._makers, NOTE.attachment, make_file)
    folder = Path(__file__).parent / "templates"
    engine, *others = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [folder, *engine["DIRS"]]}, *others]


@pytest.fixture(autouse=True)
def sandbox_mailer(settings: Any) -> None:
    """Emails go to the sandbox: Django puts a mailer of its own in the place of each in tests."""
    settings.MAILERS = {"default": {"BACKEND": "marketplace.notifications.mail.SandboxBackend"}}
