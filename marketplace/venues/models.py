"""Listings: reference data, the venue with its spaces, photos, hours and team."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Business, User
from marketplace.core.money import Money
from marketplace.core.names import validate_name
from marketplace.venues.enums import (
    AmenityGroup,
    AnswerTime,
    BookingMode,
    CancellationPolicy,
    EditState,
    Granularity,
    ListingStatus,
    MemberRole,
    Weekday,
)
from marketplace.venues.querysets import (
    ListingEditQuerySet,
    MembershipQuerySet,
    SpaceQuerySet,
    VenuePhotoQuerySet,
    VenueQuerySet,
)
from marketplace.venues.week import MINUTES_A_DAY

PHOTO_WIDTHS = (480, 960, 1440)


class ReferenceModel(models.Model):
    """A word that listings are described with; loaded by `load_reference`, named by slug."""

    slug = models.SlugField(_("slug"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=64)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return gettext(self.name)


class Category(ReferenceModel):
    """A kind of venue, with the shortest booking that is usual for it."""

    plural_name = models.CharField(_("plural name"), max_length=64)
    tagline = models.CharField(_("tagline"), max_length=160)
    minimum_minutes = models.PositiveSmallIntegerField(_("shortest booking, minutes"))
    icon = models.CharField(_("icon"), max_length=32)

    class Meta(ReferenceModel.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    @property
    def plural_label(self) -> str:
        """The plural name in the language of the page."""
        return gettext(self.plural_name)


class City(ReferenceModel):
    """A city that has venues; gives them their currency and time zone."""

    country = models.CharField(_("country"), max_length=2)
    currency = models.CharField(_("currency"), max_length=3)
    time_zone = models.CharField(_("time zone"), max_length=64)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6)

    class Meta(ReferenceModel.Meta):
        verbose_name = _("city")
        verbose_name_plural = _("cities")


class District(ReferenceModel):
    """A part of a city. Shown in place of the address until a booking is confirmed."""

    city = models.ForeignKey(City, models.PROTECT, related_name="districts")
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6)

    class Meta(ReferenceModel.Meta):
        verbose_name = _("district")
        verbose_name_plural = _("districts")


class Amenity(ReferenceModel):
    """Something that a venue has."""

    group = models.CharField(_("group"), max_length=32, choices=AmenityGroup)
    icon = models.CharField(_("icon"), max_length=32)

    class Meta(ReferenceModel.Meta):
        verbose_name = _("amenity")
        verbose_name_plural = _("amenities")


class Venue(models.Model):
    """A listing: one address with one or more spaces that can be rented.

    The address and the exact position are the team's and the moderators' to see; others see the
    district. Times are in `time_zone`, prices in `currency`, both taken from the city when the
    venue is drafted.
    """

    business = models.ForeignKey(Business, models.PROTECT, related_name="venues")
    category = models.ForeignKey(Category, models.PROTECT, related_name="venues")
    city = models.ForeignKey(City, models.PROTECT, related_name="venues")
    district = models.ForeignKey(
        District, models.PROTECT, related_name="venues", null=True, blank=True
    )
    amenities = models.ManyToManyField(Amenity, blank=True, related_name="venues")
    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=80, validators=[validate_name])
    summary = models.CharField(_("summary"), max_length=120, blank=True)
    description = models.TextField(_("description"), max_length=5000, blank=True)
    rules = models.TextField(_("house rules"), max_length=3000, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    latitude = models.DecimalField(
        _("latitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3)
    time_zone = models.CharField(_("time zone"), max_length=64)
    cancellation_policy = models.CharField(
        _("cancellation policy"),
        max_length=16,
        choices=CancellationPolicy,
        default=CancellationPolicy.FLEXIBLE,
    )
    status = models.CharField(
        _("status"), max_length=24, choices=ListingStatus, default=ListingStatus.DRAFT
    )
    # Grows with every change that a page of the listing may show; names cached pages.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("first published at"), null=True, blank=True)

    objects = VenueQuerySet.as_manager()

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=ListingStatus.values), name="venue_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[ListingStatus.PUBLISHED, ListingStatus.PAUSED])
                | Q(published_at__isnull=False),
                name="venue_published_has_date",
            ),
        )
        indexes = (
            # Newest venues on home and the default order of search.
            models.Index(fields=("status", "-published_at"), name="venue_newest"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The venue's public page."""
        return reverse("storefront:venue", args=[self.slug])

    @property
    def is_published(self) -> bool:
        """Whether everybody can find it."""
        return self.status == ListingStatus.PUBLISHED

    @property
    def waiting_edit(self) -> ListingEdit | None:
        """The edit that waits for a moderator, if any; reads what `with_listing_content` loads."""
        return next((edit for edit in self.edits.all() if edit.state == EditState.PENDING), None)

    def owners(self) -> list[User]:
        """The people of its team who own it."""
        owners = self.memberships.filter(role=MemberRole.OWNER).select_related("user")
        return [membership.user for membership in owners]

    @property
    def area_label(self) -> str:
        """Where it is, as strangers may know it: "Medeu, Almaty"."""
        return f"{self.district.label}, {self.city.label}" if self.district else self.city.label


