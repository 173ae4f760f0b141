"""The words that other rooms use to ask for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from marketplace.accounts.enums import Role

if TYPE_CHECKING:
    from marketplace.accounts.models import Activity, User  # noqa: F401


class UserQuerySet(models.QuerySet["User"]):
    """Questions about people."""

    def administrators(self) -> UserQuerySet:
        """Those who run the platform and may log in."""
        return self.filter(role=Role.ADMINISTRATOR, is_active=True)

    def with_phone(self, phone: str) -> UserQuerySet:
        """The person, if any, whose account has this E.164 number, proven or not."""
        return self.filter(phone=phone)

    def with_verified_phone(self, phone: str) -> UserQuerySet:
        """The person who proved to hold this E.164 number."""
        return self.filter(phone=phone, phone_verified_at__isnull=False)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people."""

    def create_user(self, phone: str | None = None, **fields: Any) -> User:
        """A person who logs in by code: no password is set."""
        user: User = self.model(phone=phone, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, phone: str, password: str | None = None, **fields: Any) -> User:
        """An administrator. A password is accepted for Django's command and not kept."""
        return self.create_user(phone, role=Role.ADMINISTRATOR, **fields)


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Questions about what people did."""

    def of(self, user: User) -> ActivityQuerySet:
        """What this person did, newest first."""
        return self.filter(user=user).order_by("-at", "-id")
