"""The running site, each of whose two sides can be told where to die, and started again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from django.db import connection

from config.demo_server import HOST, Service, web_server, worker
from config.processes import group_is_alive
from config.testing import database_url
from marketplace.bookings.tests.crash.orders import FILE

PATIENCE_SECONDS: Final = 120
_LOOK_EVERY_SECONDS: Final = 0.02
_APPLICATION: Final = "joytop-{}"


class Side(StrEnum):
    """The two process groups that the site is."""

    WEB = "web"
    WORKER = "worker"


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Until it holds."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(_LOOK_EVERY_SECONDS)


class Site:
    """Web server and background worker as `make demo` starts them, on the test database.

    The web server has one worker process: it is up again sooner, and dies no less.
    """

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._folder = folder
        self._services: dict[Side, Service] = {}

    def start(self, side: Side) -> None:
        """Does not wait until it is ready."""
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "marketplace.bookings.tests.crash.settings",
            "JOYTOP_MODE": "test",
            "DATABASE_URL": database_url(application_name=_APPLICATION.format(side)),
            "OUTBOX_LEASE_SECONDS": "2",
            "SITE_URL": self.url,
            FILE: str(self._folder / side),
        }
        self._services[side] = (
            web_server(self.port, environment, workers=1)
            if side is Side.WEB
            else worker(environment)
        )

    def wait_until_it_answers(self) -> None:
        """Until pages are served."""
        wait_for(self._answers, "for the web server")

    def order_death(self, side: Side, *, at: str) -> None:
        """The side dies when it next comes to this point; once."""
        (self._folder / side).write_text(at)

    def see_death(self, side: Side) -> None:
        """Waits until it was killed as ordered. Nothing of it is left: no process, no connection.

        So PostgreSQL has rolled back what it was about to do.
        """
        service = self._services[side]
        wait_for(lambda: service.process.poll() is not None, f"for the death of the {side}")
        assert service.process.returncode == -signal.SIGKILL
        assert not (self._folder / side).exists(), f"the {side} died without an order"
        wait_for(lambda: not group_is_alive(service.process.pid), f"for all of the {side} to die")
        self._services.pop(side).stop()
        wait_for(partial(_is_gone, side), f"for the connections of the {side}")
        assert side is Side.WORKER or not self._answers()

    @contextmanager
    def paused(self, side: Side) -> Iterator[None]:
        """Nothing is done by this side meanwhile; it is stopped while it is in no transaction."""
        group = self._services[side].process.pid
        wait_for(lambda: _stopped_between_transactions(group, side), f"to pause the {side}")
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    def stop(self) -> None:
        """Kills what is left."""
        for side, service in self._services.items():
            with suppress(ProcessLookupError):
                os.killpg(service.process.pid, signal.SIGKILL)
            service.stop()
            wait_for(partial(_is_gone, side), f"for the end of the {side}")

    def _answers(self) -> bool:
        to = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        try:
            to.request("GET", "/healthz")
            return to.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            to.close()


def _stopped_between_transactions(group: int, side: Side) -> bool:
    os.killpg(group, signal.SIGSTOP)
    if set(_connections(side)) <= {"idle"}:
        return True
    os.killpg(group, signal.SIGCONT)
    return False


def _is_gone(side: Side) -> bool:
    return not _connections(side)


def _connections(side: Side) -> list[str]:
    """What each of the side's connections to the database is doing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [_APPLICATION.format(side)],
        )
        return [state for (state,) in cursor.fetchall()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
