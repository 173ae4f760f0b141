"""Editors' picks and promotions are set here; search entries are only looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.admin import ReadOnlyAdmin
from marketplace.discovery.models import EditorsPick, Promotion, SearchEntry


@admin.register(EditorsPick)
class EditorsPickAdmin(admin.ModelAdmin[EditorsPick]):
    """The order on home is edited in the list."""

    list_display = ("venue", "position", "picked_by", "picked_at")
    list_editable = ("position",)
    list_select_related = ("venue", "picked_by")
    autocomplete_fields = ("venue",)
    search_fields = ("venue__name",)
    fields = ("venue", "position", "picked_by", "picked_at")
    readonly_fields = ("picked_by", "picked_at")

    def save_model(self, request: HttpRequest, obj: EditorsPick, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's own signature
        """The first to save it is who picked it."""
        if obj.picked_by is None and isinstance(request.user, User):
            obj.picked_by = request.user
        super().save_model(request, obj, form, change)


class TimeOfPromotion(admin.SimpleListFilter):
    """Running, ahead or over."""

    title = _("time")
    parameter_name = "time"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("running", _("Running")), ("ahead", _("Ahead")), ("over", _("Over"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Promotion]
    ) -> QuerySet[Promotion] | None:
        now = timezone.now()
        match self.value():
            case "running":
                return queryset.filter(starts_at__lte=now, ends_at__gt=now)
            case "ahead":
                return queryset.filter(starts_at__gt=now)
            case "over":
                return queryset.filter(ends_at__lte=now)
            case _:
                return None


@admin.register(Promotion)
class PromotionAdmin(admin.ModelAdmin[Promotion]):
    """What home shows as promoted, and from when until when."""

    list_display = ("venue", "starts_at", "ends_at", "is_shown", "note", "created_by")
    list_filter = (TimeOfPromotion,)
    list_select_related = ("venue", "created_by")
    autocomplete_fields = ("venue",)
    search_fields = ("venue__name", "note")
    date_hierarchy = "starts_at"
    fields = ("venue", "starts_at", "ends_at", "note", "created_by", "created_at")
    readonly_fields = ("created_by", "created_at")

    @admin.display(description=_("on home now"), boolean=True)
    def is_shown(self, promotion: Promotion) -> bool:
        """Running, and of a venue that can be found."""
        is_running = promotion.starts_at <= timezone.now() < promotion.ends_at
        return is_running and promotion.venue.is_published

    def save_model(self, request: HttpRequest, obj: Promotion, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's own signature
        """The first to save it is who created it."""
        if obj.created_by is None and isinstance(request.user, User):
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(SearchEntry)
class SearchEntryAdmin(ReadOnlyAdmin):
    """Written by `refresh_search_entries` alone."""

    list_display = ("space", "venue", "category", "city", "district", "capacity", "published_at")
    list_filter = ("category", "city")
    list_select_related = ("space", "venue", "category", "city", "district")
    search_fields = ("venue__name", "text")
