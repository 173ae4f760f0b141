"""What administrators see of what people were told."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marketplace.core.admin import ReadOnlyAdmin
from marketplace.core.errors import DomainError, IllegalTransition

from .models import Delivery, Notification, SandboxMessage
from .services import send_again, settle_ambiguous


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "recipient", "phone", "email", "language")
    list_filter = ("kind", "language")
    list_select_related = ("recipient",)
    search_fields = ("event_key", "phone", "email")
    ordering = ("-created_at",)

    def get_fields(self, request: HttpRequest, obj: Notification | None = None) -> list[Any]:
        """Everything but the facts of a secret notification, also while it is on its way."""
        fields = [field.name for field in Notification._meta.fields]
        if obj and obj.is_secret:
            fields.remove("context")
        return fields


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Its list is where doubts are settled, and where what failed is sent again."""

    list_display = ("created_at", "channel", "state", "event_key", "attempts", "sent_at", "error")
    list_filter = ("state", "channel")
    search_fields = ("event_key", "gateway_id", "notification__phone", "notification__email")
    ordering = ("-created_at",)
    list_select_related = ("notification",)
    actions = ("settle_as_sent", "settle_as_failed", "send_again")

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    @admin.action(description=_("Unclear: the gateway says it arrived"), permissions=["settle"])
    def settle_as_sent(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        self._settle(request, queryset, arrived=True)

    @admin.action(description=_("Unclear: the gateway says it did not"), permissions=["settle"])
    def settle_as_failed(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        self._settle(request, queryset, arrived=False)

    @admin.action(description=_("Failed: send again"), permissions=["settle"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        by = cast(AbstractBaseUser, request.user)
        again = 0
        for delivery in queryset:
            try:
                send_again(delivery=delivery, by=by, now=timezone.now())
            except DomainError:
                continue
            again += 1
        if again:
            done = ngettext(
                "%(n)s delivery goes out again.", "%(n)s deliveries go out again.", again
            )
            messages.success(request, done % {"n": again})
        if refused := len(queryset) - again:
            left = ngettext(
                "%(n)s delivery was left as it is: it has not failed, or held a code.",
                "%(n)s deliveries were left as they are: they have not failed, or held a code.",
                refused,
            )
            messages.warning(request, left % {"n": refused})

    def _settle(self, request: HttpRequest, queryset: QuerySet[Delivery], *, arrived: bool) -> None:
        settled = refused = 0
        by = cast(AbstractBaseUser, request.user)
        for delivery in queryset:
            try:
                settle_ambiguous(delivery=delivery, arrived=arrived, by=by, now=timezone.now())
            except IllegalTransition:
                refused += 1
            else:
                settled += 1
        if settled:
            done = ngettext("%(n)s delivery settled.", "%(n)s deliveries settled.", settled)
            messages.success(request, done % {"n": settled})
        if refused:
            known = ngettext(
                "%(n)s delivery was left as it is: its outcome is known.",
                "%(n)s deliveries were left as they are: their outcome is known.",
                refused,
            )
            messages.warning(request, known % {"n": refused})


@admin.register(SandboxMessage)
class SandboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("sent_at", "channel", "to", "subject")
    list_filter = ("channel",)
    search_fields = ("to", "subject")
    ordering = ("-sent_at", "-id")
