"""What must still be true when a benchmark is over."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

import psycopg

from bench.site import ROOT

_DOUBLE = """
    SELECT count(*) FROM bookings_occupancy one JOIN bookings_occupancy other
    ON one.space_id = other.space_id AND one.unit = other.unit
        AND one.id < other.id AND one.during && other.during
"""


def integrity(settings: Mapping[str, str]) -> str:
    """Bookings by state, stretches of time that were given twice, and the product's own proof."""
    with psycopg.connect(settings["DATABASE_URL"]) as connection:
        states = connection.execute(
            "SELECT status, count(*) FROM bookings_booking GROUP BY 1 ORDER BY 1"
        ).fetchall()
        double = connection.execute(_DOUBLE).fetchone()
    told = ", ".join(f"{count} {status}" for status, count in states)
    proof = subprocess.run(
        [sys.executable, "manage.py", "verify_integrity"],
        cwd=ROOT,
        env={**settings, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        check=False,
        text=True,
    )
    verdict = (proof.stdout + proof.stderr).strip().splitlines()[-1:]
    return f"{told}; {double[0] if double else 0} double bookings; {' '.join(verdict)}"
