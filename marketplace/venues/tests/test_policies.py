import pytest

from marketplace.accounts.tests.factories import Cast
from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Venue
from marketplace.venues.policies import may_archive, may_edit, may_view_team
from marketplace.venues.tests.factories import add_member, make_venue


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (MemberRole.OWNER, (True, True, True)),
        (MemberRole.MANAGER, (True, True, False)),
        (MemberRole.VIEWER, (True, False, False)),
    ],
)
def test_role_brings_its_rights(
    cast: Cast, role: MemberRole, rights: tuple[bool, bool, bool]
) -> None:
    venue = make_venue(owner=cast.owner)
    member = add_member(venue=venue, role=role)

    found = (may_view_team(member, venue), may_edit(member, venue), may_archive(member, venue))

    assert found == rights


def test_nobody_else_has_a_right(cast: Cast) -> None:
    venue = make_venue(owner=cast.owner)

    for person in (cast.other_owner, cast.renter, cast.moderator, cast.administrator):
        assert not may_view_team(person, venue)
        assert not may_edit(person, venue)
        assert not may_archive(person, venue)


def test_team_finds_what_it_may_change(cast: Cast) -> None:
    venue = make_venue(owner=cast.owner)
    viewer = add_member(venue=venue, role=MemberRole.VIEWER)

    assert list(Venue.objects.editable_by(cast.owner)) == [venue]
    assert list(Venue.objects.editable_by(viewer)) == []
    assert list(Venue.objects.of_member(viewer)) == [venue]


@pytest.mark.parametrize("status", ["draft", "paused", "suspended", "archived"])
def test_unpublished_listing_is_visible_to_team_and_moderators(cast: Cast, status: str) -> None:
    venue = make_venue(owner=cast.owner, status=status)

    for person in (cast.owner, cast.moderator):
        assert list(Venue.objects.visible_to(person)) == [venue]
    for person in (cast.stranger, cast.other_owner):
        assert list(Venue.objects.visible_to(person)) == []
