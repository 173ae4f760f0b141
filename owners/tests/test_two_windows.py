"""A form that was opened before another one was saved does not undo that one."""

import re
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Venue
from marketplace.venues.tests.factories import make_venue
from owners.tests.test_sections import address, basics_of, space_values, week

CHANGED_MEANWHILE = "This was changed meanwhile"


@pytest.fixture
def draft(owner: User) -> Venue:
    return make_venue(owner=owner, status=ListingStatus.DRAFT)


def version_in(client: Client, page: str) -> str:
    found = re.search(r'name="version" value="(\w+)"', client.get(page).content.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize("status", [ListingStatus.DRAFT, ListingStatus.PUBLISHED])
def test_later_window_does_not_undo_the_earlier(
    client: Client, owner: User, status: ListingStatus
) -> None:
    venue = make_venue(owner=owner, status=status)
    page = address("basics", venue)
    seen = version_in(client, page)
    client.post(page, basics_of(venue, summary="From the first window", version=seen))
    late = basics_of(venue, name="From the second window", version=seen)

    refused = client.post(page, late)

    text = refused.content.decode()
    assert refused.status_code == 422
    assert CHANGED_MEANWHILE in text
    assert 'value="From the second window"' in text
    assert 'value="From the first window"' in client.get(page).content.decode()
    again = client.post(page, {**late, "version": version_in(client, page)})
    assert again.status_code == 302


def test_same_form_sent_twice_is_no_conflict(client: Client, draft: Venue) -> None:
    space = draft.spaces.get()
    forms: dict[str, dict[str, Any]] = {
        address("basics", draft): basics_of(draft, name="Attic"),
        address("hours", draft): week(day1="10:00-22:00"),
        address("terms", draft): {"rules": "Quiet", "cancellation_policy": "flexible"},
        address("space_edit", draft, space.pk): space_values(hourly_rate_minor="45 000,50"),
    }
    for page, values in forms.items():
        values["version"] = version_in(client, page)

        assert [client.post(page, values).status_code for _ in range(2)] == [302, 302]


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("hours", {"day1_0_opens": "10:00", "day1_0_closes": "20:00"}, {}),
        (
            "terms",
            {"rules": "One", "cancellation_policy": "flexible"},
            {"rules": "Two", "cancellation_policy": "flexible"},
        ),
    ],
)
def test_each_section_tells_of_a_change_meanwhile(
    client: Client, draft: Venue, name: str, first: dict[str, str], second: dict[str, str]
) -> None:
    page = address(name, draft)
    seen = {"version": version_in(client, page)}
    client.post(page, first | seen)

    response = client.post(page, second | seen)

    assert response.status_code == 422
    assert CHANGED_MEANWHILE in response.content.decode()


def test_copying_a_day_keeps_the_version_that_was_seen(client: Client, draft: Venue) -> None:
    page = address("hours", draft)
    seen = version_in(client, page)
    client.post(page, week(day1="10:00-20:00"))

    copied = client.post(page, {**week(day1="11:00-12:00"), "copy": "1", "version": seen})

    assert f'name="version" value="{seen}"' in copied.content.decode()
