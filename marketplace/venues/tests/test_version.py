"""A listing's version grows with everything that its pages show, in the same transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from marketplace.accounts.models import User
from marketplace.core.errors import DomainError
from marketplace.venues import services
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Venue
from marketplace.venues.photos import StoredPhoto
from marketplace.venues.services import SpaceDetails
from marketplace.venues.signals import listing_changed
from marketplace.venues.tests.factories import DESCRIPTION, make_venue
from marketplace.venues.week import Stretch

NOW = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)
type Change = Callable[[Venue, User], object]


def version_of(venue: Venue) -> int:
    return Venue.objects.values_list("version", flat=True).get(pk=venue.pk)


def new_price(venue: Venue, by: User) -> None:
    space = venue.spaces.all()[0]
    details = replace(SpaceDetails.of(space), hourly_rate_minor=30_000_00)
    services.update_space(space=space, by=by, now=NOW, details=details)


def new_hours(venue: Venue, by: User) -> None:
    services.set_opening_hours(venue=venue, by=by, now=NOW, stretches=[Stretch(1, 600, 1200)])


def another_cover(venue: Venue, by: User) -> None:
    services.move_photo(photo=venue.photos.all()[1], by=by, now=NOW, places=-1)


def one_photo_less(venue: Venue, by: User) -> None:
    services.remove_photo(photo=venue.photos.all()[0], by=by, now=NOW)


def words_about_a_photo(venue: Venue, by: User) -> None:
    texts = {venue.photos.all()[0].pk: "The stage"}
    services.describe_photos(venue=venue, by=by, now=NOW, texts=texts)


def pause(venue: Venue, by: User) -> None:
    services.pause_listing(venue=venue, by=by, now=NOW)


CHANGES = [new_price, new_hours, another_cover, one_photo_less, words_about_a_photo, pause]


@pytest.mark.parametrize("change", CHANGES)
def test_version_grows_with_a_change(owner: User, change: Change) -> None:
    venue = make_venue(owner=owner, photos=6)

    change(venue, owner)

    assert version_of(venue) == 2


@pytest.mark.parametrize("change", CHANGES[:-1])
def test_version_of_a_draft_grows_too(owner: User, change: Change) -> None:
    """Its team looks at its page before it is published."""
    venue = make_venue(owner=owner, photos=6, status=ListingStatus.DRAFT)

    change(venue, owner)

    assert version_of(venue) == 2


def test_new_photos_and_an_applied_edit_are_other_versions(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner)
    photo = StoredPhoto(key="a" * 64, width=1440, height=960, dominant_color="#204060")

    services.add_photos(venue=venue, by=owner, now=NOW, photos=[photo])
    assert version_of(venue) == 2
    services.apply_edit(edit=venue.edits.pending().get(), by=moderator, now=NOW)
    assert version_of(venue) == 3


def test_version_has_grown_when_others_are_told(owner: User) -> None:
    venue = make_venue(owner=owner)
    seen: list[int] = []

    def look(**_told: object) -> None:
        seen.append(version_of(venue))

    listing_changed.connect(look)
    try:
        new_price(venue, owner)
    finally:
        listing_changed.disconnect(look)
    assert seen == [2]


def test_refused_change_is_no_version(owner: User) -> None:
    venue = make_venue(owner=owner, photos=5)

    with pytest.raises(DomainError):
        one_photo_less(venue, owner)

    assert version_of(venue) == 1


def test_new_name_of_the_business_is_on_all_its_venues(owner: User) -> None:
    venue, other = make_venue(owner=owner), make_venue(owner=owner)

    services.update_basics(
        venue=venue,
        by=owner,
        now=NOW,
        name=venue.name,
        category=venue.category,
        city=venue.city,
        district=venue.district,
        summary=venue.summary,
        description=DESCRIPTION,
        address=venue.address,
        business_name="Loft Ltd",
    )

    assert version_of(other) == 2
    assert version_of(venue) > 1
