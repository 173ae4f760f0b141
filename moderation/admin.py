"""Claims for administrators: one that is in the way can be taken away."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from marketplace.core.admin import ReadOnlyAdmin
from moderation.models import QueueClaim


@admin.register(QueueClaim)
class QueueClaimAdmin(ReadOnlyAdmin):
    list_display = ("case", "moderator", "claimed_at", "expires_at")
    list_select_related = ("case", "moderator")
    search_fields = ("case__title", "moderator__name")
    ordering = ("-claimed_at",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser
