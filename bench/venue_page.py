"""A venue's page: kept and not kept, and the first view after a change; at two sizes.

    python -m bench.venue_page

"Kept" is what guests are sent while nothing changes. "After a change": the listing's version
grows before each view, so that every view is made anew. "Not kept" is the same site with
PAGE_CACHE_MIB=0; a member's page is never kept.
"""

from __future__ import annotations

import statistics
import time
from http.client import HTTPConnection

import psycopg

from bench.booking import prepare
from bench.empty_page import measure_floor
from bench.load import Figures, measure
from bench.market import grow, occupy
from bench.pages import queries
from bench.site import HOST, Site, environment, manage, serving

CLIENTS = (1, 8)
SECONDS = 4.0
COPIES = 40
CHANGES = 60


def _paths(settings: dict[str, str]) -> dict[str, str]:
    (slot,) = prepare(settings, 0, 1).slots
    chosen = f"space={slot.space}&start={slot.start}&end={slot.end}&guests={slot.guests}"
    venue = f"/venues/{slot.slug}/"
    return {
        "the page": venue,
        "with a slot and its price": f"{venue}?{chosen.replace('+', '%2B')}",
    }


def _after_changes(settings: dict[str, str], site: Site, path: str) -> Figures:
    """One view after each change, alone."""
    took, size = [], 0
    connection = HTTPConnection(HOST, site.port, timeout=30)
    with psycopg.connect(settings["DATABASE_URL"], autocommit=True) as database:
        for _change in range(CHANGES):
            slug = path.split("/")[2]
            database.execute(
                "UPDATE venues_venue SET version = version + 1 WHERE slug = %s", [slug]
            )
            began = time.perf_counter()
            connection.request("GET", path)
            size = len(connection.getresponse().read())
            took.append((time.perf_counter() - began) * 1000)
    connection.close()
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return Figures(path, 1, len(took), sum(took) / 1000, cuts[49], cuts[94], size)


def measure_page(settings: dict[str, str], *, kept: bool) -> None:
    with serving(settings | {"PAGE_CACHE_MIB": "64" if kept else "0"}) as site:
        floor = measure_floor(site.port)
        asked = _paths(settings)
        counted = queries(settings | {"PAGE_CACHE_MIB": "64" if kept else "0"}, [*asked.values()])
        for name, path in asked.items():
            count, took = counted[path]
            print(
                f"{name}, {'kept' if kept else 'not kept'}: {count} queries, {took:.1f} ms of SQL"
            )
            for clients in CLIENTS:
                figures = measure(site.port, path, clients=clients, seconds=SECONDS)
                print(f"  {figures.line(floor[clients])}")
            if kept:
                print(f"  after a change: {_after_changes(settings, site, path).line(floor[1])}")
        print(f"  peak memory of the server {site.peak_memory() / 2**20:.0f} MiB")


def main() -> None:
    with environment() as settings:
        manage(settings, "prepare_site", "--demo")
        for copies in (0, COPIES):
            venues = grow(settings["DATABASE_URL"], times=copies)
            taken = occupy(settings["DATABASE_URL"])
            print(f"\n{venues} venues, {taken} stretches of time taken")
            measure_page(settings, kept=True)
            measure_page(settings, kept=False)


if __name__ == "__main__":
    main()
