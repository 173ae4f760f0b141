"""What people fill in to sign up, log in and prove their number."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.fields import NewPhoneField
from marketplace.accounts.models import User
from marketplace.core.middleware import TIME_ZONE_COOKIE
from marketplace.core.names import validate_name
from marketplace.core.zones import find_zone


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc]
    """Phone and name. Language and time zone come from the page and the browser.

    A number that has an account is answered like one that has none. A sign-up that never got to
    its code is taken up again: nobody has been in that account.
    """

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As owners of venues and other people see it."),
        validators=[validate_name],
        error_messages={"required": _("Give a name. You can change it later.")},
    )
    field_order = ("phone", "name")
    unfinished: User | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = NewPhoneField(
            help_text=_("We send a code to it. No password is needed.")
        )

    def _clean_phone(self) -> None:
        """Allauth's hook: sets `account_already_exists`, and tells nobody."""
        holder = get_adapter().get_user_by_phone(self.cleaned_data.get("phone") or "")
        if holder is None:
            return
        if holder.is_active and holder.last_login is None and not holder.has_verified_phone:
            self.unfinished = holder
        else:
            self.account_already_exists = True

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Saves the person; of two sign-ups at the same instant, the second finds the first."""
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return self.save(request), None
            except IntegrityError:
                self.account_already_exists = True
        answered: tuple[None, HttpResponse] = super().try_save(request)
        return answered

    def save(self, request: HttpRequest) -> User:
        """The new person, or the one whose sign-up was never finished."""
        user = self.unfinished or User()
        saved: User = get_adapter().save_user(request, user, self)
        return saved

    def fill(self, request: HttpRequest, user: User) -> None:
        """Writes what the form and the browser say on the person, without saving."""
        user.name = self.cleaned_data["name"]
        language = get_language()
        user.language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        zone = find_zone(request.COOKIES.get(TIME_ZONE_COOKIE, ""))
        user.time_zone = zone.key if zone else settings.TIME_ZONE


class CodeWidget(forms.TextInput):
    """Six digits that the phone offers to fill in; `alone` where nothing else is asked for."""

    def __init__(self, *, alone: bool = False) -> None:
        super().__init__(
            attrs={
                "autofocus": alone,
                "class": "code-input",
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "maxlength": "11",
            }
        )


def code_field(*, alone: bool = False) -> forms.CharField:
    """The field of a code from an SMS or an email, spaces between the digits allowed."""
    return forms.CharField(
        label=_("Code"),
        widget=CodeWidget(alone=alone),
        error_messages={"required": _("Type the six digits that we sent.")},
    )


class LoginCodeForm(allauth_forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code of a login."""

    code = code_field(alone=True)


class VerifyPhoneForm(allauth_forms.VerifyPhoneForm):  # type: ignore[misc]
    """The code of a sign-up or of a new number."""

    code = code_field(alone=True)


class ChangePhoneForm(allauth_forms.ChangePhoneForm):  # type: ignore[misc]
    """The number that the account shall move to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = NewPhoneField(
            label=_("New phone number"),
            help_text=_("We send a code to it, and tell the old number."),
        )
