"""The words in which search asks its question."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F

from marketplace.bookings.models import Booking
from marketplace.discovery.asked import AskedStart, CanBeBooked
from marketplace.discovery.fields import StartsWithin
from marketplace.pricing.quote import MINUTES_AN_HOUR
from marketplace.venues.enums import ListingStatus


class SearchEntryQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Questions about spaces that can be found."""

    def in_category(self, slug: str) -> Self:
        """Of this kind."""
        return self.filter(category__slug=slug)

    def in_city(self, slug: str) -> Self:
        """In this city."""
        return self.filter(city__slug=slug)

    def in_district(self, slug: str) -> Self:
        """In this district."""
        return self.filter(district__slug=slug)

    def for_guests(self, guests: int) -> Self:
        """With room for so many people."""
        return self.filter(capacity__gte=guests)

    def with_word(self, word: str) -> Self:
        """With this word, or a part of one, in what is written about it. Case does not matter."""
        return self.filter(text__contains=word.casefold())

    def open_between(self, start: int, end: int) -> Self:
        """Open without a gap between two minutes of the week (the end may be in the next one)."""
        return self.filter(open_week__covers=(start, end))

    def bookable_from(self, starts: Iterable[AskedStart], now: datetime) -> Self:
        """That can be booked from one of these starts, as far as anyone knows now."""
        return self.filter(CanBeBooked(starts=starts, now=now))

    def asking_for_more_than(self, minutes: int) -> Self:
        """Whose shortest booking is longer than this."""
        return self.filter(minimum_minutes__gt=minutes)

    def starting_within(self, start: int, end: int) -> Self:
        """Where the shortest booking can start between two minutes of the week."""
        return self.filter(StartsWithin(F("open_week"), F("minimum_minutes"), start, end))

    def of_other_venues(self, venue_id: int) -> Self:
        """Without the spaces of this venue."""
        return self.exclude(venue_id=venue_id)

    def picked(self) -> Self:
        """Of venues that the editors chose, in their order."""
        return self.filter(venue__editors_pick__isnull=False).order_by(
            "venue__editors_pick__position", "venue__editors_pick__id"
        )

    def promoted(self, now: datetime) -> Self:
        """Of venues that are promoted now; first whose promotion began last."""
        running = {
            "venue__promotions__starts_at__lte": now,
            "venue__promotions__ends_at__gt": now,
        }
        return self.filter(**running).order_by("-venue__promotions__starts_at", "-venue_id")

    def of_popular_venues(self, since: datetime, *, most: int) -> Self:
        """Of so many published venues with the most bookings confirmed since then."""
        venues = (
            Booking.objects.confirmed_since(since)
            .filter(space__venue__status=ListingStatus.PUBLISHED)
            .values("space__venue")
            .annotate(bookings=models.Count("pk"))
            .order_by("-bookings", "-space__venue__published_at", "-space__venue")
        )
        return self.filter(venue__in=venues.values("space__venue")[:most])

    def most_booked_first(self, since: datetime) -> Self:
        """By the venue's bookings confirmed since then; among equals, the newest."""
        of_venue = (
            Booking.objects.confirmed_since(since)
            .filter(space__venue=models.OuterRef("venue"))
            .order_by()
            .values("space__venue")
            .annotate(bookings=models.Count("pk"))
        )
        return self.annotate(bookings=models.Subquery(of_venue.values("bookings"))).order_by(
            "-bookings", "-published_at", "-venue_id"
        )

    def with_cost(self, lengths: Mapping[str, int] | None) -> Self:
        """`cost`, by which prices compare: of so many minutes, or the "from" price without them.

        Lengths go by time zone: the same hours on the wall may pass more slowly in one.
        It is `marketplace.pricing`'s subtotal (times sixty, so that it stays a whole number): the
        fee, a percentage of it, does not change the order. What is shown comes from there.
        """
        cost = (
            F("from_price_minor")
            if lengths is None
            else F("space__hourly_rate_minor") * _minutes(lengths)
            + F("space__cleaning_fee_minor") * MINUTES_AN_HOUR
        )
        return self.annotate(
            cost=models.ExpressionWrapper(cost, output_field=models.BigIntegerField())
        )

    def cheapest_of_each_venue(self, lengths: Mapping[str, int] | None = None) -> Self:
        """One entry a venue: its cheapest, among those asked for so far; with its `cost`."""
        cheapest = (
            self.with_cost(lengths)
            .order_by("venue_id", F("cost"), "space_id")
            .distinct("venue_id")
            .values("space_id")
        )
        return type(self)(self.model).filter(space_id__in=cheapest).with_cost(lengths)

    def newest_first(self) -> Self:
        """As the newest venues come first on a page."""
        return self.order_by("-published_at", "-venue_id")

    def cheapest_first(self) -> Self:
        """By price, each currency for itself; needs `cost`."""
        return self.order_by("currency", F("cost"), "-published_at", "-venue_id")

    def with_reach(self) -> Self:
        """`most_guests` and `most_area_m2`: of the venue's spaces that can be found, for cards."""
        alike = type(self)(self.model).filter(venue=models.OuterRef("venue")).order_by()
        return self.annotate(
            most_guests=models.Subquery(
                alike.values("venue").annotate(most=models.Max("capacity")).values("most")
            ),
            most_area_m2=models.Subquery(
                alike.values("venue").annotate(most=models.Max("space__area_m2")).values("most")
            ),
        )

    def with_card_content(self) -> Self:
        """All that a card shows, but the photos and the names of places and kinds."""
        return self.select_related("space", "venue").defer(
            "text", "open_week", "space__description", "venue__description", "venue__rules"
        )

    def venue_count(self) -> int:
        """How many venues these are."""
        found: int = self.aggregate(count=models.Count("venue", distinct=True))["count"]
        return found


def _minutes(lengths: Mapping[str, int]) -> models.Expression:
    usual, *others = sorted(set(lengths.values()), key=list(lengths.values()).count, reverse=True)
    return models.Case(
        *(
            models.When(
                time_zone__in=[zone for zone, length in lengths.items() if length == minutes],
                then=models.Value(minutes),
            )
            for minutes in others
        ),
        default=models.Value(usual),
    )
