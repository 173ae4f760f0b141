"""What the owners' pages say about a listing: its steps, what comes next, its sections."""

from dataclasses import dataclass, replace
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from marketplace.core.templatetags.formats import when
from marketplace.venues.enums import (
    EDITABLE_STATUSES,
    LIVE_STATUSES,
    ListingSection,
    ListingStatus,
)
from marketplace.venues.models import Membership, Venue
from marketplace.venues.policies import Right, has_right
from marketplace.venues.selectors import Need, Readiness, readiness
from owners.desk import Ahead

SECTION_NAMES: Final = {section: f"owners:{section}" for section in ListingSection}


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the rail or a step of the stepper."""

    label: str | Promise
    url: str
    is_current: bool = False
    is_done: bool = False
    is_next: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing that the team may do now; `url` is empty where there is nothing to do.

    `is_to_do` where the listing waits for it, and does not merely allow it.
    """

    text: str | Promise
    label: str | Promise = ""
    url: str = ""
    is_to_do: bool = True


@dataclass(frozen=True, slots=True)
class Listed:
    """One listing as its team sees it."""

    venue: Venue
    readiness: Readiness
    next_step: NextStep
    role: str
    may_edit: bool
    may_close: bool

    @property
    def is_draft(self) -> bool:
        """Whether it is being filled in, in steps."""
        return self.venue.status in EDITABLE_STATUSES

    @property
    def is_live(self) -> bool:
        """Whether sensitive changes wait for a moderator."""
        return self.venue.status in LIVE_STATUSES

    @property
    def can_change(self) -> bool:
        """Whether this visitor can change something now."""
        return self.may_edit and (self.is_draft or self.is_live)


def listed(membership: Membership) -> Listed:
    """Reads what `with_listing_content` loads; asks the database for nothing more."""
    venue = membership.venue
    ready = readiness(venue)
    may_edit = has_right(membership, Right.EDIT)
    return Listed(
        venue=venue,
        readiness=ready,
        next_step=_next_step(venue, ready) if may_edit else _only_to_see(venue),
        role=membership.get_role_display(),
        may_edit=may_edit,
        may_close=has_right(membership, Right.CLOSE),
    )


def with_what_comes(listing: Listed, ahead: Ahead | None) -> Listed:
    """A published listing that nothing is asked of, with what its calendar has before it."""
    step = listing.next_step
    if not listing.venue.is_published or step.is_to_do or listing.venue.waiting_edit:
        return listing
    text: str | Promise = _("Nothing booked yet")
    if ahead and ahead.waiting:
        count = ahead.waiting
        text = ngettext("%(count)d request to answer", "%(count)d requests to answer", count)
        text %= {"count": count}
    elif ahead and ahead.next_start:
        starts = when(ahead.next_start, listing.venue.time_zone)
        text = gettext("Next: %(when)s") % {"when": starts}
    return replace(listing, next_step=replace(step, text=text))


def section_url(venue: Venue, section: str) -> str:
    """The page of one section; of the person, where the section is none of the listing's."""
    if section not in SECTION_NAMES:
        return reverse("storefront:profile")
    return reverse(SECTION_NAMES[ListingSection(section)], args=[venue.pk])


def sections(listing: Listed, current: str = "") -> list[Link]:
    """The five steps, in order; without links where the visitor cannot change anything."""
    done = {section: listing.readiness.is_done(section) for section in ListingSection}
    following = next((section for section in ListingSection if not done[section]), None)
    return [
        Link(
            label=section.label,
            url=section_url(listing.venue, section) if listing.can_change else "",
            is_current=section == current,
            is_done=done[section],
            is_next=section == following,
        )
        for section in ListingSection
    ]


def rail(listing: Listed, current: str = "") -> list[Link]:
    """The overview, the calendar once there can be bookings, and the sections to be changed."""
    overview = Link(
        label=_("Overview"),
        url=reverse("owners:venue", args=[listing.venue.pk]),
        is_current=not current,
    )
    links = [overview]
    if listing.venue.published_at:
        links.append(Link(_("Calendar"), reverse("owners:calendar", args=[listing.venue.pk])))
    return [*links, *(link for link in sections(listing, current) if link.url)]


def after(section: str, venue: Venue) -> str:
    """Where a draft goes on from a section: the next one, and from the last the overview."""
    order = list(ListingSection)
    here = order.index(ListingSection(section))
    if here + 1 < len(order):
        return section_url(venue, order[here + 1])
    return reverse("owners:venue", args=[venue.pk])


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not there yet, and where to put it."""

    text: str | Promise
    url: str


def missing(listing: Listed) -> list[Missing]:
    """The checklist of what is not there yet, each with its link."""
    return [_missing(listing.venue, need) for need in listing.readiness.missing]


def _missing(venue: Venue, need: Need) -> Missing:
    return Missing(need.text, section_url(venue, need.section))


def _next_step(venue: Venue, ready: Readiness) -> NextStep:
    overview = reverse("owners:venue", args=[venue.pk])
    match venue.status:
        case ListingStatus.DRAFT:
            return _next_of_draft(venue, ready, overview)
        case ListingStatus.CHANGES_REQUESTED:
            return NextStep(_("A moderator asks for changes"), _("See what to change"), overview)
        case ListingStatus.REJECTED:
            return NextStep(_("It was not accepted"), _("See why"), overview)
        case ListingStatus.PAUSED:
            return NextStep(_("Nobody finds it while it is paused"), _("Resume"), overview)
        case ListingStatus.PUBLISHED if venue.waiting_edit:
            return NextStep(
                _("An edit waits for review"), _("See the edit"), overview, is_to_do=False
            )
        case _:
            return _only_to_see(venue)


def _next_of_draft(venue: Venue, ready: Readiness, overview: str) -> NextStep:
    if ready.is_complete:
        return NextStep(_("Everything is there"), _("Send it in"), overview)
    count = len(ready.missing)
    text = ngettext("%(count)d thing is missing", "%(count)d things are missing", count)
    return NextStep(
        text % {"count": count}, _("Go on"), section_url(venue, ready.missing[0].section)
    )


def _only_to_see(venue: Venue) -> NextStep:
    match venue.status:
        case ListingStatus.IN_REVIEW:
            return NextStep(_("A moderator is reading it, usually within a day"))
        case ListingStatus.PUBLISHED:
            return NextStep(
                _("Everybody can find it"),
                _("See the page"),
                venue.get_absolute_url(),
                is_to_do=False,
            )
        case ListingStatus.SUSPENDED:
            return NextStep(
                _("The platform took it off the site"),
                _("Write to us"),
                reverse("storefront:contact"),
            )
        case ListingStatus.ARCHIVED:
            return NextStep(_("Put away for good"))
        case _:
            return NextStep(_("The team is working on it"))
