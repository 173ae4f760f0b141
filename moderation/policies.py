"""Who may decide about a listing. Whether a case can be decided is the services' to say."""

from marketplace.accounts.models import User
from marketplace.venues.models import Venue


def may_decide_about(*, person: User, venue: Venue) -> bool:
    """Moderators decide about every listing but those that they have a part in themselves."""
    if not person.is_moderator:
        return False
    if venue.business.owner_id == person.pk:
        return False
    return person.pk not in {membership.user_id for membership in venue.memberships.all()}


def may_take_over(*, person: User) -> bool:
    """Administrators may take a case from the moderator who holds it."""
    return person.is_administrator
