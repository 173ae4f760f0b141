"""Every breach is planted by raw SQL and must be named; a clean database has none."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from marketplace.accounts.models import User
from marketplace.core.integrity import Breach, run_checks
from marketplace.venues import services
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Venue
from marketplace.venues.tests.factories import make_space, make_venue
from marketplace.venues.week import Stretch

NOW = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)


def execute(sql: str, *params: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def found() -> list[Breach]:
    return [breach for breach in run_checks() if breach.check.startswith("venues.")]


@pytest.fixture
def venue(owner: User) -> Venue:
    return make_venue(owner=owner)


def test_life_of_a_listing_leaves_no_breach(owner: User, moderator: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)
    services.submit_listing(venue=venue, by=owner, now=NOW)
    waiting = make_venue(owner=owner)
    services.update_terms(
        venue=waiting,
        by=owner,
        now=NOW,
        rules="Other rules",
        cancellation_policy=waiting.cancellation_policy,
        amenities=[],
    )
    nights = [Stretch(day, 18 * 60, 26 * 60) for day in range(1, 8)]
    services.set_opening_hours(venue=waiting, by=owner, now=NOW, stretches=nights)

    assert found() == []


def test_published_listing_without_photos_is_named(venue: Venue) -> None:
    execute("DELETE FROM venues_venuephoto WHERE venue_id = %s AND position > 3", venue.pk)

    assert found() == [
        Breach(
            "venues.published_is_complete",
            str(venue.pk),
            "the listing is published without: photos",
        )
    ]


def test_published_listing_without_rate_and_hours_is_named(venue: Venue) -> None:
    execute("UPDATE venues_space SET hourly_rate_minor = NULL WHERE venue_id = %s", venue.pk)
    execute("DELETE FROM venues_openinghours WHERE venue_id = %s", venue.pk)

    breaches = [breach for breach in found() if breach.check == "venues.published_is_complete"]
    assert [breach.message for breach in breaches] == [
        "the listing is published without: hours, rate"
    ]


def test_overlapping_nights_are_named(venue: Venue) -> None:
    execute(
        "UPDATE venues_openinghours SET opens_minute = 600, closes_minute = 2030"
        " WHERE venue_id = %s AND weekday = 7",
        venue.pk,
    )

    assert found() == [
        Breach(
            "venues.hours_do_not_overlap",
            str(venue.pk),
            "hours of weekday 7 run into those of weekday 1",
        )
    ]


def test_state_without_its_step_is_named(venue: Venue) -> None:
    execute("UPDATE venues_venue SET status = 'paused' WHERE id = %s", venue.pk)

    assert found() == [
        Breach(
            "venues.status_follows_log",
            str(venue.pk),
            "the listing is paused, but its last logged step led to published",
        )
    ]


def test_edit_without_a_case_is_named(venue: Venue, owner: User) -> None:
    execute(
        "INSERT INTO venues_listingedit (venue_id, changes, state, proposed_by_id, proposed_at)"
        " VALUES (%s, '{}', 'pending', %s, now())",
        venue.pk,
        owner.pk,
    )

    assert found() == [
        Breach(
            "venues.waiting_edit_has_case",
            str(venue.edits.get().pk),
            "the edit is pending and has 0 unresolved cases",
        )
    ]


def test_review_without_a_case_is_named(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.IN_REVIEW)

    assert found() == [
        Breach(
            "venues.review_has_case",
            str(venue.pk),
            "the listing is in_review, and its case is missing",
        )
    ]


def test_gap_in_the_gallery_is_named(venue: Venue) -> None:
    execute(
        "UPDATE venues_venuephoto SET position = 9 WHERE venue_id = %s AND position = 0", venue.pk
    )

    assert found() == [
        Breach(
            "venues.photos_are_numbered",
            str(venue.pk),
            "5 photos are shown, and the last one has position 9",
        )
    ]


def test_listing_that_nobody_owns_is_named(venue: Venue) -> None:
    execute("DELETE FROM venues_membership WHERE venue_id = %s", venue.pk)

    assert found() == [
        Breach("venues.team_has_owner", str(venue.pk), "nobody in the team is its owner")
    ]


def test_shortest_booking_off_the_grid_is_named(venue: Venue) -> None:
    space = venue.spaces.get()
    execute("UPDATE venues_space SET minimum_minutes = 75 WHERE id = %s", space.pk)

    assert found() == [
        Breach(
            "venues.shortest_fits_grid",
            str(space.pk),
            "the shortest booking is 75 minutes, but bookings start every 30",
        )
    ]


def test_impossible_parts_are_named(venue: Venue, owner: User) -> None:
    hall = venue.spaces.get()
    elsewhere = make_venue(owner=owner).spaces.get()
    desks = make_space(venue=venue, units=12)
    inner = make_space(venue=venue, parts=[make_space(venue=venue)])
    hall.parts.set([hall, elsewhere, desks, inner])

    check = "venues.parts_are_possible"
    reasons = {
        hall: "is itself",
        elsewhere: "is of another venue",
        desks: "is not once there, or its whole is not",
        inner: "has parts of its own",
    }
    assert found() == [
        Breach(check, str(hall.pk), f"its part {part.pk} {reason}")
        for part, reason in sorted(reasons.items(), key=lambda item: item[0].pk)
    ]
