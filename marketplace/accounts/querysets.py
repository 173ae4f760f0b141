"""The words that other rooms use to ask for people."""

from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from marketplace.accounts.enums import Role


class UserQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about people."""

    def administrators(self) -> Self:
        """Those who run the platform and may log in."""
        return self.filter(role=Role.ADMINISTRATOR, is_active=True)

    def with_phone(self, phone: str) -> Self:
        """The person, if any, whose account has this E.164 number, proven or not."""
        return self.filter(phone=phone)


class ActivityQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about what people did."""

    def of(self, user: AbstractBaseUser) -> Self:
        """What this person did, newest first."""
        return self.filter(user=user).order_by("-at", "-id")
