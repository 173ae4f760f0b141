"""`manage.py seed_demo`: people, venues and photographs to click through."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.seed import finish, seed


class Command(BaseCommand):
    """Writes what is missing of the demo; refuses where real people are served."""

    help = "Fills the site with the demo's people and venues. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="where there are people already, only finish what a stopped seeding began",
        )

    def handle(self, **options: Any) -> None:
        if settings.IN_PRODUCTION:
            raise CommandError("Anybody can log in as the demo's people: not in production.")
        if options["if_empty"] and get_user_model().objects.exists():
            finish()
            return
        seeded = seed(now=timezone.now())
        if options["verbosity"] > 0:
            self.stdout.write(
                f"{seeded.people} people, {seeded.venues} venues, {seeded.spaces} spaces, "
                f"{seeded.bookings} bookings"
            )
