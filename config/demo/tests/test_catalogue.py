"""The demo's data, before any of it is written."""

from collections import Counter

import pytest

from config.demo import catalogue
from config.demo.catalogue import VenueSeed, read_hours
from config.demo.people import BUSINESSES, PEOPLE
from marketplace.venues.contact_details import find_contact_details
from marketplace.venues.enums import CancellationPolicy, ListingStatus
from marketplace.venues.reference import AMENITIES, CATEGORIES, CITIES
from marketplace.venues.selectors.readiness import MINIMUM_DESCRIPTION, MINIMUM_PHOTOS
from marketplace.venues.week import Stretch, overlaps

SEEDS = catalogue.venues()
PUBLISHED = [seed for seed in SEEDS if seed.status == "published"]
DISTRICTS = {city.slug: {district.slug: district for district in city.districts} for city in CITIES}

each_venue = pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
each_published = pytest.mark.parametrize("seed", PUBLISHED, ids=lambda seed: seed.name)


def test_catalogue_has_enough_published_venues_and_spaces() -> None:
    assert len(PUBLISHED) >= 60
    assert sum(len(seed.spaces) for seed in PUBLISHED) >= 95


def test_catalogue_has_five_published_venues_in_each_category() -> None:
    counted = Counter(seed.category for seed in PUBLISHED)

    assert set(counted) == {category.slug for category in CATEGORIES}
    assert min(counted.values()) >= 5


def test_catalogue_shows_every_state_a_visitor_of_the_demo_should_meet() -> None:
    counted = Counter(seed.status for seed in SEEDS)

    assert counted == {
        ListingStatus.PUBLISHED: len(PUBLISHED),
        ListingStatus.IN_REVIEW: 2,
        ListingStatus.CHANGES_REQUESTED: 1,
        ListingStatus.DRAFT: 1,
        ListingStatus.PAUSED: 1,
    }


def test_catalogue_names_no_two_venues_alike() -> None:
    for values in (
        [seed.name.lower() for seed in SEEDS],
        [seed.summary for seed in SEEDS],
        [seed.description for seed in SEEDS],
        [(seed.city, seed.address) for seed in SEEDS],
        [seed.published_days_ago for seed in PUBLISHED],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_catalogue_uses_every_district_and_every_amenity() -> None:
    assert {(seed.city, seed.district) for seed in PUBLISHED} == {
        (city, district) for city, districts in DISTRICTS.items() for district in districts
    }
    assert {slug for seed in PUBLISHED for slug in seed.amenities} == {
        amenity.slug for amenity in AMENITIES
    }


def test_covers_on_home_are_all_different() -> None:
    covers = [seed.cover for seed in catalogue.on_home(SEEDS)]

    assert len(covers) == 19
    assert len(set(covers)) == 19


def test_covers_repeat_only_where_a_category_has_no_unused_picture() -> None:
    covers = Counter(seed.cover for seed in PUBLISHED)

    for name in (name for name, count in covers.items() if count > 1):
        category = catalogue.photo_index()[name].category
        fit = {
            photo.name for photo in catalogue.photo_index().values() if photo.category == category
        }
        assert fit - catalogue.WEAK_COVERS - set(covers) == set()


def test_each_category_has_a_picture_that_is_no_cover_on_home() -> None:
    on_home = {seed.cover for seed in catalogue.on_home(SEEDS)}

    assert {
        photo.category
        for photo in catalogue.photo_index().values()
        if photo.name not in on_home | catalogue.WEAK_COVERS
    } == {category.slug for category in CATEGORIES}


def test_editors_picks_fill_the_three_on_top_and_a_rail_of_eight() -> None:
    positions = sorted(seed.editors_pick for seed in PUBLISHED if seed.editors_pick)

    assert positions == list(range(1, 12))


def test_photographs_are_all_there_and_small() -> None:
    sizes = [photo.path.stat().st_size for photo in catalogue.photo_index().values()]

    assert len(sizes) == 72
    assert sum(sizes) <= 6 * 1024 * 1024


@each_venue
def test_venue_uses_known_words(seed: VenueSeed) -> None:
    assert seed.district in DISTRICTS[seed.city]
    assert set(seed.amenities) <= {amenity.slug for amenity in AMENITIES}
    assert len(seed.amenities) == len(set(seed.amenities))
    assert seed.policy in CancellationPolicy.values
    assert seed.business in {business.slug for business in BUSINESSES}
    assert seed.cover not in catalogue.WEAK_COVERS
    assert not (seed.city == "astana" and "metro" in seed.amenities)


@each_venue
def test_venue_stands_near_the_middle_of_its_district(seed: VenueSeed) -> None:
    district = DISTRICTS[seed.city][seed.district]
    latitude, longitude = seed.location

    assert abs(latitude - district.latitude) < 0.045
    assert abs(longitude - district.longitude) < 0.06


@each_venue
def test_venue_texts_fit_their_columns(seed: VenueSeed) -> None:
    assert len(seed.name) <= 60
    assert len(seed.summary) <= 120
    assert len("\n".join(seed.rules)) <= 3000
    assert all(len(space.name) <= 80 for space in seed.spaces)


@each_venue
def test_venue_hours_do_not_overlap(seed: VenueSeed) -> None:
    assert list(overlaps(seed.stretches)) == []


@each_published
def test_published_venue_is_fit_for_publication(seed: VenueSeed) -> None:
    texts = [seed.name, seed.summary, seed.description, *seed.rules]

    assert len(seed.gallery) >= MINIMUM_PHOTOS
    assert len({photo.name for photo in seed.gallery}) == len(seed.gallery)
    assert seed.gallery[0].name == seed.cover
    assert seed.gallery[1].room == seed.gallery[0].room
    assert seed.description.count("\n\n") in {1, 2, 3}
    assert len(seed.description) >= MINIMUM_DESCRIPTION
    assert seed.rules
    assert seed.stretches
    assert 1 <= len(seed.spaces) <= 4
    assert [find for text in texts for find in find_contact_details(text)] == []


@each_published
def test_published_venue_asks_prices_that_a_local_would_believe(seed: VenueSeed) -> None:
    for space in seed.spaces:
        assert 1_000 <= space.rate <= 150_000
        assert space.rate % 100 == 0
        assert space.cleaning <= space.rate * 2


def test_people_have_phones_of_their_own() -> None:
    phones = [person.phone for person in PEOPLE]

    assert len(set(phones)) == len(phones)
    assert {business.owner for business in BUSINESSES} <= set(phones)


def test_hours_are_read_a_stretch_a_day() -> None:
    assert list(read_hours("mon-tue 09:30-22:00")) == [
        Stretch(1, 570, 1320),
        Stretch(2, 570, 1320),
    ]


def test_hours_over_midnight_stay_with_the_day_they_begin() -> None:
    assert list(read_hours("sun 18:00-02:00")) == [Stretch(7, 1080, 1560)]


def test_hours_round_the_clock_are_a_whole_day() -> None:
    assert list(read_hours("sat 00:00-24:00")) == [Stretch(6, 0, 1440)]
