"""Booking rules of a space, what it is made of, and what the calendar may forbid."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.dispatch import Signal

from marketplace.accounts.models import User
from marketplace.core.errors import DomainError
from marketplace.venues import services
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Space, Venue
from marketplace.venues.services import (
    PartOfAnother,
    PartsImpossible,
    Saved,
    SpaceDetails,
    TermsImpossible,
)
from marketplace.venues.services.parts import part_ids_of
from marketplace.venues.signals import parts_changing, space_removing, units_lowering
from marketplace.venues.tests.factories import make_space, make_venue

NOW = datetime(2026, 5, 11, 10, 0, tzinfo=UTC)


@contextmanager
def heard(signal: Signal, *, refuse: bool = False) -> Iterator[list[dict[str, Any]]]:
    """What a receiver to the left is told; it may say no."""
    calls: list[dict[str, Any]] = []

    def listen(sender: object, signal: object, **told: Any) -> None:
        calls.append(told)
        if refuse:
            raise DomainError("There are bookings to come.")

    signal.connect(listen)
    try:
        yield calls
    finally:
        signal.disconnect(listen)


def change(space: Space, by: User, **values: Any) -> Saved:
    details = replace(SpaceDetails.of(Space.objects.get(pk=space.pk)), **values)
    return services.update_space(space=space, by=by, now=NOW, details=details)


@pytest.fixture
def house(owner: User) -> Venue:
    """Two halls with a wall between them, and a room."""
    venue = make_venue(owner=owner, spaces=0)
    for name in ("Hall A", "Hall B", "Room"):
        make_space(venue=venue, name=name)
    return venue


def space_of(house: Venue, name: str) -> Space:
    return house.spaces.get(name=name)


@pytest.fixture
def grand(house: Venue) -> Space:
    halls = house.spaces.filter(name__in=["Hall A", "Hall B"])
    return make_space(venue=house, name="Grand hall", parts=halls)


# --- Booking rules --------------------------------------------------------------------------------


def test_booking_rules_count_at_once_on_a_live_listing(owner: User) -> None:
    space = make_venue(owner=owner).spaces.get()
    rules = {
        "minimum_minutes": 180,
        "granularity_minutes": 15,
        "buffer_before_minutes": 15,
        "buffer_after_minutes": 60,
        "lead_hours": 12,
        "instant_hours": 48,
        "horizon_days": 90,
        "booking_mode": "request",
        "answer_hours": 48,
    }

    assert change(space, owner, **rules) is Saved.AT_ONCE

    space.refresh_from_db()
    assert {name: getattr(space, name) for name in rules} == rules
    assert not space.venue.edits.exists()


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (
            {"minimum_minutes": 90, "granularity_minutes": 60},
            "Bookings start every 1 hour, so the shortest one is a multiple of that.",
        ),
        ({"buffer_after_minutes": 1441}, "Keep a day free around a booking at most."),
        ({"horizon_days": 731}, "Take bookings for two years ahead at most."),
        (
            {"horizon_days": 1, "lead_hours": 24},
            "Nobody could book: the notice that you ask for is longer than you take bookings.",
        ),
    ],
)
def test_rules_that_do_not_fit_are_refused(
    owner: User, rules: dict[str, Any], message: str
) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT)
    space = venue.spaces.get()
    added = replace(SpaceDetails.of(space), name="Attic", **rules)

    with pytest.raises(TermsImpossible) as refusal:
        change(space, owner, **rules)
    with pytest.raises(TermsImpossible):
        services.add_space(venue=venue, by=owner, now=NOW, details=added)

    assert str(refusal.value) == message
    assert venue.spaces.count() == 1


# --- Parts ----------------------------------------------------------------------------------------


def test_space_is_made_of_others_at_once(owner: User, house: Venue) -> None:
    halls = [space_of(house, "Hall A").pk, space_of(house, "Hall B").pk]
    grand = make_space(venue=house, name="Grand hall")

    assert change(grand, owner, parts=tuple(halls)) is Saved.AT_ONCE
    assert part_ids_of(grand) == tuple(sorted(halls))
    assert change(grand, owner) is Saved.UNCHANGED
    assert change(grand, owner, parts=()) is Saved.AT_ONCE
    assert part_ids_of(grand) == ()


def test_draft_gets_a_space_with_its_parts(owner: User) -> None:
    venue = make_venue(owner=owner, status=ListingStatus.DRAFT, spaces=2)
    halls = tuple(venue.spaces.values_list("pk", flat=True))
    details = SpaceDetails(name="Grand hall", capacity=120, parts=halls)

    services.add_space(venue=venue, by=owner, now=NOW, details=details)

    assert SpaceDetails.of(venue.spaces.get(name="Grand hall")) == details


def test_new_space_of_a_live_listing_gets_the_parts_that_are_left(
    owner: User, moderator: User, house: Venue
) -> None:
    parts = tuple(house.spaces.values_list("pk", flat=True))
    details = SpaceDetails(
        name="Grand hall", capacity=120, hourly_rate_minor=90_000_00, parts=parts
    )
    assert services.add_space(venue=house, by=owner, now=NOW, details=details) is Saved.WAITING
    services.remove_space(space=space_of(house, "Room"), by=owner, now=NOW)

    services.apply_edit(edit=house.edits.pending().get(), by=moderator, now=NOW)

    grand = space_of(house, "Grand hall")
    assert [part.name for part in grand.parts.all()] == ["Hall A", "Hall B"]


@pytest.mark.usefixtures("grand")
@pytest.mark.parametrize(
    ("name", "parts", "message"),
    [
        ("Room", ["Room"], "A space cannot be a part of itself."),
        ("Room", ["Grand hall"], "“Grand hall” is made of parts itself. Choose its parts instead."),
        (
            "Hall A",
            ["Room"],
            "“Hall A” is a part of “Grand hall”, so it cannot have parts of its own.",
        ),
        ("Room", ["Elsewhere"], "A part is a space of the same venue."),
    ],
)
def test_impossible_parts_are_refused(
    owner: User, house: Venue, name: str, parts: list[str], message: str
) -> None:
    make_space(venue=make_venue(owner=owner), name="Elsewhere")
    ids = tuple(Space.objects.filter(name__in=parts).values_list("pk", flat=True))

    with pytest.raises(PartsImpossible) as refusal:
        change(space_of(house, name), owner, parts=ids)

    assert str(refusal.value) == message
    assert not space_of(house, name).parts.exists()


@pytest.mark.parametrize("name", ["Grand hall", "Hall A"])
def test_whole_and_part_exist_once(owner: User, house: Venue, grand: Space, name: str) -> None:
    with pytest.raises(PartsImpossible, match=f"There are several of “{name}”"):
        change(space_of(house, name), owner, units=2)


def test_several_alike_are_no_part(owner: User, house: Venue) -> None:
    desks = make_space(venue=house, name="Desk", units=12)

    with pytest.raises(PartsImpossible, match="There are several of “Desk”"):
        change(space_of(house, "Room"), owner, parts=(desks.pk,))


def test_part_is_taken_out_before_it_is_removed(owner: User, house: Venue, grand: Space) -> None:
    with pytest.raises(PartOfAnother) as refusal:
        services.remove_space(space=space_of(house, "Hall A"), by=owner, now=NOW)

    assert str(refusal.value) == "“Grand hall” is made of “Hall A”. Take it out of there first."
    services.remove_space(space=grand, by=owner, now=NOW)
    services.remove_space(space=space_of(house, "Hall A"), by=owner, now=NOW)
    assert not house.spaces.filter(name="Hall A").exists()


# --- What the calendar may forbid -----------------------------------------------------------------


def test_calendar_hears_of_other_parts_and_may_say_no(
    owner: User, house: Venue, grand: Space
) -> None:
    room, hall = space_of(house, "Room"), space_of(house, "Hall A")

    with heard(parts_changing, refuse=True) as calls, pytest.raises(DomainError):
        change(grand, owner, parts=(hall.pk, room.pk), hourly_rate_minor=1_00)

    leaves = sorted([grand.pk, hall.pk, room.pk, space_of(house, "Hall B").pk])
    assert calls == [{"space_id": grand.pk, "leaf_ids": leaves}]
    assert [part.name for part in grand.parts.all()] == ["Hall A", "Hall B"]
    assert Space.objects.get(pk=grand.pk).hourly_rate_minor == 20_000_00


def test_calendar_is_not_asked_where_parts_stay(owner: User, grand: Space) -> None:
    with heard(parts_changing, refuse=True) as calls:
        change(grand, owner, hourly_rate_minor=1_00)

    assert calls == []


def test_calendar_hears_of_fewer_alike(owner: User) -> None:
    venue = make_venue(owner=owner, space_fields={"units": 12})
    desk = venue.spaces.get()

    with heard(units_lowering, refuse=True) as calls:
        change(desk, owner, units=14)
        with pytest.raises(DomainError):
            change(desk, owner, units=8)

    desk.refresh_from_db()
    assert (calls, desk.units) == ([{"space_id": desk.pk, "units": 8}], 14)


def test_calendar_may_keep_a_space(owner: User, house: Venue) -> None:
    room = space_of(house, "Room")

    with heard(space_removing, refuse=True) as calls, pytest.raises(DomainError):
        services.remove_space(space=room, by=owner, now=NOW)

    assert calls == [{"space_id": room.pk}]
    assert house.spaces.filter(pk=room.pk).exists()
