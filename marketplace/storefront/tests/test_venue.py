import json
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_cast, make_user
from marketplace.discovery.vocabulary import forget_vocabulary
from marketplace.storefront.venue_words import hours_in_words, policy_steps, week_of
from marketplace.venues.enums import CancellationPolicy, ListingStatus, MemberRole
from marketplace.venues.models import Amenity, OpeningHours, Venue
from marketplace.venues.tests.factories import add_member, make_space, make_venue, set_hours

pytestmark = pytest.mark.django_db

NOT_PUBLISHED = sorted(set(ListingStatus) - {ListingStatus.PUBLISHED})
SATURDAY = datetime(2026, 12, 12, 8, 0, tzinfo=UTC)


def page_of(client: Client, venue: Venue) -> str:
    response = client.get(venue.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_page_says_what_the_listing_says(client: Client) -> None:
    venue = make_venue(name="Apple Hall", spaces=2)

    page = page_of(client, venue)

    for text in (
        "Apple Hall",
        venue.summary,
        "A bright hall on the second floor",
        "Hall 1",
        "Hall 2",
        "23\xa0625\xa0₸",
        "Shoes stay on.",
        "09:00–22:00",
        venue.business.name,
        "Flexible",
        "Alatau, Almaty",
    ):
        assert text in page, text


def test_strangers_never_see_the_address(client: Client) -> None:
    venue = make_venue(address="77 Secret Street", latitude="43.123456", longitude="76.654321")
    client.force_login(make_user())

    page = page_of(client, venue)

    assert "Secret Street" not in page
    assert "43.123456" not in page
    assert "76.654321" not in page


@pytest.mark.parametrize("role", MemberRole)
def test_team_sees_the_address_marked_as_private(client: Client, role: MemberRole) -> None:
    venue = make_venue(address="77 Secret Street")
    client.force_login(add_member(venue=venue, role=role))

    page = page_of(client, venue)

    assert "77 Secret Street" in page
    assert "Private: only the team and moderators see this" in page


def test_moderators_see_the_address(client: Client) -> None:
    venue = make_venue(address="77 Secret Street")
    client.force_login(make_cast().moderator)

    assert "77 Secret Street" in page_of(client, venue)


@pytest.mark.parametrize("status", NOT_PUBLISHED)
def test_what_is_not_published_is_not_there_for_strangers(
    client: Client, status: ListingStatus
) -> None:
    venue = make_venue(status=status)
    cast = make_cast()

    answers = [client.get(venue.get_absolute_url()).status_code]
    for person in (cast.renter, cast.other_owner):
        client.force_login(person)
        answers.append(client.get(venue.get_absolute_url()).status_code)

    assert answers == [404, 404, 404]


@pytest.mark.parametrize("status", NOT_PUBLISHED)
def test_team_and_moderators_see_a_preview(client: Client, status: ListingStatus) -> None:
    cast = make_cast()
    venue = make_venue(owner=cast.owner, status=status)
    people: list[User] = [cast.owner, cast.moderator, cast.administrator]

    for person in people:
        client.force_login(person)
        page = page_of(client, venue)
        assert "A preview. Only the venue’s team and the moderators see this page." in page
        assert '<meta name="robots" content="noindex">' in page
        assert "application/ld+json" not in page


def test_draft_with_nothing_in_it_is_a_page(client: Client) -> None:
    owner = make_user()
    venue = make_venue(
        owner=owner, status="draft", spaces=0, photos=0, hours="", district=None, description=""
    )
    make_space(venue=venue, hourly_rate_minor=None, area_m2=None)
    client.force_login(owner)

    page = page_of(client, venue)

    assert "No price yet." in page
    assert "Closed" in page


def test_photos_that_wait_for_a_moderator_are_not_shown(client: Client) -> None:
    venue = make_venue(photos=3)
    hidden = venue.photos.order_by("position")[1]
    hidden.is_public = False
    hidden.save()

    assert hidden.key not in page_of(client, venue)


def test_search_engines_get_what_strangers_may_know(client: Client) -> None:
    venue = make_venue(name="A </script><b> & Co", address="77 Secret Street", hours="sat 18-24")

    page = page_of(client, venue)

    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert data["name"] == "A </script><b> & Co"
    assert data["address"] == {
        "@type": "PostalAddress",
        "addressLocality": "Almaty",
        "addressRegion": "Alatau",
        "addressCountry": "KZ",
    }
    assert data["openingHoursSpecification"] == [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": "https://schema.org/Saturday",
            "opens": "18:00",
            "closes": "23:59",
        }
    ]
    assert f'<link rel="canonical" href="{data["url"]}">' in page
    assert data["url"].endswith(venue.get_absolute_url())


