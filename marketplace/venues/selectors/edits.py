"""A proposed edit in words: for the owner who waits and for the moderator who decides."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from marketplace.venues.enums import ListingSection
from marketplace.venues.models import Category, District, ListingEdit, Space, Venue, VenuePhoto

_SECTIONS = {"rules": ListingSection.TERMS}


@dataclass(frozen=True, slots=True)
class EditLine:
    """One thing that would change. For photos `photos` holds them and the texts are empty."""

    section: str
    label: str
    old: str
    new: str
    photos: tuple[VenuePhoto, ...] = ()


def describe_edit(edit: ListingEdit, venue: Venue) -> list[EditLine]:
    """What the edit would change of the listing as it is now, part by part.

    What was removed since it was proposed is left out.
    """
    return [
        *_venue_lines(edit.changes, venue),
        *_space_lines(edit.changes, venue),
        *_photo_lines(edit.changes, venue),
    ]


def _venue_lines(changes: dict[str, Any], venue: Venue) -> Iterator[EditLine]:
    for field, new in changes.items():
        if field in {"spaces", "new_spaces", "photos"}:
            continue
        yield EditLine(
            section=_SECTIONS.get(field, ListingSection.BASICS),
            label=_label(Venue, field),
            old=_words(field, getattr(venue, field)),
            new=_words(field, new),
        )


def _space_lines(changes: dict[str, Any], venue: Venue) -> Iterator[EditLine]:
    spaces = {str(space.pk): space for space in venue.spaces.all()}
    for pk, fields in changes.get("spaces", {}).items():
        space = spaces.get(pk)
        if space is None:
            continue
        for field, new in fields.items():
            yield EditLine(
                section=ListingSection.SPACES,
                label=f"{space.name}: {_label(Space, field)}",
                old=str(getattr(space, field)),
                new=str(new),
            )
    for fields in changes.get("new_spaces", []):
        yield EditLine(
            section=ListingSection.SPACES,
            label=gettext("New space"),
            old="",
            new=ngettext(
                "%(name)s, for %(capacity)s guest. %(description)s",
                "%(name)s, for %(capacity)s guests. %(description)s",
                fields["capacity"],
            )
            % {
                "name": fields["name"],
                "capacity": fields["capacity"],
                "description": fields["description"],
            },
        )


def _photo_lines(changes: dict[str, Any], venue: Venue) -> Iterator[EditLine]:
    ids = set(changes.get("photos", []))
    photos = tuple(photo for photo in venue.photos.all() if photo.pk in ids)
    if photos:
        yield EditLine(
            section=ListingSection.PHOTOS,
            label=gettext("New photos"),
            old="",
            new="",
            photos=photos,
        )


def _label(model: type[Venue | Space], field: str) -> str:
    if field == "category":
        return gettext("category")
    if field == "district":
        return gettext("district")
    return str(getattr(model._meta.get_field(field), "verbose_name", field))


def _words(field: str, value: Any) -> str:
    if field == "category" and not isinstance(value, Category):
        value = Category.objects.get(pk=value)
    if field == "district" and value is not None and not isinstance(value, District):
        value = District.objects.get(pk=value)
    return "" if value is None else str(value)
