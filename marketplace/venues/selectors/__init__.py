"""Reads of the venues room that go over several models."""

from marketplace.venues.selectors.edits import EditLine, describe_edit
from marketplace.venues.selectors.history import (
    ModeratorsWord,
    asked_of,
    last_word,
    state_history,
)
from marketplace.venues.selectors.readiness import (
    MINIMUM_DESCRIPTION,
    MINIMUM_PHOTOS,
    Need,
    Readiness,
    readiness,
)

__all__ = [
    "MINIMUM_DESCRIPTION",
    "MINIMUM_PHOTOS",
    "EditLine",
    "ModeratorsWord",
    "Need",
    "Readiness",
    "asked_of",
    "describe_edit",
    "last_word",
    "readiness",
    "state_history",
]
