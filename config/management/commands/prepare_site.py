"""What every release does before it serves: schema, cache table, reference data, static files."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Idempotent; each step runs in its own transactions, in one process for speed."""

    help = "Brings the database and the static files in step with the code. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="also load the demo data, where nobody is yet"
        )

        parser.add_argument(
            "--no-static", action="store_true", help="leave the static files as they are"
        )

    def handle(self, **options: Any) -> None:
        self._step("Schema", "migrate", interactive=False)
        self._step("Cache table", "createcachetable")
        self._step("Reference data", "load_reference")
        if not options["no_static"]:
            # The sources of the style sheet are not for the browser.
            self._step("Static files", "collectstatic", interactive=False, ignore_patterns=["src"])
        if options["demo"]:
            self._step("Demo data", "seed_demo", if_empty=True)

    def _step(self, title: str, command: str, **options: Any) -> None:
        began = time.monotonic()
        call_command(command, verbosity=0, stdout=self.stdout, stderr=self.stderr, **options)
        self.stdout.write(f"  {title:<16} {time.monotonic() - began:5.1f} s")
