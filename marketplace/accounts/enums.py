"""Words of the accounts room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do for the platform itself. Owners are members of venues' teams."""

    MEMBER = "member", _("Member")
    MODERATOR = "moderator", _("Moderator")
    ADMINISTRATOR = "administrator", _("Administrator")


class ActivityKind(models.TextChoices):
    """What a person's own activity log tells."""

    SIGNED_UP = "signed_up", _("Signed up")
    LOGGED_IN = "logged_in", _("Logged in")
    LOGIN_FAILED = "login_failed", _("A login failed")
    LOGGED_OUT = "logged_out", _("Logged out")
    PHONE_VERIFIED = "phone_verified", _("Phone number verified")
    PHONE_CHANGED = "phone_changed", _("Phone number changed")
    EMAIL_ADDED = "email_added", _("Email address added")
    EMAIL_VERIFIED = "email_verified", _("Email address verified")
    EMAIL_REMOVED = "email_removed", _("Email address removed")
    PROFILE_CHANGED = "profile_changed", _("Profile changed")
    ROLE_CHANGED = "role_changed", _("Role changed")
    LISTING_CREATED = "listing_created", _("Listing drafted")
    LISTING_SUBMITTED = "listing_submitted", _("Listing submitted for review")
    LISTING_DECIDED = "listing_decided", _("Listing decided")
