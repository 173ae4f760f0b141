"""Many at once, and two in a chosen order, over real connections to the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.db import connection, connections

from marketplace.core.points import hooked

PATIENCE_SECONDS: Final = 60
_LOOK_EVERY_SECONDS: Final = 0.002


def at_once[Result](
    calls: Sequence[Callable[[], Result]], *, connected: bool = True
) -> list[Result]:
    """Runs all calls, each in a thread of its own, let go at one instant.

    With `connected`, each has its own connection to the database by then.
    """
    together = threading.Barrier(len(calls))

    def run(call: Callable[[], Result]) -> Result:
        try:
            if connected:
                connection.ensure_connection()
            together.wait(PATIENCE_SECONDS)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


class _Racer:
    """One of two calls: a thread, its database processes, and what became of it."""

    def __init__(self, call: Callable[[], object]) -> None:
        self._call = call
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run)
        self.failure: BaseException | None = None
        self.result: object = None
        self.processes: list[int] = []

    def _run(self) -> None:
        try:
            for alias in connections:
                connections[alias].ensure_connection()
                self.processes.append(connections[alias].connection.info.backend_pid)
            self.result = self._call()
        except BaseException as failure:  # noqa: BLE001 -- handed to who asked
            self.failure = failure
        finally:
            connections.close_all()
            self.ended.set()

    def waits_for_lock(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_stat_activity"
                " WHERE pid = ANY(%s) AND wait_event_type = 'Lock')",
                [self.processes],
            )
            return bool(cursor.fetchone()[0])

    def end(self) -> object:
        """Waits for it; gives what it returned, or raises what it raised."""
        self.thread.join(PATIENCE_SECONDS)
        assert self.ended.is_set(), "one of two waited in vain"
        if self.failure:
            raise self.failure
        return self.result


def interleave(
    first: Callable[[], object], second: Callable[[], object], *, at: str
) -> tuple[object, object]:
    """Stops `first` at the named point, lets `second` run until it ends or waits for a lock.

    Then `first` goes on. Nothing here depends on time: the point is a barrier, and whether
    `second` waits is asked of PostgreSQL. Where `first` ends without coming to the point, `second`
    runs after it.
    """
    one, other = _Racer(first), _Racer(second)
    arrived, go_on = threading.Event(), threading.Event()

    def stop(name: str) -> None:
        if name == at and threading.current_thread() is one.thread and not arrived.is_set():
            arrived.set()
            assert go_on.wait(PATIENCE_SECONDS)

    with hooked(stop):
        one.thread.start()
        while not arrived.wait(_LOOK_EVERY_SECONDS) and not one.ended.is_set():
            pass
        other.thread.start()
        while not other.ended.wait(_LOOK_EVERY_SECONDS) and not other.waits_for_lock():
            pass
        go_on.set()
        return one.end(), other.end()
