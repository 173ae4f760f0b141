from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from marketplace.accounts.tests.factories import make_user
from marketplace.bookings.tests.factories import make_booking
from marketplace.discovery.models import EditorsPick
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
def test_home_takes_at_most_ten_queries(
    client: Client, venues: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for position in range(venues):
        EditorsPick.objects.create(venue=make_venue(spaces=2), position=position)
    forget_vocabulary()

    with django_assert_max_num_queries(7):
        client.get(HOME)
    client.force_login(make_user())
    forget_vocabulary()
    with django_assert_max_num_queries(10):
        client.get(HOME)
