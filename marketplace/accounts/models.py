"""People: the user, the business that is paid, and each person's activity log."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.devices import describe_device
from marketplace.accounts.enums import ActivityKind, Role
from marketplace.accounts.phones import format_phone
from marketplace.accounts.querysets import ActivityQuerySet, UserQuerySet


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people."""

    def create_user(self, phone: str | None = None, **fields: Any) -> "User":
        """A person who logs in by code: no password is set."""
        user: User = self.model(phone=phone, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, phone: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator. A password is accepted for Django's command and not kept."""
        return self.create_user(phone, role=Role.ADMINISTRATOR, **fields)


class User(AbstractBaseUser):
    """A person. Known by a phone number, logs in by code; a password is never asked for.

    The phone number is stored as E.164 and counts as verified once
    `phone_verified_at` is set. `email` is the address that the person proved to read, or empty:
    services keep it in step with the verified EmailAddress. Permissions follow from `role` alone.
    """

    phone = models.CharField(  # noqa: DJ001 -- absent is not "": many people may have none
        _("phone number"), max_length=16, unique=True, null=True
    )
    phone_verified_at = models.DateTimeField(_("phone verified at"), null=True, blank=True)
    email = models.EmailField(_("email address"), blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Almaty")
    role = models.CharField(_("role"), max_length=16, choices=Role, default=Role.MEMBER)
    is_active = models.BooleanField(_("may log in"), default=True)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    USERNAME_FIELD = "phone"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("-joined_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="user_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(phone__isnull=True)
                | models.Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="user_phone_e164",
            ),
            models.CheckConstraint(
                condition=models.Q(phone_verified_at__isnull=True) | models.Q(phone__isnull=False),
                name="user_verified_phone_exists",
            ),
        )

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name, or the last four digits of the phone where there is no name yet."""
        return self.name or (f"… {self.phone[-4:]}" if self.phone else str(_("Someone")))

    @property
    def phone_as_read(self) -> str:
        """The phone number in groups, as people read it; empty where there is none."""
        return format_phone(self.phone) if self.phone else ""

    @property
    def has_verified_phone(self) -> bool:
        """Whether the person answered a code sent to this very number."""
        return bool(self.phone and self.phone_verified_at)

    @property
    def is_administrator(self) -> bool:
        """Whether the person runs the platform."""
        return self.is_active and self.role == Role.ADMINISTRATOR

    @property
    def is_moderator(self) -> bool:
        """Whether the person decides about listings; administrators may too."""
        return self.is_active and self.role in {Role.MODERATOR, Role.ADMINISTRATOR}

    # What Django's admin asks of a user.

    @property
    def is_staff(self) -> bool:
        """Whether the person may open the admin."""
        return self.is_administrator

    @property
    def is_superuser(self) -> bool:
        """Whether every permission is given."""
        return self.is_administrator

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether the person has this permission: administrators have all."""
        return self.is_administrator

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        """Whether the person has all of these permissions."""
        return self.is_administrator

    def has_module_perms(self, app_label: str) -> bool:
        """Whether the person may see this app in the admin."""
        return self.is_administrator


class Business(models.Model):
    """Who lists venues and is paid for them: a person or a company."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="businesses", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("business")
        verbose_name_plural = _("businesses")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Activity(models.Model):
    """One thing that a person did, shown to that person.

    Append-only in use: a row is written once and goes only with its person.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="activities")
    kind = models.CharField(_("what"), max_length=32, choices=ActivityKind)
    at = models.DateTimeField(_("when"), default=timezone.now)
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=255, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ("-at", "-id")
        indexes = (
            # A person's own log at /profile/, newest first.
            models.Index(fields=("user", "-at"), name="activity_of_user"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%Y-%m-%d %H:%M})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Writes the row. Raises TypeError where it is there already: what happened, happened."""
        if not self._state.adding:
            raise TypeError("an activity is never edited")
        super().save(*args, **kwargs)

    @property
    def device(self) -> str:
        """The browser and system in two words ("Chrome on Android"); empty where unknown."""
        return describe_device(self.user_agent)
