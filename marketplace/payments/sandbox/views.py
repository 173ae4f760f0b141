"""The checkout page, on an origin of its own as Stripe's is. Whoever has its address may pay."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.payments.sandbox import actions
from marketplace.payments.sandbox.actions import BankAsks, CardDeclined, CheckoutOver, Shown
from marketplace.payments.sandbox.cards import TEST_CARDS
from marketplace.payments.sandbox.errors import Refused
from marketplace.payments.sandbox.forms import CardForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest, session_id: str) -> HttpResponse:
    """The card form; a good card leads back to the site, a declined one may be followed."""
    if request.method != "POST":
        return _in_its_language(request, session_id, CardForm())
    form = CardForm(request.POST)
    if not form.is_valid():
        return _in_its_language(request, session_id, form, status=422)
    try:
        return _away(actions.pay(session_id, number=form.cleaned_data["number"]))
    except Refused as refusal:
        raise Http404 from refusal
    except BankAsks:
        return redirect("payments_sandbox:bank", session_id)
    except CheckoutOver:
        return _in_its_language(request, session_id, form)
    except CardDeclined as refusal:
        return _in_its_language(request, session_id, form, status=422, declined=refusal)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bank(request: HttpRequest, session_id: str) -> HttpResponse:
    """The bank's question (3-D Secure): approve or refuse."""
    shown = _shown_or_404(session_id)
    if not shown.bank_asks:
        return redirect("payments_sandbox:checkout", session_id)
    if request.method != "POST":
        return render(request, "payments/sandbox/bank.html", {"shown": shown})
    approved = request.POST.get("answer") == "approve"
    try:
        return _away(actions.answer_bank(session_id, approved=approved))
    except CheckoutOver:
        return redirect("payments_sandbox:checkout", session_id)
    except CardDeclined as refusal:
        return _page(
            request, _shown_or_404(session_id), CardForm(), declined=str(refusal), status=422
        )


def _shown_or_404(session_id: str) -> Shown:
    try:
        return actions.show_checkout(session_id)
    except Refused as refusal:
        raise Http404 from refusal


def _in_its_language(
    request: HttpRequest,
    session_id: str,
    form: CardForm,
    *,
    status: int = 200,
    declined: CardDeclined | None = None,
) -> HttpResponse:
    """The page of the checkout as it is now."""
    shown = _shown_or_404(session_id)
    with override(_language_of(shown)):
        if declined:
            form.add_error(None, str(declined))
        return _page(request, shown, form, status=status)


def _language_of(shown: Shown) -> str | None:
    """The one that the session was opened in, where there is a catalogue of it."""
    return shown.language if shown.language in dict(settings.LANGUAGES) else get_language()


def _away(url: str) -> HttpResponse:
    """To the site, whose page is got with GET whatever was posted here."""
    return HttpResponseRedirect(url, status=303)


def _page(
    request: HttpRequest, shown: Shown, form: CardForm, *, status: int = 200, declined: str = ""
) -> HttpResponse:
    if shown.status != "open":
        return render(request, "payments/sandbox/over.html", {"shown": shown})
    context = {"shown": shown, "form": form, "cards": TEST_CARDS, "declined": declined}
    return render(request, "payments/sandbox/checkout.html", context, status=status)
