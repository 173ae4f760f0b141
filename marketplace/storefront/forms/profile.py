"""What people change about themselves."""

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, to_locale
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.forms import code_field
from marketplace.accounts.models import User
from marketplace.core.names import validate_name
from marketplace.core.zones import find_zone

# Old names and names without a place: "US/Pacific", "Etc/GMT+5".
_NOT_PLACES = frozenset({"Brazil", "Canada", "Chile", "Etc", "Mexico", "SystemV", "US"})


def zone_names() -> list[str]:
    """The time zones that are named after a place, in the order of their names."""
    return sorted(
        name
        for name in available_timezones()
        if "/" in name and name.partition("/")[0] not in _NOT_PLACES
    )


def zone_choices(now: datetime, *, also: str) -> list[tuple[str, str]]:
    """Each zone's name with its place and its clock, by place: ("Asia/Almaty", "Almaty, 14:05").

    Places are called as the page's language calls them; one that has an old name too is there
    once. `also` is one that somebody has, whatever its name.
    """
    cities = _cities(to_locale(get_language() or "en"))
    places = {name: cities.get(name) or _place(name) for name in (also, *cities)}
    once: dict[str, str] = {}
    for name, place in places.items():
        once.setdefault(f"{place}, {_clock(name, now)}", name)
    return [(name, label) for label, name in sorted(once.items())]


def _place(name: str) -> str:
    return name.rpartition("/")[2].replace("_", " ")


@cache
def _cities(language: str) -> dict[str, str]:
    """The place of each zone in that language; names that gave way to newer ones come last."""
    newer = get_global("zone_aliases")
    words = Locale.parse(language).time_zones
    called = {
        newer.get(name, name): str(word["city"]) for name, word in words.items() if "city" in word
    }
    return {
        name: called.get(newer.get(name, name)) or _place(newer.get(name, name))
        for name in sorted(zone_names(), key=lambda name: (name in newer, name))
    }


def _clock(name: str, now: datetime) -> str:
    zone = find_zone(name)
    return f"{now.astimezone(zone):%H:%M}"


def _zones_by_what_is_typed() -> dict[str, str]:
    typed: dict[str, str] = {}
    for name in zone_names():
        typed.setdefault(_place(name).casefold(), name)
        typed[name.casefold()] = name
        typed[name.replace("_", " ").casefold()] = name
    return typed


class ProfileForm(forms.Form):
    """Name, language and time zone. The language is asked for only where there is a choice."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("As owners of venues and other people see it."),
        validators=[validate_name],
        error_messages={"required": _("Give a name.")},
    )
    language = forms.ChoiceField(label=_("Language"), help_text=_("Of pages, emails and SMS."))
    time_zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        widget=forms.Select,
        help_text=_("A city with the same clock. Venues' hours are always in the venue's time."),
        error_messages={"required": _("Choose a city in your time zone.")},
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(
            data,
            initial={"name": user.name, "language": user.language, "time_zone": user.time_zone},
        )
        self.kept_language = user.language
        zones = self.fields["time_zone"].widget
        assert isinstance(zones, forms.Select)  # noqa: S101 -- for the type checker
        zones.choices = zone_choices(timezone.now(), also=user.time_zone)
        offered = [(code, get_language_info(code)["name_local"]) for code, _n in settings.LANGUAGES]
        if len(offered) > 1:
            language = self.fields["language"]
            assert isinstance(language, forms.ChoiceField)  # noqa: S101 -- for the type checker
            language.choices = offered
        else:
            del self.fields["language"]

    def clean_time_zone(self) -> str:
        """The zone's own name, from that name or its city, in any case."""
        typed: str = self.cleaned_data["time_zone"]
        name = _zones_by_what_is_typed().get(" ".join(typed.split()).casefold())
        if name is None and find_zone(typed) is None:
            raise ValidationError(_("Choose a city from the list."))
        return name or typed

    def clean(self) -> dict[str, Any]:
        """Keeps the language where it was not asked for."""
        return {"language": self.kept_language, **(super().clean() or {})}


class EmailForm(forms.Form):
    """The address that a code goes to."""

    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Give an email address.")},
    )


class EmailCodeForm(forms.Form):
    """The code that came to the address."""

    code = code_field()
