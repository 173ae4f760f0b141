"""Addresses of listings: a name in Latin letters, and a number where it is taken."""

from itertools import count
from typing import Final

from django.utils.text import slugify

from marketplace.venues.models import Venue

# Russian as in passports, Kazakh letters as their nearest sound; good enough to read an address.
_LATIN: Final = str.maketrans(
    {
        **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)),
        **dict(zip("әғқңөұүһі", "agqnouuhi", strict=True)),
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ю": "yu",
        "я": "ya",
        "ъ": "",
        "ь": "",
    }
)
_LONGEST: Final = 60  # leaves room for a number in the column


def free_slug(name: str, *, keep: Venue | None = None) -> str:
    """An address that no other listing has. Two drafts at once may get the same: retry."""
    base = slugify(name.lower().translate(_LATIN))[:_LONGEST].strip("-") or "venue"
    others = Venue.objects.exclude(pk=keep.pk) if keep else Venue.objects.all()
    taken = set(others.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(slug for number in count(2) if (slug := f"{base}-{number}") not in taken)
