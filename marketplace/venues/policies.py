"""Who may do what with a listing. Whether the listing is in a state for it is the services' say.

Strangers are told that there is nothing (404); members of the team who lack a right are told that
they lack it (403). Moderators decide about listings on pages of their own and have no right here.
"""

from enum import Enum
from typing import Final

from marketplace.accounts.models import User
from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Membership, Venue


class Right(Enum):
    """What a member of a team may or may not do."""

    SEE = "see"
    EDIT = "edit"
    CLOSE = "close"


RIGHTS: Final[dict[str, frozenset[Right]]] = {
    MemberRole.OWNER: frozenset({Right.SEE, Right.EDIT, Right.CLOSE}),
    MemberRole.MANAGER: frozenset({Right.SEE, Right.EDIT}),
    MemberRole.VIEWER: frozenset({Right.SEE}),
}


def has_right(membership: Membership, right: Right) -> bool:
    """Whether a place in a team brings this right."""
    return right in RIGHTS[membership.role]


def _may(user: User, venue: Venue, right: Right) -> bool:
    membership = venue.memberships.of(user).first()
    return membership is not None and has_right(membership, right)


def may_view_team(user: User, venue: Venue) -> bool:
    """See the listing as its team does: every member."""
    return _may(user, venue, Right.SEE)


def may_edit(user: User, venue: Venue) -> bool:
    """Change it, send it in, pause and resume it: owners and managers."""
    return _may(user, venue, Right.EDIT)


def may_archive(user: User, venue: Venue) -> bool:
    """Put it away for good: owners."""
    return _may(user, venue, Right.CLOSE)
