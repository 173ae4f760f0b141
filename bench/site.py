"""The running site that benchmarks ask: its own database, the server of production."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import IO

from config.embedded import ThrowAwayPostgres
from config.processes import die_with_parent, stop_group

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
WORKERS = 2
THREADS = 4


@dataclass(frozen=True, slots=True)
class Site:
    port: int
    process: subprocess.Popen[bytes]

    def peak_memory(self) -> int:
        """Bytes, of the server and all its workers together; 0 where /proc does not tell."""
        return sum(_peak(pid) for pid in _group(self.process.pid))


def _group(group: int) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(entry.name)) == group:
                yield int(entry.name)


def _peak(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Of a site in demo mode on an empty database of its own, which keeps what it is told."""
    with ThrowAwayPostgres() as server:
        yield os.environ | {
            "JOYTOP_MODE": "demo",
            "DATABASE_URL": server.url,
            "DATA_DIR": str(server.folder / "site"),
        }


def manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)


@contextlib.contextmanager
def serving(environment: dict[str, str]) -> Iterator[Site]:
    """The web server of production, two workers, warm."""
    port = free_port()
    folder = Path(environment["DATA_DIR"])
    with (folder / "server.log").open("wb") as log:
        process = _start(port, environment, log)
    try:
        _wait_until_it_answers(port)
        yield Site(port, process)
    finally:
        stop_group(process, patience=5)


def _start(port: int, environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """It writes its access log, as production does."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST),
            *("--port", str(port), "--workers", str(WORKERS)),
            *("--blocking-threads", str(THREADS), "--log-level", "warning"),
            "config.wsgi:application",
        ],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        connection = HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        finally:
            connection.close()
