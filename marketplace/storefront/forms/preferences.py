"""What a visitor prefers: a language, light or dark."""

from __future__ import annotations

from django import forms
from django.conf import settings

from marketplace.storefront.theme import Theme


class PreferencesForm(forms.Form):
    """One press is one choice; a person is shown buttons, so what is no choice has no words."""

    language = forms.ChoiceField(choices=lambda: settings.LANGUAGES, required=False)
    theme = forms.ChoiceField(choices=[(theme, theme) for theme in Theme], required=False)
