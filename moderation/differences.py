"""Old and new side by side: what an edit of a live listing would change, word by word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import Final

from marketplace.venues.models import ListingEdit, Venue, VenuePhoto
from marketplace.venues.selectors import describe_edit
from moderation.past_site import marked

_WORDS: Final = re.compile(r"\S+|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text, and whether the other side lacks them.

    `kind` is of the contact details or the way past the site that they are a part of, if any.
    """

    words: str
    differs: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after; for photos, the ones that would be added."""

    label: str
    old: list[Piece]
    new: list[Piece]
    new_text: str
    photos: tuple[VenuePhoto, ...]


def changes_of(edit: ListingEdit, venue: Venue) -> list[Change]:
    """Everything that the edit would change."""
    changes = []
    for line in describe_edit(edit, venue):
        old, new = compare(line.old, line.new)
        marked = list(mark(new, line.new))
        changes.append(Change(line.label, old, marked, line.new, line.photos))
    return changes


def mark(pieces: Iterable[Piece], text: str) -> Iterable[Piece]:
    """The pieces of the text, cut where something found begins or ends."""
    kinds = [segment.kind for segment in marked(text) for _character in segment.words]
    at = 0
    for piece in pieces:
        for kind, run in groupby(zip(piece.words, kinds[at:], strict=False), key=itemgetter(1)):
            yield Piece("".join(character for character, _kind in run), piece.differs, kind)
        at += len(piece.words)


def compare(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, what differs marked."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        differs = tag != "equal"
        if old_end > old_start:
            left.append(Piece("".join(before[old_start:old_end]), differs))
        if new_end > new_start:
            right.append(Piece("".join(after[new_start:new_end]), differs))
    return left, right
