"""Reads of the trust room that are about more than cases."""

from django.db.models import F

from marketplace.accounts.models import User


def administrators_to_tell() -> list[User]:
    """The administrators who proved to hold their email address."""
    reachable = User.objects.administrators().filter(
        emailaddress__verified=True, emailaddress__email__iexact=F("email")
    )
    return list(reachable.order_by("pk"))
