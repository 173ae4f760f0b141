"""Approve, ask for changes, reject: each leads to the next case."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.accounts.access import member_of, moderator_required
from marketplace.accounts.enums import ActivityKind
from marketplace.accounts.services import record_activity
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.trust.models import Case
from moderation import services
from moderation.forms.decisions import ChangeItemList, ChangeItems, NoteForm, RejectForm
from moderation.policies import may_decide_about
from moderation.queue import next_case
from moderation.subjects import subject_of
from moderation.views.case import listing_case, render_case


@require_POST
@moderator_required
def approve(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """The listing goes live, or the edit takes effect."""
    case = listing_case(pk)
    person = member_of(request)
    return _decide(
        request,
        case,
        lambda: services.approve(case=case, by=person, seen=_seen(request), now=timezone.now()),
        done=_("“%(title)s” is approved.") % {"title": case.title},
    )


@require_POST
@moderator_required
def request_changes(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """The owner gets a list of what to mend. `add_row` only asks for more room to write."""
    case = listing_case(pk)
    person = member_of(request)
    items = ChangeItems(request.POST, prefix="items")
    note_form = NoteForm(request.POST, prefix="changes")
    forms: dict[str, Any] = {"items": items, "note_form": note_form, "open_form": "changes"}
    if "add_row" in request.POST:
        return render_case(request, case, **{**forms, "items": _with_room(items)})
    if not (items.is_valid() & note_form.is_valid()):
        return render_case(request, case, status=HTTPStatus.UNPROCESSABLE_ENTITY, **forms)
    return _decide(
        request,
        case,
        lambda: services.request_changes(
            case=case,
            by=person,
            seen=_seen(request),
            items=items.items,
            note=note_form.cleaned_data["note"],
            now=timezone.now(),
        ),
        done=_("The owner of “%(title)s” was asked for changes.") % {"title": case.title},
        **forms,
    )


@require_POST
@moderator_required
def reject(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """The listing or the edit is not accepted."""
    case = listing_case(pk)
    person = member_of(request)
    form = RejectForm(request.POST, prefix="reject")
    forms: dict[str, Any] = {"reject_form": form, "open_form": "reject"}
    if not form.is_valid():
        return render_case(request, case, status=HTTPStatus.UNPROCESSABLE_ENTITY, **forms)
    return _decide(
        request,
        case,
        lambda: services.reject(
            case=case,
            by=person,
            seen=_seen(request),
            now=timezone.now(),
            **form.cleaned_data,
        ),
        done=_("“%(title)s” is rejected.") % {"title": case.title},
        **forms,
    )


def _decide(
    request: HtmxHttpRequest,
    case: Case,
    decision: Callable[[], None],
    *,
    done: str,
    **forms: Any,
) -> HttpResponse:
    """Decides and goes on to the next case; what was written is kept when that is refused."""
    person = member_of(request)
    if not may_decide_about(person=person, venue=subject_of(case).venue):
        refusal = _("This is a listing of your own: somebody else has to decide about it.")
        return render_case(request, case, status=HTTPStatus.FORBIDDEN, refusal=refusal, **forms)
    try:
        decision()
    except DomainError as error:
        return render_case(
            request, case, status=HTTPStatus.CONFLICT, refusal=error.message, **forms
        )
    now = timezone.now()
    record_activity(
        user=person,
        kind=ActivityKind.LISTING_DECIDED,
        request=request,
        now=now,
        details={"listing": case.title},
    )
    messages.success(request, done)
    following = next_case(after=case, by=person, now=now)
    if following is None:
        return redirect(request, "moderation:queue")
    return redirect(request, "moderation:case", following.pk)


def _seen(request: HtmxHttpRequest) -> str:
    """The version of the case that the moderator read."""
    return request.POST.get("seen", "")


def _with_room(items: ChangeItemList) -> ChangeItemList:
    """The same list with what was written, unjudged, and one more row."""
    written = [{name: form[name].value() for name in ("section", "text")} for form in items.forms]
    return ChangeItems(prefix="items", initial=written)
