"""One case: read it, hold it, let go of it."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.access import member_of, moderator_required
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.trust.models import Case
from moderation import services
from moderation.dossiers import open_dossier
from moderation.forms.decisions import ChangeItems, NoteForm, RejectForm
from moderation.queue import queue_list, tab_of
from moderation.views.queue import tabs_for


@require_safe
@moderator_required
def case_page(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Everything for the decision on one screen. Reading holds nothing."""
    return render_case(request, listing_case(pk))


@require_POST
@moderator_required
def claim(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Holds the case for the moderator, for half an hour."""
    case = listing_case(pk)
    try:
        services.claim_case(case=case, by=member_of(request), now=timezone.now())
    except DomainError as error:
        return render_case(request, case, status=HTTPStatus.CONFLICT, refusal=error.message)
    messages.info(request, _("The case is yours for half an hour."))
    return redirect(request, "moderation:case", pk)


@require_POST
@moderator_required
def release(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Lets go of the case."""
    case = listing_case(pk)
    try:
        services.release_case(case=case, by=member_of(request), now=timezone.now())
    except DomainError as error:
        return render_case(request, case, status=HTTPStatus.CONFLICT, refusal=error.message)
    return redirect(request, "moderation:case", pk)


def listing_case(pk: int) -> Case:
    """A case that moderators decide, or 404."""
    return get_object_or_404(Case.objects.about_listings(), pk=pk)


def render_case(
    request: HtmxHttpRequest, case: Case, *, status: int = HTTPStatus.OK, **given: Any
) -> HttpResponse:
    """The case's page: the queue at the left, the listing, the decision."""
    now = timezone.now()
    case = listing_case(case.pk)
    listed = queue_list(tab=tab_of(case), page=1, now=now)
    forms = {
        "items": given.get("items") or ChangeItems(prefix="items"),
        "note_form": given.get("note_form") or NoteForm(prefix="changes"),
        "reject_form": given.get("reject_form") or RejectForm(prefix="reject"),
    }
    before, after = listed.around(case)
    context = {
        **forms,
        "section": "queue",
        "before": before,
        "after": after,
        "dossier": open_dossier(case=case, reader=member_of(request), now=now),
        "list": listed,
        "tabs": tabs_for(listed),
        "seen": services.version_of(case),
        "open_form": given.get("open_form", ""),
        "refusal": given.get("refusal", ""),
    }
    return render(request, "moderation/case.html", context, status=status)
