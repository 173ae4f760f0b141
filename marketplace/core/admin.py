"""What administrators see of the foundation: everything, changed by nobody's hand."""

from typing import Any

# Imported first, so that what it registers can be taken back below.
import django_q.admin  # noqa: F401
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ, Schedule, Success

from .models import IntegrityReport, OutboxMessage, StateChange


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that the system writes. Administrators look at them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class OutcomeFilter(admin.SimpleListFilter):
    """Open, done or given up."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("done", _("Done")), ("failed", _("Failed"))]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[OutboxMessage]
    ) -> models.QuerySet[OutboxMessage]:
        match self.value():
            case "open":
                return queryset.filter(processed_at__isnull=True, failed_at__isnull=True)
            case "done":
                return queryset.filter(processed_at__isnull=False)
            case "failed":
                return queryset.filter(failed_at__isnull=False)
        return queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = (
        "topic",
        "created_at",
        "available_at",
        "attempts",
        "processed_at",
        "failed_at",
        "last_error",
    )
    list_filter = (OutcomeFilter, "topic")
    search_fields = ("id", "key")
    ordering = ("-created_at",)


@admin.register(StateChange)
class StateChangeAdmin(ReadOnlyAdmin):
    list_display = ("at", "subject_kind", "subject_id", "from_state", "to_state", "by", "reason")
    list_filter = ("subject_kind", "to_state")
    list_select_related = ("by",)
    search_fields = ("subject_id",)
    ordering = ("-id",)


@admin.register(IntegrityReport)
class IntegrityReportAdmin(ReadOnlyAdmin):
    list_display = ("ran_at", "ok", "number_of_breaches")
    list_filter = ("ok",)

    @admin.display(description=_("breaches"))
    def number_of_breaches(self, report: IntegrityReport) -> int:
        return len(report.breaches)


# Its own pages let any function of Python be run; what runs is written in `schedules`.
admin.site.unregister((Schedule, Success, Failure, OrmQ))


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    list_display = ("name", "func", "schedule_type", "minutes", "next_run")
    search_fields = ("name", "func")


@admin.register(Success, Failure)
class FinishedTaskAdmin(ReadOnlyAdmin):
    list_display = ("name", "func", "started", "stopped")
    search_fields = ("name", "func")
    ordering = ("-stopped",)


@admin.register(OrmQ)
class QueuedTaskAdmin(ReadOnlyAdmin):
    list_display = ("id", "key", "name", "func", "lock")
    list_filter = ("key",)
