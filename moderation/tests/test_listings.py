import pytest
from django.test import Client

from marketplace.accounts.tests.factories import Cast, make_cast, make_user
from marketplace.core.models import StateChange
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Venue
from marketplace.venues.tests.factories import make_venue
from moderation.tests.test_queue import count_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def moderator(client: Client, cast: Cast) -> Client:
    client.force_login(cast.moderator)
    return client


@pytest.mark.parametrize(
    "words", ["orchard", "ORCHARD hall", "Satpaev", "Olzhas", "owner orchard", "+7702"]
)
def test_search_finds_by_name_address_and_owner(moderator: Client, cast: Cast, words: str) -> None:
    make_venue(owner=cast.owner, name="Orchard Hall", address="Satpaev Street, 4")
    make_venue(owner=cast.other_owner, name="Pear House", address="Abay Avenue, 1")

    page = moderator.get("/moderation/listings/", {"q": words}).content.decode()

    assert "Orchard Hall" in page


def test_search_leaves_out_what_does_not_fit(moderator: Client, cast: Cast) -> None:
    make_venue(owner=cast.owner, name="Orchard Hall")
    make_venue(owner=cast.owner, name="Pear House", status=ListingStatus.DRAFT)

    by_name = moderator.get("/moderation/listings/", {"q": "orchard"}).content.decode()
    by_state = moderator.get("/moderation/listings/", {"status": "draft"}).content.decode()
    nothing = moderator.get("/moderation/listings/", {"q": "plum"}).content.decode()

    assert ("Orchard Hall" in by_name, "Pear House" in by_name) == (True, False)
    assert ("Orchard Hall" in by_state, "Pear House" in by_state) == (False, True)
    assert "No listing fits" in nothing


def test_suspended_listing_leaves_the_market_with_a_reason(moderator: Client, cast: Cast) -> None:
    venue = make_venue(owner=cast.owner)

    response = moderator.post(
        f"/moderation/listings/{venue.pk}/suspend/", {"reason": "The hall burnt down."}
    )

    assert (response.status_code, response.headers["Location"]) == (302, "/moderation/listings/")
    assert Venue.objects.get().status == ListingStatus.SUSPENDED
    step = StateChange.objects.latest("id")
    assert (step.to_state, step.reason, step.by) == (
        "suspended",
        "The hall burnt down.",
        cast.moderator,
    )


def test_suspending_needs_a_reason(moderator: Client, cast: Cast) -> None:
    venue = make_venue(owner=cast.owner)

    response = moderator.post(f"/moderation/listings/{venue.pk}/suspend/", {"reason": " "})

    assert response.status_code == 422
    assert Venue.objects.get().status == ListingStatus.PUBLISHED


def test_suspending_a_draft_is_refused_with_the_reason_kept(moderator: Client, cast: Cast) -> None:
    venue = make_venue(owner=cast.owner, status=ListingStatus.DRAFT)

    response = moderator.post(
        f"/moderation/listings/{venue.pk}/suspend/", {"reason": "A reason to keep"}
    )

    assert response.status_code == 409
    assert "A reason to keep" in response.content.decode()
    assert Venue.objects.get().status == ListingStatus.DRAFT


def test_reinstated_listing_is_published_again(moderator: Client, cast: Cast) -> None:
    venue = make_venue(owner=cast.owner, status=ListingStatus.SUSPENDED)

    assert moderator.get(f"/moderation/listings/{venue.pk}/reinstate/").status_code == 200
    moderator.post(f"/moderation/listings/{venue.pk}/reinstate/")

    assert Venue.objects.get().status == ListingStatus.PUBLISHED


@pytest.mark.parametrize("action", ["suspend", "reinstate"])
def test_own_listing_is_left_to_others(moderator: Client, cast: Cast, action: str) -> None:
    venue = make_venue(owner=cast.moderator)

    response = moderator.post(
        f"/moderation/listings/{venue.pk}/{action}/", {"reason": "I would rather not."}
    )

    assert response.status_code == 403
    assert Venue.objects.get().status == ListingStatus.PUBLISHED


def test_listings_queries_do_not_grow(moderator: Client) -> None:
    make_venue()
    with_one = count_queries(moderator, "/moderation/listings/")
    for _number in range(29):
        make_venue(owner=make_user())

    assert count_queries(moderator, "/moderation/listings/") == with_one
    assert with_one <= 6
