"""Forms that do not silently undo what was saved since they were shown."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class VersionedForm(forms.Form):
    """A form whose `initial` is what is stored; its page sends `version` back with the fields."""

    @property
    def version(self) -> str:
        """What tells the stored values from those of another moment."""
        stored = {name: value for name, value in self.stored().items() if name in self.fields}
        words = json.dumps(stored, sort_keys=True, default=str)
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    def stored(self) -> Mapping[str, Any]:
        """The values as they are now."""
        return self.initial

    def clean(self) -> dict[str, Any]:
        """Refused once where the page showed other values than are stored.

        The answer carries the new version, so that saving again replaces them knowingly. Who
        sends what is stored already (a button pressed twice) replaces nothing.
        """
        shown = self.data.get("version", "")
        if shown and shown != self.version and self.has_changed():
            raise ValidationError(
                _(
                    "This was changed meanwhile, in another window or by somebody of your team. "
                    "Look at it again; if you save here once more, what you typed replaces it."
                ),
                code="changed_meanwhile",
            )
        return super().clean() or {}
