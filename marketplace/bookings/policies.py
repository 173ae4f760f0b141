"""Who may do what with a booking. Whether it can be done is the services' say.

Strangers are told that there is nothing (404); members of the team who lack a right, that they
lack it (403).
"""

from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.models import User
from marketplace.accounts.policies import has_verified_phone
from marketplace.venues.models import Membership, Venue
from marketplace.venues.policies import Right, has_right

type Visitor = User | AnonymousUser


def is_of_team(person: Visitor, venue: Venue) -> bool:
    """Whether the person is in the venue's team, in any role."""
    return isinstance(person, User) and Membership.objects.of(person).in_team_of(venue.pk).exists()


def may_book(person: Visitor, venue: Venue) -> bool:
    """Whether the person may book there: a verified phone number, and not of the venue's team."""
    return has_verified_phone(person) and not is_of_team(person, venue)


def may_answer(membership: Membership) -> bool:
    """Whether a place in the team lets a person accept, decline, cancel and block time."""
    return has_right(membership, Right.EDIT)


def may_see_earnings(membership: Membership) -> bool:
    """Whether a place in the team lets a person see what it earns: owners and managers."""
    return has_right(membership, Right.EDIT)
