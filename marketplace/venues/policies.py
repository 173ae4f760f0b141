"""Who may do what with a listing. Whether the listing is in a state for it is the services' say.

Strangers are told that there is nothing (404); members of the team who lack a right are told that
they lack it (403). Moderators decide about listings on pages of their own and have no right here.
"""

from enum import Enum
from typing import Final

from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Membership


class Right(Enum):
    """What a member of a team may or may not do."""

    # See the listing as its team does.
    SEE = "see"
    # Change it, send it in, pause and resume it.
    EDIT = "edit"
    # Put it away for good.
    CLOSE = "close"


RIGHTS: Final[dict[str, frozenset[Right]]] = {
    MemberRole.OWNER: frozenset({Right.SEE, Right.EDIT, Right.CLOSE}),
    MemberRole.MANAGER: frozenset({Right.SEE, Right.EDIT}),
    MemberRole.VIEWER: frozenset({Right.SEE}),
}


def may_name_business(membership: Membership) -> bool:
    """Whether this is the person to whom the business belongs, with all its venues."""
    return membership.user_id == membership.venue.business.owner_id


def has_right(membership: Membership, right: Right) -> bool:
    """Whether a place in a team brings this right."""
    return right in RIGHTS[membership.role]
