"""`manage.py load_reference`: write the categories, cities, districts and amenities."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.venues.models import Amenity, Category, City, District
from marketplace.venues.reference import AMENITIES, CATEGORIES, CITIES, CitySeed


class Command(BaseCommand):
    """Creates what is missing and corrects what differs, by slug.

    Never deletes: rows that the lists no longer name stay, for listings may still point at them.
    """

    help = "Load categories, cities, districts and amenities; safe to run again."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Write every list, in the order of the pages."""
        for position, category in enumerate(CATEGORIES):
            Category.objects.update_or_create(
                slug=category.slug, defaults=asdict(category) | {"position": position}
            )
        for position, amenity in enumerate(AMENITIES):
            Amenity.objects.update_or_create(
                slug=amenity.slug, defaults=asdict(amenity) | {"position": position}
            )
        for position, city in enumerate(CITIES):
            self._write_city(city, position=position)
        if options["verbosity"] > 0:
            self.stdout.write(
                _("%(categories)d categories, %(cities)d cities, %(amenities)d amenities")
                % {
                    "categories": len(CATEGORIES),
                    "cities": len(CITIES),
                    "amenities": len(AMENITIES),
                }
            )

    def _write_city(self, seed: CitySeed, *, position: int) -> None:
        fields = asdict(seed) | {"position": position}
        districts = fields.pop("districts")
        city, _created = City.objects.update_or_create(slug=seed.slug, defaults=fields)
        for place, district in enumerate(districts):
            District.objects.update_or_create(
                slug=district["slug"], defaults=district | {"city": city, "position": place}
            )
