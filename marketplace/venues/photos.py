"""From an upload to pictures that are safe to serve.

What a person sends is judged by its content alone, never by its name or by what the browser calls
it. Only pixels go on: they are turned upright, brought to sRGB, and encoded anew, so that neither
what the camera wrote (place, time, serial number) nor anything hidden in the file is served.
"""

import hashlib
import math
import struct
import threading
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from marketplace.core.errors import DomainError
from marketplace.venues.models import PHOTO_WIDTHS, VenuePhoto

# Formats of photographs. Whatever else Pillow can read is refused before it is looked at.
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF")
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
SMALLEST_LONG_EDGE: Final = 1000
SMALLEST_SHORT_EDGE: Final = 400
_PLAIN_MODES: Final = frozenset({"RGB", "CMYK", "L"})
_QUALITY: Final = 80
_METHOD: Final = 2  # four times faster than the default, a few per cent larger
_BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError)
_MEGABYTE: Final = 1024 * 1024
# More pixels than this on the long side make no width any better.
_LONG_EDGE: Final = 2 * PHOTO_WIDTHS[-1]
# A picture takes up to four bytes a pixel once it is unpacked; so many are unpacked in a process
# at one time, and the rest wait.
_AT_ONCE: Final = threading.BoundedSemaphore(2)
# Rows of a picture that are converted at one time, so that there is no second one of its size.
_STRIP: Final = 128


class UnusablePhoto(DomainError):
    """The upload cannot become a photo of a listing."""

    code = "unusable_photo"
    default_message = _("This file cannot be used as a photo.")


class NotAPicture(UnusablePhoto):
    """Neither JPEG, PNG, WebP nor AVIF, whatever it is called."""

    code = "not_a_picture"
    default_message = _("This is not a picture that we can read. Send a JPEG, PNG, WebP or AVIF.")


class PhotoTooLarge(UnusablePhoto):
    """More bytes or more pixels than settings allow."""

    code = "photo_too_large"


class PhotoTooSmall(UnusablePhoto):
    """Too few pixels to look good on a page."""

    code = "photo_too_small"


class BrokenPhoto(UnusablePhoto):
    """It begins like a picture and does not end like one."""

    code = "broken_photo"
    default_message = _("This picture is damaged or did not arrive whole. Send it again.")


class AnimatedPhoto(UnusablePhoto):
    """More than one frame."""

    code = "animated_photo"
    default_message = _("Moving pictures cannot be used. Send a still photo.")


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """Pictures that lie in storage under `key`; the size is that of the largest one, in pixels."""

    key: str
    width: int
    height: int
    dominant_color: str


