"""All checks, then all tests, whatever the checks say; fails when either does.

Arguments go to pytest, whose summary is the last thing that is printed.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.processes import die_with_parent  # noqa: E402  (found from any folder)
from scripts.check import main as run_checks  # noqa: E402


def run_pytest(arguments: list[str]) -> int:
    """Passes SIGTERM on; Ctrl-C reaches pytest by itself, which then ends in order."""
    child = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: child.terminate())
    code = child.wait()
    return 128 - code if code < 0 else code


def main(arguments: list[str]) -> int:
    checked = run_checks()
    print(flush=True)
    tested = run_pytest(arguments)
    return tested or checked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
