"""Old and new side by side: what an edit of a live listing would change."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from marketplace.venues.models import District, ListingEdit, Venue, VenuePhoto

_WORDS = re.compile(r"\S+|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text, and whether the other side lacks them."""

    words: str
    differs: bool


@dataclass(frozen=True, slots=True)
class TextChange:
    """One field, before and after, word by word."""

    label: str
    old: list[Piece]
    new: list[Piece]
    new_text: str


@dataclass(frozen=True, slots=True)
class PhotoChange:
    """The pictures that an edit would add and take away."""

    added: list[VenuePhoto]
    removed: list[VenuePhoto]


def compare(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, what differs marked."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        differs = tag != "equal"
        if j > i:
            left.append(Piece("".join(before[i:j]), differs))
        if m > k:
            right.append(Piece("".join(after[k:m]), differs))
    return left, right


def text_changes(edit: ListingEdit, venue: Venue) -> list[TextChange]:
    """Every field that the edit changes, spaces included, photos left out."""
    return [*_of_venue(edit, venue), *_of_spaces(edit, venue)]


def photo_changes(edit: ListingEdit, venue: Venue) -> PhotoChange | None:
    """What happens to the photos; None when nothing does."""
    if "photos" not in edit.changes:
        return None
    shown = {int(pk) for pk in edit.changes["photos"]}
    photos = list(venue.photos.all())
    return PhotoChange(
        added=[photo for photo in photos if photo.pk in shown and not photo.is_public],
        removed=[photo for photo in photos if photo.pk not in shown and photo.is_public],
    )


def _of_venue(edit: ListingEdit, venue: Venue) -> Iterator[TextChange]:
    for field, value in edit.changes.items():
        if field not in {"spaces", "photos"}:
            label = str(Venue._meta.get_field(field.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]
            yield _change(label, _shown(field, getattr(venue, field)), _shown(field, value))


def _of_spaces(edit: ListingEdit, venue: Venue) -> Iterator[TextChange]:
    spaces = {space.pk: space for space in venue.spaces.all()}
    for pk, changes in edit.changes.get("spaces", {}).items():
        space = spaces.get(int(pk))
        if space is None:
            continue
        for field, value in changes.items():
            label = f"{space.name}: {space._meta.get_field(field).verbose_name}"  # type: ignore[union-attr]
            yield _change(label, _shown(field, getattr(space, field)), _shown(field, value))


def _change(label: str, old: str, new: str) -> TextChange:
    before, after = compare(old, new)
    return TextChange(label=label, old=before, new=after, new_text=new)


def _shown(field: str, value: Any) -> str:
    if value is None or value == "":
        return _("nothing")
    if field in {"district", "district_id"}:
        district = value if isinstance(value, District) else District.objects.get(pk=value)
        return district.label
    return str(value)
