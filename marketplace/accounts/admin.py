"""People for administrators. What a person proved (phone, email) is read here, not written."""

from typing import Any

# Imported first, so that what they register can be taken back below.
import allauth.account.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.enums import Role
from marketplace.accounts.fields import PhoneField
from marketplace.accounts.models import Activity, Business, User
from marketplace.accounts.policies import may_change_role
from marketplace.accounts.services import LastAdministrator, change_role
from marketplace.core.admin import ReadOnlyAdmin
from marketplace.core.zones import find_zone

# Nobody has a password: the admin's own login page would lead nowhere.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = "JoyTop"
admin.site.site_title = "JoyTop"
admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


class UserForm(forms.ModelForm[User]):
    """A person as an administrator writes one."""

    phone = PhoneField()

    class Meta:
        model = User
        fields = ("phone", "name", "language", "time_zone", "role", "is_active")

    def clean_time_zone(self) -> str:
        """A zone that exists."""
        name: str = self.cleaned_data["time_zone"]
        if find_zone(name) is None:
            raise forms.ValidationError(_("There is no such time zone."))
        return name


class ActivityInline(admin.TabularInline[Activity, User]):
    model = Activity
    fields = readonly_fields = ("at", "kind", "ip", "device", "details")
    max_num = 0
    can_delete = False


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    form = UserForm
    list_display = (
        "display_name",
        "phone_as_read",
        "email",
        "role",
        "is_active",
        "phone_verified_at",
        "joined_at",
        "last_login",
    )
    list_filter = ("role", "is_active", "language", "joined_at")
    search_fields = ("name", "phone", "email")
    date_hierarchy = "joined_at"
    readonly_fields = ("phone_verified_at", "email", "joined_at", "last_login")
    fieldsets = (
        (None, {"fields": ("name", "phone", "phone_verified_at", "email")}),
        (_("Language and time"), {"fields": ("language", "time_zone")}),
        (_("Rights"), {"fields": ("role", "is_active")}),
        (_("History"), {"fields": ("joined_at", "last_login")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Nobody gives a role to themselves or shuts themselves out."""
        own = obj is not None and not may_change_role(request.user, obj)
        return (*self.readonly_fields, "role", "is_active") if own else self.readonly_fields

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """The log, once there is somebody to have one."""
        return (ActivityInline,) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are shut out (`may log in`), not deleted: what they did stays theirs."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        """A number that an administrator types is unproven; a role goes through its service."""
        now = timezone.now()
        if "phone" in form.changed_data:
            obj.phone_verified_at = None
        role = Role(obj.role)
        if not change:
            obj.set_unusable_password()
            obj.role = Role.MEMBER
        elif "role" in form.changed_data:
            obj.role = form.initial["role"]
        super().save_model(request, obj, form, change)
        if role != obj.role and isinstance(request.user, User):
            try:
                change_role(user=obj, role=role, by=request.user, request=request, now=now)
            except LastAdministrator as refusal:
                self.message_user(request, str(refusal.message), messages.ERROR)


@admin.register(Business)
class BusinessAdmin(admin.ModelAdmin[Business]):
    list_display = ("name", "owner", "created_at")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__name", "owner__phone")
    list_filter = ("created_at",)
    date_hierarchy = "created_at"
    autocomplete_fields = ("owner",)
    readonly_fields = ("created_at",)


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "user", "ip", "device")
    list_filter = ("kind", "at")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__phone", "ip")
    date_hierarchy = "at"


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("email", "user", "verified", "primary")
    list_filter = ("verified",)
    list_select_related = ("user",)
    search_fields = ("email", "user__name", "user__phone")
