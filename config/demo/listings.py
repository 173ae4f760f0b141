"""Writing one venue of the demo, through the services that owners and moderators use.

What is long past is told to nobody: approvals go through `transition_to`, which logs them and
updates search, but not through `publish_listing`, which would write a letter about each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from django.db import transaction

from config.demo.catalogue import SpaceSeed, VenueSeed
from config.demo.people import BUSINESSES
from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.core.states import subject_kind
from marketplace.trust import services as trust
from marketplace.trust.models import Case
from marketplace.trust.services import ChangeItem
from marketplace.venues import services
from marketplace.venues.enums import BookingMode, ListingStatus
from marketplace.venues.models import Amenity, Category, City, District, Venue
from marketplace.venues.photos import StoredPhoto
from marketplace.venues.services import SpaceDetails

_OWNERS: Final = {business.slug: business.owner for business in BUSINESSES}
_REVIEW_TOOK: Final = timedelta(hours=20)
_DRAFTING_TOOK: Final = timedelta(days=3)
_CHANGES_NOTE: Final = "A nice idea. Three things are missing before people can decide by the page."


@dataclass(frozen=True)
class Stage:
    """What writing venues needs: people by phone, stored photos by name, and the time."""

    people: Mapping[str, User]
    moderator: User
    photos: Mapping[str, StoredPhoto]
    now: datetime

    @cached_property
    def categories(self) -> dict[str, Category]:
        return {category.slug: category for category in Category.objects.all()}

    @cached_property
    def cities(self) -> dict[str, City]:
        return {city.slug: city for city in City.objects.all()}

    @cached_property
    def districts(self) -> dict[str, District]:
        return {district.slug: district for district in District.objects.all()}

    @cached_property
    def amenities(self) -> dict[str, Amenity]:
        return {amenity.slug: amenity for amenity in Amenity.objects.all()}

    def submitted_at(self, seed: VenueSeed) -> datetime:
        """When the owner sent it in; for a draft, when it would have been now."""
        if seed.published_days_ago is not None:
            return self.published_at(seed) - _REVIEW_TOOK
        return self.now - timedelta(hours=seed.submitted_hours_ago or 0)

    def published_at(self, seed: VenueSeed) -> datetime:
        """In working hours of Almaty, a whole number of days before today."""
        days = seed.published_days_ago or 0
        morning = self.now.replace(hour=4, minute=0, second=0, microsecond=0)
        return morning - timedelta(days=days) + timedelta(minutes=days * 37 % 480)


@transaction.atomic
def write_venue(seed: VenueSeed, *, stage: Stage) -> Venue:
    """Drafts the venue and brings it to its state. One that is there already is left alone."""
    owner = stage.people[_OWNERS[seed.business]]
    known: Venue | None = Venue.objects.filter(business__owner=owner, name=seed.name).first()
    if known is not None:
        return known
    venue = _draft(seed, owner=owner, stage=stage)
    if seed.status == ListingStatus.DRAFT:
        return venue
    services.submit_listing(venue=venue, by=owner, now=stage.submitted_at(seed))
    if seed.changes:
        _send_back(venue, seed, stage=stage)
    elif seed.published_days_ago is not None:
        _approve(venue, seed, stage=stage)
        _go_on(venue, seed, owner=owner, stage=stage)
    return venue


def _draft(seed: VenueSeed, *, owner: User, stage: Stage) -> Venue:
    began = stage.submitted_at(seed) - _DRAFTING_TOOK
    venue = services.create_draft(
        by=owner,
        name=seed.name,
        category=stage.categories[seed.category],
        city=stage.cities[seed.city],
        district=stage.districts[seed.district],
        summary=seed.summary,
        description=seed.description,
        address=seed.address,
        now=began,
    )
    latitude, longitude = seed.location
    Venue.objects.filter(pk=venue.pk).update(latitude=latitude, longitude=longitude)
    services.update_terms(
        venue=venue,
        by=owner,
        rules="\n".join(seed.rules),
        cancellation_policy=seed.policy,
        amenities=[stage.amenities[slug] for slug in seed.amenities],
        now=began,
    )
    _add_spaces(venue, seed, owner=owner, now=began)
    services.set_opening_hours(venue=venue, by=owner, stretches=seed.stretches, now=began)
    _add_gallery(venue, seed, owner=owner, stage=stage, now=began)
    return venue


def _add_spaces(venue: Venue, seed: VenueSeed, *, owner: User, now: datetime) -> None:
    for space in seed.spaces:
        details = _space_details(space, seed, venue=venue)
        services.add_space(venue=venue, by=owner, details=details, now=now)
    made = {space.name: space for space in venue.spaces.all()}
    for whole in (space for space in seed.spaces if space.parts):
        parts = tuple(made[name].pk for name in whole.parts)
        details = replace(SpaceDetails.of(made[whole.name]), parts=parts)
        services.update_space(space=made[whole.name], by=owner, details=details, now=now)


def _space_details(seed: SpaceSeed, of: VenueSeed, *, venue: Venue) -> SpaceDetails:
    hours, rules = seed.minimum_hours, of.booking_rules
    return SpaceDetails(
        name=seed.name,
        description=seed.description,
        capacity=seed.capacity,
        units=seed.units,
        area_m2=seed.area,
        hourly_rate_minor=Money.from_major(seed.rate, venue.currency).amount,
        cleaning_fee_minor=Money.from_major(seed.cleaning, venue.currency).amount,
        minimum_minutes=hours * 60 if hours else venue.category.minimum_minutes,
        granularity_minutes=rules.granularity,
        buffer_before_minutes=rules.before,
        buffer_after_minutes=rules.after,
        lead_hours=rules.lead_hours,
        instant_hours=rules.instant_hours,
        booking_mode=BookingMode.REQUEST if of.asks_first else BookingMode.INSTANT,
        answer_hours=of.answer_hours,
    )


def _add_gallery(
    venue: Venue, seed: VenueSeed, *, owner: User, stage: Stage, now: datetime
) -> None:
    words = {stage.photos[photo.name].key: photo.alt for photo in seed.gallery}
    stored = [stage.photos[photo.name] for photo in seed.gallery]
    services.add_photos(venue=venue, by=owner, photos=stored, now=now)
    texts = {photo.pk: words[photo.key] for photo in venue.photos.all()}
    services.describe_photos(venue=venue, by=owner, texts=texts, now=now)


def _approve(venue: Venue, seed: VenueSeed, *, stage: Stage) -> None:
    at = stage.published_at(seed)
    trust.record_approval(case=_case(venue), by=stage.moderator, now=at)
    services.transition_to(
        venue=venue,
        to=ListingStatus.PUBLISHED,
        by=stage.moderator,
        now=at,
        changes={"published_at": at},
    )


def _send_back(venue: Venue, seed: VenueSeed, *, stage: Stage) -> None:
    at = stage.submitted_at(seed) + _REVIEW_TOOK
    items = [ChangeItem(section=change.section, text=change.text) for change in seed.changes]
    trust.record_changes_requested(
        case=_case(venue), by=stage.moderator, items=items, note=_CHANGES_NOTE, now=at
    )
    services.request_changes(
        venue=venue, by=stage.moderator, items=items, note=_CHANGES_NOTE, now=at
    )


def _go_on(venue: Venue, seed: VenueSeed, *, owner: User, stage: Stage) -> None:
    """What its owner did after publication."""
    if seed.status == ListingStatus.PAUSED:
        services.pause_listing(venue=venue, by=owner, now=stage.now - timedelta(days=21))
    if seed.proposed_summary:
        services.update_basics(
            venue=venue,
            by=owner,
            name=venue.name,
            category=venue.category,
            city=venue.city,
            district=venue.district,
            summary=seed.proposed_summary,
            description=venue.description,
            address=venue.address,
            now=stage.now - timedelta(hours=2),
        )


def _case(venue: Venue) -> Case:
    return Case.objects.about(subject_kind(venue), venue.pk).unresolved().get()
