from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.translation import override

from marketplace.venues.enums import AmenityGroup
from marketplace.venues.models import Amenity, Category, City, District
from marketplace.venues.reference import AMENITIES, CATEGORIES, CITIES


@pytest.mark.django_db
def test_load_reference_writes_every_list_in_order() -> None:
    call_command("load_reference", verbosity=0)

    assert [row.slug for row in Category.objects.all()] == [seed.slug for seed in CATEGORIES]
    assert [row.slug for row in Amenity.objects.all()] == [seed.slug for seed in AMENITIES]
    assert [row.slug for row in City.objects.all()] == [seed.slug for seed in CITIES]
    assert [
        (row.city.slug, row.slug)
        for row in District.objects.select_related("city").order_by("city__position", "position")
    ] == [(city.slug, district.slug) for city in CITIES for district in city.districts]


@pytest.mark.django_db
def test_load_reference_again_corrects_and_keeps_rows() -> None:
    call_command("load_reference", verbosity=0)
    ids = list(Category.objects.values_list("pk", flat=True))
    Category.objects.filter(slug="loft").update(name="Garret")
    Amenity.objects.create(slug="sauna", name="Sauna", group=AmenityGroup.COMFORT, icon="flame")

    call_command("load_reference", verbosity=0)

    assert list(Category.objects.values_list("pk", flat=True)) == ids
    assert Category.objects.get(slug="loft").name == "Loft"
    assert Amenity.objects.filter(slug="sauna").exists()


@pytest.mark.django_db
def test_load_reference_says_what_there_is() -> None:
    out = StringIO()

    call_command("load_reference", stdout=out)

    assert out.getvalue() == "12 categories, 2 cities, 58 amenities\n"


def test_amenities_belong_to_known_groups() -> None:
    assert {seed.group for seed in AMENITIES} == set(AmenityGroup.values)


def test_slugs_are_used_once() -> None:
    districts = [district for city in CITIES for district in city.districts]
    for seeds in (CATEGORIES, CITIES, AMENITIES, districts):
        slugs = [seed.slug for seed in seeds]
        assert len(set(slugs)) == len(slugs)


def test_categories_ask_for_one_two_or_four_hours() -> None:
    assert {seed.minimum_minutes for seed in CATEGORIES} == {60, 120, 240}


@pytest.mark.django_db
def test_names_are_shown_in_english_by_default() -> None:
    call_command("load_reference", verbosity=0)

    with override("en"):
        assert Category.objects.get(slug="conference-room").label == "Meeting room"
