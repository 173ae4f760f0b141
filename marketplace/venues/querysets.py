"""The words that other rooms use to ask for listings."""

from collections.abc import Iterable
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Prefetch

from marketplace.accounts.models import User
from marketplace.venues.enums import EditState, ListingStatus, MemberRole


class VenueQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about venues."""

    def published(self) -> Self:
        """What everybody can find."""
        return self.filter(status=ListingStatus.PUBLISHED)

    def paused(self) -> Self:
        """What its owner took off the market for a while."""
        return self.filter(status=ListingStatus.PAUSED)

    def of_member(self, user: User) -> Self:
        """Venues of whose team this person is, in any role."""
        return self.filter(memberships__user=user)

    def owned_by(self, user: User) -> Self:
        """Venues that this person owns, alone or with others."""
        return self.filter(memberships__user=user, memberships__role=MemberRole.OWNER)

    def of_businesses(self, ids: Iterable[int]) -> Self:
        """Venues of these businesses (ids)."""
        return self.filter(business__in=list(ids))

    def besides(self, ids: Iterable[int]) -> Self:
        """All but these."""
        return self.exclude(pk__in=list(ids))

    def never_published(self) -> Self:
        """What is still being made, or was not accepted; not what was put away."""
        return self.not_archived().filter(published_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Published ones; to their team and to moderators also the rest.

        Each venue says in `shows_address` whether this visitor may know the exact address.
        """
        if not user.is_authenticated:
            return self.published().annotate(shows_address=models.Value(False))
        if user.is_moderator:
            return self.annotate(shows_address=models.Value(True))
        memberships: Any = self.model._meta.get_field("memberships").related_model
        mine = models.Exists(memberships.objects.filter(venue=models.OuterRef("pk"), user=user))
        return self.annotate(shows_address=mine).filter(
            models.Q(status=ListingStatus.PUBLISHED) | models.Q(shows_address=True)
        )

    def not_archived(self) -> Self:
        """All but those that were put away for good."""
        return self.exclude(status=ListingStatus.ARCHIVED)

    def locked(self) -> Self:
        """Held against other writers until the end of the transaction; readers go on."""
        return self.select_for_update(no_key=True, of=("self",))

    def with_page_content(self) -> Self:
        """All that a venue's page shows, in a fixed number of queries."""
        return self.select_related("business", "category", "city", "district").prefetch_related(
            "photos", "spaces", "opening_hours", "amenities"
        )

    def with_listing_content(self) -> Self:
        """All that says whether a listing is complete, in a fixed number of queries."""
        return self.with_page_content().select_related("business__owner").prefetch_related("edits")


class SpaceQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about spaces."""

    def priced(self) -> Self:
        """Spaces that have a rate."""
        return self.filter(hourly_rate_minor__isnull=False)

    def made_of_parts(self) -> Self:
        """Those that take others when they are taken."""
        return self.filter(parts__isnull=False).distinct()


class VenuePhotoQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about photos."""

    def shown(self) -> Self:
        """Those that everybody may see, in their order."""
        return self.filter(is_public=True).order_by("position", "id")

    def waiting(self) -> Self:
        """Those that wait for a moderator, in their order."""
        return self.filter(is_public=False).order_by("position", "id")

    def in_order(self) -> Self:
        """Those that are shown first, then those that wait."""
        return self.order_by("-is_public", "position", "id")


class MembershipQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about teams."""

    def of(self, user: User) -> Self:
        """A person's places in teams."""
        return self.filter(user=user)

    def in_team_of(self, venue_id: int) -> Self:
        """The team of one venue."""
        return self.filter(venue=venue_id)

    def owners(self) -> Self:
        """Those who may do everything."""
        return self.filter(role=MemberRole.OWNER)

    def with_venue(self, venues: VenueQuerySet[Any]) -> Self:
        """Each with its venue, loaded as `venues` loads them."""
        return self.prefetch_related(Prefetch("venue", queryset=venues))

    def of_never_published(self) -> Self:
        """Those of listings that are still being made, or were not accepted."""
        return self.filter(venue__published_at=None).exclude(venue__status=ListingStatus.ARCHIVED)

    def archived_last(self) -> Self:
        """By the venue's name, those that were put away for good at the end."""
        put_away = models.Q(venue__status=ListingStatus.ARCHIVED)
        is_put_away = models.ExpressionWrapper(put_away, models.BooleanField())
        return self.order_by(is_put_away, "venue__name", "venue_id")


class ListingEditQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about proposed edits."""

    def pending(self) -> Self:
        """Those that wait for a moderator."""
        return self.filter(state=EditState.PENDING)
