"""What is found automatically in a listing, for the moderator's eye. It decides nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.core.templatetags.formats import quoted
from marketplace.venues.contact_details import ContactKind, has_contact_details, segments
from marketplace.venues.models import Venue, VenuePhoto
from marketplace.venues.selectors import readiness
from moderation.past_site import words_past_site

# How alike names or addresses must be, from 0 to 1, before a moderator is told.
ALIKE: Final = 0.5
SHOWN_AT_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: "danger" or "warning", in words, and the listings that it names."""

    kind: str
    text: str
    listings: tuple[Venue, ...] = ()


def find_all(*, venue: Venue, texts: Sequence[tuple[str, str]]) -> list[Finding]:
    """Everything found, the gravest first. `texts` are (label, text), as proposed."""
    return [
        *_contact_details([*texts, (_("name of the business"), venue.business.name)]),
        *_past_site(texts),
        *_missing(venue),
        *_shared_photos(venue),
        *_similar(venue),
    ]


def _contact_details(texts: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    for label, text in texts:
        if has_contact_details(text):
            kinds = {piece.kind for piece in segments(text) if piece.kind}
            named = ", ".join(_named(kind) for kind in ContactKind if kind in kinds)
            yield Finding("danger", _("%(field)s: %(found)s") % {"field": label, "found": named})


def _named(kind: ContactKind) -> str:
    return {
        ContactKind.PHONE: _("a phone number"),
        ContactKind.EMAIL: _("an email address"),
        ContactKind.LINK: _("a link"),
        ContactKind.HANDLE: _("a name in a messenger"),
    }[kind]


def _past_site(texts: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """Words that may take guests and their money past the site."""
    for label, text in texts:
        if words := words_past_site(text):
            named = ", ".join(quoted(each) for each in words)
            told = _("%(field)s: perhaps a way past the site, %(words)s")
            yield Finding("warning", told % {"field": label, "words": named})


def _missing(venue: Venue) -> Iterator[Finding]:
    """What publication asks for and the listing lacks; contact details are told above."""
    for need in readiness(venue).missing:
        if not need.code.startswith("contacts_"):
            yield Finding("warning", _("Missing: %(need)s") % {"need": need.text})


def _shared_photos(venue: Venue) -> Iterator[Finding]:
    """Pictures that another listing shows too, byte for byte."""
    keys = [photo.key for photo in venue.photos.all()]
    elsewhere = VenuePhoto.objects.filter(key__in=keys).exclude(venue=venue)
    shared = elsewhere.select_related("venue").order_by("venue__name", "venue_id")[:100]
    listings = tuple(dict.fromkeys(photo.venue for photo in shared))
    if listings:
        count = len({photo.key for photo in shared})
        text = ngettext(
            "%(count)d photo is also in another listing:",
            "%(count)d photos are also in other listings:",
            count,
        )
        yield Finding("warning", text % {"count": count}, listings)


def _similar(venue: Venue) -> Iterator[Finding]:
    """Other listings of the city with nearly this name or this address."""
    others = (
        Venue.objects.not_archived()
        .exclude(pk=venue.pk)
        .filter(city=venue.city)
        .annotate(
            name_alike=TrigramSimilarity("name", venue.name),
            address_alike=TrigramSimilarity("address", venue.address),
        )
        .filter(Q(name_alike__gte=ALIKE) | Q(address_alike__gte=ALIKE))
        .order_by("-name_alike", "-address_alike", "pk")
    )
    for other in others[:SHOWN_AT_MOST]:
        same_address = getattr(other, "address_alike", 0) >= ALIKE
        same_name = getattr(other, "name_alike", 0) >= ALIKE
        if same_name and same_address:
            text = _("Nearly the same name and address:")
        elif same_name:
            text = _("Nearly the same name:")
        else:
            text = _("Nearly the same address (%(address)s):") % {"address": other.address}
        yield Finding("danger" if same_name and same_address else "warning", text, (other,))
