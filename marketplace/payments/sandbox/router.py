"""Keeps the sandbox's rows on a connection of their own."""

from __future__ import annotations

from typing import Any, Final

from django.db import models

ALIAS: Final = "sandbox"
_APP: Final = "payments_sandbox"


class SandboxRouter:
    """The sandbox's tables are made with all others and used through the alias `sandbox`."""

    def db_for_read(self, model: type[models.Model], **_hints: Any) -> str | None:
        """The sandbox's own alias for its models, no opinion about others."""
        return ALIAS if model._meta.app_label == _APP else None

    def db_for_write(self, model: type[models.Model], **_hints: Any) -> str | None:
        """As for reading."""
        return ALIAS if model._meta.app_label == _APP else None

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool | None:
        """Tables are made once, through `default`: both aliases are one database."""
        return False if db == ALIAS else None
