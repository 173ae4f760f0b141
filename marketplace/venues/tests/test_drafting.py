"""Drafts, spaces and hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from marketplace.accounts.models import Business, User
from marketplace.venues import services
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import City, Venue
from marketplace.venues.selectors import describe_edit
from marketplace.venues.services import BreaksListing, Saved, SpaceDetails
from marketplace.venues.services.drafting import CityIsFixed, DistrictElsewhere, TooManyDrafts
from marketplace.venues.services.hours import HoursImpossible, HoursOverlap
from marketplace.venues.services.space_names import SpaceNameTaken
from marketplace.venues.services.spaces import SpaceGone, TooManySpaces
from marketplace.venues.tests.factories import make_reference, make_space, make_venue
from marketplace.venues.week import Stretch, longest_open_minutes

NOW = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)
HALL = SpaceDetails(
    name="Hall", capacity=60, hourly_rate_minor=20_000_00, minimum_minutes=120, area_m2=90
)


def draft(owner: User, name: str = "Hall", now: datetime = NOW) -> Venue:
    words = make_reference()
    return services.create_draft(
        by=owner, name=name, category=words.category, city=words.city, now=now
    )


# --- Drafts -------------------------------------------------------------------------------------


def test_second_draft_belongs_to_the_same_business(owner: User) -> None:
    assert draft(owner, "Hall").business == draft(owner, "Attic").business
    assert Business.objects.filter(owner=owner).count() == 1


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Red Wall", "red-wall"),
        ("Лофт на Қабанбай батыра", "loft-na-qabanbay-batyra"),
        ("Щука & Ёж", "shchuka-ezh"),
        ("★★★", "venue"),
    ],
)
def test_address_is_the_name_in_latin_letters(owner: User, name: str, slug: str) -> None:
    assert draft(owner, name).slug == slug


def test_taken_address_gets_a_number(owner: User) -> None:
    drafts = [draft(owner, "Hall", NOW + timedelta(minutes=number)) for number in range(3)]

    assert [each.slug for each in drafts] == ["hall", "hall-2", "hall-3"]


def test_same_draft_within_a_minute_is_made_once(owner: User) -> None:
    first = draft(owner)

    assert draft(owner, now=NOW + timedelta(seconds=59)) == first
    assert draft(owner, "Attic") != first
    assert draft(owner, now=NOW + timedelta(seconds=60)) != first


def test_nobody_has_more_than_twenty_listings_to_finish(owner: User) -> None:
    make_venue(owner=owner)
    drafts = [draft(owner, f"Hall {number}") for number in range(20)]

    with pytest.raises(TooManyDrafts) as refusal:
        draft(owner, "One more")
    assert str(refusal.value).startswith("You have 20 listings that are not published yet.")

    services.archive_listing(venue=drafts[0], by=owner, now=NOW)
    assert draft(owner, "One more").name == "One more"


def test_district_of_another_city_is_refused(owner: User) -> None:
    words = make_reference()

    with pytest.raises(DistrictElsewhere):
        services.create_draft(
            by=owner,
            name="Hall",
            category=words.category,
            city=words.city,
            district=words.other_city_district,
            now=NOW,
        )


def move_to(venue: Venue, city: City, by: User) -> Saved:
    return services.update_basics(
        venue=venue,
        by=by,
        now=NOW,
        name=venue.name,
        category=venue.category,
        city=city,
        district=None,
        summary=venue.summary,
        description=venue.description,
        address=venue.address,
    )


def test_city_of_a_live_listing_stays(owner: User) -> None:
    venue = make_venue(owner=owner)

    with pytest.raises(CityIsFixed):
        move_to(venue, make_reference().other_city, owner)


def test_city_with_another_currency_waits_for_prices_to_go(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)
    abroad = make_reference().other_city
    City.objects.filter(pk=abroad.pk).update(currency="EUR", time_zone="Europe/Berlin")
    abroad.refresh_from_db()

    with pytest.raises(CityIsFixed):
        move_to(venue, abroad, owner)
    venue.spaces.update(hourly_rate_minor=None)
    move_to(venue, abroad, owner)

    venue.refresh_from_db()
    assert (venue.currency, venue.time_zone) == ("EUR", "Europe/Berlin")


# --- Spaces -------------------------------------------------------------------------------------


def test_draft_takes_a_space_at_once(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT, spaces=1)

    assert services.add_space(venue=venue, by=owner, now=NOW, details=HALL) is Saved.AT_ONCE

    space = venue.spaces.get(name="Hall")
    assert (space.position, SpaceDetails.of(space)) == (1, HALL)


def test_space_of_a_live_listing_waits_and_is_then_added(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner)

    assert services.add_space(venue=venue, by=owner, now=NOW, details=HALL) is Saved.WAITING
    assert venue.spaces.count() == 1
    edit = venue.edits.pending().get()
    assert [line.label for line in describe_edit(edit, venue)] == ["New space"]

    services.apply_edit(edit=edit, by=moderator, now=NOW)

    assert SpaceDetails.of(venue.spaces.get(name="Hall")) == HALL


@pytest.mark.parametrize(
    "details",
    [
        replace(HALL, hourly_rate_minor=None),
        replace(HALL, minimum_minutes=1440),
    ],
)
def test_space_that_could_not_be_booked_is_refused_on_a_live_listing(
    owner: User, details: SpaceDetails
) -> None:
    venue = make_venue(owner=owner)

    with pytest.raises(BreaksListing):
        services.add_space(venue=venue, by=owner, now=NOW, details=details)


def test_price_counts_at_once_and_name_waits(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner)
    space = venue.spaces.get()
    wanted = replace(SpaceDetails.of(space), name="Great hall", hourly_rate_minor=30_000_00)

    assert services.update_space(space=space, by=owner, now=NOW, details=wanted) is Saved.WAITING

    space.refresh_from_db()
    assert (space.name, space.hourly_rate_minor) == ("Hall 1", 30_000_00)
    services.apply_edit(edit=venue.edits.pending().get(), by=moderator, now=NOW)
    space.refresh_from_db()
    assert space.name == "Great hall"


def test_price_alone_needs_no_moderator(owner: User) -> None:
    space = make_venue(owner=owner).spaces.get()
    wanted = replace(SpaceDetails.of(space), hourly_rate_minor=30_000_00)

    assert services.update_space(space=space, by=owner, now=NOW, details=wanted) is Saved.AT_ONCE
    assert not space.venue.edits.exists()


def test_live_listing_keeps_its_rate_and_its_last_space(owner: User) -> None:
    space = make_venue(owner=owner).spaces.get()
    without_rate = replace(SpaceDetails.of(space), hourly_rate_minor=None)

    with pytest.raises(BreaksListing):
        services.update_space(space=space, by=owner, now=NOW, details=without_rate)
    with pytest.raises(BreaksListing):
        services.remove_space(space=space, by=owner, now=NOW)
    space.refresh_from_db()
    assert space.hourly_rate_minor == 20_000_00


def test_removed_space_takes_its_waiting_change_with_it(owner: User) -> None:
    venue = make_venue(owner=owner, spaces=2)
    space = venue.spaces.all()[0]
    renamed = replace(SpaceDetails.of(space), name="Great hall")
    services.update_space(space=space, by=owner, now=NOW, details=renamed)

    services.remove_space(space=space, by=owner, now=NOW)

    assert not venue.edits.pending().exists()
    assert [left.position for left in venue.spaces.all()] == [0]


def test_two_spaces_have_two_names(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)
    make_space(venue=venue, name="HALL", position=1)

    with pytest.raises(SpaceNameTaken):
        services.add_space(venue=venue, by=owner, now=NOW, details=HALL)


def test_name_that_waits_for_a_moderator_is_taken(owner: User) -> None:
    venue = make_venue(owner=owner, spaces=2)
    first, second = venue.spaces.all()
    services.add_space(venue=venue, by=owner, now=NOW, details=HALL)
    renamed = replace(SpaceDetails.of(first), name="Attic")
    services.update_space(space=first, by=owner, now=NOW, details=renamed)

    with pytest.raises(SpaceNameTaken):
        services.add_space(venue=venue, by=owner, now=NOW, details=HALL)
    with pytest.raises(SpaceNameTaken):
        services.add_space(venue=venue, by=owner, now=NOW, details=replace(HALL, name="ATTIC"))
    taken = replace(SpaceDetails.of(second), name="attic")
    with pytest.raises(SpaceNameTaken):
        services.update_space(space=second, by=owner, now=NOW, details=taken)
    assert services.update_space(space=first, by=owner, now=NOW, details=renamed) is Saved.WAITING


def test_names_are_looked_at_again_when_an_edit_is_applied(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner)
    services.add_space(venue=venue, by=owner, now=NOW, details=HALL)
    make_space(venue=venue, name="hall", position=1)

    with pytest.raises(SpaceNameTaken):
        services.apply_edit(edit=venue.edits.pending().get(), by=moderator, now=NOW)


def test_database_keeps_names_of_spaces_apart(owner: User) -> None:
    venue = make_venue(owner=owner)
    make_space(venue=venue, name="Attic", position=1)

    with pytest.raises(IntegrityError, match="space_name_once_per_venue"):
        make_space(venue=venue, name="ATTIC", position=2)


def test_venue_has_room_for_fifty_spaces(owner: User) -> None:
    venue = make_venue(owner=owner, spaces=49)
    services.add_space(venue=venue, by=owner, now=NOW, details=HALL)

    with pytest.raises(TooManySpaces) as refusal:
        services.add_space(venue=venue, by=owner, now=NOW, details=replace(HALL, name="Attic"))
    assert str(refusal.value) == "A venue has room for 50 spaces. Put equal ones into one."


def test_space_that_is_gone_is_removed_once_and_not_edited(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)
    space, same = venue.spaces.get(), venue.spaces.get()
    services.remove_space(space=space, by=owner, now=NOW)

    assert services.remove_space(space=same, by=owner, now=NOW) is Saved.UNCHANGED
    with pytest.raises(SpaceGone):
        services.update_space(space=same, by=owner, now=NOW, details=HALL)


# --- Hours --------------------------------------------------------------------------------------


def test_hours_replace_the_week_at_once(owner: User) -> None:
    venue = make_venue(owner=owner)
    weekend = [Stretch(6, 600, 1560), Stretch(7, 600, 1320)]

    saved = services.set_opening_hours(venue=venue, by=owner, now=NOW, stretches=weekend)

    rows = venue.opening_hours.values_list("weekday", "opens_minute", "closes_minute")
    assert saved is Saved.AT_ONCE
    assert list(rows) == [(6, 600, 1560), (7, 600, 1320)]
    again = services.set_opening_hours(venue=venue, by=owner, now=NOW, stretches=weekend)
    assert again is Saved.UNCHANGED


@pytest.mark.parametrize(
    ("stretches", "message"),
    [
        ([Stretch(1, 600, 900), Stretch(1, 840, 1200)], "Two opening times on Monday overlap."),
        (
            [Stretch(5, 1200, 1600), Stretch(6, 120, 600)],
            "The night from Friday runs into the opening hours of Saturday.",
        ),
        (
            [Stretch(7, 1200, 1600), Stretch(1, 60, 600)],
            "The night from Sunday runs into the opening hours of Monday.",
        ),
        (
            [Stretch(7, 1200, 1600), Stretch(1, 0, 100)],
            "The night from Sunday runs into the opening hours of Monday.",
        ),
    ],
)
def test_overlapping_hours_are_refused_with_the_day(
    owner: User, stretches: list[Stretch], message: str
) -> None:
    venue = make_venue(owner=owner)

    with pytest.raises(HoursOverlap) as refusal:
        services.set_opening_hours(venue=venue, by=owner, now=NOW, stretches=stretches)
    assert str(refusal.value) == message
    assert venue.opening_hours.count() == 7


@pytest.mark.parametrize(
    "stretch",
    [Stretch(1, 600, 600), Stretch(1, 600, 500), Stretch(1, 600, 2100), Stretch(8, 0, 60)],
)
def test_impossible_hours_are_refused(owner: User, stretch: Stretch) -> None:
    with pytest.raises(HoursImpossible):
        services.set_opening_hours(
            venue=make_venue(owner=owner), by=owner, now=NOW, stretches=[stretch]
        )


def test_touching_hours_are_one(owner: User) -> None:
    venue = make_venue(owner=owner)
    day_and_night = [Stretch(7, 600, 1440), Stretch(1, 0, 300), Stretch(1, 300, 400)]

    services.set_opening_hours(venue=venue, by=owner, now=NOW, stretches=day_and_night)

    assert longest_open_minutes(day_and_night) == 840 + 400


def test_live_listing_keeps_hours_in_which_it_can_be_booked(owner: User) -> None:
    venue = make_venue(owner=owner)

    with pytest.raises(BreaksListing):
        services.set_opening_hours(venue=venue, by=owner, now=NOW, stretches=[])
    with pytest.raises(BreaksListing):
        services.set_opening_hours(venue=venue, by=owner, now=NOW, stretches=[Stretch(1, 600, 660)])


@pytest.mark.parametrize(
    ("stretches", "minutes"),
    [
        ([], 0),
        ([Stretch(1, 600, 720)], 120),
        ([Stretch(day, 0, 1440) for day in range(1, 8)], 7 * 1440),
        ([Stretch(1, 1200, 1560), Stretch(2, 120, 200)], 360 + 80),
    ],
)
def test_longest_open_time_goes_on_over_midnight(stretches: list[Stretch], minutes: int) -> None:
    assert longest_open_minutes(stretches) == minutes
