"""The five steps from nothing to a listing that can be sent in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marketplace.venues.enums import ListingSection
from marketplace.venues.selectors import MINIMUM_PHOTOS
from owners.presenting import Listed, sections

_SAYS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    ListingSection.BASICS: (
        _("Say what it is like"),
        _("A name, a description, the district and the address. Guests see the district only."),
    ),
    ListingSection.SPACES: (
        _("Set a price for each space"),
        _("An hour, cleaning, and the shortest booking that is worth it for you."),
    ),
    ListingSection.HOURS: (_("Give your opening hours"), _("Nights past midnight too.")),
    ListingSection.PHOTOS: (
        "",
        _("A phone’s camera is good enough. We remove the place where a photo was taken."),
    ),
    ListingSection.TERMS: (
        _("Write your house rules"),
        _("And choose what comes back when a guest cancels."),
    ),
}


@dataclass(frozen=True, slots=True)
class PathStep:
    """One of the five; without an address where it cannot be gone to."""

    title: str | Promise
    text: str | Promise
    url: str
    is_done: bool


def path_of(listing: Listed | None) -> list[PathStep]:
    """The steps as the listing stands; all ahead where there is none yet."""
    if listing is None:
        return [_step(section, "", is_done=False) for section in ListingSection]
    links = sections(listing)
    return [
        _step(section, link.url, is_done=link.is_done)
        for section, link in zip(ListingSection, links, strict=True)
    ]


def count_done(steps: Iterable[PathStep]) -> int:
    """How many of them are behind."""
    return sum(step.is_done for step in steps)


def _step(section: ListingSection, url: str, *, is_done: bool) -> PathStep:
    title, text = _SAYS[section]
    return PathStep(title or _photos(), text, url, is_done)


def _photos() -> str:
    text = ngettext(
        "Add at least %(photos)s photo", "Add at least %(photos)s photos", MINIMUM_PHOTOS
    )
    return text % {"photos": MINIMUM_PHOTOS}
