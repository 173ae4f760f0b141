"""Words and states of the venues room."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListingStatus(models.TextChoices):
    """Where a listing stands."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    REJECTED = "rejected", _("Rejected")
    PUBLISHED = "published", _("Published")
    PAUSED = "paused", _("Paused")
    SUSPENDED = "suspended", _("Suspended")
    ARCHIVED = "archived", _("Archived")


LISTING_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    ListingStatus.DRAFT: frozenset({ListingStatus.IN_REVIEW, ListingStatus.ARCHIVED}),
    ListingStatus.IN_REVIEW: frozenset(
        {ListingStatus.PUBLISHED, ListingStatus.CHANGES_REQUESTED, ListingStatus.REJECTED}
    ),
    ListingStatus.CHANGES_REQUESTED: frozenset({ListingStatus.IN_REVIEW}),
    ListingStatus.REJECTED: frozenset({ListingStatus.DRAFT, ListingStatus.ARCHIVED}),
    ListingStatus.PUBLISHED: frozenset({ListingStatus.PAUSED, ListingStatus.SUSPENDED}),
    ListingStatus.PAUSED: frozenset(
        {ListingStatus.PUBLISHED, ListingStatus.SUSPENDED, ListingStatus.ARCHIVED}
    ),
    ListingStatus.SUSPENDED: frozenset({ListingStatus.PUBLISHED}),
    ListingStatus.ARCHIVED: frozenset(),
}
# States in which the owner may change every field at once.
EDITABLE_STATUSES: Final = frozenset({ListingStatus.DRAFT, ListingStatus.CHANGES_REQUESTED})
# States in which prices and hours take effect at once and sensitive fields wait for a moderator.
LIVE_STATUSES: Final = frozenset({ListingStatus.PUBLISHED, ListingStatus.PAUSED})


class CancellationPolicy(models.TextChoices):
    """How much comes back to a renter who cancels, and until when (docs/glossary.md)."""

    VERY_FLEXIBLE = "very_flexible", _("Very flexible")
    FLEXIBLE = "flexible", _("Flexible")
    STANDARD_30 = "standard_30", _("Standard 30")
    STANDARD_90 = "standard_90", _("Standard 90")


class BookingMode(models.TextChoices):
    """Whether a space is booked at once or asked for."""

    INSTANT = "instant", _("Book instantly")
    REQUEST = "request", _("Ask the owner first")


class Granularity(models.IntegerChoices):
    """Minutes between the times at which a booking may start."""

    QUARTER = 15, _("every 15 minutes")
    HALF_HOUR = 30, _("every half hour")
    HOUR = 60, _("every hour")


class AnswerTime(models.IntegerChoices):
    """Hours that the owner has to answer a request."""

    ONE_DAY = 24, _("24 hours")
    TWO_DAYS = 48, _("48 hours")


class MemberRole(models.TextChoices):
    """What a member of a venue's team may do."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    VIEWER = "viewer", _("Viewer")


class Weekday(models.IntegerChoices):
    """Days as ISO 8601 counts them, from Monday."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class AmenityGroup(models.TextChoices):
    """How amenities are grouped on a page."""

    BASICS = "basics", _("Basics")
    EQUIPMENT = "equipment", _("Equipment")
    SOUND_AND_LIGHT = "sound_and_light", _("Sound and light")
    FOOD_AND_DRINK = "food_and_drink", _("Food and drink")
    COMFORT = "comfort", _("Comfort")
    ACCESS = "access", _("Access and parking")
    STAFF = "staff", _("Staff and services")


class EditState(models.TextChoices):
    """Where a proposed edit of a live listing stands."""

    PENDING = "pending", _("Waiting for review")
    APPLIED = "applied", _("Applied")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


EDIT_TRANSITIONS: Final[dict[str, frozenset[str]]] = {
    EditState.PENDING: frozenset({EditState.APPLIED, EditState.DECLINED, EditState.WITHDRAWN}),
    EditState.APPLIED: frozenset(),
    EditState.DECLINED: frozenset(),
    EditState.WITHDRAWN: frozenset(),
}


class ListingSection(models.TextChoices):
    """The parts that a listing is filled in by; what is missing or to be mended names one."""

    BASICS = "basics", _("About the venue")
    SPACES = "spaces", _("Spaces and prices")
    HOURS = "hours", _("Opening hours")
    PHOTOS = "photos", _("Photos")
    TERMS = "terms", _("Rules and amenities")
