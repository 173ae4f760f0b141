"""Order without gaps: what is shown counts from 0, and what waits comes after it."""

from marketplace.venues.models import Space, Venue, VenuePhoto


def number_photos(venue: Venue) -> None:
    """Covers are the photos with the first positions, so these never have a gap."""
    photos = list(venue.photos.in_order())
    for position, photo in enumerate(photos):
        photo.position = position
    VenuePhoto.objects.bulk_update(photos, ["position"])


def number_spaces(venue: Venue) -> None:
    """The same for spaces, in the order in which they are shown."""
    spaces = list(venue.spaces.all())
    for position, space in enumerate(spaces):
        space.position = position
    Space.objects.bulk_update(spaces, ["position"])
