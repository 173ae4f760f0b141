"""How allauth reaches our people: by phone, and only through the notifications room."""

from typing import Any, Final
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.forms import Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.accounts import notification_kinds as kinds
from marketplace.accounts.fields import PhoneField
from marketplace.accounts.models import User
from marketplace.accounts.phones import in_served_country
from marketplace.accounts.services import PhoneTaken, verify_phone
from marketplace.notifications.services import Address, notify

_CODE_SENT: Final = frozenset(
    {"account/messages/login_code_sent.txt", "account/messages/phone_verification_sent.txt"}
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Phones as E.164, codes and letters as notifications, words of our own.

    A number that has an account and one that has none are answered alike: what differs goes by
    SMS to whoever holds the number.
    """

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Write to us if that is a mistake."),
        "incorrect_code": _("That is not the code that we sent. Look at the newest SMS."),
        "phone_taken": PhoneTaken.default_message,
        "rate_limited": _("A code is on its way already. Wait half a minute for a new one."),
        "same_as_current": _("This is your number already."),
        "too_many_login_attempts": _("Too many tries. Ask for a new code in a few minutes."),
    }

    is_sign_up = False

    def phone_form_field(self, **kwargs: Any) -> Field:
        return PhoneField(**kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.has_verified_phone) if user.phone else None

    def get_user_by_phone(self, phone: str) -> User | None:
        holder: User | None = User.objects.with_phone(phone).first()
        return holder

    def set_phone(self, user: User, phone: str, verified: bool) -> None:  # noqa: FBT001
        """Gives the account an unproven number; a proven one goes by `verify_phone`."""
        if verified:
            self.set_phone_verified(user, phone)
            return
        user.phone, user.phone_verified_at = phone, None
        user.save(update_fields=["phone", "phone_verified_at"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """A code sent to `phone` was answered: the number is the account's.

        Only the person who is logged in may move to another number: a login code sent to a
        number that was the account's when it was asked for no longer opens the account.
        """
        user.refresh_from_db(fields=["phone", "phone_verified_at"])
        if user.phone != phone and not self.request.user.is_authenticated:
            raise ImmediateHttpResponse(self._start_again("too_many_login_attempts"))
        try:
            verify_phone(user=user, phone=phone, request=self.request, now=timezone.now())
        except PhoneTaken as refusal:
            messages.error(self.request, str(refusal))
            raise ImmediateHttpResponse(redirect("account_change_phone")) from refusal

    def _start_again(self, error: str) -> HttpResponse:
        messages.error(self.request, self.error_messages[error])
        return redirect("account_login")

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        language = user.language if user.last_login else _page_language()
        self._text(kinds.PHONE_CODE, phone, {"code": code}, language=language)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Invites to sign up; whoever could not is sent nothing, and the page does not tell."""
        if in_served_country(phone):
            self._text(kinds.PHONE_UNKNOWN, phone, {"url": _address_of("account_signup")})

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._text(kinds.PHONE_HAS_ACCOUNT, phone, {"url": _address_of("account_login")})

    def _text(self, kind: str, phone: str, context: dict[str, str], *, language: str = "") -> None:
        to = Address(phone=phone, language=language or _page_language(), time_zone=_page_zone())
        self._tell(kind, to, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Allauth's own letters, as a notification like any other."""
        letter = self.render_mail(template_prefix, email, {"email": email, **context})
        to = Address(email=email, language=_page_language(), time_zone=_page_zone())
        self._tell(kinds.LETTER, to, {"subject": letter.subject, "text": letter.body})

    def _tell(self, kind: str, to: Address, context: dict[str, str]) -> None:
        with transaction.atomic():
            notify(kind=kind, to=to, context=context, event_key=f"{kind}:{uuid4()}")

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def post_login(
        self, request: HttpRequest, user: User, *, signup: bool, **kwargs: Any
    ) -> HttpResponse:
        self.is_sign_up = signup
        response: HttpResponse = super().post_login(request, user, signup=signup, **kwargs)
        return response

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Allauth's messages, but who has just signed up is not welcomed back.

        That a code was sent is said by the page itself; only one asked for again needs more.
        """
        if self.is_sign_up and message_template == "account/messages/logged_in.txt":
            return
        if message_template in _CODE_SENT:
            if request.POST.get("action") != "resend":
                return
            level = messages.SUCCESS
        super().add_message(request, level, message_template, *args, **kwargs)

    def save_user(
        self,
        request: HttpRequest,
        user: User,
        form: Any,
        commit: bool = True,  # noqa: FBT001, FBT002 -- allauth's signature
    ) -> User:
        """The person as the form fills them in, with the number unproven yet."""
        user.set_unusable_password()
        form.fill(request, user)
        user.save()
        self.set_phone(user, form.cleaned_data["phone"], verified=False)
        return user


def _page_language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _page_zone() -> str:
    return timezone.get_current_timezone_name()


def _address_of(name: str) -> str:
    return settings.SITE_URL + reverse(name)
