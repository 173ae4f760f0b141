"""The contact page: a message becomes a case that the administrators answer by email."""

from http import HTTPStatus

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.models import User
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.storefront.forms.contact import ContactForm
from marketplace.trust.services import open_enquiry


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HtmxHttpRequest) -> HttpResponse:
    """Asks for the message, takes it, and says so on a page of its own.

    422 for a message that cannot be answered, 429 for too many; what was written stays.
    """
    user = request.user if isinstance(request.user, User) else None
    form = ContactForm(request.POST or None, initial=ContactForm.initial_for(user))
    status = HTTPStatus.OK
    if request.method == "POST":
        if not form.is_valid():
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        elif not ratelimit.consume(request, action="contact"):
            status = HTTPStatus.TOO_MANY_REQUESTS
            form.add_error(None, _("That was a lot of messages at once. Try again in an hour."))
        else:
            if not form.is_from_a_program:
                _send(form, user)
            return redirect(request, "storefront:contact_sent")
    context = {"form": form, "operator": settings.OPERATOR}
    return render(request, "storefront/contact.html", context, status=status)


@require_safe
def contact_sent(request: HtmxHttpRequest) -> HttpResponse:
    """Says that the message arrived."""
    return render(request, "storefront/contact_sent.html")


def _send(form: ContactForm, user: User | None) -> None:
    open_enquiry(
        name=form.cleaned_data["name"],
        email=form.cleaned_data["email"],
        subject=form.subject_label,
        message=form.cleaned_data["message"],
        language=get_language() or settings.LANGUAGE_CODE,
        by=user,
        now=timezone.now(),
    )
