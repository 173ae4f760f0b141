"""Listening to what the room tells other rooms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from marketplace.payments import signals


@contextmanager
def hear(name: str) -> Iterator[list[str]]:
    """The ids of the payables that a signal names, in the order of hearing."""
    heard: list[str] = []

    def listen(*, payable_id: str, **_rest: Any) -> None:
        heard.append(payable_id)

    signal = getattr(signals, name)
    signal.connect(listen)
    try:
        yield heard
    finally:
        signal.disconnect(listen)
