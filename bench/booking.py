"""Whole bookings by fresh visitors, and holds alone, against raw SQL; at two sizes of the market.

    python -m bench.booking

Each visitor has no cookie but the session of a renter who was made beforehand, searches, opens a
venue, asks the price, holds, says what for, pays on the sandbox's page and comes back to the
confirmed booking: ten requests, no file of a page. The background worker does not run: what it
would send waits in the outbox. Every answer is looked at, and the database afterwards.
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.checks import integrity
from bench.empty_page import measure_floor
from bench.holds import measure_holds
from bench.journey import browser_of, whole_booking
from bench.market import grow, occupy
from bench.site import ROOT, Site, environment, manage, serving
from bench.stage import FreeSlot, Renter, Stage, read

CLIENTS = (1, 8)
SECONDS = 8.0
MOST_JOURNEYS = 900
COPIES = 40
SEED = 3
WARM_UP = 3

type Share = Sequence[tuple[Renter, FreeSlot]]


@dataclass(frozen=True, slots=True)
class Journeys:
    """What so many visitors at once did. Milliseconds, and bytes of a journey's answers."""

    clients: int
    seconds: float
    took: tuple[float, ...]
    laps: Mapping[str, float]
    size: int

    def line(self) -> str:
        cuts = statistics.quantiles(self.took, n=100, method="inclusive")
        return (
            f"{self.clients:>3} visitors {len(self.took) / self.seconds:>6.1f} bookings/s  "
            f"p50 {cuts[49]:>7.1f} ms  p95 {cuts[94]:>7.1f} ms  {self.size:>7} bytes a journey"
        )


def prepare(settings: Mapping[str, str], renters: int, slots: int) -> Stage:
    """Renters who are logged in and slots that are free, on the site of these settings."""
    arguments = [sys.executable, "-m", "bench.stage", str(renters), str(slots), str(SEED)]
    done = subprocess.run(
        arguments,
        cwd=ROOT,
        env={**settings, "LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return read(done.stdout)


def _one_client(
    port: int, share: Share, seconds: float
) -> tuple[list[float], dict[str, list[float]], int]:
    took: list[float] = []
    laps: dict[str, list[float]] = defaultdict(list)
    size, end = 0, float("inf")
    for number, (renter, slot) in enumerate(share):
        browser = browser_of(port, renter)
        marks = [("", time.perf_counter())]

        def lap(step: str, to: list[tuple[str, float]] = marks) -> None:
            to.append((step, time.perf_counter()))

        whole_booking(browser, slot, lap)
        browser.close()
        size = browser.received
        if number < WARM_UP:
            end = time.perf_counter() + seconds
            continue
        took.append((marks[-1][1] - marks[0][1]) * 1000)
        for (_before, began), (step, ended) in pairwise(marks):
            laps[step].append((ended - began) * 1000)
        if time.perf_counter() > end:
            break
    return took, laps, size


def measure_journeys(port: int, stage: Stage, *, clients: int) -> Journeys:
    """Each visitor a process; each journey another renter and another slot."""
    pairs = list(zip(stage.renters, stage.slots, strict=False))
    shares = [pairs[number::clients] for number in range(clients)]
    with multiprocessing.get_context("spawn").Pool(clients) as pool:
        results = pool.starmap(_one_client, [(port, it, SECONDS) for it in shares], chunksize=1)
    laps: dict[str, list[float]] = defaultdict(list)
    for _took, of_client, _size in results:
        for step, times in of_client.items():
            laps[step] += times
    took = tuple(value for times, _laps, _size in results for value in times)
    # A client that ran out of renters before the time was up measured less of it.
    seconds = max(sum(times) for times, _laps, _size in results) / 1000
    middle = {step: statistics.median(times) for step, times in laps.items()}
    return Journeys(clients, seconds, took, middle, results[0][2])


def count_queries(settings: Mapping[str, str], stage: Stage) -> tuple[int, float, dict[str, int]]:
    """SQL queries of one journey, the milliseconds of them, and how many each step asks."""
    renter, slot = stage.renters[-1], stage.slots[-1]
    done = subprocess.run(
        [sys.executable, "-m", "bench.journey_queries"],
        cwd=ROOT,
        env={**settings, "LOG_LEVEL": "ERROR"},
        input=json.dumps([[renter.pk, renter.session], list(_values(slot))]),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    steps, took = json.loads(done.stdout)
    return sum(steps.values()), took, steps


def _values(slot: FreeSlot) -> tuple[int, str, str, str, int]:
    return slot.space, slot.slug, slot.start, slot.end, slot.guests


def measure_market(settings: dict[str, str], site: Site) -> None:
    stage = prepare(settings, MOST_JOURNEYS + 1, MOST_JOURNEYS + 1)
    count, took, steps = count_queries(settings, stage)
    print(f"{count} queries a journey, {took:.1f} ms of SQL: {steps}")
    half = len(stage.slots) // 4
    shares = (
        Stage(stage.renters[:half], stage.slots[:half]),
        Stage(stage.renters[half:-1], stage.slots[half:-1]),
    )
    for clients, share in zip(CLIENTS, shares, strict=True):
        journeys = measure_journeys(site.port, share, clients=clients)
        print(f"  {journeys.line()}")
        print("     " + ", ".join(f"{step} {ms:.1f}" for step, ms in journeys.laps.items()))


def main() -> None:
    with environment() as settings:
        manage(settings, "prepare_site", "--demo")
        with serving(settings) as site:
            floor = measure_floor(site.port)
            for figures in floor.values():
                print(f"empty page {figures.line()}")
            for copies in (0, COPIES):
                url = settings["DATABASE_URL"]
                venues = grow(url, times=copies)
                print(f"\n{venues} venues, {occupy(url)} stretches of time taken")
                measure_market(settings, site)
                measure_holds(settings, site, prepare)
            print(f"\nafter all this: {integrity(settings)}")
            print(f"peak memory of the server {site.peak_memory() / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
