"""Holds alone: by the service and by raw SQL, on free slots; and by HTTP, all for the same slot."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import secrets
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg import sql

from bench.journey import browser_of, offer_of
from bench.site import Site
from bench.stage import FreeSlot, Renter, Stage

type Pairs = Sequence[tuple[Renter, FreeSlot]]

CLIENTS = (1, 8)
HOLDS = 320
ROUNDS = 25
MOST_UNITS = 30_000
# Tells the bookings that raw SQL wrote, which no service would have: they go again.
MARK = "raw"
# What a hold writes, in the order of what refers to what; the rest refers to the first.
TABLES = ("bookings_booking", "bookings_bookingline", "bookings_occupancy")


def measure_holds(settings: Mapping[str, str], site: Site, prepare: Callable[..., Stage]) -> None:
    for clients in CLIENTS:
        stage = prepare(settings, HOLDS, HOLDS)
        by_service = _measure(_hold_by_service, settings, stage, clients)
        rows = _rows_of_a_hold(settings["DATABASE_URL"])
        by_sql = _measure(_hold_by_sql, {**settings, "ROWS": repr(rows)}, stage, clients)
        _forget_raw(settings["DATABASE_URL"])
        written = ", ".join(f"{len(them)} in {table}" for table, them in rows.items())
        print(f"  {clients} at once, each another slot: {_told(by_service)} by the service")
        print(f"      {_told(by_sql)} by raw SQL ({written}): {by_service[1] / by_sql[1]:.1f} x")
    stage = prepare(settings, ROUNDS * CLIENTS[-1], ROUNDS)
    print(f"  one slot for all, by HTTP: {_told_race(*_race(site.port, stage, CLIENTS[-1]))}")


def _told(figures: tuple[float, float, float]) -> str:
    rate, middle, late = figures
    return f"{rate:>7.1f}/s p50 {middle:>6.2f} ms p95 {late:>6.2f} ms"


def _measure(
    one_client: Callable[[Mapping[str, str], Pairs], list[float]],
    settings: Mapping[str, str],
    stage: Stage,
    clients: int,
) -> tuple[float, float, float]:
    """Holds a second, and milliseconds of one: the middle, and the slowest of twenty."""
    pairs = list(zip(stage.renters, stage.slots, strict=True))
    work = [(settings, pairs[number::clients]) for number in range(clients)]
    with multiprocessing.get_context("spawn").Pool(clients) as pool:
        results = pool.starmap(one_client, work, chunksize=1)
    took = [value * 1000 for times in results for value in times]
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return sum(len(times) / sum(times) for times in results), cuts[49], cuts[94]


def _hold_by_service(settings: Mapping[str, str], pairs: Pairs) -> list[float]:
    os.environ.update(settings)
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415  (after the environment)

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from marketplace.accounts.models import User  # noqa: PLC0415
    from marketplace.bookings.services import hold_slot  # noqa: PLC0415
    from marketplace.core.period import Period  # noqa: PLC0415
    from marketplace.venues.models import Space  # noqa: PLC0415

    took = []
    for renter, slot in pairs:
        user = User.objects.get(pk=renter.pk)
        space = Space.objects.select_related("venue").get(pk=slot.space)
        period = Period(dt.datetime.fromisoformat(slot.start), dt.datetime.fromisoformat(slot.end))
        began = time.perf_counter()
        hold_slot(
            space=space,
            period=period,
            guests=slot.guests,
            renter=user,
            expected_total=None,
            now=timezone.now(),
        )
        took.append(time.perf_counter() - began)
    return took[len(took) // 10 :]


def _forget_raw(url: str) -> None:
    theirs = "SELECT id FROM bookings_booking WHERE end_reason = %s"
    with psycopg.connect(url) as connection:
        for table in reversed(TABLES[1:]):
            question = f"DELETE FROM {table} WHERE booking_id IN ({theirs})"  # noqa: S608
            connection.execute(question.encode(), [MARK])
        connection.execute("DELETE FROM bookings_booking WHERE end_reason = %s", [MARK])


def _rows_of_a_hold(url: str) -> dict[str, list[dict[str, Any]]]:
    """What the newest hold wrote, as text that PostgreSQL reads back."""
    with psycopg.connect(url) as connection:
        newest = connection.execute("SELECT max(id) FROM bookings_booking").fetchone()
        rows = {}
        for table in TABLES:
            key = "id" if table == TABLES[0] else "booking_id"
            cursor = connection.execute(
                sql.SQL("SELECT * FROM {} WHERE {} = %s ORDER BY id").format(
                    sql.Identifier(table), sql.Identifier(key)
                ),
                newest,
            )
            names = [column.name for column in cursor.description or ()]
            rows[table] = [
                {name: _text(value) for name, value in zip(names, row, strict=True)}
                for row in cursor.fetchall()
            ]
    return rows


def _text(value: object) -> str | None:
    if isinstance(value, psycopg.types.range.Range):
        return f"[{value.lower},{value.upper})"
    return None if value is None else str(value)


def _hold_by_sql(settings: Mapping[str, str], pairs: Pairs) -> list[float]:
    """The same rows, each hold in a transaction, one statement a table; on units of its own."""
    rows: dict[str, list[dict[str, Any]]] = eval(settings["ROWS"])  # noqa: S307  (our own repr)
    booking, *others = TABLES
    took = []
    with psycopg.connect(settings["DATABASE_URL"], autocommit=True) as connection:
        for renter, slot in pairs:
            began = time.perf_counter()
            with connection.transaction():
                changed = {
                    "reference": secrets.token_hex(4).upper(),
                    "renter_id": renter.pk,
                    "space_id": slot.space,
                    "end_reason": MARK,
                }
                (pk,) = _insert(connection, booking, rows[booking], changed)
                for table in others:
                    theirs: dict[str, object] = {"booking_id": pk}
                    if table == "bookings_occupancy":
                        unit = 1 + secrets.randbelow(MOST_UNITS)
                        theirs |= {"space_id": slot.space, "unit": unit}
                    _insert(connection, table, rows[table], theirs)
            took.append(time.perf_counter() - began)
    return took[len(took) // 10 :]


def _insert(
    connection: psycopg.Connection,
    table: str,
    rows: list[dict[str, Any]],
    changed: Mapping[str, object],
) -> tuple[int, ...]:
    names = [name for name in rows[0] if name != "id"]
    values = [changed.get(name, row[name]) for row in rows for name in names]
    one = "(" + ", ".join(["%s"] * len(names)) + ")"
    question = (
        f"INSERT INTO {table} ({', '.join(names)}) "  # noqa: S608  (names of our own)
        f"VALUES {', '.join([one] * len(rows))} RETURNING id"
    )
    return tuple(pk for (pk,) in connection.execute(question.encode(), values))


def _one_racer(port: int, pairs: Pairs, gates: Sequence[Any]) -> list[tuple[int, float, bool]]:
    """Each round: the price, then, when everybody has it, the hold. Status, seconds, told why."""
    seen = []
    for (renter, slot), gate in zip(pairs, gates, strict=True):
        browser = browser_of(port, renter)
        chosen = {"space": slot.space, "start": slot.start, "end": slot.end, "guests": slot.guests}
        path = f"/venues/{slot.slug}/"
        quote = browser.get(f"{path}quote/?{urlencode(chosen)}", {"HX-Request": "true"})
        offer = offer_of(slot, quote)
        gate.wait()
        began = time.perf_counter()
        answer = browser.post(f"{path}book/", offer)
        took = time.perf_counter() - began
        browser.close()
        told = answer.status == 302 or 'class="error-summary' in answer.body
        seen.append((answer.status, took, told))
    return seen


def _race(port: int, stage: Stage, clients: int) -> tuple[Counter[int], list[float], int]:
    """Statuses, milliseconds, and how many were told nothing."""
    with multiprocessing.get_context("spawn").Manager() as manager:
        gates = [manager.Barrier(clients) for _slot in stage.slots]
        work = []
        for number in range(clients):
            renters = stage.renters[number::clients][: len(stage.slots)]
            work.append((port, list(zip(renters, stage.slots, strict=True)), gates))
        with multiprocessing.get_context("spawn").Pool(clients) as pool:
            results = pool.starmap(_one_racer, work, chunksize=1)
    everybody = [it for racer in results for it in racer]
    statuses = Counter(status for status, _took, _told in everybody)
    silent = sum(not told for _status, _took, told in everybody)
    return statuses, [took * 1000 for _status, took, _told in everybody], silent


def _told_race(statuses: Counter[int], took: list[float], silent: int) -> str:
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    rate = len(took) / (sum(took) / 1000 / CLIENTS[-1])
    return (
        f"{rate:.1f} attempts/s p50 {cuts[49]:.1f} ms p95 {cuts[94]:.1f} ms; {ROUNDS} slots, "
        f"{CLIENTS[-1]} at once: {told}; {silent} told nothing"
    )
