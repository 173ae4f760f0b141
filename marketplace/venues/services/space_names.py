"""Spaces of one venue are told apart by their names, also by those that wait for a moderator."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError
from marketplace.venues.models import Space, Venue


class SpaceNameTaken(DomainError):
    """Two spaces of one venue with one name: nobody could tell them apart."""

    code = "space_name_taken"
    default_message = _("Another space of this venue has this name.")


def require_free_name(venue: Venue, name: str, *, but: Space | None = None) -> None:
    """Raises SpaceNameTaken where another space has the name or waits to get it.

    The venue is locked: nobody takes the name before the caller does.
    """
    if name.casefold() in _taken_names(venue, but=but):
        raise SpaceNameTaken


def require_names_apart(names: Iterable[str]) -> None:
    """Raises SpaceNameTaken where two of the names, of all spaces of a venue, are one."""
    counts = Counter(name.casefold() for name in names)
    if any(count > 1 for count in counts.values()):
        raise SpaceNameTaken


def _taken_names(venue: Venue, *, but: Space | None) -> Iterator[str]:
    edit = venue.edits.pending().first()
    changes = edit.changes if edit else {}
    renames = changes.get("spaces", {})
    for space in venue.spaces.all():
        if space != but:
            yield space.name.casefold()
            yield renames.get(str(space.pk), {}).get("name", space.name).casefold()
    for fields in changes.get("new_spaces", []):
        yield fields["name"].casefold()
