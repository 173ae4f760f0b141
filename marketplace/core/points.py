"""Named points in the middle of work, where a test may stop it.

Races and crashes are only as good as the moments at which they are tried: a service calls
`reached` between two of its steps, and a test hooks the name to wait at a barrier there, or to
kill the process. Nothing but a test hooks anything; without a hook a point costs one look at an
empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

type Hook = Callable[[str], None]

_hooks: Final[list[Hook]] = []


def reached(name: str) -> None:
    """Tells the hooks that the work has come to `name`: `<room>.<work>.<what was just done>`."""
    for hook in _hooks:
        hook(name)


@contextmanager
def hooked(hook: Hook) -> Iterator[None]:
    """For tests: `hook` is called at every point, in whatever thread, while the block runs."""
    _hooks.append(hook)
    try:
        yield
    finally:
        _hooks.remove(hook)
