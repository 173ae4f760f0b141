"""Time: occupancies, bookings with the terms they were made under, and owners' blocks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.bookings.enums import (
    CANCELLABLE_STATUSES,
    RELEASED_STATUSES,
    BookingStatus,
    OccupancyKind,
    Purpose,
    Side,
)
from marketplace.bookings.querysets import BlockQuerySet, BookingQuerySet, OccupancyQuerySet
from marketplace.core.money import Money
from marketplace.core.period import Period
from marketplace.venues.enums import CancellationPolicy
from marketplace.venues.models import Space


class Booking(models.Model):
    """One space for one stretch of time, for one renter, at the terms of that moment.

    Price, fees, policy, buffers and time zone are copied when the slot is held; later edits of the
    listing never change them. Amounts are minor units of `currency`. `total_minor` is what the
    renter pays; `owner_share` is what the owner keeps of it after commission.
    """

    reference = models.CharField(_("reference"), max_length=12, unique=True)
    space = models.ForeignKey(Space, models.PROTECT, related_name="bookings")
    renter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookings", verbose_name=_("renter")
    )
    status = models.CharField(
        _("status"), max_length=16, choices=BookingStatus, default=BookingStatus.HELD
    )
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    guests = models.PositiveIntegerField(_("guests"), validators=[MinValueValidator(1)])
    purpose = models.CharField(_("what for"), max_length=16, choices=Purpose, blank=True)
    message = models.TextField(_("message to the owner"), max_length=1000, blank=True)
    # Terms as they were when the slot was held.
    needs_approval = models.BooleanField(_("the owner is asked first"), default=False)
    answer_hours = models.PositiveSmallIntegerField(_("hours for the owner's answer"), default=24)
    buffer_before_minutes = models.PositiveSmallIntegerField(_("time before it, minutes"))
    buffer_after_minutes = models.PositiveSmallIntegerField(_("time after it, minutes"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    cancellation_policy = models.CharField(
        _("cancellation policy"), max_length=16, choices=CancellationPolicy
    )
    currency = models.CharField(_("currency"), max_length=3)
    total_minor = models.PositiveBigIntegerField(_("total"))
    service_fee_minor = models.PositiveBigIntegerField(_("service fee"), default=0)
    commission_minor = models.PositiveBigIntegerField(_("commission"), default=0)
    commission_percent = models.DecimalField(
        _("commission, percent"), max_digits=5, decimal_places=2
    )
    # Its moments.
    created_at = models.DateTimeField(_("held at"))
    hold_expires_at = models.DateTimeField(_("held until"))
    requested_at = models.DateTimeField(_("asked for at"), null=True, blank=True)
    answer_by = models.DateTimeField(_("answer until"), null=True, blank=True)
    # When the owner is reminded of a request; empty once that is done.
    remind_at = models.DateTimeField(_("reminder at"), null=True, blank=True)
    # Set when the owner says yes; the booking is confirmed once the money is collected.
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("expired, declined or cancelled at"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=16, choices=Side, blank=True)
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=BookingStatus.values), name="booking_status_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="booking_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(guests__gte=1), name="booking_guests_positive"),
            models.CheckConstraint(
                condition=Q(total_minor__gte=F("service_fee_minor") + F("commission_minor")),
                name="booking_total_covers_fees",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=RELEASED_STATUSES) | Q(confirmed_at__isnull=False),
                name="booking_confirmed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=BookingStatus.REQUESTED)
                | Q(requested_at__isnull=False, answer_by__isnull=False),
                name="booking_request_has_times",
            ),
        )
        indexes = (
            # The renter's own bookings, upcoming and past.
            models.Index(fields=("renter", "starts_at"), name="booking_of_renter"),
            # The owner's calendar and lists, space by space.
            models.Index(fields=("space", "starts_at"), name="booking_of_space"),
            # The sweeper: holds that ran out.
            models.Index(
                fields=("hold_expires_at",),
                name="booking_holds",
                condition=Q(status=BookingStatus.HELD),
            ),
            # The sweeper: requests without an answer.
            models.Index(
                fields=("answer_by",),
                name="booking_requests",
                condition=Q(status=BookingStatus.REQUESTED),
            ),
            # The sweeper: requests whose owners are to be reminded.
            models.Index(
                fields=("remind_at",),
                name="booking_reminders",
                condition=Q(status=BookingStatus.REQUESTED, remind_at__isnull=False),
            ),
            # The sweeper: confirmed bookings that are over.
            models.Index(
                fields=("ends_at",),
                name="booking_to_complete",
                condition=Q(status=BookingStatus.CONFIRMED),
            ),
            # Popular venues: what was confirmed lately.
            models.Index(
                fields=("confirmed_at",),
                name="booking_lately_confirmed",
                condition=Q(status__in=(BookingStatus.CONFIRMED, BookingStatus.COMPLETED)),
            ),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The renter's page of it."""
        return reverse("storefront:booking", args=[self.reference])

    @property
    def period(self) -> Period:
        """From when to when, without buffers."""
        return Period(self.starts_at, self.ends_at)

    @property
    def padded_period(self) -> Period:
        """With the time before and after it: what its occupancies take."""
        return self.period.padded(
            before=timedelta(minutes=self.buffer_before_minutes),
            after=timedelta(minutes=self.buffer_after_minutes),
        )

    @property
    def total(self) -> Money:
        """What the renter pays, all included."""
        return Money(self.total_minor, self.currency)

    @property
    def service_fee(self) -> Money:
        """The platform's fee, paid by the renter on top."""
        return Money(self.service_fee_minor, self.currency)

    @property
    def commission(self) -> Money:
        """What the platform keeps of the owner's price."""
        return Money(self.commission_minor, self.currency)

    @property
    def owner_share(self) -> Money:
        """What the owner is paid after commission, if nothing comes back to the renter."""
        return self.total - self.service_fee - self.commission

    @property
    def shows_address(self) -> bool:
        """Whether the renter may know the exact address and the owner's phone."""
        return self.status in RELEASED_STATUSES

    def is_hold_over(self, now: datetime) -> bool:
        """Whether the time to pay has run out."""
        return self.hold_expires_at <= now

    def is_held(self, now: datetime) -> bool:
        """Whether it waits for payment and has time left for it."""
        return self.status == BookingStatus.HELD and not self.is_hold_over(now)

    def can_be_cancelled(self, now: datetime) -> bool:
        """Whether its renter or its owner can still call it off.

        Not what has begun, a request whose money is being collected, nor a hold that ran out.
        """
        is_accepted = self.status == BookingStatus.REQUESTED and self.accepted_at is not None
        is_lost = self.status == BookingStatus.HELD and self.is_hold_over(now)
        is_open = self.status in CANCELLABLE_STATUSES and not is_accepted and not is_lost
        return is_open and self.starts_at > now


