"""Photos of a listing: added, ordered, described, removed. Files are stored before (photos.py)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.core.errors import DomainError
from marketplace.venues.enums import LIVE_STATUSES
from marketplace.venues.models import Venue, VenuePhoto
from marketplace.venues.photos import StoredPhoto
from marketplace.venues.services.editing import propose_photos
from marketplace.venues.services.positions import number_photos
from marketplace.venues.services.writing import Saved, changing, require_no_contact_details

MAXIMUM_PHOTOS: Final = 30


class TooManyPhotos(DomainError):
    """The gallery is full."""

    code = "too_many_photos"
    default_message = _("A listing has room for %(count)d photos.")

    def __init__(self) -> None:
        super().__init__(self.default_message % {"count": MAXIMUM_PHOTOS})


class PhotoGone(DomainError):
    """Somebody removed the photo in the meantime."""

    code = "photo_gone"
    default_message = _("This photo was removed in the meantime.")


def add_photos(*, venue: Venue, by: User, now: datetime, photos: Sequence[StoredPhoto]) -> Saved:
    """Puts stored pictures at the end; on a live listing they wait for a moderator.

    A picture that the listing has already is passed over. Raises TooManyPhotos (and adds none).
    """
    with changing(venue) as locked:
        is_live = locked.status in LIVE_STATUSES
        known = set(locked.photos.values_list("key", flat=True))
        fresh = {photo.key: photo for photo in photos if photo.key not in known}
        if not fresh:
            return Saved.UNCHANGED
        if len(known) + len(fresh) > MAXIMUM_PHOTOS:
            raise TooManyPhotos
        rows = VenuePhoto.objects.bulk_create(
            VenuePhoto(
                venue=locked,
                key=photo.key,
                width=photo.width,
                height=photo.height,
                dominant_color=photo.dominant_color,
                is_public=not is_live,
                position=len(known) + number,
                uploaded_at=now,
            )
            for number, photo in enumerate(fresh.values())
        )
        number_photos(locked)
        if is_live:
            return propose_photos(venue=locked, by=by, now=now, added=[row.pk for row in rows])
        return Saved.AT_ONCE


def remove_photo(*, photo: VenuePhoto, by: User, now: datetime) -> Saved:
    """Takes a photo off the listing at once. Raises BreaksListing where too few would be left.

    Nothing happens where it is gone already.
    """
    with changing(photo.venue) as locked:
        row = locked.photos.filter(pk=photo.pk).first()
        if row is None:
            return Saved.UNCHANGED
        pk, waited = row.pk, not row.is_public
        row.delete()
        number_photos(locked)
        if waited:
            propose_photos(venue=locked, by=by, now=now, removed=[pk])
        return Saved.AT_ONCE


def move_photo(*, photo: VenuePhoto, by: User, now: datetime, places: int) -> Saved:
    """Moves a photo that many places towards the end, or (negative) the front, within bounds.

    Raises PhotoGone, and what `changing` raises.
    """
    with changing(photo.venue) as locked:
        order = list(locked.photos.in_order().values_list("pk", flat=True))
        if photo.pk not in order:
            raise PhotoGone
        here = order.index(photo.pk)
        order.insert(max(0, here + places), order.pop(here))
        return _write_order(locked, order)


def reorder_photos(*, venue: Venue, by: User, now: datetime, order: Sequence[int]) -> Saved:
    """Puts photos (ids) in this order; those not named follow as they were."""
    with changing(venue) as locked:
        ids = list(locked.photos.in_order().values_list("pk", flat=True))
        named = [pk for pk in dict.fromkeys(order) if pk in ids]
        return _write_order(locked, named + [pk for pk in ids if pk not in named])


def describe_photos(*, venue: Venue, by: User, now: datetime, texts: Mapping[int, str]) -> Saved:
    """Says what photos (ids) show, at once. Raises HasContactDetails on a live listing."""
    with changing(venue) as locked:
        if locked.status in LIVE_STATUSES:
            require_no_contact_details({str(pk): text for pk, text in texts.items()})
        changed = [
            photo
            for photo in locked.photos.all()
            if texts.get(photo.pk, photo.alt_text) != photo.alt_text
        ]
        for photo in changed:
            photo.alt_text = texts[photo.pk]
        VenuePhoto.objects.bulk_update(changed, ["alt_text"])
        return Saved.AT_ONCE if changed else Saved.UNCHANGED


def _write_order(venue: Venue, order: Sequence[int]) -> Saved:
    """Keeps those that wait behind those that are shown, whatever was asked for."""
    photos = list(venue.photos.all())
    photos.sort(key=lambda photo: (not photo.is_public, order.index(photo.pk)))
    changed = [photo for place, photo in enumerate(photos) if photo.position != place]
    for place, photo in enumerate(photos):
        photo.position = place
    VenuePhoto.objects.bulk_update(changed, ["position"])
    return Saved.AT_ONCE if changed else Saved.UNCHANGED
