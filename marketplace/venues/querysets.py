"""The words that other rooms use to ask for listings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Prefetch

from marketplace.venues.enums import ListingStatus, MemberRole

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from marketplace.accounts.models import User
    from marketplace.venues.models import Space, Venue, VenuePhoto


class VenueQuerySet(models.QuerySet["Venue"]):
    """Questions about venues."""

    def published(self) -> VenueQuerySet:
        """What everybody can find."""
        return self.filter(status=ListingStatus.PUBLISHED)

    def of_member(self, user: User) -> VenueQuerySet:
        """Venues of whose team this person is, in any role."""
        return self.filter(memberships__user=user)

    def visible_to(self, user: User | AnonymousUser) -> VenueQuerySet:
        """Published ones; to their team and to moderators also the rest."""
        if not user.is_authenticated:
            return self.published()
        if user.is_moderator:
            return self
        mine = models.Exists(
            self.model.memberships.rel.related_model.objects.filter(
                venue=models.OuterRef("pk"), user=user
            )
        )
        return self.filter(models.Q(status=ListingStatus.PUBLISHED) | mine)

    def not_archived(self) -> VenueQuerySet:
        """All but those that were put away for good."""
        return self.exclude(status=ListingStatus.ARCHIVED)

    def with_page_content(self) -> VenueQuerySet:
        """All that a venue's page shows, in a fixed number of queries."""
        return self.select_related("business", "category", "city", "district").prefetch_related(
            "photos", "spaces", "opening_hours", "amenities"
        )

    def with_cover(self, photos: int = 5) -> VenueQuerySet:
        """Each venue with its first photos, for cards (`venue.photos.all()`)."""
        photo_model: type[VenuePhoto] = self.model.photos.rel.related_model
        first = photo_model.objects.order_by("position", "id")
        return self.prefetch_related(Prefetch("photos", queryset=first.filter(position__lt=photos, is_public=True)))


class SpaceQuerySet(models.QuerySet["Space"]):
    """Questions about spaces."""

    def on_offer(self) -> SpaceQuerySet:
        """Spaces of published venues that have a rate."""
        return self.filter(
            venue__status=ListingStatus.PUBLISHED, hourly_rate_minor__isnull=False
        )


WRITING_ROLES = frozenset({MemberRole.OWNER, MemberRole.MANAGER})
