"""A venue's team, which always has an owner."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.accounts.tests.factories import Cast
from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Membership, Venue
from marketplace.venues.services.team import LastOwner, change_role, remove_member
from marketplace.venues.tests.factories import add_member, make_venue

pytestmark = pytest.mark.django_db

NEEDS_AN_OWNER = "A venue needs an owner: make somebody else in its team the owner first."


@pytest.fixture
def venue(owner: User) -> Venue:
    return make_venue(owner=owner)


@pytest.fixture
def membership(venue: Venue) -> Membership:
    return venue.memberships.get()


@pytest.fixture
def administrator(client: Client, cast: Cast) -> Client:
    client.force_login(cast.administrator)
    return client


def _address(page: str, membership: Membership) -> str:
    return reverse(f"admin:venues_membership_{page}", args=[membership.pk])


def test_last_owner_keeps_the_role(membership: Membership) -> None:
    with pytest.raises(LastOwner):
        change_role(membership=membership, role=MemberRole.MANAGER)

    membership.refresh_from_db()
    assert membership.role == MemberRole.OWNER


def test_last_owner_stays(venue: Venue, membership: Membership) -> None:
    add_member(venue=venue, role=MemberRole.MANAGER)

    with pytest.raises(LastOwner):
        remove_member(membership=membership)

    assert venue.memberships.count() == 2


def test_owner_goes_once_there_is_another(venue: Venue, membership: Membership) -> None:
    other = add_member(venue=venue, role=MemberRole.MANAGER)

    change_role(membership=venue.memberships.get(user=other), role=MemberRole.OWNER)
    remove_member(membership=membership)

    assert [member.user for member in venue.memberships.all()] == [other]


def test_admin_says_why_the_last_owner_keeps_the_role(
    administrator: Client, membership: Membership
) -> None:
    response = administrator.post(_address("change", membership), {"role": MemberRole.VIEWER})

    assert response.headers["Location"] == _address("change", membership)
    assert [str(it) for it in get_messages(response.wsgi_request)] == [NEEDS_AN_OWNER]
    membership.refresh_from_db()
    assert membership.role == MemberRole.OWNER


def test_admin_says_why_the_last_owner_stays(administrator: Client, membership: Membership) -> None:
    response = administrator.post(_address("delete", membership), {"post": "yes"})

    assert [str(it) for it in get_messages(response.wsgi_request)] == [NEEDS_AN_OWNER]
    assert Membership.objects.filter(pk=membership.pk).exists()


def test_admin_changes_a_role_and_takes_a_member_out(administrator: Client, venue: Venue) -> None:
    user = add_member(venue=venue, role=MemberRole.MANAGER)
    member = venue.memberships.get(user=user)

    administrator.post(_address("change", member), {"role": MemberRole.VIEWER})
    member.refresh_from_db()
    role = member.role
    administrator.post(_address("delete", member), {"post": "yes"})

    assert role == MemberRole.VIEWER
    assert not Membership.objects.filter(pk=member.pk).exists()


def test_admin_removes_nobody_in_bulk(administrator: Client, membership: Membership) -> None:
    chosen = {"action": "delete_selected", "_selected_action": membership.pk, "post": "yes"}

    administrator.post(reverse("admin:venues_membership_changelist"), chosen)

    assert Membership.objects.filter(pk=membership.pk).exists()


@pytest.mark.parametrize("model", ["category", "city", "district", "amenity"])
def test_admin_only_looks_at_reference_words(
    administrator: Client, venue: Venue, model: str
) -> None:
    assert administrator.post(reverse(f"admin:venues_{model}_add")).status_code == 403
