"""Cases for administrators to read; they are decided at /moderation/."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from marketplace.trust.models import Case, CaseEntry, RequestedChange


class ReadOnlyMixin:
    """Rows that are read here and written by services alone."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class CaseEntryInline(ReadOnlyMixin, admin.TabularInline[CaseEntry, Case]):
    model = CaseEntry
    fields = ("at", "kind", "author", "reasons", "text")


class RequestedChangeInline(ReadOnlyMixin, admin.TabularInline[RequestedChange, CaseEntry]):
    model = RequestedChange
    fields = ("position", "section", "text")


@admin.register(Case)
class CaseAdmin(ReadOnlyMixin, admin.ModelAdmin[Case]):
    list_display = ("title", "kind", "state", "opened_by", "opened_at", "waiting_since")
    list_filter = ("kind", "state", "opened_at")
    list_select_related = ("opened_by",)
    search_fields = ("title", "contact_name", "contact_email", "opened_by__name")
    date_hierarchy = "opened_at"
    inlines = (CaseEntryInline,)


@admin.register(CaseEntry)
class CaseEntryAdmin(ReadOnlyMixin, admin.ModelAdmin[CaseEntry]):
    list_display = ("at", "kind", "case", "author")
    list_filter = ("kind", "at")
    list_select_related = ("case", "author")
    search_fields = ("case__title", "text")
    inlines = (RequestedChangeInline,)


@admin.register(RequestedChange)
class RequestedChangeAdmin(ReadOnlyMixin, admin.ModelAdmin[RequestedChange]):
    list_display = ("section", "text", "case", "asked_at")
    list_filter = ("section",)
    search_fields = ("text", "entry__case__title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RequestedChange]:
        return super().get_queryset(request).select_related("entry__case")

    @admin.display(ordering="entry__case__title")
    def case(self, change: RequestedChange) -> Case:
        return change.entry.case

    @admin.display(ordering="entry__at")
    def asked_at(self, change: RequestedChange) -> object:
        return change.entry.at
