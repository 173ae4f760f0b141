"""The bell and the list behind it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import make_user
from marketplace.notifications.models import Notification
from marketplace.notifications.services import notify

pytestmark = pytest.mark.django_db

URL = "/notifications/"


@pytest.fixture
def member(client: Client) -> User:
    member = make_user()
    client.force_login(member)
    return member


def tell(member: User, *, minutes: int = 0, **facts: Any) -> Notification:
    """That a listing is published, so many minutes ago."""
    path = facts.pop("path", "/venues/atelier-nord/")
    context = {"venue": "Atelier Nord", "public_path": path, "owner_path": "/", **facts}
    with transaction.atomic():
        return notify(
            kind="venues.listing_approved",
            to=member,
            context=context,
            event_key=str(uuid4()),
            now=timezone.now() - timedelta(minutes=minutes),
        )


def text_of(client: Client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_guest_is_sent_to_log_in(client: Client) -> None:
    for url in (URL, f"{URL}{uuid4()}/"):
        response = client.get(url)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


def test_newest_comes_first_with_what_happened(client: Client, member: User) -> None:
    older, newer = tell(member, minutes=2, venue="<b>Red</b>"), tell(member, minutes=1)

    page = text_of(client)

    assert "Your listing is published" in page
    assert "“&lt;b&gt;Red&lt;/b&gt;”: everybody can find it" in page
    newest, oldest = (page.index(f"{URL}{told.pk}/") for told in (newer, older))
    assert newest < oldest


def test_list_says_when_there_is_nothing(client: Client, member: User) -> None:
    page = text_of(client)

    assert "Nothing new" in page
    assert "Mark all as read" not in page
    assert 'aria-label="Notifications"' in page


def test_others_are_told_other_things(client: Client, member: User) -> None:
    theirs = tell(make_user())

    assert str(theirs.pk) not in text_of(client)
    assert client.get(f"{URL}{theirs.pk}/").status_code == 404
    client.post(f"{URL}read/")
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_line_leads_to_its_subject_and_is_read(client: Client, member: User) -> None:
    told, other = tell(member), tell(member)
    assert text_of(client).count("Unread:") == 2

    response = client.get(f"{URL}{told.pk}/")

    assert (response.status_code, response["Location"]) == (302, "/venues/atelier-nord/")
    told.refresh_from_db()
    other.refresh_from_db()
    assert told.read_at is not None
    assert other.read_at is None
    assert text_of(client).count("Unread:") == 1


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "javascript:x", ""])
def test_line_never_leads_away_from_the_site(client: Client, member: User, path: str) -> None:
    told = tell(member, path=path)

    assert client.get(f"{URL}{told.pk}/")["Location"] == URL


def test_all_are_marked_as_read_by_post_alone(client: Client, member: User) -> None:
    tell(member)
    tell(member)
    assert client.get(f"{URL}read/").status_code == 405
    assert Notification.objects.unread().count() == 2

    response = client.post(f"{URL}read/")

    assert (response.status_code, response["Location"]) == (302, URL)
    assert not Notification.objects.unread().exists()
    assert "Unread:" not in text_of(client)


def test_list_has_pages_and_asks_as_much_for_twenty_lines_as_for_one(
    client: Client, member: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text_of(client)
        return len(captured)

    tell(member)
    text_of(client)  # what pages keep in memory is read once
    for_one = queries()
    for number in range(20):
        tell(member, minutes=number + 1)

    # Session, person, number of lines, lines, number on the bell.
    assert queries() == for_one == 5
    assert text_of(client, f"{URL}?page=2").count("Unread:") == 1


@pytest.mark.parametrize(("number", "says"), [(1, "1"), (99, "99"), (100, "99+")])
def test_bell_tells_how_many_are_not_read(
    client: Client, member: User, number: int, says: str
) -> None:
    now = timezone.now()
    Notification.objects.bulk_create(
        Notification(
            kind="venues.listing_approved",
            event_key=f"event-{index}",
            recipient=member,
            is_in_app=True,
            context={"venue": "Atelier Nord", "public_path": "/"},
            created_at=now,
        )
        for index in range(number)
    )

    page = text_of(client, "/help/")

    assert f'aria-label="Notifications, {says} unread"' in page


def test_guests_have_no_bell_and_pay_no_query_for_it(client: Client) -> None:
    text_of(client, "/help/")
    with CaptureQueriesContext(connection) as captured:
        page = text_of(client, "/help/")

    assert "Notifications" not in page
    assert not [query for query in captured if "notifications_" in query["sql"]]
