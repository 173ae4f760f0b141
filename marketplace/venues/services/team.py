"""Who is in a venue's team. It always has an owner."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError
from marketplace.venues.enums import MemberRole
from marketplace.venues.models import Membership
from marketplace.venues.services.writing import lock_venue


class LastOwner(DomainError):
    """The team would be left without an owner."""

    code = "last_owner"
    default_message = _("A venue needs an owner: make somebody else in its team the owner first.")


@transaction.atomic
def change_role(*, membership: Membership, role: str) -> Membership:
    """Gives the member another role. Raises LastOwner where nobody else is an owner."""
    if role != MemberRole.OWNER:
        _require_another_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


@transaction.atomic
def remove_member(*, membership: Membership) -> None:
    """Takes the member out of the team. Raises LastOwner where nobody else is an owner."""
    _require_another_owner(membership)
    membership.delete()


def _require_another_owner(membership: Membership) -> None:
    """The venue is locked, so that two owners who leave at once do not both find the other."""
    lock_venue(membership.venue)
    team = Membership.objects.in_team_of(membership.venue_id)
    if not team.owners().exclude(pk=membership.pk).exists():
        raise LastOwner
