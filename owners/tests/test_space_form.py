"""The booking rules and the parts of a space, as its owner sets them."""

from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Category, Space, Venue
from marketplace.venues.services import SpaceDetails
from marketplace.venues.tests.factories import make_space, make_venue
from owners.forms.space import SpaceForm
from owners.tests.test_sections import address, space_values


@pytest.fixture
def draft(owner: User) -> Venue:
    return make_venue(owner=owner, status=ListingStatus.DRAFT)


def test_new_space_begins_with_the_rules_of_the_market(client: Client, draft: Venue) -> None:
    Category.objects.filter(pk=draft.category_id).update(minimum_minutes=60)
    draft.refresh_from_db()

    form = SpaceForm(venue=draft, initial=SpaceForm.initial_for(draft))

    rules = {
        "minimum_minutes": 60,
        "granularity_minutes": 30,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 30,
        "lead_hours": 2,
        "instant_hours": 24,
        "horizon_days": 365,
        "booking_mode": "instant",
        "answer_hours": 24,
    }
    assert {name: form[name].initial for name in rules} == rules
    page = client.get(address("space_add", draft)).content.decode()
    assert "Booking rules" in page
    assert "You answer each request first" in page


def test_rules_are_saved(client: Client, draft: Venue) -> None:
    rules: dict[str, Any] = {
        "minimum_minutes": 180,
        "granularity_minutes": 60,
        "buffer_before_minutes": 60,
        "buffer_after_minutes": 0,
        "lead_hours": 48,
        "instant_hours": 168,
        "horizon_days": 90,
        "booking_mode": "request",
        "answer_hours": 48,
    }

    response = client.post(address("space_add", draft), space_values(**rules))

    space = draft.spaces.get(name="Main hall")
    assert response["Location"] == address("spaces", draft)
    assert {name: getattr(space, name) for name in rules} == rules
    assert "On request" in client.get(address("spaces", draft)).content.decode()


def test_shortest_booking_off_the_grid_is_told_at_its_field(client: Client, draft: Venue) -> None:
    values = space_values(minimum_minutes=90, granularity_minutes=60)

    response = client.post(address("space_add", draft), values)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "minimum_minutes": ["Choose a multiple of 1 hour: that is when bookings start."]
    }


@pytest.mark.parametrize(
    ("name", "stored", "words"),
    [
        ("buffer_after_minutes", 75, "1 h 15 min"),
        ("lead_hours", 36, "36 hours before"),
        ("instant_hours", 72, "3 days before"),
        ("horizon_days", 45, "45 days"),
    ],
)
def test_unusual_rule_stays_choosable(
    client: Client, draft: Venue, name: str, stored: int, words: str
) -> None:
    space = make_space(venue=draft, **dict[str, Any]({name: stored}))

    page = client.get(address("space_edit", draft, space.pk)).content.decode()

    assert f'<option value="{stored}" selected>{words}</option>' in page


def test_space_is_made_of_others(client: Client, draft: Venue) -> None:
    halls = [draft.spaces.get(), make_space(venue=draft, name="Hall B")]
    parts = [hall.pk for hall in halls]

    client.post(address("space_add", draft), space_values(parts=parts))

    grand = draft.spaces.get(name="Main hall")
    assert SpaceDetails.of(grand).parts == tuple(sorted(parts))
    assert "Combines Hall 1 + Hall B" in client.get(address("spaces", draft)).content.decode()


def offered(venue: Venue, space: Space | None = None) -> list[str] | None:
    form = SpaceForm(venue=venue, space=space)
    field = form.fields.get("parts")
    return [str(label) for _pk, label in field.choices] if field else None  # type: ignore[attr-defined]


def test_only_what_can_be_a_part_is_offered(draft: Venue) -> None:
    hall = draft.spaces.get()
    assert offered(draft, hall) is None

    other, room = (make_space(venue=draft, name=name) for name in ("Hall B", "Room"))
    make_space(venue=draft, name="Desk", units=12)
    grand = make_space(venue=draft, name="Grand hall", parts=[hall, other])

    assert offered(draft) == ["Hall 1", "Hall B", "Room"]
    assert offered(draft, grand) == ["Hall 1", "Hall B", "Room"]
    assert offered(draft, room) == ["Hall 1", "Hall B"]
    assert offered(draft, hall) is None


def test_impossible_parts_keep_what_was_typed(client: Client, draft: Venue) -> None:
    hall = draft.spaces.get()
    make_space(venue=draft, name="Hall B")

    values = space_values(parts=[hall.pk], units=3)
    response = client.post(address("space_add", draft), values)

    assert response.status_code == 422
    assert "There are several of “Main hall”" in response.content.decode()
    assert not draft.spaces.made_of_parts().exists()
