"""What people asked through the contact page, for administrators to answer."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.access import administrator_required, member_of
from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest, redirect
from marketplace.trust import services as trust
from marketplace.trust.models import Case
from moderation.enquiries import EnquiryTab, enquiry_list
from moderation.forms.decisions import AnswerForm
from moderation.timeline import timeline_of


@require_safe
@administrator_required
def enquiries(request: HtmxHttpRequest) -> HttpResponse:
    """Enquiries that wait for an answer, the oldest first; or those that were answered."""
    asked = request.GET.get("tab", "")
    tab = EnquiryTab(asked) if asked in EnquiryTab.values else EnquiryTab.OPEN
    listed = enquiry_list(tab=tab, page=request.GET.get("page", 1), now=timezone.now())
    context = {"section": "enquiries", "list": listed}
    return render(request, "moderation/enquiries.html", context)


@require_safe
@administrator_required
def enquiry(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """One enquiry, what was answered, and room for an answer."""
    return _render(request, get_object_or_404(Case.objects.enquiries(), pk=pk), AnswerForm())


@require_POST
@administrator_required
def answer(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """Sends the answer by email and resolves the enquiry."""
    case = get_object_or_404(Case.objects.enquiries(), pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _render(request, case, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        trust.answer_enquiry(
            case=case, by=member_of(request), text=form.cleaned_data["text"], now=timezone.now()
        )
    except DomainError as error:
        return _render(request, case, form, status=HTTPStatus.CONFLICT, refusal=str(error.message))
    messages.success(
        request, _("Your answer is on its way to %(email)s.") % {"email": case.contact_email}
    )
    return redirect(request, "moderation:enquiries")


def _render(
    request: HtmxHttpRequest,
    case: Case,
    form: AnswerForm,
    *,
    status: int = HTTPStatus.OK,
    refusal: str = "",
) -> HttpResponse:
    case.refresh_from_db()
    context = {
        "section": "enquiries",
        "case": case,
        "form": form,
        "timeline": timeline_of(case),
        "refusal": refusal,
    }
    return render(request, "moderation/enquiry.html", context, status=status)
