"""What a guest opens first: home, search, a venue; at two sizes of the market."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys

import psycopg

from bench.empty_page import measure_floor
from bench.load import Figures, measure
from bench.market import grow
from bench.site import ROOT, Site, environment, manage, serving

CLIENTS = (1, 8)
SECONDS = 2.0
COPIES = 40


def paths(url: str) -> list[str]:
    saturday = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=14)
    saturday += dt.timedelta(days=(5 - saturday.weekday()) % 7)
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT slug FROM venues_venue WHERE status = 'published' ORDER BY id LIMIT 1"
        ).fetchone()
    slug = row[0] if row else ""
    return [
        "/",
        "/search/",
        f"/search/?date={saturday}&starts=18:00&ends=22:00&guests=40",
        "/search/?q=studio",
        f"/venues/{slug}/",
    ]


def queries(settings: dict[str, str], asked: list[str]) -> dict[str, tuple[int, float]]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.queries", *asked],
        cwd=ROOT,
        env=settings | {"LOG_LEVEL": "ERROR"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return {path: (count, took) for path, (count, took) in json.loads(done.stdout).items()}


def measure_pages(settings: dict[str, str], site: Site, floor: dict[int, Figures]) -> None:
    asked = paths(settings["DATABASE_URL"])
    counted = queries(settings, asked)
    for path in asked:
        count, took = counted[path]
        print(f"{path}: {count} queries, {took:.1f} ms of SQL")
        for clients in CLIENTS:
            figures = measure(site.port, path, clients=clients, seconds=SECONDS)
            print(f"  {figures.line(floor[clients])}")


def main() -> None:
    with environment() as settings:
        manage(settings, "prepare_site", "--demo")
        with serving(settings) as site:
            floor = measure_floor(site.port)
            for figures in floor.values():
                print(f"floor {figures.line()}")
            print("\nthe demo's market")
            measure_pages(settings, site, floor)
            print(f"\n{grow(settings['DATABASE_URL'], times=COPIES)} venues")
            measure_pages(settings, site, floor)
            print(f"peak memory of the server {site.peak_memory() / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
