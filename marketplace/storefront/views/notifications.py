"""What a member was told: the list behind the bell."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.access import member_of, member_required
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.notifications.models import Notification
from marketplace.notifications.rendering import render_in_app

_PAGE_SIZE: Final = 20


@never_cache
@member_required
@require_safe
def notifications(request: HtmxHttpRequest) -> HttpResponse:
    """Newest first, those not yet read marked."""
    told = Notification.objects.listed_for(member_of(request).pk)
    page = Paginator(told, _PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [(notification, render_in_app(notification)) for notification in page]
    return render(request, "storefront/notifications.html", {"page": page, "lines": lines})


@never_cache
@member_required
@require_safe
def notification(request: HtmxHttpRequest, pk: UUID) -> HttpResponse:
    """Marks one of the member's own as read and leads to what it is about."""
    told = Notification.objects.listed_for(member_of(request).pk).filter(pk=pk)
    path = render_in_app(get_object_or_404(told)).path
    told.mark_read(timezone.now())
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return redirect(request, path if is_ours else "storefront:notifications")


@never_cache
@member_required
@require_POST
def notifications_read(request: HtmxHttpRequest) -> HttpResponse:
    """Marks everything in the list as read."""
    Notification.objects.listed_for(member_of(request).pk).mark_read(timezone.now())
    return redirect(request, "storefront:notifications")
