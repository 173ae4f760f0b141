"""Form widgets that are drawn once and then kept."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.signals import setting_changed
from django.forms.renderers import BaseRenderer
from django.utils.safestring import SafeString

from marketplace.core.shelf import Shelf

_kept: Final[Shelf[SafeString]] = Shelf(most_bytes=8 * 1024 * 1024)


class KeptSelect(forms.Select):
    """A long list of choices that many requests draw alike.

    Django renders two templates for each option; here that happens once for each choice made.
    """

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        key = repr((name, value, attrs, self.attrs, list(self.choices)))
        text = _kept.get(key)
        if text is None:
            text = super().render(name, value, attrs, renderer)
            _kept.put(key, text, size=2 * (len(text) + len(key)))
        return text


def _forget(**_signal: object) -> None:
    _kept.clear()


setting_changed.connect(_forget, dispatch_uid="forget_widgets")
