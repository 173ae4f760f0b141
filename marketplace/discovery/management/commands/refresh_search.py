"""Rebuilding all that search knows, venue by venue."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.discovery.services import refresh_search_entries
from marketplace.venues.models import Venue


class Command(BaseCommand):
    """Needed after rows were changed by hand, or a language was added."""

    help = "Rebuilds the search entries of every venue."

    def handle(self, *args: Any, **options: Any) -> None:
        """One transaction a venue, so that search goes on meanwhile."""
        entries = 0
        for venue_id in Venue.objects.order_by("pk").values_list("pk", flat=True):
            entries += len(refresh_search_entries(venue_id=venue_id))
        self.stdout.write(f"{entries} spaces can be found.")
