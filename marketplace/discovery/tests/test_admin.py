import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.tests.factories import make_cast
from marketplace.discovery.models import EditorsPick, SearchEntry
from marketplace.venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db


def test_pick_remembers_who_picked_it(client: Client) -> None:
    venue, administrator = make_venue(), make_cast().administrator
    client.force_login(administrator)

    response = client.post(
        reverse("admin:discovery_editorspick_add"), {"venue": venue.pk, "position": 3}
    )

    assert response.status_code == 302
    pick = EditorsPick.objects.get()
    assert (pick.venue, pick.position, pick.picked_by) == (venue, 3, administrator)


def test_entries_are_only_looked_at(client: Client) -> None:
    entry = SearchEntry.objects.get(venue=make_venue())
    client.force_login(make_cast().administrator)

    listed = client.get(reverse("admin:discovery_searchentry_changelist"))
    shown = client.get(reverse("admin:discovery_searchentry_change", args=[entry.pk]))
    added = client.post(reverse("admin:discovery_searchentry_add"))
    removed = client.post(reverse("admin:discovery_searchentry_delete", args=[entry.pk]))

    assert [answer.status_code for answer in (listed, shown, added, removed)] == [
        200,
        200,
        403,
        403,
    ]
