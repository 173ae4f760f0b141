import pytest
from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.tests.factories import Cast, make_user
from marketplace.bookings import policies
from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Membership, Space
from marketplace.venues.tests.factories import add_member


def test_people_with_a_verified_phone_may_book_but_not_their_own(cast: Cast, space: Space) -> None:
    venue = space.venue
    viewer = add_member(venue=venue, role=MemberRole.VIEWER)

    for person in (cast.renter, cast.other_owner, cast.moderator, cast.administrator):
        assert policies.may_book(person, venue)
    for visitor in (cast.owner, viewer, make_user(phone_verified_at=None), AnonymousUser()):
        assert not policies.may_book(visitor, venue)


@pytest.mark.parametrize(
    ("role", "may"),
    [(MemberRole.OWNER, True), (MemberRole.MANAGER, True), (MemberRole.VIEWER, False)],
)
def test_owners_and_managers_answer_and_see_earnings(
    cast: Cast, space: Space, role: MemberRole, *, may: bool
) -> None:
    person = add_member(venue=space.venue, role=role)
    membership = Membership.objects.of(person).in_team_of(space.venue_id).get()

    assert policies.may_answer(membership) is may
    assert policies.may_see_earnings(membership) is may