def test_similar_venues_are_shown(client: Client) -> None:
    venue = make_venue()
    for name in ("Alike", "Like it", "Near it"):
        make_venue(name=name)

    assert "Near it" in page_of(client, venue)


def test_other_clock_is_named(client: Client) -> None:
    venue = make_venue()
    client.cookies["joytop_tz"] = "Europe/Berlin"

    assert "Almaty time" in page_of(client, venue)


def test_same_clock_is_not_named(client: Client) -> None:
    assert "Almaty time" not in page_of(client, make_venue())


@time_machine.travel(SATURDAY, tick=False)
def test_open_today_is_told_for_the_venues_today(client: Client) -> None:
    venue = make_venue(hours="sat 18-26")

    today = client.get(venue.get_absolute_url()).context["today"]

    assert (str(today.label), today.text) == ("Saturday", "18:00–02:00")


def test_week_shows_a_night_on_the_day_that_it_begins_on() -> None:
    venue = make_venue(hours="sat 18-26, sun 20-25, mon 9-24, wed 9-13, wed 14-18")

    week = week_of(venue, today=3)

    assert [(day.label, day.text, day.bars) for day in week.days if day.bars] == [
        ("Monday", "09:00–24:00", ((540, 900),)),
        ("Wednesday", "09:00–13:00, 14:00–18:00", ((540, 240), (840, 240))),
        ("Saturday", "18:00–02:00", ((1080, 480),)),
        ("Sunday", "20:00–01:00", ((1200, 300),)),
    ]
    assert (week.start, week.length, week.hours) == (360, 1440, ("06", "12", "18", "24", "06"))
    assert week.today.label == "Wednesday"


def test_week_around_the_clock_goes_from_midnight_to_midnight() -> None:
    week = week_of(make_venue(hours="daily 0-24"), today=1)

    assert (week.today.text, week.today.bars) == ("Around the clock", ((0, 1440),))
    assert (week.start, week.length) == (0, 1440)
    assert week_of(make_venue(hours=""), today=1).hours == ("00", "06", "12", "18", "24")


def test_what_people_count_on_and_do_not_find_comes_last(client: Client) -> None:
    venue = make_venue()
    call_command("load_reference", verbosity=0)
    known = {it.slug: it for it in Amenity.objects.all()}
    venue.amenities.set([known["wifi"], known["stage"], known["pets"]])

    context = client.get(venue.get_absolute_url()).context

    named = [(it.label, [a.slug for a in it.amenities]) for it in context["amenity_groups"]]
    assert named[:2] == [("Basics", ["wifi"]), ("Sound and light", ["stage"])]
    assert context["amenity_groups"][-1].are_missing
    assert named[2:] == [
        ("Not here", ["air-conditioning", "heating", "restroom", "parking", "step-free", "lift"])
    ]
    assert [(it.label, it.is_refused) for it in context["permissions"]] == [
        ("Pets welcome", False),
        ("No own catering", True),
        ("No own alcohol", True),
    ]


def test_listing_that_names_no_amenity_refuses_none(client: Client) -> None:
    context = client.get(make_venue().get_absolute_url()).context

    assert (context["amenity_groups"], context["permissions"]) == ([], [])


def test_day_without_hours_is_closed() -> None:
    assert hours_in_words([]) == "Closed"
    assert hours_in_words([OpeningHours(weekday=1, opens_minute=600, closes_minute=1440)]) == (
        "10:00–24:00"
    )


@pytest.mark.parametrize(
    ("policy", "steps"),
    [
        (
            CancellationPolicy.VERY_FLEXIBLE,
            [("Until 24 hours before the start", "good"), ("After that", "danger")],
        ),
        (
            CancellationPolicy.FLEXIBLE,
            [
                ("Until 7 days before the start", "good"),
                ("Until 24 hours before the start", "warning"),
                ("After that", "danger"),
            ],
        ),
        (
            CancellationPolicy.STANDARD_90,
            [
                ("Until 90 days before the start", "good"),
                ("Until 14 days before the start", "warning"),
                ("After that", "danger"),
            ],
        ),
    ],
)
def test_policy_is_a_line_in_time(policy: str, steps: list[tuple[str, str]]) -> None:
    assert [(step.until, step.kind) for step in policy_steps(policy)] == steps


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows", [1, 30])
def test_venue_takes_at_most_fourteen_queries(
    client: Client, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    venue = make_venue(spaces=rows, photos=rows)
    for _ in range(rows):
        make_venue()
    set_hours(venue=venue, hours="daily 8-12, daily 13-22")
    venue.amenities.set(venue.amenities.model.objects.all()[:rows])
    forget_vocabulary()

    with django_assert_max_num_queries(12):
        client.get(venue.get_absolute_url())
    client.force_login(make_user())
    forget_vocabulary()
    with django_assert_max_num_queries(14):
        client.get(venue.get_absolute_url())
