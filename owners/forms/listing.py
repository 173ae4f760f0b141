"""Forms about the venue as a whole: beginning a draft, its texts, its terms."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.names import validate_name
from marketplace.pricing.cancellation import terms_of, time_ahead
from marketplace.venues.enums import CancellationPolicy
from marketplace.venues.models import Amenity, Category, City, District, Venue
from owners.forms.versioned import VersionedForm


class StartForm(forms.Form):
    """What a listing begins with; the first one also with the business that it belongs to."""

    name = forms.CharField(
        label=_("Name of the venue"),
        max_length=80,
        validators=[validate_name],
        help_text=_("As guests know it."),
        error_messages={"required": _("Give the venue a name. You can change it later.")},
    )
    category = forms.ModelChoiceField(
        label=_("Kind of venue"), queryset=Category.objects.all(), empty_label=None
    )
    city = forms.ModelChoiceField(label=_("City"), queryset=City.objects.all(), empty_label=None)
    business_name = forms.CharField(
        label=_("Name of your business"),
        max_length=120,
        required=False,
        validators=[validate_name],
        help_text=_("A company or your own name: guests see it as who rents the venue out."),
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        """`owner` names a business once: later venues belong to the same."""
        super().__init__(*args, **kwargs)
        self.fields["business_name"].initial = owner.name
        if owner.businesses.exists():
            del self.fields["business_name"]


class DistrictField(forms.ModelChoiceField[District]):
    """Districts with their city, so that one list serves every city."""

    def label_from_instance(self, obj: District) -> str:
        """“Medeu, Almaty”."""
        return f"{obj.label}, {obj.city.label}"


class BasicsForm(VersionedForm):
    """What the listing says of itself."""

    # Nothing has to be filled in to be saved; the checklist says what publication asks for.
    hide_optional = True

    name = forms.CharField(
        label=pgettext_lazy("of a venue or space", "Name"),
        max_length=80,
        validators=[validate_name],
        error_messages={"required": _("A venue needs a name.")},
    )
    category = forms.ModelChoiceField(
        label=_("Kind of venue"), queryset=Category.objects.all(), empty_label=None
    )
    summary = forms.CharField(
        label=_("In one line"),
        max_length=120,
        required=False,
        help_text=_("What one should know first. Up to 120 characters."),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "What is there, what the light and the sound are like, what it is good for. "
            "No phone numbers or links: guests reach you here."
        ),
    )
    city = forms.ModelChoiceField(label=_("City"), queryset=City.objects.all(), empty_label=None)
    district = DistrictField(
        label=_("District"),
        queryset=District.objects.select_related("city").order_by("city", "position"),
        required=False,
        empty_label=_("Choose a district"),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=200,
        required=False,
        help_text=_("Guests see the district; the address is theirs once a booking is confirmed."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    business_name = forms.CharField(
        label=_("Name of your business"),
        max_length=120,
        validators=[validate_name],
        help_text=_("Guests see it as who rents the venue out. It is one for all your venues."),
        error_messages={"required": _("A business needs a name.")},
    )

    def __init__(self, *args: Any, names_business: bool, **kwargs: Any) -> None:
        """`names_business` is for the person to whom the business belongs."""
        super().__init__(*args, **kwargs)
        if not names_business:
            del self.fields["business_name"]

    def clean(self) -> dict[str, Any]:
        """The district is one of the city's."""
        cleaned = super().clean()
        city, district = cleaned.get("city"), cleaned.get("district")
        if city and district and district.city_id != city.pk:
            self.add_error("district", _("That district is in another city."))
        return cleaned

    @staticmethod
    def initial_of(venue: Venue) -> dict[str, Any]:
        """The listing as it is, with what waits for a moderator over it."""
        edit = venue.waiting_edit
        waiting = edit.changes if edit else {}
        shown = {
            "name": venue.name,
            "category": venue.category_id,
            "summary": venue.summary,
            "description": venue.description,
            "city": venue.city_id,
            "district": venue.district_id,
            "address": venue.address,
            "business_name": venue.business.name,
        }
        return {field: waiting.get(field, value) for field, value in shown.items()}


def policy_choices() -> list[tuple[str, str]]:
    """Each cancellation policy with what comes back, and until when."""
    return [(policy.value, _policy_in_words(policy)) for policy in CancellationPolicy]


def _policy_in_words(policy: CancellationPolicy) -> str:
    terms = terms_of(policy)
    words = {"policy": policy.label, "full": time_ahead(terms.full_until)}
    if terms.half_until is None:
        return gettext("%(policy)s: everything back until %(full)s before") % words
    words["half"] = time_ahead(terms.half_until)
    return (
        gettext("%(policy)s: everything back until %(full)s before, half until %(half)s before")
        % words
    )


class TermsForm(VersionedForm):
    """House rules, what comes back on cancelling, what is there."""

    hide_optional = True

    rules = forms.CharField(
        label=_("House rules"),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One rule a line: noise, shoes, food, candles, animals, what to leave behind."),
    )
    cancellation_policy = forms.ChoiceField(
        label=_("When a guest cancels"),
        choices=policy_choices,
        widget=forms.RadioSelect,
    )
    amenities = forms.ModelMultipleChoiceField(
        label=_("What is there"),
        queryset=Amenity.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @staticmethod
    def initial_of(venue: Venue) -> dict[str, Any]:
        """The terms as they are, with rules that wait for a moderator over them."""
        edit = venue.waiting_edit
        return {
            "rules": (edit.changes if edit else {}).get("rules", venue.rules),
            "cancellation_policy": venue.cancellation_policy,
            "amenities": [amenity.pk for amenity in venue.amenities.all()],
        }
