"""What a moderator writes with a decision. The forms validate; the services decide."""

from typing import Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.trust.enums import RejectionReason
from marketplace.trust.services import ChangeItem
from marketplace.venues.enums import ListingSection

ITEMS_AT_MOST: Final = 20


class ChangeItemForm(forms.Form):
    """One thing that the owner is asked to mend. A row that nobody touched is left out."""

    section = forms.ChoiceField(
        label=_("Part of the listing"),
        choices=[("", _("Choose a part")), *ListingSection.choices],
        error_messages={"required": _("Choose the part of the listing that this is about.")},
    )
    text = forms.CharField(
        label=_("What to change"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what to change about it.")},
    )


class ChangeItemList(forms.BaseFormSet[ChangeItemForm]):
    """The list of things to mend: one at least."""

    def clean(self) -> None:
        """Refuses an empty list."""
        if not any(self.errors) and not self.items:
            raise forms.ValidationError(_("Write at least one thing to change."))

    @property
    def items(self) -> list[ChangeItem]:
        """What was written, in its order."""
        return [
            ChangeItem(section=form.cleaned_data["section"], text=form.cleaned_data["text"])
            for form in self.forms
            if getattr(form, "cleaned_data", {}).get("text")
        ]


ChangeItems = cast(
    type[ChangeItemList],
    forms.formset_factory(
        ChangeItemForm,
        formset=ChangeItemList,
        extra=1,
        max_num=ITEMS_AT_MOST,
        absolute_max=ITEMS_AT_MOST,
        validate_max=True,
    ),
)


class NoteForm(forms.Form):
    """A word to the owner beside the list."""

    note = forms.CharField(
        label=_("Note to the owner"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RejectForm(NoteForm):
    """Why a listing is not accepted."""

    field_order = ("reasons", "note")
    reasons = forms.MultipleChoiceField(
        label=_("Reasons"),
        choices=RejectionReason.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reason.")},
    )


class ReasonForm(forms.Form):
    """Why a listing is taken down or put back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class AnswerForm(forms.Form):
    """The answer to an enquiry, sent by email."""

    text = forms.CharField(
        label=_("Your answer"), max_length=5000, widget=forms.Textarea(attrs={"rows": 8})
    )
