"""The sandbox outbox: every SMS and email that the system sent, as sent."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from .enums import Channel
from .models import SandboxAttachment, SandboxMessage

_PAGE_SIZE: Final = 25

# An email's own HTML: shown in a frame of ours, with its own styles, and able to do nothing.
_EMAIL_POLICY: Final[dict[str, list[str]]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "frame-ancestors": [CSP.SELF],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_safe
@never_cache
def outbox(request: HttpRequest) -> HttpResponse:
    """What was sent, newest first; `?to=` narrows it to one phone number or address."""
    recipient = request.GET.get("to", "").strip()
    messages = SandboxMessage.objects.latest_first()
    if recipient:
        messages = messages.addressed_to(recipient)
    page = Paginator(messages, _PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notifications/outbox.html", {"page": page, "recipient": recipient})


@require_safe
@never_cache
def message(request: HttpRequest, pk: int) -> HttpResponse:
    sent = get_object_or_404(SandboxMessage.objects.with_file_names(), pk=pk)
    return render(request, "notifications/message.html", {"sent": sent})


@require_safe
@never_cache
@xframe_options_sameorigin
@csp_override(_EMAIL_POLICY)
def html_part(request: HttpRequest, pk: int) -> HttpResponse:
    """An email's HTML part as a page of its own, for the frame on the message's page."""
    sent = get_object_or_404(SandboxMessage, pk=pk, channel=Channel.EMAIL)
    return HttpResponse(sent.html)


@require_safe
@never_cache
def attachment(request: HttpRequest, pk: int, attachment_id: int) -> HttpResponse:
    """A file that came with an email: kept as a file, never opened as a page of ours."""
    kept = get_object_or_404(SandboxAttachment, pk=attachment_id, message=pk)
    disposition = content_disposition_header(as_attachment=True, filename=kept.filename)
    return HttpResponse(
        bytes(kept.content),
        content_type=kept.mimetype,
        headers={"Content-Disposition": str(disposition)},
    )
