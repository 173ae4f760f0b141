"""Editors' picks are chosen here; search entries are only looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from marketplace.accounts.models import User
from marketplace.core.admin import ReadOnlyAdmin
from marketplace.discovery.models import EditorsPick, SearchEntry


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


@admin.register(SearchEntry)
class SearchEntryAdmin(ReadOnlyAdmin):
    """Written by `refresh_search_entries` alone."""

    list_display = ("space", "venue", "category", "city", "district", "capacity", "published_at")
    list_filter = ("category", "city")
    list_select_related = ("space", "venue", "category", "city", "district")
    search_fields = ("venue__name", "text")
