"""Orders to die: a file for each side of the site names the point at which it is killed.

Given by the test, obeyed once, by the processes that were started with `settings` of this folder.
"""

from __future__ import annotations

import contextlib
import os
import signal
from functools import partial
from pathlib import Path
from typing import Final

from marketplace.core.points import hooked

FILE: Final = "CRASH_ORDER"

_as_long_as_it_lives: Final = contextlib.ExitStack()


def obey() -> None:
    """From now on this process looks, at every point that it comes to, whether to die there."""
    order = Path(os.environ[FILE])
    _as_long_as_it_lives.enter_context(hooked(partial(_die_if_told, order)))


def _die_if_told(order: Path, point: str) -> None:
    """Kills the whole process group, and so only what leads or follows a group of its own."""
    with contextlib.suppress(FileNotFoundError):
        if order.read_text() == point:
            order.unlink()
            os.killpg(os.getpgrp(), signal.SIGKILL)
