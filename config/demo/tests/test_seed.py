"""The demo as it stands in the database."""

import hashlib
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.demo import catalogue
from config.demo.catalogue import VenueSeed
from config.demo.people import ADMINISTRATOR, DANIYAR, MADINA, PEOPLE, RENTER, VIEWER
from config.demo.promotions import PROMOTED
from config.demo.seed import Seeded, seed
from marketplace.accounts.models import Activity, User
from marketplace.core.models import OutboxMessage, StateChange
from marketplace.discovery.models import EditorsPick, SearchEntry
from marketplace.discovery.selectors import home_selection
from marketplace.discovery.vocabulary import vocabulary
from marketplace.trust.enums import CaseKind, CaseState
from marketplace.trust.models import Case, CaseEntry, RequestedChange
from marketplace.venues.enums import ListingStatus, MemberRole
from marketplace.venues.models import ListingEdit, Space, Venue, VenuePhoto
from marketplace.venues.photos import StoredPhoto

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
CHOSEN = (
    "Aport Terrace",
    "Ak Orken Ballroom",
    "Green Wall Desks",
    "Dusk on Zheltoksan",
    "Summer Deck at Saina",
    "Gogol Street Attic",
    "Selfie Planet",
    "Beshbarmak Lessons",
)


def stored_without_encoding(content: bytes) -> StoredPhoto:
    """Pictures are encoded in the tests of photos; here it is enough that each has its key."""
    key = hashlib.sha256(content).hexdigest()
    return StoredPhoto(key=key, width=1440, height=960, dominant_color="#808080")


