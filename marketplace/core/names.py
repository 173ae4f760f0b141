"""What may be the name of a person, a business, a venue or a space."""

import unicodedata
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Controls, invisible format characters (which also turn text round), ends of lines, halves of
# characters: none of them can be seen in a name, and each can make it look like another.
_UNSEEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Letters by category that are drawn as nothing: the fillers of Hangul.
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0")


def validate_name(value: str) -> None:
    """Raises ValidationError for a name that nobody could read or that changes text around it."""
    if any(_is_unseen(character) for character in value):
        raise ValidationError(
            _("Take out line breaks and characters that cannot be seen."), code="unseen"
        )
    if not any(character.isalnum() for character in value):
        raise ValidationError(_("A name has at least one letter or digit."), code="no_letter")


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN_CATEGORIES or character in _BLANK_LETTERS