class Space(models.Model):
    """What is rented: a hall, a room, a court, or a number of equal desks (`units`).

    Rates are integer minor units of the venue's currency; lengths are minutes.
    """

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="spaces")
    name = models.CharField(_("name"), max_length=80, validators=[validate_name])
    description = models.TextField(_("description"), max_length=1000, blank=True)
    capacity = models.PositiveIntegerField(
        _("guests"), validators=[MinValueValidator(1), MaxValueValidator(20_000)]
    )
    units = models.PositiveSmallIntegerField(
        _("how many of it"), default=1, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    area_m2 = models.PositiveIntegerField(_("area, m²"), null=True, blank=True)
    hourly_rate_minor = models.PositiveBigIntegerField(_("hourly rate"), null=True, blank=True)
    cleaning_fee_minor = models.PositiveBigIntegerField(_("cleaning fee"), default=0)
    minimum_minutes = models.PositiveSmallIntegerField(_("shortest booking, minutes"), default=120)
    # Bookings start, and last, a multiple of this.
    granularity_minutes = models.PositiveSmallIntegerField(
        _("starts every, minutes"), choices=Granularity, default=Granularity.HALF_HOUR
    )
    buffer_before_minutes = models.PositiveSmallIntegerField(
        _("time before a booking, minutes"), default=0
    )
    buffer_after_minutes = models.PositiveSmallIntegerField(
        _("time after a booking, minutes"), default=30
    )
    # A start nearer than this cannot be booked at all; one nearer than the second is a request.
    lead_hours = models.PositiveSmallIntegerField(_("book at least, hours ahead"), default=2)
    instant_hours = models.PositiveSmallIntegerField(_("book instantly, hours ahead"), default=24)
    horizon_days = models.PositiveSmallIntegerField(_("book at most, days ahead"), default=365)
    booking_mode = models.CharField(
        _("how it is booked"), max_length=16, choices=BookingMode, default=BookingMode.INSTANT
    )
    answer_hours = models.PositiveSmallIntegerField(
        _("requests are answered within, hours"), choices=AnswerTime, default=AnswerTime.ONE_DAY
    )
    # A grand hall made of hall A and hall B. Taking it takes each part; parts have no parts.
    parts = models.ManyToManyField(
        "self", symmetrical=False, related_name="wholes", blank=True, verbose_name=_("parts")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = SpaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint("venue", Lower("name"), name="space_name_once_per_venue"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="space_capacity_positive"),
            models.CheckConstraint(condition=Q(units__gte=1), name="space_units_positive"),
            models.CheckConstraint(
                condition=Q(hourly_rate_minor__isnull=True) | Q(hourly_rate_minor__gt=0),
                name="space_rate_positive",
            ),
            models.CheckConstraint(
                condition=Q(minimum_minutes__gte=30, minimum_minutes__lte=MINUTES_A_DAY),
                name="space_minimum_within_day",
            ),
            models.CheckConstraint(
                condition=Q(granularity_minutes__in=Granularity.values),
                name="space_granularity_known",
            ),
            models.CheckConstraint(
                condition=Q(buffer_before_minutes__lte=MINUTES_A_DAY)
                & Q(buffer_after_minutes__lte=MINUTES_A_DAY),
                name="space_buffers_within_day",
            ),
            models.CheckConstraint(
                condition=Q(horizon_days__gte=1, horizon_days__lte=730),
                name="space_horizon_within_two_years",
            ),
            models.CheckConstraint(
                condition=Q(booking_mode__in=BookingMode.values), name="space_booking_mode_known"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def hourly_rate(self) -> Money | None:
        """What an hour costs before fees."""
        if self.hourly_rate_minor is None:
            return None
        return Money(self.hourly_rate_minor, self.venue.currency)

    @property
    def cleaning_fee(self) -> Money:
        """What cleaning costs, once a booking."""
        return Money(self.cleaning_fee_minor, self.venue.currency)


class OpeningHours(models.Model):
    """One stretch of a weekday when the venue can be used, in the venue's own time.

    Minutes count from midnight of `weekday`; `closes_minute` may go past 1440, into the night.
    Stretches of one venue never overlap (the service that writes them checks), and stretches that
    touch count as one.
    """

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    opens_minute = models.PositiveSmallIntegerField(_("opens"))
    closes_minute = models.PositiveSmallIntegerField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ("weekday", "opens_minute")
        constraints = (
            models.CheckConstraint(
                condition=Q(weekday__gte=1, weekday__lte=7), name="opening_weekday_known"
            ),
            models.CheckConstraint(
                condition=Q(opens_minute__lt=MINUTES_A_DAY)
                & Q(closes_minute__gt=F("opens_minute"))
                & Q(closes_minute__lte=F("opens_minute") + MINUTES_A_DAY),
                name="opening_within_a_day",
            ),
            models.UniqueConstraint(
                fields=("venue", "weekday", "opens_minute"), name="opening_unique_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_minute}–{self.closes_minute}"


class VenuePhoto(models.Model):
    """A picture of a venue, re-encoded and stripped of what the camera wrote.

    Files are named by `key` (the SHA-256 of the upload) and width; the upload itself is not kept.
    `is_public` is off for pictures of a live listing that wait for a moderator.
    """

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="photos")
    key = models.CharField(_("key"), max_length=64)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    dominant_color = models.CharField(_("main colour"), max_length=7, default="#e4e1da")
    alt_text = models.CharField(_("what it shows"), max_length=200, blank=True)
    is_public = models.BooleanField(_("shown"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now, editable=False)

    objects = VenuePhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=("venue", "key"), name="photo_once_per_venue"),
        )

    def __str__(self) -> str:
        return self.alt_text or self.key[:12]

    @property
    def piece_key(self) -> tuple[object, ...]:
        """All that components/picture.html says of it (core/templatetags/pieces.py)."""
        return self.key, self.width, self.height, self.alt_text

    @staticmethod
    def path_for(key: str, width: int) -> str:
        """Where the picture of this width is stored."""
        return f"photos/{key[:2]}/{key}-{width}.webp"

    def url_for(self, width: int) -> str:
        """The address of the picture in this width."""
        return default_storage.url(self.path_for(self.key, width))

    @property
    def src(self) -> str:
        """The address of the middle size."""
        return self.url_for(960)

    @property
    def large_src(self) -> str:
        """The address of the largest size."""
        return self.url_for(PHOTO_WIDTHS[-1])

    @property
    def srcset(self) -> str:
        """All sizes, as the `srcset` attribute wants them."""
        return ", ".join(f"{self.url_for(width)} {width}w" for width in PHOTO_WIDTHS)


class Membership(models.Model):
    """A person's place in a venue's team."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=MemberRole)
    added_at = models.DateTimeField(_("added at"), default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ("venue", "id")
        constraints = (
            models.UniqueConstraint(fields=("venue", "user"), name="membership_once"),
            models.CheckConstraint(
                condition=Q(role__in=MemberRole.values), name="membership_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class ListingEdit(models.Model):
    """A change of a live listing's sensitive fields that waits for a moderator.

    `changes` maps a field to its proposed value (a category or district: its id). "spaces" maps a
    space's id to its own fields, "new_spaces" lists the fields of spaces to be added, "photos" the
    ids of pictures to be shown. Until it is applied the page shows the old values.
    """

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="edits")
    changes = models.JSONField(_("changes"), default=dict)
    state = models.CharField(
        _("state"), max_length=16, choices=EditState, default=EditState.PENDING
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)

    objects = ListingEditQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed edit")
        verbose_name_plural = _("proposed edits")
        ordering = ("-proposed_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("venue",),
                condition=Q(state=EditState.PENDING),
                name="edit_one_pending_per_venue",
            ),
            models.CheckConstraint(
                condition=Q(state__in=EditState.values), name="edit_state_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.venue} · {self.get_state_display()}"
