"""What administrators see of time: bookings, what is taken, blocks. Changed through services."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from marketplace.bookings.models import Block, Booking, BookingLine, Occupancy
from marketplace.bookings.selectors import history_of, payments_of
from marketplace.core.admin import ReadOnlyAdmin


class BookingLineInline(admin.TabularInline[BookingLine, Booking]):
    model = BookingLine
    fields = readonly_fields = ("position", "code", "amount_minor")
    max_num = 0
    can_delete = False


class OccupancyInline(admin.TabularInline[Occupancy, Any]):
    model = Occupancy
    fields = readonly_fields = ("space", "unit", "during", "kind", "expires_at")
    max_num = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Occupancy]:
        return super().get_queryset(request).select_related("space")


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ("reference", "status", "venue", "space", "renter", "starts_at", "total")
    list_filter = ("status", "needs_approval", "ended_by", "space__venue__city", "starts_at")
    list_select_related = ("space__venue", "renter")
    search_fields = ("reference", "renter__name", "renter__phone", "space__venue__name")
    date_hierarchy = "starts_at"
    inlines = (BookingLineInline, OccupancyInline)
    readonly_fields = ("history", "payments")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        bookings: QuerySet[Booking] = super().get_queryset(request)
        return bookings.select_related("space__venue", "renter", "accepted_by")

    @admin.display(description=_("venue"), ordering="space__venue__name")
    def venue(self, booking: Booking) -> str:
        return booking.space.venue.name

    @admin.display(description=_("total"), ordering="total_minor")
    def total(self, booking: Booking) -> str:
        return booking.total.format()

    @admin.display(description=_("history"))
    def history(self, booking: Booking) -> SafeString:
        """Every step with its time, who took it, and why."""
        return format_html_join(
            "",
            "<p>{} · {} {} {}</p>",
            (
                (
                    date_format(step.at, "DATETIME_FORMAT"),
                    step.text,
                    f"({step.by})" if step.by else "",
                    step.reason,
                )
                for step in history_of(booking)
            ),
        )

    @admin.display(description=_("payments"))
    def payments(self, booking: Booking) -> SafeString:
        """Each attempt to pay, with the way to its trail of refunds and ledger entries."""
        rows = payments_of(booking)
        if not rows:
            return format_html("{}", _("None"))
        return format_html_join(
            "",
            '<p><a href="{}">{} · {}</a></p>',
            (
                (
                    reverse("admin:payments_payment_change", args=[row.id]),
                    row.amount.format(),
                    row.status.label,
                )
                for row in rows
            ),
        )


@admin.register(Occupancy)
class OccupancyAdmin(ReadOnlyAdmin):
    list_display = ("space", "unit", "during", "kind", "booking", "block", "expires_at")
    list_filter = ("kind",)
    list_select_related = ("space", "booking", "block")
    search_fields = ("space__name", "space__venue__name", "booking__reference")
    ordering = ("-during",)


@admin.register(Block)
class BlockAdmin(ReadOnlyAdmin):
    list_display = ("space", "venue", "starts_at", "ends_at", "units", "note", "created_by")
    list_select_related = ("space__venue", "created_by")
    search_fields = ("space__name", "space__venue__name", "note")
    date_hierarchy = "starts_at"
    inlines = (OccupancyInline,)

    @admin.display(description=_("venue"), ordering="space__venue__name")
    def venue(self, block: Block) -> str:
        return block.space.venue.name
