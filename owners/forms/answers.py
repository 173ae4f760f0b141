"""Saying no to a request, and cancelling a booking: why, in words for the renter."""

from typing import Any, Final

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.venues.contact_details import find_contact_details

DECLINE_REASONS: Final[dict[str, str | Promise]] = {
    "time": _("The time does not suit us"),
    "kind": _("We do not host this kind of event"),
    "guests": _("There are too many guests for the space"),
    "works": _("The space is being repaired or prepared"),
    "other": _("Another reason"),
}


class AnswerForm(forms.Form):
    """A form of few fields, in a frame of the page."""

    @property
    def helper(self) -> FormHelper:
        """Fields and the summary of errors, without a form tag of their own."""
        helper = FormHelper()
        helper.form_tag = False
        return helper


class DeclineForm(AnswerForm):
    """A reason from the list, and a sentence to it."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=DECLINE_REASONS.items,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason: the renter is told.")},
    )
    note = forms.CharField(
        label=_("A word to the renter"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What would work instead: another day, another space."),
    )

    def clean_note(self) -> str:
        """No phone numbers and links before a booking stands."""
        note: str = self.cleaned_data["note"].strip()
        if find_contact_details(note):
            raise ValidationError(
                _("Take out phone numbers, links and handles: the booking does not stand.")
            )
        return note

    def clean(self) -> dict[str, Any]:
        """Another reason is one that is said."""
        cleaned = super().clean() or {}
        if cleaned.get("reason") == "other" and not cleaned.get("note") and "note" in cleaned:
            self.add_error("note", _("Say in a sentence why."))
        return cleaned

    def sentence(self) -> str:
        """What the renter reads."""
        reason: str = self.cleaned_data["reason"]
        note: str = self.cleaned_data["note"]
        if reason == "other":
            return note
        words = str(DECLINE_REASONS[reason])
        return f"{words}. {note}" if note else words


class CancelForm(AnswerForm):
    """Why a promise is broken. The renter is told, in the same words."""

    reason = forms.CharField(
        label=_("What do you tell the renter?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They planned with your space. Say what has happened."),
        error_messages={"required": _("Say in a sentence why: the renter is told.")},
    )
