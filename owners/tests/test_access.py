"""Who gets to the owners' pages (P8): every address, every kind of visitor."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import Cast
from marketplace.venues.enums import ListingStatus, MemberRole
from marketplace.venues.models import Venue
from marketplace.venues.tests.factories import add_member, make_venue

SEEN_BY_ALL = ("venue",)
PAGES = ("basics", "spaces", "space_add", "hours", "photos", "terms")
BUTTONS = ("submit", "pause", "resume", "reopen", "edit_withdraw")
OF_A_SPACE = ("space_edit", "space_remove")
OF_A_PHOTO = ("photo_move", "photo_describe", "photo_remove")


def addresses(venue: Venue) -> dict[str, str]:
    space, photo = venue.spaces.all()[0], venue.photos.all()[0]
    plain = (*SEEN_BY_ALL, *PAGES, *BUTTONS, "archive", "photo_upload")
    return {
        **{name: reverse(f"owners:{name}", args=[venue.pk]) for name in plain},
        **{name: reverse(f"owners:{name}", args=[venue.pk, space.pk]) for name in OF_A_SPACE},
        **{name: reverse(f"owners:{name}", args=[venue.pk, photo.pk]) for name in OF_A_PHOTO},
    }


def snapshot(venue: Venue) -> dict[str, object]:
    """The listing, row by row."""
    return {
        "venue": Venue.objects.filter(pk=venue.pk).values().get(),
        "spaces": list(venue.spaces.values()),
        "hours": list(venue.opening_hours.values()),
        "photos": list(venue.photos.values()),
        "edits": list(venue.edits.values()),
    }


@pytest.fixture
def listing(cast: Cast) -> Venue:
    return make_venue(owner=cast.owner, status=ListingStatus.DRAFT)


@pytest.mark.parametrize("who", ["renter", "other_owner", "moderator", "administrator", "stranger"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_find_nothing(cast: Cast, listing: Venue, who: str, method: str) -> None:
    browser = Client()
    browser.force_login(getattr(cast, who))
    before = snapshot(listing)

    answers = {
        name: getattr(browser, method)(address).status_code
        for name, address in addresses(listing).items()
    }

    # A page that takes no such method says so to everybody.
    assert set(answers.values()) <= {404, 405}
    assert 404 in answers.values()
    assert snapshot(listing) == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_guests_are_sent_to_log_in_and_come_back(listing: Venue, method: str) -> None:
    before = snapshot(listing)

    for address in addresses(listing).values():
        response = getattr(Client(), method)(address)
        if response.status_code != 405:
            assert (response.status_code, response["Location"]) == (
                302,
                f"{reverse('account_login')}?next={address}",
            )
    assert snapshot(listing) == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_viewers_see_the_listing_and_change_nothing(listing: Venue, method: str) -> None:
    browser = Client()
    browser.force_login(add_member(venue=listing, role=MemberRole.VIEWER))
    before = snapshot(listing)

    for name, address in addresses(listing).items():
        status = getattr(browser, method)(address).status_code
        expected = {200} if name in SEEN_BY_ALL and method == "get" else {403, 405}
        assert status in expected, name
    assert snapshot(listing) == before


def test_owners_open_every_page(cast: Cast, listing: Venue) -> None:
    browser = Client()
    browser.force_login(cast.owner)

    pages = addresses(listing)
    answers = {name: browser.get(pages[name]).status_code for name in (*SEEN_BY_ALL, *PAGES)}

    assert set(answers.values()) == {200}
    assert browser.get(pages["space_edit"]).status_code == 200
    assert browser.get(pages["archive"]).status_code == 200


def test_managers_edit_and_do_not_archive(listing: Venue) -> None:
    browser = Client()
    browser.force_login(add_member(venue=listing, role=MemberRole.MANAGER))
    pages = addresses(listing)

    assert browser.get(pages["basics"]).status_code == 200
    assert browser.post(pages["submit"]).status_code == 302
    assert browser.get(pages["archive"]).status_code == 403
    assert browser.post(pages["archive"]).status_code == 403
    listing.refresh_from_db()
    assert listing.status == ListingStatus.IN_REVIEW


@pytest.mark.parametrize("name", [*OF_A_SPACE, *OF_A_PHOTO])
def test_parts_of_another_listing_are_not_found(cast: Cast, listing: Venue, name: str) -> None:
    other = make_venue(owner=cast.owner, status=ListingStatus.DRAFT)
    browser = Client()
    browser.force_login(cast.owner)
    part = (other.spaces if name in OF_A_SPACE else other.photos).all()[0]
    before = snapshot(other)

    response = browser.post(reverse(f"owners:{name}", args=[listing.pk, part.pk]), {"to": "later"})

    assert response.status_code == 404
    assert snapshot(other) == before


@pytest.mark.parametrize("name", BUTTONS)
def test_buttons_take_no_get(cast: Cast, listing: Venue, name: str) -> None:
    browser = Client()
    browser.force_login(cast.owner)

    assert browser.get(addresses(listing)[name]).status_code == 405


def test_list_shows_own_venues_alone(cast: Cast, listing: Venue) -> None:
    make_venue(owner=cast.other_owner, name="Somebody else's hall")
    browser = Client()
    browser.force_login(cast.owner)

    page = browser.get(reverse("owners:venues")).content.decode()

    assert listing.name in page
    assert "Somebody else" not in page


def test_list_sends_guests_to_log_in(db: None) -> None:
    response = Client().get(reverse("owners:venues"))

    assert response.status_code == 302


Count = Callable[[int], object]


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_the_same_queries_at_any_length(
    owner: User, client: Client, django_assert_num_queries: Count, count: int
) -> None:
    for number in range(count):
        make_venue(owner=owner, status=list(ListingStatus)[(number + 4) % 8], spaces=2)

    # Session, person, bell, memberships, venues with four joins, one query each for photos, spaces,
    # hours, amenities and edits, and requests that wait for the rail.
    with django_assert_num_queries(11):  # type: ignore[attr-defined]
        response = client.get(reverse("owners:venues"))
    assert response.status_code == 200
