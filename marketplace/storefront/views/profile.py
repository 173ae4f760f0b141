"""A person's own page: name, language, time zone, phone, email, and what was done."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts import email_verification, services
from marketplace.accounts.access import member_of, member_required
from marketplace.accounts.models import Activity, User
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, is_fragment, redirect
from marketplace.storefront.forms.profile import (
    EmailCodeForm,
    EmailForm,
    ProfileForm,
)
from marketplace.storefront.views.preferences import remember_language

PAGE = "storefront/profile.html"
PARTS = {
    "details": "storefront/profile.html#details",
    "email": "storefront/_profile_email.html",
}
ON_THE_PAGE = 3
ON_A_PAGE_OF_ACTIVITY = 30


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HtmxHttpRequest) -> HttpResponse:
    """The page; a POST saves name, language and time zone."""
    user = member_of(request)
    if request.method != "POST":
        return _page(request, user)
    form = ProfileForm(request.POST, user=user)
    if not form.is_valid():
        return _page(
            request, user, "details", status=HTTPStatus.UNPROCESSABLE_ENTITY, profile_form=form
        )
    changed = services.update_profile(
        user=user,
        **form.cleaned_data,
        request=request,
        now=timezone.now(),
    )
    if is_fragment(request) and not changed & {"language", "time_zone"}:
        return _page(request, user, "details", saved=True)
    with override(user.language):
        messages.success(request, _("Saved."))
    response = redirect(request, "storefront:profile")
    remember_language(response, user.language)
    return response


@never_cache
@member_required
def email(request: HtmxHttpRequest) -> HttpResponse:
    """Asks for a code to an address; it becomes the account's when the code comes back."""
    user = member_of(request)
    if request.method != "POST":
        return redirect(request, "storefront:profile")
    form = EmailForm(request.POST)
    if form.is_valid():
        try:
            email_verification.start(
                request=request, user=user, email=form.cleaned_data["email"], now=timezone.now()
            )
        except DomainError as refusal:
            form.add_error("email", str(refusal.message))
    if form.errors:
        return _page(
            request, user, "email", status=HTTPStatus.UNPROCESSABLE_ENTITY, email_form=form
        )
    return _email_answer(request, user)


@never_cache
@member_required
def email_code(request: HtmxHttpRequest) -> HttpResponse:
    """Takes the code, or sends another one, or forgets the address (`action`)."""
    user = member_of(request)
    if request.method != "POST":
        return redirect(request, "storefront:profile")
    action = request.POST.get("action")
    if action == "cancel":
        email_verification.cancel(request)
        return _email_answer(request, user)
    form = EmailCodeForm(request.POST)
    refused = ""
    try:
        if action == "resend":
            email_verification.resend(request=request, user=user, now=timezone.now())
            return _email_answer(request, user)
        if form.is_valid():
            return _email_confirmed(request, user, form.cleaned_data["code"])
    except email_verification.WrongCode as refusal:
        form.add_error("code", str(refusal.message))
    except DomainError as refusal:
        form, refused = EmailCodeForm(), str(refusal.message)
    return _page(
        request,
        user,
        "email",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        code_form=form,
        email_refused=refused,
    )


def _email_confirmed(request: HtmxHttpRequest, user: User, code: str) -> HttpResponse:
    address = email_verification.confirm(request=request, user=user, code=code, now=timezone.now())
    messages.success(request, _("%(email)s is your address now.") % {"email": address})
    return redirect(request, "storefront:profile")


@never_cache
@member_required
def email_remove(request: HtmxHttpRequest) -> HttpResponse:
    """Takes the address off the account."""
    user = member_of(request)
    if request.method == "POST":
        services.remove_email(user=user, request=request, now=timezone.now())
        messages.success(request, _("The email address is removed."))
    return redirect(request, "storefront:profile")


def _email_answer(request: HtmxHttpRequest, user: User) -> HttpResponse:
    """The email's part of the page to htmx, the page itself (after a redirect) to a browser."""
    if is_fragment(request):
        return _page(request, user, "email")
    return redirect(request, "storefront:profile")


def _page(
    request: HtmxHttpRequest,
    user: User,
    part: str = "",
    *,
    status: int = HTTPStatus.OK,
    **forms: Any,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "active_tab": "profile",
        "profile_form": ProfileForm(user=user),
        "email_form": EmailForm(),
        "code_form": EmailCodeForm(),
        "pending_email": email_verification.pending_email(request, now=now),
        "now": now,
        "activities": Activity.objects.of(user)[:ON_THE_PAGE],
        **forms,
    }
    template = PARTS.get(part, PAGE) if is_fragment(request) else PAGE
    return render(request, template, context, status=status)


@never_cache
@member_required
@require_safe
def activity(request: HtmxHttpRequest) -> HttpResponse:
    """All that the person did, newest first."""
    everything = Paginator(Activity.objects.of(member_of(request)), ON_A_PAGE_OF_ACTIVITY)
    page = everything.get_page(request.GET.get("page"))
    context = {"active_tab": "profile", "page": page}
    return render(request, "storefront/profile_activity.html", context)
