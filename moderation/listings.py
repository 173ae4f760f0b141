"""Finding a listing in any state, for moderators."""

from django.core.paginator import Page, Paginator
from django.db.models import Q

from marketplace.venues.enums import ListingStatus
from marketplace.venues.models import Venue

ROWS_A_PAGE = 30


def listing_page(*, text: str, status: str, page: str | int) -> Page[Venue]:
    """Listings by name, address, business or the owner's phone, the newest first."""
    venues = Venue.objects.select_related("business__owner", "city", "category")
    if status in ListingStatus.values:
        venues = venues.filter(status=status)
    for word in text.split()[:6]:
        venues = venues.filter(
            Q(name__icontains=word)
            | Q(address__icontains=word)
            | Q(business__name__icontains=word)
            | Q(business__owner__name__icontains=word)
            | Q(business__owner__phone__contains=word)
        )
    return Paginator(venues.order_by("-created_at", "-pk"), ROWS_A_PAGE).get_page(page)
