"""Child processes that never outlive the process that started them."""

from __future__ import annotations

import contextlib
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
    starts the child: call it from the main thread. Linux only, elsewhere it is None: a `Leash`
    does the same work.
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
    """A tiny shell that ends another process when this one is gone, however it went.

    It waits on a pipe that only this process keeps open. Then it sends `death_signal`, and
    SIGKILL after `patience` seconds. A negative `pid` is a process group.
    """

    def __init__(self, pid: int, death_signal: signal.Signals, *, patience: int) -> None:
        polite = death_signal.name.removeprefix("SIG")
        # `-s NAME --` is the one spelling that every shell understands for a group.
        script = (
            f"read -r _; kill -s {polite} -- {pid}; "
            f"for _ in $(seq {patience * 5}); do sleep 0.2; kill -s 0 -- {pid} || exit; done; "
            f"kill -s KILL -- {pid}"
        )
        self._shell = subprocess.Popen(
            ["/bin/sh", "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def release(self) -> None:
        """Let go: the watched process has ended by itself, or may live on."""
        self._shell.kill()
        self._shell.communicate()


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
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 2
    while group_is_alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
