import pytest

from marketplace.accounts.tests.factories import Cast
from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Membership, Venue
from marketplace.venues.policies import Right, has_right
from marketplace.venues.tests.factories import add_member, make_venue


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (MemberRole.OWNER, {Right.SEE, Right.EDIT, Right.CLOSE}),
        (MemberRole.MANAGER, {Right.SEE, Right.EDIT}),
        (MemberRole.VIEWER, {Right.SEE}),
    ],
)
def test_role_brings_its_rights(cast: Cast, role: MemberRole, rights: set[Right]) -> None:
    venue = make_venue(owner=cast.owner)
    member = add_member(venue=venue, role=role)

    membership = Membership.objects.of(member).in_team_of(venue.pk).get()

    assert {right for right in Right if has_right(membership, right)} == rights


def test_nobody_else_is_in_the_team(cast: Cast) -> None:
    venue = make_venue(owner=cast.owner)

    for person in (cast.other_owner, cast.renter, cast.moderator, cast.administrator):
        assert list(Membership.objects.of(person).in_team_of(venue.pk)) == []
        assert list(Venue.objects.of_member(person)) == []


def test_team_finds_its_venues_in_any_role(cast: Cast) -> None:
    venue = make_venue(owner=cast.owner)
    viewer = add_member(venue=venue, role=MemberRole.VIEWER)

    assert list(Venue.objects.of_member(cast.owner)) == [venue]
    assert list(Venue.objects.of_member(viewer)) == [venue]


@pytest.mark.parametrize("status", ["draft", "paused", "suspended", "archived"])
def test_unpublished_listing_is_visible_to_team_and_moderators(cast: Cast, status: str) -> None:
    venue = make_venue(owner=cast.owner, status=status)

    for person in (cast.owner, cast.moderator):
        assert list(Venue.objects.visible_to(person)) == [venue]
    for person in (cast.stranger, cast.other_owner):
        assert list(Venue.objects.visible_to(person)) == []
