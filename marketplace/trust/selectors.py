"""Reads of the trust room that are about more than cases."""

from marketplace.accounts.models import User


def administrators_to_tell() -> list[User]:
    """The administrators who can be told by email: `User.email` is a verified address or empty."""
    return list(User.objects.administrators().exclude(email="").order_by("pk"))
