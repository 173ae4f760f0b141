import pytest
from django.core.management import call_command

from marketplace.core.integrity import Breach, registered_checks
from marketplace.discovery.integrity import entries_match_listings
from marketplace.discovery.models import SearchEntry
from marketplace.discovery.services import refresh_search_entries
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Venue
from marketplace.venues.signals import listing_changed
from marketplace.venues.tests.factories import make_space, make_venue

pytestmark = pytest.mark.django_db


def test_entry_says_what_the_listing_says() -> None:
    venue = make_venue(hours="mon 9-12", spaces=1)

    entry = SearchEntry.objects.get()

    space = venue.spaces.get()
    assert entry.space == space
    assert (entry.venue, entry.category, entry.city, entry.district) == (
        venue,
        venue.category,
        venue.city,
        venue.district,
    )
    assert (entry.capacity, entry.minimum_minutes) == (space.capacity, space.minimum_minutes)
    # (2 h × 20 000 + 5 000) and 5 % on it, by the hour, in minor units.
    assert (entry.from_price_minor, entry.currency) == (23_625_00, "KZT")
    assert entry.open_week == [(540, 720), (10620, 10800)]
    assert entry.published_at == venue.published_at


def test_every_space_with_a_rate_has_an_entry() -> None:
    venue = make_venue(spaces=2)
    make_space(venue=venue, position=2, hourly_rate_minor=None)

    refresh_search_entries(venue_id=venue.pk)

    assert SearchEntry.objects.count() == 2


@pytest.mark.parametrize("status", sorted(set(ListingStatus) - {ListingStatus.PUBLISHED}))
def test_only_published_venues_have_entries(status: ListingStatus) -> None:
    venue = make_venue()
    Venue.objects.filter(pk=venue.pk).update(status=status)

    listing_changed.send(sender=Venue, venue_id=venue.pk)

    assert list(SearchEntry.objects.all()) == []


def test_refresh_of_a_venue_that_is_gone_leaves_nothing() -> None:
    assert refresh_search_entries(venue_id=404) == []


def test_refresh_leaves_other_venues_alone() -> None:
    venue, other = make_venue(), make_venue()

    refresh_search_entries(venue_id=venue.pk)

    assert set(SearchEntry.objects.values_list("venue_id", flat=True)) == {venue.pk, other.pk}


def test_searched_text_has_the_words_of_the_listing_folded() -> None:
    venue = make_venue(name="ЗАЛ «Әуен»", summary="Тихий двор")
    venue.amenities.set(venue.amenities.model.objects.all()[:1])

    (entry,) = refresh_search_entries(venue_id=venue.pk)

    lines = entry.text.split("\n")
    assert lines[:2] == ["зал «әуен»", "тихий двор"]
    assert {"event hall", "event halls", "almaty", "alatau", "fast wi-fi"} <= set(lines)


def test_command_rebuilds_everything(capsys: pytest.CaptureFixture[str]) -> None:
    make_venue(spaces=2)
    make_venue()
    SearchEntry.objects.all().delete()

    call_command("refresh_search")

    assert SearchEntry.objects.count() == 3
    assert capsys.readouterr().out == "3 spaces can be found.\n"


def test_integrity_check_is_one_of_those_that_run() -> None:
    assert "discovery.entries_match_listings" in registered_checks()


def test_integrity_finds_nothing_wrong_after_changes() -> None:
    make_venue(spaces=2)
    make_venue(status=ListingStatus.DRAFT)

    assert list(entries_match_listings()) == []


def test_integrity_names_an_entry_that_says_something_else() -> None:
    space_id = make_venue().spaces.get().pk
    SearchEntry.objects.update(from_price_minor=1, capacity=7)

    assert list(entries_match_listings()) == [
        Breach(
            "discovery.entries_match_listings",
            f"space {space_id}",
            "is found with another capacity, from_price_minor",
        )
    ]


def test_integrity_names_a_space_that_cannot_be_found() -> None:
    space_id = make_venue().spaces.get().pk
    SearchEntry.objects.all().delete()

    assert list(entries_match_listings()) == [
        Breach(
            "discovery.entries_match_listings",
            f"space {space_id}",
            "is on offer and cannot be found",
        )
    ]


def test_integrity_names_an_entry_of_a_venue_that_is_not_published() -> None:
    venue = make_venue()
    Venue.objects.filter(pk=venue.pk).update(status=ListingStatus.SUSPENDED)

    assert list(entries_match_listings()) == [
        Breach(
            "discovery.entries_match_listings",
            f"space {venue.spaces.get().pk}",
            "is found and not on offer",
        )
    ]
