"""What a listing still needs before it can be published (the market's rules of publication)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from marketplace.venues.contact_details import find_contact_details
from marketplace.venues.enums import ListingSection
from marketplace.venues.models import Venue
from marketplace.venues.week import longest_open_minutes

MINIMUM_PHOTOS: Final = 5
MINIMUM_DESCRIPTION: Final = 150


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that publication asks for. `section` is empty where it is about the person."""

    code: str
    section: str
    text: str | Promise
    is_met: bool


@dataclass(frozen=True, slots=True)
class Readiness:
    """Every need of one listing, in the order in which a listing is filled in."""

    needs: tuple[Need, ...]

    @property
    def missing(self) -> tuple[Need, ...]:
        """What is not there yet."""
        return tuple(need for need in self.needs if not need.is_met)

    @property
    def is_complete(self) -> bool:
        """Whether it could be published."""
        return not self.missing

    @property
    def missing_codes(self) -> frozenset[str]:
        """The codes of what is not there yet."""
        return frozenset(need.code for need in self.missing)

    def missing_in(self, section: str) -> tuple[Need, ...]:
        """What is not there yet in one section."""
        return tuple(need for need in self.missing if need.section == section)

    def is_done(self, section: str) -> bool:
        """Whether nothing is missing in one section."""
        return not self.missing_in(section)


def readiness(venue: Venue) -> Readiness:
    """Reads what `with_listing_content()` loads, so a list of listings costs no query a row."""
    return Readiness(
        (
            *_needs_of_texts(venue),
            *_needs_of_spaces(venue),
            *_needs_of_hours(venue),
            *_needs_of_photos(venue),
            *_needs_of_terms(venue),
            Need(
                "phone",
                "",
                _("A phone number confirmed by a code"),
                venue.business.owner.has_verified_phone,
            ),
        )
    )


def _needs_of_texts(venue: Venue) -> Iterator[Need]:
    section = ListingSection.BASICS
    yield Need("name", section, _("A name"), bool(venue.name.strip()))
    yield Need("summary", section, _("A summary in one line"), bool(venue.summary.strip()))
    yield Need(
        "description",
        section,
        ngettext_lazy(
            "A description of at least %(count)d character",
            "A description of at least %(count)d characters",
            MINIMUM_DESCRIPTION,
        )
        % {"count": MINIMUM_DESCRIPTION},
        len(venue.description.strip()) >= MINIMUM_DESCRIPTION,
    )
    yield Need("district", section, _("A district"), venue.district_id is not None)
    yield Need("address", section, _("An address"), bool(venue.address.strip()))
    yield from _clean(
        "contacts_basics",
        section,
        (venue.name, venue.summary, venue.description),
        _("No phone numbers, links or handles in the name, the summary and the description"),
    )
    yield from _clean(
        "contacts_business",
        section,
        (venue.business.name,),
        _("No phone numbers, links or handles in the name of the business"),
    )


def _needs_of_spaces(venue: Venue) -> Iterator[Need]:
    section = ListingSection.SPACES
    spaces = list(venue.spaces.all())
    yield Need("space", section, _("At least one space"), bool(spaces))
    yield Need(
        "rate",
        section,
        _("An hourly price for each space"),
        all(space.hourly_rate_minor for space in spaces),
    )
    yield from _clean(
        "contacts_spaces",
        section,
        [text for space in spaces for text in (space.name, space.description)],
        _("No phone numbers, links or handles in the texts of spaces"),
    )


def _needs_of_hours(venue: Venue) -> Iterator[Need]:
    section = ListingSection.HOURS
    stretches = list(venue.opening_hours.all())
    yield Need("hours", section, _("Opening hours on at least one day"), bool(stretches))
    if stretches:
        longest = longest_open_minutes(stretches)
        shortest = [space.minimum_minutes for space in venue.spaces.all()]
        yield Need(
            "hours_fit",
            section,
            _("Opening hours in which each space's shortest booking has room"),
            all(minutes <= longest for minutes in shortest),
        )


def _needs_of_photos(venue: Venue) -> Iterator[Need]:
    section = ListingSection.PHOTOS
    shown = [photo for photo in venue.photos.all() if photo.is_public]
    yield Need(
        "photos",
        section,
        ngettext_lazy("At least %(count)d photo", "At least %(count)d photos", MINIMUM_PHOTOS)
        % {"count": MINIMUM_PHOTOS},
        len(shown) >= MINIMUM_PHOTOS,
    )
    yield from _clean(
        "contacts_photos",
        section,
        [photo.alt_text for photo in venue.photos.all()],
        _("No phone numbers, links or handles in the words about photos"),
    )


def _needs_of_terms(venue: Venue) -> Iterator[Need]:
    section = ListingSection.TERMS
    yield Need("rules", section, _("House rules"), bool(venue.rules.strip()))
    yield Need(
        "policy", section, _("A cancellation policy"), bool(venue.cancellation_policy.strip())
    )
    yield from _clean(
        "contacts_terms",
        section,
        (venue.rules,),
        _("No phone numbers, links or handles in the house rules"),
    )


def _clean(
    code: str, section: str, texts: list[str] | tuple[str, ...], text: str | Promise
) -> Iterator[Need]:
    """Named only when it is not so: a checklist of what nobody thought of doing is noise."""
    if any(find_contact_details(each) for each in texts):
        yield Need(code, section, text, is_met=False)
