"""The sentence after a change was saved, or was not."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.utils.translation import gettext as _

from marketplace.core.errors import DomainError
from marketplace.core.htmx import HtmxHttpRequest
from marketplace.venues.services import Saved


def say_saved(request: HtmxHttpRequest, saved: Saved) -> None:
    """Tells what became of a change. Nothing is said about one that changed nothing."""
    if saved is Saved.AT_ONCE:
        messages.success(request, _("Saved."))
    elif saved is Saved.WAITING:
        messages.info(
            request,
            _("Saved. A moderator reads it first; until then the page stays as it was."),
        )


def save(request: HtmxHttpRequest, form: BaseForm, write: Callable[[], Saved]) -> bool:
    """Runs the service for a form that is valid, and says how it went.

    A rule that says no becomes an error of the form, which keeps what was typed.
    """
    if not form.is_valid():
        return False
    try:
        saved = write()
    except DomainError as error:
        form.add_error(None, str(error))
        return False
    say_saved(request, saved)
    return True


def attempt(request: HtmxHttpRequest, write: Callable[[], object], done: str = "") -> bool:
    """The same for a button without a form: a rule that says no becomes a message."""
    try:
        write()
    except DomainError as error:
        messages.error(request, str(error))
        return False
    if done:
        messages.success(request, done)
    return True
