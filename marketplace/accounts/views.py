"""allauth's pages as this site answers them: 422, 429, and the same for every number.

They are allauth's, with its templates' names; the templates are in `templates/account/`.
"""

from abc import ABC, abstractmethod
from http import HTTPStatus
from typing import Any

from allauth.account import views
from allauth.account.internal.stagekit import clear_login
from allauth.core import ratelimit
from allauth.core.exceptions import RateLimited
from allauth.decorators import rate_limit
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from marketplace.accounts.phones import format_phone

PROFILE = "storefront:profile"


class _Answers:
    """An invalid form is 422; a code that the rate limit refuses to send is 429."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except RateLimited:
            response = ratelimit.respond_429(request)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        if response.status_code == HTTPStatus.OK:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


def _count_a_code(request: HttpRequest) -> None:
    """Counts a code to whomever, also where in truth none is sent. Raises RateLimited."""
    ratelimit.consume(request, action="codes", key="all", raise_exception=True)


class _SendsACode:
    """A valid form sends a code, as long as the site has not sent too many to everybody."""

    def form_valid(self, form: Any) -> HttpResponse:
        _count_a_code(self.request)  # type: ignore[attr-defined]
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response


class _StartsAnew:
    """Coming back to the first page means another number: the code sent before is dropped."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        clear_login(request)


class _GuessesAreCounted(ABC):
    """Guesses at codes are limited in the shared cache: a session's own count can be raced.

    The key is the visitor's session with the number, so that nobody is locked out by others.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        guessed = f"{request.session.session_key}:{self._phone_in_question()}"
        refused: HttpResponse | None = ratelimit.consume_or_429(
            request, action="confirm_code", key=guessed
        )
        if refused:
            return refused
        response: HttpResponseBase = super().post(request, *args, **kwargs)  # type: ignore[misc]
        return response

    @abstractmethod
    def _phone_in_question(self) -> str:
        """The number that the code was sent to."""


class _VerifiesPhone(_GuessesAreCounted, _Answers):
    """Asks for the code sent to a number; on demand another one is sent, and counted."""

    def _phone_in_question(self) -> str:
        return str(self.process.phone)  # type: ignore[attr-defined]

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        _count_a_code(self.request)  # type: ignore[attr-defined]
        response: HttpResponse = super()._resend_form_valid(form)  # type: ignore[misc]
        return response


@method_decorator(rate_limit(action="login"), name="dispatch")
class LoginView(_Answers, _StartsAnew, _SendsACode, views.RequestLoginCodeView):  # type: ignore[misc]
    """Asks for the phone number and sends a code to it."""

    template_name = "account/login.html"


class SignupView(_Answers, _StartsAnew, _SendsACode, views.SignupView):  # type: ignore[misc]
    """Asks for phone and name and sends a code."""


class ConfirmLoginCodeView(_GuessesAreCounted, _Answers, views.ConfirmLoginCodeView):  # type: ignore[misc]
    """Asks for the code of a login."""

    def _phone_in_question(self) -> str:
        return str(self._process.state.get("phone"))

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        """Another code; for a number without account all but the SMS happens."""
        _count_a_code(self.request)
        process = self._process
        limited = not ratelimit.consume(
            self.request, action="request_login_code", key=process.state["phone"]
        )
        if limited:
            raise RateLimited
        if process.user:
            process.resend()
        else:
            process.send(skip_enumeration_mails=True)
            process.record_resend()
            process.persist()
        again: HttpResponse = redirect(self.passthrough_next_url(self.request.path))
        return again

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _phone_as_read(super().get_context_data(**kwargs))


class VerifyPhoneAtSignupView(_VerifiesPhone, views._VerifyPhoneSignupView):  # type: ignore[misc]  # noqa: SLF001
    """Asks for the code that finishes a sign-up."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _phone_as_read(super().get_context_data(**kwargs))


class VerifyChangedPhoneView(_VerifiesPhone, views._VerifyPhoneChangeView):  # type: ignore[misc]  # noqa: SLF001
    """Asks for the code sent to a new number, then goes back to the profile."""

    def respond_process_succeeded(self, form: Any) -> HttpResponse:
        return redirect(PROFILE)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _phone_as_read(super().get_context_data(**kwargs)) | {"cancel_url": reverse(PROFILE)}


class ChangePhoneView(_Answers, _SendsACode, views.ChangePhoneView):  # type: ignore[misc]
    """Asks for another number and sends a code to it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return _phone_as_read(super().get_context_data(**kwargs))


def _phone_as_read(context: dict[str, Any]) -> dict[str, Any]:
    return context | {"phone": format_phone(context["phone"] or "")}


login = LoginView.as_view()
signup = SignupView.as_view()
confirm_login_code = ConfirmLoginCodeView.as_view()
change_phone = ChangePhoneView.as_view()
_verify_at_signup = VerifyPhoneAtSignupView.as_view()
_verify_changed = VerifyChangedPhoneView.as_view()


def verify_phone(request: HttpRequest) -> HttpResponseBase:
    """The code of a sign-up, or of a new number for those logged in."""
    view = _verify_changed if request.user.is_authenticated else _verify_at_signup
    response: HttpResponseBase = view(request)
    return response
