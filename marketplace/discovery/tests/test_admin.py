from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.accounts.tests.factories import make_cast
from marketplace.discovery.models import EditorsPick, Promotion, SearchEntry
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


STARTS = datetime(2026, 12, 1, 9, tzinfo=UTC)


def promotion_form(venue: object, starts_at: datetime, ends_at: datetime) -> dict[str, object]:
    """What an administrator sends."""
    form: dict[str, object] = {"venue": getattr(venue, "pk", ""), "note": "By phone"}
    for name, at in (("starts_at", starts_at), ("ends_at", ends_at)):
        local = timezone.localtime(at)
        form |= {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M:%S}"}
    return form


def test_administrator_promotes_a_venue(client: Client) -> None:
    venue, administrator = make_venue(), make_cast().administrator
    client.force_login(administrator)

    response = client.post(
        reverse("admin:discovery_promotion_add"),
        promotion_form(venue, STARTS, STARTS + timedelta(days=30)),
    )

    assert response.status_code == 302
    promotion = Promotion.objects.get()
    assert (promotion.venue, promotion.created_by) == (venue, administrator)
    assert promotion.ends_at - promotion.starts_at == timedelta(days=30)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "words"),
    [
        (STARTS, STARTS, "A promotion ends after it starts."),
        (STARTS, STARTS - timedelta(days=1), "A promotion ends after it starts."),
        (
            STARTS + timedelta(days=9),
            STARTS + timedelta(days=11),
            "This venue is promoted in that time already.",
        ),
    ],
)
def test_promotion_that_cannot_be_is_refused_in_words(
    client: Client, starts_at: datetime, ends_at: datetime, words: str
) -> None:
    venue = make_venue()
    Promotion.objects.create(venue=venue, starts_at=STARTS, ends_at=STARTS + timedelta(days=10))
    client.force_login(make_cast().administrator)

    response = client.post(
        reverse("admin:discovery_promotion_add"), promotion_form(venue, starts_at, ends_at)
    )

    assert response.status_code == 200
    assert words in response.content.decode()
    assert Promotion.objects.count() == 1


def test_one_venue_is_promoted_once_at_a_time() -> None:
    venue = make_venue()
    Promotion.objects.create(venue=venue, starts_at=STARTS, ends_at=STARTS + timedelta(days=10))
    Promotion.objects.create(
        venue=venue, starts_at=STARTS + timedelta(days=10), ends_at=STARTS + timedelta(days=20)
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        Promotion.objects.create(
            venue=venue, starts_at=STARTS + timedelta(days=19), ends_at=STARTS + timedelta(days=21)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Promotion.objects.filter(venue=venue).update(starts_at=STARTS + timedelta(days=40))


@pytest.mark.parametrize("person", ["renter", "owner", "moderator"])
def test_only_administrators_promote(client: Client, person: str) -> None:
    client.force_login(getattr(make_cast(), person))

    assert client.get(reverse("admin:discovery_promotion_changelist")).status_code != 200
    client.post(
        reverse("admin:discovery_promotion_add"),
        promotion_form(make_venue(), STARTS, STARTS + timedelta(days=1)),
    )
    assert not Promotion.objects.exists()


def test_list_of_promotions_says_which_home_shows(client: Client) -> None:
    now = timezone.now()
    for status, days in (("published", 1), ("published", -1), ("paused", 1)):
        Promotion.objects.create(
            venue=make_venue(status=status),
            starts_at=now - timedelta(days=2),
            ends_at=now + timedelta(days=days),
        )
    client.force_login(make_cast().administrator)
    address = reverse("admin:discovery_promotion_changelist")

    everything = client.get(address).content.decode()
    over = client.get(address, {"time": "over"}).content.decode()

    assert everything.count("icon-yes") == 1
    assert everything.count("icon-no") == 2
    assert (over.count("icon-yes"), over.count("icon-no")) == (0, 1)
