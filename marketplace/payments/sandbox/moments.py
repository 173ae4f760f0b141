"""What time it is at the provider: now, unless somebody tells what happened earlier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Final

from django.utils import timezone

_told: Final[ContextVar[datetime | None]] = ContextVar("payments_sandbox_moment", default=None)


def now() -> datetime:
    """The time that the sandbox goes by when it is asked over its API."""
    return _told.get() or timezone.now()


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """For writing history: whatever is asked of the sandbox inside was asked at `moment`."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
