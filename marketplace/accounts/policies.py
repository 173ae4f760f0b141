"""Who may. Each takes whoever asks, logged in or not."""

from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.models import User

type Visitor = User | AnonymousUser


def is_moderator(person: Visitor) -> bool:
    """Whether the person decides about listings: moderators and administrators."""
    return isinstance(person, User) and person.is_moderator


def is_administrator(person: Visitor) -> bool:
    """Whether the person runs the platform."""
    return isinstance(person, User) and person.is_administrator


def has_verified_phone(person: Visitor) -> bool:
    """Whether the person proved to hold the phone number of the account."""
    return isinstance(person, User) and person.has_verified_phone


def may_change_role(by: Visitor, person: User) -> bool:
    """Whether `by` may give the person another role: administrators, and never their own."""
    return is_administrator(by) and by.pk != person.pk
