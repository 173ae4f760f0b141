from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.tests.factories import make_booking
from marketplace.discovery.models import EditorsPick, Promotion
from marketplace.discovery.vocabulary import forget_vocabulary
from marketplace.venues.tests.factories import make_reference, make_venue

pytestmark = pytest.mark.django_db

HOME = "/"


def test_home_without_venues_is_a_page(client: Client) -> None:
    make_reference()

    response = client.get(HOME)

    assert response.status_code == 200
    page = response.content.decode()
    assert "Have a room that stands empty?" in page
    assert "Halls, studios and rooms by the hour. The price you see has the fees in it." in page
    assert "0 halls" not in page


def test_home_shows_picks_newest_and_categories(client: Client) -> None:
    published = datetime(2026, 3, 1, tzinfo=UTC)
    venues = [
        make_venue(name=f"Room {number}", published_at=published + timedelta(days=number))
        for number in range(6)
    ]
    for position, venue in enumerate(venues[:4]):
        EditorsPick.objects.create(venue=venue, position=position)

    page = client.get(HOME).content.decode()

    for venue in venues:
        assert page.count(f'href="{venue.get_absolute_url()}"') >= 1
    assert "Editors’ choice" in page
    assert "/search/?category=event-hall" in page
    assert "23\xa0625\xa0₸" in page


def test_home_shows_popular_venues(client: Client) -> None:
    noon_in_almaty = timezone.now().replace(hour=7, minute=0, second=0, microsecond=0)
    booking = make_booking(starts_at=noon_in_almaty + timedelta(days=30))
    liked = booking.space.venue
    for number in range(3):
        make_venue(published_at=timezone.now() + timedelta(days=1 + number))

    page = client.get(HOME).content.decode()

    assert page.count("Popular in the last three months") == 1
    rail = page.partition('id="popular-row"')[2].partition("</section>")[0]
    assert f'href="{liked.get_absolute_url()}"' in rail


def test_home_without_bookings_has_no_popular_rail(client: Client) -> None:
    make_venue()

    assert "Popular in the last three months" not in client.get(HOME).content.decode()


def rail(page: str, name: str) -> str:
    """What is in a row of home."""
    return page.partition(f'id="{name}-row"')[2].partition("</section>")[0]


def test_promoted_venues_are_labelled_on_the_card_and_over_the_rail(client: Client) -> None:
    venue = make_venue(name="Paid for")
    Promotion.objects.create(venue=venue, ends_at=timezone.now() + timedelta(days=1))

    page = client.get(HOME).content.decode()

    assert "Shown here by agreement with their owners" in page
    assert "Paid for" in rail(page, "promoted")
    assert '<span class="badge badge-highlight">Promoted</span>' in rail(page, "promoted")


def test_home_without_promotions_does_not_speak_of_them(client: Client) -> None:
    venue = make_venue()
    now = timezone.now()
    Promotion.objects.create(venue=venue, starts_at=now - timedelta(days=2), ends_at=now)

    assert "Promoted" not in client.get(HOME).content.decode()


def test_home_shows_the_city_that_was_searched_last(client: Client) -> None:
    words = make_reference()
    for _ in range(9):
        make_venue(city=words.other_city, name="Far hall")
    for _ in range(12):
        make_venue(name="Near hall")

    before = client.get(HOME).context["selection"].city
    client.get(reverse("storefront:search"), {"where": "astana", "category": "loft"})
    client.get(reverse("storefront:search"), {"guests": "10"})
    after = client.get(HOME)

    assert (before.slug, after.context["selection"].city.slug) == ("almaty", "astana")
    page = after.content.decode()
    assert 'href="/search/?where=astana"' in page
    assert "Near hall" not in rail(page, "nearby")


def test_a_city_that_nobody_knows_is_no_mistake(client: Client) -> None:
    make_venue()
    client.cookies["joytop_city"] = "<script>"

    response = client.get(HOME)

    assert response.status_code == 200
    assert response.context["selection"].city.slug == "almaty"


def test_home_shows_only_published_venues(client: Client) -> None:
    make_venue(name="Hidden hall", status="draft")
    make_venue(name="Seen hall")

    page = client.get(HOME).content.decode()

    assert "Seen hall" in page
    assert "Hidden hall" not in page


def test_search_of_home_works_with_nothing_but_enter(client: Client) -> None:
    make_venue(name="Seen hall")
    page = client.get(HOME)
    form = page.context["form"]
    empty = {field.html_name: "" for field in form}

    response = client.get(reverse("storefront:search"), empty, follow=True)

    assert response.redirect_chain == [("/search/", 302)]
    assert "Seen hall" in response.content.decode()


def test_home_tells_the_middle_price_to_owners(client: Client) -> None:
    make_venue()

    page = client.get(HOME).content.decode()

    assert "Event hall in Almaty: about 800\xa0000\xa0₸ a month" in page
    assert "40 hours at 20\xa0000\xa0₸" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("venues", [1, 30])
def test_home_takes_at_most_twelve_queries(
    client: Client, venues: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for position in range(venues):
        EditorsPick.objects.create(venue=make_venue(spaces=2), position=position)
    forget_vocabulary()

    with django_assert_max_num_queries(9):
        client.get(HOME)
    client.force_login(make_user())
    forget_vocabulary()
    with django_assert_max_num_queries(12):
        client.get(HOME)
