"""What a person writes to JoyTop."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.accounts.models import User
from marketplace.core.names import validate_name


class ContactSubject(TextChoices):
    """What a message can be about."""

    SEARCHING = "searching", _("Finding a venue")
    LISTING = "listing", _("Listing a venue")
    ACCOUNT = "account", _("My account")
    REPORT = "report", _("Something is wrong on the site")
    OTHER = "other", pgettext_lazy("subject of a message", "Something else")


class ContactForm(forms.Form):
    """A message with an address to answer to."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        validators=[validate_name],
        error_messages={"required": _("Give a name, so that we know how to address you.")},
    )
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        help_text=_("We answer there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Give an email address, so that we can answer.")},
    )
    subject = forms.ChoiceField(label=_("Subject"), choices=ContactSubject.choices)
    message = forms.CharField(
        label=_("Message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what it is about.")},
    )
    # People do not see this field; programs that fill in every field give themselves away.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    @classmethod
    def initial_for(cls, user: User | None) -> dict[str, str]:
        """What we know already of somebody who is logged in."""
        return {"name": user.name, "email": user.email} if user else {}

    @property
    def is_from_a_program(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.cleaned_data["website"])

    @property
    def subject_label(self) -> str:
        """The subject as the person read it."""
        return str(ContactSubject(self.cleaned_data["subject"]).label)
