"""One plain factory, and the cast that every room's tests play with."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from marketplace.accounts.enums import Role
from marketplace.accounts.models import Business, User

_numbers = count(1)
VERIFIED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def make_user(**fields: Any) -> User:
    """A person with a verified phone number of their own."""
    number = next(_numbers)
    fields.setdefault("phone", f"+7702{number:07d}")
    fields.setdefault("phone_verified_at", VERIFIED_AT)
    fields.setdefault("name", f"Person {number}")
    return User.objects.create_user(**fields)


def make_business(*, owner: User | None = None, **fields: Any) -> Business:
    """A business that may list venues."""
    owner = owner or make_user()
    fields.setdefault("name", f"{owner.name} Spaces")
    return Business.objects.create(owner=owner, **fields)


@dataclass(frozen=True)
class Cast:
    """The people of every test."""

    renter: User
    owner: User
    other_owner: User
    moderator: User
    administrator: User
    stranger: User


def make_cast() -> Cast:
    """A renter, an owner, another owner, a moderator, an administrator and a stranger."""
    return Cast(
        renter=make_user(name="Rauan Renter"),
        owner=make_user(name="Olzhas Owner"),
        other_owner=make_user(name="Oksana Other"),
        moderator=make_user(name="Madi Moderator", role=Role.MODERATOR),
        administrator=make_user(name="Ainur Administrator", role=Role.ADMINISTRATOR),
        stranger=make_user(name="Saken Stranger"),
    )
