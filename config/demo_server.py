"""`make demo`: the whole site on one machine, with nothing set up beforehand.

Starts PostgreSQL (unless DATABASE_URL names a server), brings it up to date, then the web
server and the background worker, and stops all of them when it is stopped itself, however
that happens. This is not a management command: Django's settings can be read only once the
database and the mode that this module chooses are there.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from config.demo.people import ADMINISTRATOR, DANIYAR, MADINA, MODERATOR, PEOPLE, RENTER
from config.embedded import EmbeddedPostgres, EmbeddedPostgresError
from config.processes import Leash, die_with_parent, stop_group

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
READY_SECONDS = 60
STOP_SECONDS = 8

ROLES = {
    RENTER: "renter",
    DANIYAR: "owner",
    MADINA: "owner",
    MODERATOR: "moderator",
    ADMINISTRATOR: "administrator",
}


class DemoError(Exception):
    """The demo cannot run; the message tells a person why and what to do."""


class Stopped(BaseException):
    """Somebody asked us to end: Ctrl-C, SIGTERM or a closed terminal."""


def read_port() -> int:
    """From PORT. Raises DemoError when it is no port, or taken."""
    given = os.environ.get("PORT", "").strip() or "8000"
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise DemoError(f"PORT={given} is not a port: give a number from 1 to 65535.")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise DemoError(
                f"Port {port} needs root: choose another, PORT=8001 make demo"
            ) from None
        except OSError:
            raise DemoError(
                f"Port {port} is taken by another program: stop that one, "
                f"or choose another port, PORT={port + 1} make demo"
            ) from None
    return port


def read_secret_key(folder: Path) -> str:
    """Made on the first start, and kept, so that people stay logged in."""
    path = folder / "secret_key"
    with contextlib.suppress(FileNotFoundError):
        key = path.read_text().strip()
        if key:
            return key
    key = secrets.token_urlsafe(64)
    path.touch(mode=0o600)
    path.write_text(key + "\n")
    return key


@contextlib.contextmanager
def database(folder: Path, *, fresh: bool) -> Iterator[str]:
    """The address of the server to use: the given one, or our own for as long as the block runs.

    With `fresh`, what an earlier demo left is removed. A server that somebody else runs is
    never emptied.
    """
    given = os.environ.get("DATABASE_URL", "").strip()
    if given:
        if fresh:
            raise DemoError(
                "FRESH=1 empties only the demo's own database: empty the one in DATABASE_URL "
                "yourself, or unset DATABASE_URL."
            )
        yield given
        return
    with EmbeddedPostgres(folder / "postgres", fresh=fresh) as server:
        if fresh:
            for leftover in ("media", "static"):
                shutil.rmtree(folder / leftover, ignore_errors=True)
        yield server.url


class Service:
    """A long-living child in a process group of its own, which dies with us."""

    def __init__(
        self,
        title: str,
        arguments: list[str],
        environment: dict[str, str],
        *,
        patience: int = STOP_SECONDS,
    ) -> None:
        self.title = title
        self._patience = patience
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        self._leash = Leash(-self.process.pid, signal.SIGTERM, patience=patience)

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        stop_group(self.process, patience=self._patience)
        self._leash.release()


def web_server(port: int, environment: dict[str, str], *, workers: int = 2) -> Service:
    arguments = [
        "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--backpressure", "64",
        "--respawn-failed-workers", "--log-level", "warning", "config.wsgi:application",
    ]  # fmt: skip
    return Service("web server", arguments, environment)


def worker(environment: dict[str, str]) -> Service:
    return Service("background worker", ["manage.py", "qcluster"], environment)


def prepare(environment: dict[str, str]) -> None:
    """Schema, reference and demo data. Raises DemoError, after Django has told its reason."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "prepare_site", "--demo"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        code = process.wait()
    finally:
        stop_group(process, patience=STOP_SECONDS)
    if code != 0:
        raise DemoError("The database could not be prepared (see above).")


def wait_until_ready(address: str, services: list[Service]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        check_alive(services)
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise DemoError(f"The web server did not answer within {READY_SECONDS} s (see above).")


def check_alive(services: list[Service]) -> None:
    for service in services:
        if service.process.poll() is not None:
            raise DemoError(f"The {service.title} ended by itself (see above); all is stopped.")


def welcome(address: str) -> None:
    lines = [f"\n  JoyTop is at {address}\n", "  Log in with one of these phone numbers:"]
    names = {person.phone: person.name for person in PEOPLE}
    lines += [f"    {phone}  {role:<14} {names[phone]}" for phone, role in ROLES.items()]
    lines += [f"  Codes arrive at {address}/sandbox/outbox/", "\n  Ctrl-C stops it.\n"]
    print("\n".join(lines), flush=True)


def serve(port: int, environment: dict[str, str]) -> None:
    """Runs until stopped, or until a service ends. Leaves none of them behind."""
    address = f"http://{HOST}:{port}"
    services: list[Service] = []
    try:
        services.append(web_server(port, environment))
        services.append(worker(environment))
        wait_until_ready(address, services)
        welcome(address)
        while True:
            check_alive(services)
            time.sleep(0.5)
    finally:
        ignore_signals()
        for service in services:
            service.ask_to_stop()
        for service in services:
            service.stop()


@contextlib.contextmanager
def told_to_others(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    """While the demo runs, what `make manage` needs to reach it stands in a private file."""
    path = folder / "environment"
    names = ("DATABASE_URL", "DATA_DIR", "JOYTOP_MODE", "SECRET_KEY", "SITE_URL")
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={shlex.quote(environment[name])}\n" for name in names))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def run() -> None:
    port = read_port()
    folder = Path(os.environ.get("DATA_DIR", "").strip() or ROOT / ".local").absolute()
    fresh = os.environ.get("FRESH", "").strip().lower() in {"1", "true", "yes", "on"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        key = read_secret_key(folder)
    except OSError as error:
        raise DemoError(
            f"The data folder {folder} cannot be written ({error.strerror}): "
            "change its permissions, or name another in DATA_DIR."
        ) from error
    print("Starting the database ...", flush=True)
    with database(folder, fresh=fresh) as url:
        environment = os.environ | {
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "JOYTOP_MODE": "demo",
            "PORT": str(port),
            "PYTHONUNBUFFERED": "1",
            "SECRET_KEY": key,
            "SITE_URL": f"http://{HOST}:{port}",
        }
        try:
            prepare(environment)
            with told_to_others(folder, environment):
                serve(port, environment)
        finally:
            ignore_signals()


def stop_here(number: int, frame: FrameType | None) -> None:
    raise Stopped


def ignore_signals() -> None:
    """While we stop, being asked to stop again changes nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_here)
    try:
        run()
    except Stopped:
        print("Stopped.", flush=True)
    except (DemoError, EmbeddedPostgresError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
