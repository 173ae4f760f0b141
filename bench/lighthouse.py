"""Lighthouse, as on a phone: three runs a page, the median; on the site as `make demo` serves it.

    python -m bench lighthouse                          every page
    JOYTOP_SITE=http://... python -m bench lighthouse   of a site that runs already

The demo runs production's settings: DEBUG off, granian, pages and static files compressed with
gzip. Lighthouse is no part of the project: it is installed into .local/lighthouse at the
first run, which needs the network. Its phone is a slow one on slow 4G, simulated, so that the
figures depend little on the machine; they do depend on whether anything else is running.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from config.browser import find_browser
from config.demo.people import DANIYAR, MODERATOR, RENTER
from e2e import booking
from e2e.site import ROOT, Visitor, new_visitor, running_site
from e2e.stops import path_behind
from scripts import bootstrap

VERSION: Final = "13.5.0"
NODE_AT_LEAST: Final = 22
FOLDER: Final = ROOT / ".local" / "lighthouse"
RUNS: Final = 3
# About 1 run in 18 ends without a figure (NO_NAVSTART) and is made again.
TRIES: Final = 4
CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
# What is aimed at, in the order of the categories; pages behind a login are found by nobody.
OPEN_AIM: Final = (95, 100, 100, 100)
MEMBERS_AIM: Final = (90, 100, 100, 0)


@dataclass(frozen=True, slots=True)
class Target:
    """A page, and the cookie of who looks at it."""

    name: str
    path: str
    cookie: str = ""

    @property
    def aim(self) -> tuple[int, ...]:
        return MEMBERS_AIM if self.cookie else OPEN_AIM


@dataclass(frozen=True, slots=True)
class Report:
    """One run: scores from 0 to 100 in the order of the categories, and what was objected to."""

    scores: tuple[int, ...]
    shift: float
    objections: frozenset[str]


def targets(browser: Browser, address: str) -> Iterator[Target]:
    """What guests see first, and where renters, owners and moderators work."""
    yield Target("home", "/")
    yield Target("search", "/search/")
    yield Target("venue", "/venues/ak-orken-ballroom/")
    with _logged_in(browser, address, RENTER) as (renter, cookie):
        yield Target("bookings", "/bookings/", cookie)
        a_booking = path_behind(renter, "/bookings/", "bookings/<str:reference>/")
        yield Target("a booking", a_booking, cookie)
        booking.book(renter, "four-chairs", guests=1)
        yield Target("checkout", f"{booking.booking_path(renter)}checkout/", cookie)
        yield Target("profile", "/profile/", cookie)
    with _logged_in(browser, address, DANIYAR) as (owner, cookie):
        yield Target("owner home", "/owner/", cookie)
        a_venue = path_behind(owner, "/owner/venues/", "owner/venues/<int:pk>/")
        yield Target("owner calendar", f"{a_venue}calendar/", cookie)
    with _logged_in(browser, address, MODERATOR) as (_moderator, cookie):
        yield Target("moderation queue", "/moderation/", cookie)


@contextmanager
def _logged_in(browser: Browser, address: str, phone: str) -> Iterator[tuple[Visitor, str]]:
    visitor = new_visitor(browser, address)
    visitor.log_in(phone)
    pairs = [f"{one['name']}={one['value']}" for one in visitor.context.cookies()]
    yield visitor, "; ".join(pairs)
    visitor.context.close()


def install() -> list[str]:
    """The command that runs Lighthouse, put into .local/ where it is not there yet."""
    uv = bootstrap.find_uv()
    node, npm, env = bootstrap.find_node(uv, at_least=NODE_AT_LEAST)
    program = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
    stamp = FOLDER / "version"
    if not stamp.exists() or stamp.read_text() != VERSION:
        print(f"Installing Lighthouse {VERSION}...", flush=True)
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        (FOLDER / "package.json").write_text("{}")
        command = [*npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run([*command, f"lighthouse@{VERSION}"], cwd=FOLDER, env=env, check=True)
        stamp.write_text(VERSION)
    return [node, str(program)]


def run(lighthouse: list[str], address: str, target: Target) -> Report:
    """One run. Raises RuntimeError where Lighthouse gives no figures, however often it is asked."""
    browser = find_browser()
    flags = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"]
    with tempfile.TemporaryDirectory() as folder:
        headers, report = Path(folder, "headers.json"), Path(folder, "report.json")
        headers.write_text(json.dumps({"Cookie": target.cookie} if target.cookie else {}))
        command = [
            *lighthouse,
            f"{address}{target.path}",
            *("--quiet", "--output=json", f"--output-path={report}"),
            f"--chrome-flags={' '.join(flags)}",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--extra-headers={headers}",
        ]
        env = os.environ | ({"CHROME_PATH": browser.path} if browser.path else {})
        for _ in range(TRIES):
            report.unlink(missing_ok=True)
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
            told = json.loads(report.read_text()) if report.exists() else {}
            if told and "runtimeError" not in told:
                return _read(told)
    raise RuntimeError(f"Lighthouse gave no figures for {target.path}: {done.stderr[-500:]}")


def _read(told: Mapping[str, Any]) -> Report:
    audits = told["audits"]
    scores = tuple(round((told["categories"][one]["score"] or 0) * 100) for one in CATEGORIES)
    return Report(scores, audits["cumulative-layout-shift"]["numericValue"], _objections(told))


def _objections(told: Mapping[str, Any]) -> frozenset[str]:
    """What cost points, or what Lighthouse would have otherwise."""
    counted = {
        reference["id"]: reference["weight"]
        for category in told["categories"].values()
        for reference in category["auditRefs"]
    }
    lines = []
    for name, audit in told["audits"].items():
        score = audit.get("score")
        if score is None or score >= 0.9 or audit["scoreDisplayMode"] == "informative":
            continue
        weight = counted.get(name, 0)
        shown = f" ({audit['displayValue']})" if audit.get("displayValue") else ""
        lines.append(f"{'!' if weight else ' '} {name}{shown}")
    return frozenset(lines)


def show(target: Target, reports: list[Report]) -> None:
    """The medians, and a mark where less was aimed at than reached."""
    medians = [
        round(statistics.median(column))
        for column in zip(*(r.scores for r in reports), strict=True)
    ]
    shift = statistics.median(report.shift for report in reports)
    figures = "  ".join(
        f"{score:>3}{' ' if score >= aim else '<'}"
        for score, aim in zip(medians, target.aim, strict=True)
    )
    shown_shift = f"CLS {shift:.3f}{'<' if shift >= 0.0005 else ''}"
    print(f"{target.name:<18}{figures}  {shown_shift}", flush=True)
    often: dict[str, int] = {}
    for report in reports:
        for line in report.objections:
            name = line.partition("(")[0].strip()
            often[name] = often.get(name, 0) + 1
    shown = {line.partition("(")[0].strip(): line for r in reports for line in r.objections}
    for name in sorted(shown):
        if often[name] * 2 > len(reports):
            print(f"    {shown[name]}", flush=True)


def main() -> None:
    lighthouse = install()
    with ExitStack() as around:
        address = os.environ.get("JOYTOP_SITE", "").rstrip("/")
        if not address:
            folder = Path(around.enter_context(tempfile.TemporaryDirectory()))
            address = around.enter_context(running_site(folder))
        playwright = around.enter_context(sync_playwright())
        browser = playwright.chromium.launch(**find_browser().launch_arguments)
        print(f"Lighthouse {VERSION}, {RUNS} runs; median of {', '.join(CATEGORIES)}")
        chosen = list(targets(browser, address))
        for target in chosen:
            show(target, [run(lighthouse, address, target) for _ in range(RUNS)])
        browser.close()


if __name__ == "__main__":
    main()
