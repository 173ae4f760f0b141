"""What administrators see of listings.

A listing itself is looked at here and changed through its services (the owners' and the moderators'
pages), which lock, check and tell search. Reference words come from `load_reference`, with every
release. Teams are edited here.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from marketplace.core.admin import ReadOnlyAdmin
from marketplace.venues.models import (
    Amenity,
    Category,
    City,
    District,
    ListingEdit,
    Membership,
    OpeningHours,
    Space,
    Venue,
    VenuePhoto,
)
from marketplace.venues.services.team import LastOwner, change_role, remove_member


class ReadOnlyInline(admin.TabularInline[Any, Any]):
    """Rows of a listing, to look at."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SpaceInline(ReadOnlyInline):
    model = Space
    fields = ("name", "capacity", "units", "hourly_rate_minor", "minimum_minutes")


class OpeningHoursInline(ReadOnlyInline):
    model = OpeningHours


class VenuePhotoInline(ReadOnlyInline):
    model = VenuePhoto
    fields = readonly_fields = (
        "position",
        "alt_text",
        "width",
        "height",
        "is_public",
        "uploaded_at",
    )


@admin.register(Venue)
class VenueAdmin(ReadOnlyAdmin):
    list_display = ("name", "status", "category", "city", "business", "space_count", "published_at")
    list_filter = ("status", "category", "city")
    list_select_related = ("category", "city", "business")
    search_fields = ("name", "slug", "business__name", "address")
    date_hierarchy = "created_at"
    inlines = (SpaceInline, OpeningHoursInline, VenuePhotoInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Venue]:
        venues: QuerySet[Venue] = super().get_queryset(request)
        return venues.annotate(spaces_there=Count("spaces"))

    @admin.display(description=_("spaces"), ordering="spaces_there")
    def space_count(self, venue: Venue) -> int:
        count: int = getattr(venue, "spaces_there", 0)
        return count


@admin.register(Space)
class SpaceAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "venue",
        "capacity",
        "units",
        "hourly_rate",
        "minimum_minutes",
        "booking_mode",
    )
    list_select_related = ("venue",)
    list_filter = ("booking_mode", "venue__category", "venue__city")
    search_fields = ("name", "venue__name")


@admin.register(VenuePhoto)
class VenuePhotoAdmin(ReadOnlyAdmin):
    list_display = ("venue", "position", "alt_text", "is_public", "uploaded_at")
    list_select_related = ("venue",)
    list_filter = ("is_public",)
    search_fields = ("venue__name", "alt_text", "key")


@admin.register(OpeningHours)
class OpeningHoursAdmin(ReadOnlyAdmin):
    list_display = ("venue", "weekday", "opens_minute", "closes_minute")
    list_select_related = ("venue",)
    list_filter = ("weekday",)
    search_fields = ("venue__name",)


@admin.register(ListingEdit)
class ListingEditAdmin(ReadOnlyAdmin):
    list_display = ("venue", "state", "proposed_by", "proposed_at")
    list_select_related = ("venue", "proposed_by")
    list_filter = ("state",)
    search_fields = ("venue__name",)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    list_display = ("venue", "user", "role", "added_at")
    list_select_related = ("venue", "user")
    list_filter = ("role",)
    search_fields = ("venue__name", "user__name", "user__phone")
    autocomplete_fields = ("venue", "user")
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> Any:
        """Of a place in a team, the role may change; another person gets a place of their own."""
        return ("venue", "user") if obj else ()

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:  # noqa: FBT001 -- Django's own signature
        if change:
            change_role(membership=obj, role=form.cleaned_data["role"])
        else:
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        remove_member(membership=obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except LastOwner as refusal:
            return self._refused(request, refusal)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except LastOwner as refusal:
            return self._refused(request, refusal)

    def _refused(self, request: HttpRequest, refusal: LastOwner) -> HttpResponse:
        """Back to the page, which says why; Django has undone what it began."""
        self.message_user(request, str(refusal), messages.ERROR)
        return HttpResponseRedirect(request.path)


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "minimum_minutes", "position")
    search_fields = ("name", "slug")


@admin.register(City)
class CityAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "country", "currency", "time_zone", "position")
    search_fields = ("name", "slug")


@admin.register(District)
class DistrictAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "city", "position")
    list_select_related = ("city",)
    list_filter = ("city",)
    search_fields = ("name", "slug")


@admin.register(Amenity)
class AmenityAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "group", "icon", "position")
    list_filter = ("group",)
    search_fields = ("name", "slug")