def store_photo(content: bytes) -> StoredPhoto:
    """Checks an upload, and stores it as WebP in each of PHOTO_WIDTHS; never enlarged.

    The same upload is encoded once, however often it comes. The upload itself is not kept. Must
    be called outside a transaction: it writes to storage. Raises an UnusablePhoto that says why.
    """
    if len(content) > settings.PHOTO_MAX_BYTES:
        raise PhotoTooLarge(
            _("This photo is larger than %(count)d MB. Send a smaller one.")
            % {"count": settings.PHOTO_MAX_BYTES // _MEGABYTE}
        )
    key = hashlib.sha256(content).hexdigest()
    paths = {width: VenuePhoto.path_for(key, width) for width in PHOTO_WIDTHS}
    if not all(default_storage.exists(path) for path in paths.values()):
        with _AT_ONCE:
            encoded = _encode(_decode(content))
        for width, picture in encoded.items():
            _store(paths[width], picture)
    return _describe(key)


def _decode(content: bytes) -> Image.Image:
    """The picture as plain upright sRGB pixels, checked before they are unpacked."""
    image = _open(content)
    if image.width * image.height > settings.PHOTO_MAX_PIXELS:
        raise _too_many_pixels()
    if getattr(image, "is_animated", False) and image.format != "MPO":
        raise AnimatedPhoto
    if max(image.size) < SMALLEST_LONG_EDGE or min(image.size) < SMALLEST_SHORT_EDGE:
        raise PhotoTooSmall(
            _(
                "This photo is only %(width)d × %(height)d pixels. %(least)d on the long side are "
                "needed."
            )
            % {"width": image.width, "height": image.height, "least": SMALLEST_LONG_EDGE}
        )
    try:
        # A JPEG can be unpacked at a half or a quarter of its size, which is quicker.
        image.draft(image.mode, (_LONG_EDGE, _LONG_EDGE))
        image.load()
    except _BROKEN as error:
        raise BrokenPhoto from error
    return _to_srgb(_upright(_reduced(image)))


def _open(content: bytes) -> Image.Image:
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        raise NotAPicture(
            _(
                "HEIC pictures cannot be read here. Save it as JPEG, or set the camera to "
                "“Most compatible”."
            )
        )
    try:
        return Image.open(BytesIO(content), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except UnidentifiedImageError as error:
        raise NotAPicture from error
    except _BROKEN as error:
        raise BrokenPhoto from error


def _too_many_pixels() -> PhotoTooLarge:
    return PhotoTooLarge(
        _("This photo has more than %(count)d megapixels. Send a smaller one.")
        % {"count": settings.PHOTO_MAX_PIXELS // 1_000_000}
    )


def _reduced(image: Image.Image) -> Image.Image:
    """Opaque, with eight bits a channel, and within _LONG_EDGE: small before anything copies it."""
    factor = max(1, max(image.size) // _LONG_EDGE)
    if factor > 1 or image.mode not in _PLAIN_MODES or image.has_transparency_data:
        image = _by_strips(image, factor)
    image.thumbnail((_LONG_EDGE, _LONG_EDGE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return image


def _by_strips(image: Image.Image, factor: int) -> Image.Image:
    """Made plain and `factor` times smaller, a few rows at a time."""
    width, rows = image.width, factor * _STRIP
    strips = (
        _plain(image.crop((0, top, width, min(top + rows, image.height)))).reduce(factor)
        for top in range(0, image.height, rows)
    )
    first = next(strips)
    reduced = Image.new(first.mode, (first.width, math.ceil(image.height / factor)))
    for number, strip in enumerate(chain([first], strips)):
        reduced.paste(strip, (0, number * _STRIP))
    reduced.info = image.info
    return reduced


def _plain(image: Image.Image) -> Image.Image:
    """Eight bits a channel, and white where it was transparent; in a mode that profiles are for."""
    if image.mode.startswith("I"):
        # 16 bits a pixel: keep the upper eight.
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    return image if image.mode in _PLAIN_MODES else image.convert("RGB")


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera says; left as it is where what the camera wrote cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except (*_BROKEN, KeyError, TypeError):
        return image


def _to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if profile:
        image = _by_profile(image, profile)
    plain = image.convert("RGB")
    plain.info = {}
    return plain


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the profile means them; a profile that cannot be read is passed over."""
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, *_BROKEN):
        return image
    return converted or image


def _encode(image: Image.Image) -> dict[int, bytes]:
    """WebP for each width; a picture narrower than a width is stored under it as it is."""
    by_real_width: dict[int, bytes] = {}
    encoded: dict[int, bytes] = {}
    for width in PHOTO_WIDTHS:
        real_width = min(width, image.width)
        if real_width not in by_real_width:
            height = max(1, round(image.height * real_width / image.width))
            sized = image.resize((real_width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
            buffer = BytesIO()
            sized.save(buffer, "WEBP", quality=_QUALITY, method=_METHOD)
            by_real_width[real_width] = buffer.getvalue()
        encoded[width] = by_real_width[real_width]
    return encoded


def _store(path: str, content: bytes) -> None:
    if default_storage.exists(path):
        return
    stored_as = default_storage.save(path, ContentFile(content))
    if stored_as != path:
        # Somebody else stored the same picture in between, under the same name.
        default_storage.delete(stored_as)


def _describe(key: str) -> StoredPhoto:
    with default_storage.open(VenuePhoto.path_for(key, PHOTO_WIDTHS[-1])) as file:
        width, height = Image.open(file, formats=("WEBP",)).size
    with default_storage.open(VenuePhoto.path_for(key, PHOTO_WIDTHS[0])) as file:
        pixel = Image.open(file, formats=("WEBP",)).resize((1, 1), Image.Resampling.BOX)
    red, green, blue = pixel.convert("RGB").tobytes()
    return StoredPhoto(key, width, height, f"#{red:02x}{green:02x}{blue:02x}")