@pytest.fixture
def all_venues(db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[VenueSeed, ...]:
    call_command("load_reference", verbosity=0)
    monkeypatch.setattr("config.demo.seed.store_photo", stored_without_encoding)
    # Bookings have tests of their own (test_bookings).
    monkeypatch.setattr("config.demo.seed.tell_everything", lambda *_told, **_named: None)
    return catalogue.venues()


@pytest.fixture
def few(all_venues: tuple[VenueSeed, ...]) -> tuple[VenueSeed, ...]:
    return tuple(venue for venue in all_venues if venue.name in CHOSEN)


@pytest.fixture
def seeded(few: tuple[VenueSeed, ...]) -> Seeded:
    return seed(now=NOW, venues=few)


def rows() -> dict[str, int]:
    models: list[Any] = [
        User, Venue, Space, VenuePhoto, SearchEntry, EditorsPick, Case, CaseEntry, ListingEdit,
        StateChange, Activity, OutboxMessage,
    ]  # fmt: skip
    return {model.__name__: model.objects.count() for model in models}


def test_seed_reports_what_is_there(seeded: Seeded) -> None:
    assert seeded == Seeded(people=len(PEOPLE), venues=8, spaces=12, bookings=0)
    assert User.objects.count() == len(PEOPLE)
    assert Space.objects.count() == 12


def test_seed_again_changes_nothing(seeded: Seeded, few: tuple[VenueSeed, ...]) -> None:
    before = rows()

    assert seed(now=NOW + timedelta(days=1), venues=few) == seeded
    assert rows() == before


def test_seed_brings_each_venue_to_its_state(seeded: Seeded) -> None:
    states = dict(Venue.objects.values_list("name", "status"))

    assert states == {
        "Aport Terrace": ListingStatus.PUBLISHED,
        "Ak Orken Ballroom": ListingStatus.PUBLISHED,
        "Green Wall Desks": ListingStatus.PUBLISHED,
        "Dusk on Zheltoksan": ListingStatus.PUBLISHED,
        "Summer Deck at Saina": ListingStatus.PAUSED,
        "Gogol Street Attic": ListingStatus.DRAFT,
        "Selfie Planet": ListingStatus.IN_REVIEW,
        "Beshbarmak Lessons": ListingStatus.CHANGES_REQUESTED,
    }


def test_seed_lets_search_find_the_published_spaces(seeded: Seeded) -> None:
    found = set(SearchEntry.objects.values_list("venue__name", "space__name"))

    assert found == {
        ("Aport Terrace", "Whole roof"),
        ("Aport Terrace", "Pergola"),
        ("Ak Orken Ballroom", "Ballroom"),
        ("Ak Orken Ballroom", "Small Foyer"),
        ("Green Wall Desks", "Desk with monitor"),
        ("Green Wall Desks", "Room for four"),
        ("Green Wall Desks", "Room for ten"),
        ("Dusk on Zheltoksan", "Roof"),
    }


def test_seed_writes_prices_in_minor_units_and_lengths_in_minutes(seeded: Seeded) -> None:
    hall = Space.objects.get(name="Ballroom")
    roof = Space.objects.get(name="Whole roof")

    assert (hall.hourly_rate_minor, hall.cleaning_fee_minor) == (110_000_00, 60_000_00)
    assert (hall.minimum_minutes, roof.minimum_minutes) == (300, 240)
    assert Space.objects.get(name="Desk with monitor").units == 40


def test_seed_publishes_in_the_past_in_the_order_of_the_catalogue(seeded: Seeded) -> None:
    newest = Venue.objects.published().order_by("-published_at")

    assert [venue.name for venue in newest] == [
        "Aport Terrace",
        "Green Wall Desks",
        "Dusk on Zheltoksan",
        "Ak Orken Ballroom",
    ]
    assert all(venue.published_at and venue.published_at < NOW for venue in newest)


def test_seed_describes_the_photos_cover_first(seeded: Seeded) -> None:
    index = catalogue.photo_index()
    photos = Venue.objects.get(name="Aport Terrace").photos.all()

    assert [photo.alt_text for photo in photos] == [
        index[name].alt
        for name in (
            "rooftop-day-1",
            "rooftop-day-2",
            "rooftop-day-3",
            "rooftop-dusk-1",
            "rooftop-dusk-2",
            "rooftop-dusk-3",
        )
    ]


def test_seed_leaves_work_for_moderators(seeded: Seeded) -> None:
    waiting = Case.objects.filter(state=CaseState.OPEN).values_list("kind", "title")

    assert set(waiting) == {
        (CaseKind.LISTING_SUBMISSION, "Selfie Planet"),
        (CaseKind.LISTING_EDIT, "Dusk on Zheltoksan"),
        (CaseKind.ENQUIRY, "One booking for two halls?"),
    }
    assert list(RequestedChange.objects.values_list("section", flat=True)) == [
        "description",
        "photos",
        "rules",
    ]


def test_seed_writes_letters_about_today_only(seeded: Seeded) -> None:
    """Changes asked for: the owner. The enquiry: the administrator and who asked."""
    assert OutboxMessage.objects.count() == 3


def test_seed_lets_an_assistant_look_at_daniyars_venues(seeded: Seeded) -> None:
    daniyar, viewer = User.objects.get(phone=DANIYAR), User.objects.get(phone=VIEWER)
    roles = set(viewer.memberships.values_list("role", flat=True))

    assert roles == {MemberRole.VIEWER}
    assert set(Venue.objects.of_member(viewer)) == set(Venue.objects.of_member(daniyar))


def test_seed_makes_people_who_can_log_in(seeded: Seeded) -> None:
    assert all(user.has_verified_phone for user in User.objects.all())
    assert User.objects.get(phone=ADMINISTRATOR).is_administrator
    assert User.objects.get(phone=MADINA).email == "madina@omarova.example"
    assert Activity.objects.of(User.objects.get(phone=RENTER)).count() >= 4


def test_whole_catalogue_can_be_seeded(all_venues: tuple[VenueSeed, ...]) -> None:
    seeded = seed(now=NOW)

    assert seeded.venues == len(all_venues)
    assert Venue.objects.published().count() >= 60
    assert SearchEntry.objects.count() >= 95
    assert EditorsPick.objects.count() == 11


def test_home_shows_each_cover_once_and_tiles_with_other_pictures(
    all_venues: tuple[VenueSeed, ...],
) -> None:
    seed(now=NOW)

    selection = home_selection(vocabulary(), now=NOW)

    rails = (selection.promoted, selection.hero, selection.picks, selection.newest)
    covers = [card.cover_key for card in chain(*rails, selection.nearby)]
    tiles = [tile.photo.key for tile in selection.tiles if tile.photo]
    assert [card.name for card in selection.newest] == [
        venue.name for venue in catalogue.on_home(all_venues)[:8]
    ]
    assert sorted(card.name for card in selection.promoted) == sorted(PROMOTED)
    assert len(covers) == 4 + 3 + 8 + 8 + 8
    assert len(tiles) == 12
    assert len(set(covers)) == len(covers)
    assert len(set(tiles)) == len(tiles)


@pytest.mark.django_db
def test_command_refuses_production(settings: Any) -> None:
    settings.IN_PRODUCTION = True

    with pytest.raises(CommandError, match="not in production"):
        call_command("seed_demo")


def test_command_leaves_a_site_with_people_alone(seeded: Seeded) -> None:
    before = rows()

    call_command("seed_demo", if_empty=True, stdout=StringIO())

    assert rows() == before


def test_photographs_are_named_by_files_that_exist() -> None:
    files = {path.name for path in Path(catalogue.PHOTOS).glob("*.webp")}

    assert files == {photo.file for photo in catalogue.photo_index().values()}
