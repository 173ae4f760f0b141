"""Runs every check that needs no test, tells what failed, and ends with the right exit code.

Independent checks run side by side, one for each processor.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable

# Made up, and only to see that production settings pass Django's own list.
PRODUCTION = {
    "JOYTOP_MODE": "production",
    "SECRET_KEY": "checked-with-a-made-up-key-4f9a1c7be2d84e06a55b0d3c9e6f7182",
    "SITE_URL": "https://joytop.example",
    "ALLOWED_HOSTS": "joytop.example",
    "DATABASE_URL": "postgresql://joytop@127.0.0.1:1/joytop",
    "SMTP_HOST": "smtp.joytop.example",
    "SMS_GATEWAY_URL": "https://sms.joytop.example/send",
    "SMS_GATEWAY_TOKEN": "made-up",
    "STRIPE_SECRET_KEY": "sk_test_made_up",
    "STRIPE_WEBHOOK_SECRET": "whsec_made_up",
    "OPERATOR_NAME": "JoyTop LLP",
    "OPERATOR_BIN": "240140000000",
    "OPERATOR_ADDRESS": "12 Abay Avenue, Almaty",
    "OPERATOR_EMAIL": "hello@joytop.example",
    "OPERATOR_PHONE": "+77270000000",
}
TESTING = {"JOYTOP_MODE": "test"}


@dataclass(frozen=True, slots=True)
class Check:
    title: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)


CHECKS = [
    Check("types (mypy)", ["-m", "mypy"], TESTING),
    Check("lint (ruff)", ["-m", "ruff", "check", "--quiet", "--output-format=concise", "."]),
    Check("format (ruff)", ["-m", "ruff", "format", "--check", "--quiet", "."]),
    Check(
        "layers (import-linter)",
        ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
    ),
    Check("templates (djlint)", ["-m", "djlint", "templates", "--lint", "--quiet"]),
    Check(
        "migrations in step with models",
        ["manage.py", "makemigrations", "--check", "--dry-run"],
        TESTING,
    ),
    Check(
        "deployment (manage.py check)",
        ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    Check("translations", ["scripts/messages.py", "check"]),
    Check("lock files", ["scripts/lock.py", "--check"]),
]


@dataclass(frozen=True, slots=True)
class Outcome:
    check: Check
    code: int
    output: str
    seconds: float


def perform(check: Check) -> Outcome:
    began = time.monotonic()
    done = subprocess.run(
        [PYTHON, *check.arguments],
        cwd=ROOT,
        env=os.environ | check.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, done.returncode, done.stdout.strip(), time.monotonic() - began)


def main() -> int:
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for outcome in pool.map(perform, CHECKS):
            word = "ok" if outcome.code == 0 else "FAILED"
            print(f"{outcome.check.title:<34} {word:<7} {outcome.seconds:5.1f} s", flush=True)
            if outcome.code != 0:
                print(outcome.output, flush=True)
                failed.append(outcome.check.title)
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
