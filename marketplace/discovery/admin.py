"""Editors' picks are chosen here; search entries are only looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from marketplace.discovery.models import EditorsPick, SearchEntry


@admin.register(EditorsPick)
class EditorsPickAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for the checker alone
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
        obj.picked_by = obj.picked_by or request.user
        super().save_model(request, obj, form, change)


@admin.register(SearchEntry)
class SearchEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for the checker alone
    """Written by `refresh_search_entries` alone."""

    list_display = ("space", "venue", "category", "city", "district", "capacity", "published_at")
    list_filter = ("category", "city")
    list_select_related = ("space", "venue", "category", "city", "district")
    search_fields = ("venue__name", "text")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: SearchEntry | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SearchEntry | None = None) -> bool:
        """Nobody."""
        return False
