"""The style guide's page."""

from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.styleguide import forms, specimens, tokens, work


class Section(NamedTuple):
    """A part of the guide; `id` is its anchor, and names its template."""

    id: str
    title: str

    @property
    def template(self) -> str:
        return f"styleguide/_{self.id}.html"


SECTIONS: Final = (
    Section("tokens", "Tokens"),
    Section("icons", "Icons"),
    Section("buttons", "Buttons and links"),
    Section("fields", "Fields"),
    Section("choices", "Choices"),
    Section("badges", "Badges"),
    Section("cards", "Cards"),
    Section("navigation", "Ways around"),
    Section("lists", "Lists and tables"),
    Section("time", "Calendars and time"),
    Section("work", "At work"),
    Section("money", "Prices and refunds"),
    Section("people", "People and ratings"),
    Section("telling", "Messages"),
    Section("overlays", "Over the page"),
    Section("waiting", "Waiting and emptiness"),
    Section("venue", "A venue's parts"),
    Section("words", "Long words"),
)


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Every component in every state. The same at each call: no clock, no chance, no database."""
    context = {
        "sections": SECTIONS,
        **tokens.shown(),
        **forms.shown(),
        **specimens.shown(),
        **work.shown(),
    }
    return render(request, "styleguide/guide.html", context)
