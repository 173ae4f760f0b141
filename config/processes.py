"""Child processes that never outlive the process that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` after which the kernel sends `death_signal` when the parent dies.

    However the parent dies, SIGKILL included. The kernel ties this to the *thread* that
    starts the child: call it from the main thread. Linux only; elsewhere it is None, and a
    `Leash` does the same work.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def set_death_signal() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return set_death_signal


class Leash:
    """A tiny shell that signals `pid` (a negative one: its group) when this process is gone.

    For systems without PDEATHSIG: the shell waits on a pipe that only this process keeps open.
    """

    def __init__(self, pid: int, death_signal: signal.Signals) -> None:
        script = f"read -r _; kill -{int(death_signal)} -- {pid} 2>/dev/null"
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", script], stdin=subprocess.PIPE, start_new_session=True
        )

    def release(self) -> None:
        """Let go: the watched process may live on, or has ended by itself."""
        self._shell.kill()
        self._shell.communicate()


def leash(pid: int, death_signal: signal.Signals) -> Leash | None:
    """A `Leash` where the kernel offers nothing better."""
    return None if sys.platform.startswith("linux") else Leash(pid, death_signal)


def group_is_alive(group: int) -> bool:
    """Whether any process of the group is left (zombies that nobody reaped count)."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stop_group(process: subprocess.Popen[bytes], *, patience: float) -> None:
    """Ends a process that leads its own group, and every process left in that group.

    SIGTERM to the leader first, so that it can end its own children in order; after
    `patience` seconds, or when it left children behind, SIGKILL to the whole group.
    """
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()
    deadline = time.monotonic() + 2
    while group_is_alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
