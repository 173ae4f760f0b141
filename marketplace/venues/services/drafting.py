"""Beginning a listing, and its texts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Business, User
from marketplace.core.errors import DomainError
from marketplace.venues.enums import LIVE_STATUSES, ListingStatus, MemberRole
from marketplace.venues.models import Amenity, Category, City, District, Membership, Venue
from marketplace.venues.services.editing import propose_venue_fields
from marketplace.venues.services.writing import (
    Saved,
    changing,
    require_no_contact_details,
    write_fields,
)
from marketplace.venues.slugs import free_slug

MAXIMUM_UNPUBLISHED: Final = 20
# Within this time the same draft once more is a button pressed twice.
_SAME_DRAFT_WITHIN: Final = timedelta(minutes=1)


class TooManyDrafts(DomainError):
    """More listings than anybody fills in at once."""

    code = "too_many_drafts"
    default_message = _(
        "You have %(count)d listings that are not published yet. Finish one of them, or put one "
        "away."
    )

    def __init__(self) -> None:
        super().__init__(self.default_message % {"count": MAXIMUM_UNPUBLISHED})


class CityIsFixed(DomainError):
    """The currency of prices, or the place of a listing that people know, would change."""

    code = "city_is_fixed"
    default_message = _("The city of a published listing stays. Draft a new one for another city.")


class DistrictElsewhere(DomainError):
    """A district of another city."""

    code = "district_elsewhere"
    default_message = _("That district is in another city.")


def create_draft(
    *,
    by: User,
    name: str,
    category: Category,
    city: City,
    now: datetime,
    district: District | None = None,
    summary: str = "",
    description: str = "",
    address: str = "",
    business_name: str = "",
) -> Venue:
    """Begins a listing that `by` owns; the first time, also the business that it belongs to.

    Currency and time zone come from the city. Two at once are made one after the other, as the
    person's row is locked; the same one twice within a minute is made once. Where no
    `business_name` is given, a first business is called as the person, or as the venue. Raises
    TooManyDrafts, DistrictElsewhere, HasContactDetails.
    """
    require_district_in(city, district)
    require_no_contact_details({"business_name": business_name})
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        drafts = Venue.objects.owned_by(by).never_published()
        twin = drafts.filter(
            status=ListingStatus.DRAFT,
            name=name,
            category=category,
            city=city,
            created_at__gt=now - _SAME_DRAFT_WITHIN,
        ).first()
        if twin is not None:
            return twin
        if drafts.count() >= MAXIMUM_UNPUBLISHED:
            raise TooManyDrafts
        business = _business_of(by, or_name=business_name or by.name or name)
        venue = _create_with_free_slug(
            Venue(
                business=business,
                name=name,
                category=category,
                city=city,
                district=district,
                summary=summary,
                description=description,
                address=address,
                currency=city.currency,
                time_zone=city.time_zone,
                created_at=now,
            )
        )
        Membership.objects.create(venue=venue, user=by, role=MemberRole.OWNER, added_at=now)
    return venue


def _business_of(user: User, *, or_name: str) -> Business:
    """The business of a person whose row is locked, so that two first drafts make one."""
    business = user.businesses.order_by("pk").first()
    return business or Business.objects.create(owner=user, name=or_name)


def _create_with_free_slug(venue: Venue) -> Venue:
    """Tries again where somebody took the same address between the look and the write."""
    for attempts_left in (2, 1, 0):
        venue.slug = free_slug(venue.name)
        try:
            with transaction.atomic():
                venue.save(force_insert=True)
        except IntegrityError as error:
            if "slug" not in str(error) or not attempts_left:
                raise
            venue.pk = None
        else:
            break
    return venue


def update_basics(
    *,
    venue: Venue,
    by: User,
    now: datetime,
    name: str,
    category: Category,
    city: City,
    district: District | None,
    summary: str,
    description: str,
    address: str,
    business_name: str | None = None,
) -> Saved:
    """Writes what the listing says of itself; on a live one it waits for a moderator.

    The name of the business, where one is given, counts at once, for all its venues. Raises
    CityIsFixed, DistrictElsewhere, HasContactDetails, and what `changing` raises.
    """
    require_district_in(city, district)
    values: dict[str, object] = {
        "name": name,
        "category": category,
        "district": district,
        "summary": summary,
        "description": description,
        "address": address,
    }
    with changing(venue) as locked:
        _require_city_may_be(locked, city)
        renamed = business_name is not None and _name_business(locked.business, business_name)
        at_once = Saved.AT_ONCE if renamed else Saved.UNCHANGED
        if locked.status in LIVE_STATUSES:
            proposed = propose_venue_fields(venue=locked, values=values, by=by, now=now)
            return proposed if proposed is Saved.WAITING else at_once
        values |= {"city": city, "currency": city.currency, "time_zone": city.time_zone}
        if address != locked.address:
            values |= {"latitude": None, "longitude": None}
        if name != locked.name and locked.published_at is None:
            values["slug"] = free_slug(name, keep=locked)
        return Saved.AT_ONCE if write_fields(locked, values) else at_once


def _name_business(business: Business, name: str) -> bool:
    """Whether the business had another name. It is on public pages at once, so it is read here.

    Its other venues show it too. One of them that somebody else holds now is passed over: its
    version grows with that change, and waiting for it could wait in a circle.
    """
    require_no_contact_details({"business_name": name})
    if not write_fields(business, {"name": name}):
        return False
    free = business.venues.select_for_update(no_key=True, skip_locked=True)
    ids = list(free.values_list("pk", flat=True))
    business.venues.filter(pk__in=ids).update(version=F("version") + 1)
    return True


def _require_city_may_be(venue: Venue, city: City) -> None:
    if city == venue.city:
        return
    if venue.status in LIVE_STATUSES or venue.published_at is not None:
        raise CityIsFixed
    if city.currency != venue.currency and venue.spaces.priced().exists():
        raise CityIsFixed(
            _("Prices are in %(currency)s. Take them out before you choose a city abroad.")
            % {"currency": venue.currency}
        )


def require_district_in(city: City, district: District | None) -> None:
    """Raises DistrictElsewhere."""
    if district is not None and district.city_id != city.pk:
        raise DistrictElsewhere


def update_terms(
    *,
    venue: Venue,
    by: User,
    now: datetime,
    rules: str,
    cancellation_policy: str,
    amenities: Iterable[Amenity],
) -> Saved:
    """Policy and amenities take effect at once; house rules of a live listing wait.

    The policy of bookings that exist is theirs: it was copied when they were made.
    """
    with changing(venue) as locked:
        at_once = write_fields(locked, {"cancellation_policy": cancellation_policy})
        wanted = {amenity.pk for amenity in amenities}
        if wanted != set(locked.amenities.values_list("pk", flat=True)):
            locked.amenities.set(wanted)
            at_once = True
        saved = Saved.AT_ONCE if at_once else Saved.UNCHANGED
        if locked.status in LIVE_STATUSES:
            proposed = propose_venue_fields(venue=locked, values={"rules": rules}, by=by, now=now)
            return proposed if proposed is Saved.WAITING else saved
        return Saved.AT_ONCE if write_fields(locked, {"rules": rules}) else saved
