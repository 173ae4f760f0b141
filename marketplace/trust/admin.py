"""Cases for administrators to read; they are decided at /moderation/."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.core.admin import ReadOnlyAdmin
from marketplace.trust.models import Case, CaseEntry, RequestedChange


class CaseEntryInline(admin.TabularInline[CaseEntry, Case]):
    model = CaseEntry
    fields = readonly_fields = ("at", "kind", "author", "reasons", "text")
    max_num = 0
    can_delete = False


class RequestedChangeInline(admin.TabularInline[RequestedChange, CaseEntry]):
    model = RequestedChange
    fields = readonly_fields = ("position", "section", "text")
    max_num = 0
    can_delete = False


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "state", "opened_by", "opened_at", "waiting_since")
    list_filter = ("kind", "state", "opened_at")
    list_select_related = ("opened_by",)
    search_fields = ("title", "contact_name", "contact_email", "opened_by__name")
    date_hierarchy = "opened_at"
    inlines = (CaseEntryInline,)


@admin.register(CaseEntry)
class CaseEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "case", "author")
    list_filter = ("kind", "at")
    list_select_related = ("case", "author")
    search_fields = ("case__title", "text")
    inlines = (RequestedChangeInline,)


@admin.register(RequestedChange)
class RequestedChangeAdmin(ReadOnlyAdmin):
    list_display = ("section", "text", "case", "asked_at")
    list_filter = ("section",)
    search_fields = ("text", "entry__case__title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RequestedChange]:
        return super().get_queryset(request).select_related("entry__case")

    @admin.display(ordering="entry__case__title", description=_("case"))
    def case(self, change: RequestedChange) -> Case:
        return change.entry.case

    @admin.display(ordering="entry__at", description=_("when"))
    def asked_at(self, change: RequestedChange) -> object:
        return change.entry.at