class BookingLine(models.Model):
    """One line of a booking's price; the lines' sum is the booking's total."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="lines")
    code = models.CharField(_("code"), max_length=32)
    amount_minor = models.BigIntegerField(_("amount"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("line of a booking")
        verbose_name_plural = _("lines of bookings")
        ordering = ("booking", "position")
        constraints = (
            models.UniqueConstraint(fields=("booking", "position"), name="line_position_once"),
        )

    def __str__(self) -> str:
        return self.code


class Block(models.Model):
    """A time that the owner keeps free of bookings: own use, repairs, a private deal."""

    space = models.ForeignKey(Space, models.PROTECT, related_name="blocks")
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    units = models.PositiveSmallIntegerField(_("how many of it"), default=1)
    note = models.CharField(_("note"), max_length=120, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked time")
        verbose_name_plural = _("blocked times")
        ordering = ("starts_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="block_ends_after_start"
            ),
        )
        indexes = (
            # The owner's calendar.
            models.Index(fields=("space", "starts_at"), name="block_of_space"),
        )

    def __str__(self) -> str:
        return self.note or str(self.pk)

    @property
    def period(self) -> Period:
        """From when to when."""
        return Period(self.starts_at, self.ends_at)


class Occupancy(models.Model):
    """A unit of a space that is taken for a stretch of time: the only truth about that.

    `during` includes the buffers of the booked space. Rows stand on leaf spaces only: a space made
    of parts takes a row on each part. `expires_at` is set for holds alone; a row past it counts
    for nothing, and whoever wants the time expires its booking first. The exclusion constraint
    stands behind every lock (promise P1).
    """

    space = models.ForeignKey(Space, models.PROTECT, related_name="occupancies")
    unit = models.PositiveSmallIntegerField(_("unit"), default=1)
    during = DateTimeRangeField(_("taken"))
    kind = models.CharField(_("kind"), max_length=16, choices=OccupancyKind)
    booking = models.ForeignKey(
        Booking, models.CASCADE, related_name="occupancies", null=True, blank=True
    )
    block = models.ForeignKey(
        Block, models.CASCADE, related_name="occupancies", null=True, blank=True
    )
    expires_at = models.DateTimeField(_("held until"), null=True, blank=True)

    objects = OccupancyQuerySet.as_manager()

    class Meta:
        verbose_name = _("occupancy")
        verbose_name_plural = _("occupancies")
        constraints = (
            ExclusionConstraint(
                name="occupancy_never_overlaps",
                expressions=(
                    ("space", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
            models.CheckConstraint(condition=Q(unit__gte=1), name="occupancy_unit_positive"),
            models.CheckConstraint(
                condition=Q(kind=OccupancyKind.BLOCK, block__isnull=False, booking__isnull=True)
                | (
                    ~Q(kind=OccupancyKind.BLOCK)
                    & Q(kind__in=OccupancyKind.values, block__isnull=True, booking__isnull=False)
                ),
                name="occupancy_has_one_reason",
            ),
            models.CheckConstraint(
                condition=Q(kind=OccupancyKind.HOLD, expires_at__isnull=False)
                | (~Q(kind=OccupancyKind.HOLD) & Q(expires_at__isnull=True)),
                name="occupancy_only_holds_expire",
            ),
        )

    def __str__(self) -> str:
        return f"{self.space_id}/{self.unit} {self.kind}"
