"""What search reads: a flat row for each space that can be found; and what home shows first."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.discovery.fields import MinutesOfWeekField
from marketplace.discovery.querysets import SearchEntryQuerySet
from marketplace.venues.models import Category, City, District, Space, Venue


class SearchEntry(models.Model):
    """A space of a published venue as search sees it. Rebuilt by `refresh_search_entries`.

    `open_week` holds the minutes of the week, from Monday 00:00 in the venue's own time, when the
    venue is open; it runs on into a second week so that a night over Sunday is one stretch
    (`discovery.week`). The terms of booking are those that the calendar asks about
    (`bookings.availability`): `leaf_ids` are the spaces that a booking takes a unit of, of which
    each has as many units as `leaf_units` says in its place. `text` is folded to one case, in
    every language of the site. `from_price_minor` is the "from" price an hour, all included, in
    minor units.
    """

    space = models.OneToOneField(Space, models.CASCADE, primary_key=True, related_name="entry")
    venue = models.ForeignKey(Venue, models.CASCADE, related_name="search_entries")
    category = models.ForeignKey(Category, models.CASCADE, related_name="+")
    city = models.ForeignKey(City, models.CASCADE, related_name="+")
    district = models.ForeignKey(District, models.CASCADE, null=True, related_name="+")
    capacity = models.PositiveIntegerField(_("guests"))
    minimum_minutes = models.PositiveSmallIntegerField(_("shortest booking, minutes"))
    longest_minutes = models.PositiveSmallIntegerField(_("longest booking, minutes"))
    from_price_minor = models.PositiveBigIntegerField(_("from price an hour"))
    currency = models.CharField(_("currency"), max_length=3)
    open_week = MinutesOfWeekField(_("open minutes of the week"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    granularity_minutes = models.PositiveSmallIntegerField(_("starts every, minutes"))
    buffer_before_minutes = models.PositiveSmallIntegerField(_("time before a booking, minutes"))
    buffer_after_minutes = models.PositiveSmallIntegerField(_("time after a booking, minutes"))
    lead_hours = models.PositiveSmallIntegerField(_("book at least, hours ahead"))
    horizon_days = models.PositiveSmallIntegerField(_("book at most, days ahead"))
    leaf_ids = ArrayField(models.BigIntegerField(), verbose_name=_("takes units of"))
    leaf_units = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("units of each"))
    text = models.TextField(_("searched text"))
    published_at = models.DateTimeField(_("published at"))

    # What `with_reach` adds.
    most_guests: int
    most_area_m2: int | None

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(capacity__gte=1), name="search_capacity_positive"
            ),
        )
        indexes = (
            # Search in one city, newest first.
            models.Index(fields=("city", "-published_at"), name="search_city_newest"),
            # Search in one category, newest first.
            models.Index(fields=("category", "-published_at"), name="search_category_newest"),
            # Words typed into the search box, anywhere in the text.
            GinIndex(OpClass("text", name="gin_trgm_ops"), name="search_text_trigrams"),
        )

    def __str__(self) -> str:
        return f"{self.venue_id}/{self.space_id}"


class EditorsPick(models.Model):
    """A venue that the platform's editors show on home, in their order."""

    venue = models.OneToOneField(Venue, models.CASCADE, related_name="editors_pick")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    picked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    picked_at = models.DateTimeField(_("picked at"), default=timezone.now)

    class Meta:
        verbose_name = _("editors' pick")
        verbose_name_plural = _("editors' picks")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return str(self.venue)


class Promotion(models.Model):
    """A venue that home shows as promoted, from `starts_at` until before `ends_at`.

    Administrators set it, by agreement with the venue's owner. It changes nothing in search.
    """

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="promotions")
    starts_at = models.DateTimeField(_("starts"), default=timezone.now)
    ends_at = models.DateTimeField(_("ends"))
    note = models.CharField(
        _("note"),
        max_length=200,
        blank=True,
        help_text=_("What was agreed, for administrators alone."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering = ("-starts_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="promotion_ends_after_it_starts",
            ),
            ExclusionConstraint(
                name="promotion_once_at_a_time",
                expressions=(
                    ("venue", RangeOperators.EQUAL),
                    (
                        models.Func(
                            "starts_at",
                            "ends_at",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ),
                violation_error_message=_("This venue is promoted in that time already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.venue)

    def clean(self) -> None:
        """Said here, for the database cannot make a range of two instants the wrong way round."""
        starts, ends = getattr(self, "starts_at", None), getattr(self, "ends_at", None)
        if starts and ends and ends <= starts:
            raise ValidationError({"ends_at": _("A promotion ends after it starts.")})
