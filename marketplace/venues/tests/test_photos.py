import io
import struct
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image, ImageCms, ImageDraw
from pytest_django import Settings

from marketplace.venues import photos
from marketplace.venues.models import PHOTO_WIDTHS, VenuePhoto
from marketplace.venues.photos import (
    AnimatedPhoto,
    BrokenPhoto,
    NotAPicture,
    PhotoTooLarge,
    PhotoTooSmall,
    UnusablePhoto,
    store_photo,
)

GPS_IFD = 0x8825
ORIENTATION = 0x0112
MAKE = 0x010F


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(
    size: tuple[int, int] = (1600, 1000), form: str = "JPEG", mode: str = "RGB", **options: object
) -> bytes:
    """A light picture whose left upper corner is red."""
    image = Image.new("RGB", size, "#d0c8b0")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 4), fill="#c01010")
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, form, **options)
    return buffer.getvalue()


def stored(key: str, width: int = 1440) -> Image.Image:
    with default_storage.open(VenuePhoto.path_for(key, width)) as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_photo_is_stored_as_webp_in_each_width(form: str) -> None:
    photo = store_photo(picture(form=form))

    assert [stored(photo.key, width).size for width in PHOTO_WIDTHS] == [
        (480, 300),
        (960, 600),
        (1440, 900),
    ]
    assert stored(photo.key).format == "WEBP"
    assert (photo.width, photo.height) == (1440, 900)


def test_photo_is_never_enlarged() -> None:
    photo = store_photo(picture((1100, 700)))

    assert [stored(photo.key, width).width for width in PHOTO_WIDTHS] == [480, 960, 1100]
    assert (photo.width, photo.height) == (1100, 700)


def test_tall_photo_keeps_its_proportions() -> None:
    photo = store_photo(picture((1000, 2000)))

    assert (photo.width, photo.height) == (1000, 2000)
    assert stored(photo.key, 480).size == (480, 960)


def png_of_16_bits(size: tuple[int, int]) -> bytes:
    """Half transparent, eight bytes a pixel, and small as a file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    width, height = size
    header = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0)
    row = b"\0" + struct.pack(">4H", 0xC000, 0x4000, 0, 0x8000) * width
    pixels = zlib.compress(row * height, 1)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(png_of_16_bits((6000, 4000)), id="16-bit RGBA"),
        pytest.param(picture((7000, 1500), "PNG", "P"), id="palette"),
        pytest.param(picture((3100, 6001), "PNG"), id="upright"),
        pytest.param(picture((8000, 3000)), id="JPEG"),
    ],
)
def test_large_picture_is_small_before_its_colours_are_converted(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: list[tuple[int, int]] = []
    strips: list[tuple[int, int]] = []
    to_srgb, plain = photos._to_srgb, photos._plain

    def watch_whole(image: Image.Image) -> Image.Image:
        whole.append(image.size)
        return to_srgb(image)

    def watch_strip(image: Image.Image) -> Image.Image:
        strips.append(image.size)
        return plain(image)

    monkeypatch.setattr(photos, "_to_srgb", watch_whole)
    monkeypatch.setattr(photos, "_plain", watch_strip)

    photo = store_photo(content)

    original = Image.open(io.BytesIO(content))
    assert max(whole[0]) == 2 * PHOTO_WIDTHS[-1]
    assert all(height <= 512 for _width, height in strips)
    assert photo.height == pytest.approx(original.height * photo.width / original.width, abs=1)


def test_large_picture_keeps_its_colours_in_every_row() -> None:
    photo = store_photo(png_of_16_bits((6000, 4000)))

    image = stored(photo.key)
    assert image.size == (1440, 960)
    for row in range(0, 960, 60):
        # Half of (192, 64, 0) over white.
        assert image.getpixel((700, row)) == pytest.approx((223, 159, 127), abs=4)


def test_few_pictures_are_unpacked_at_one_time(monkeypatch: pytest.MonkeyPatch) -> None:
    working, most = 0, 0
    decode, lock = photos._decode, threading.Lock()

    def watch(content: bytes) -> Image.Image:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        try:
            time.sleep(0.05)
            return decode(content)
        finally:
            with lock:
                working -= 1

    monkeypatch.setattr(photos, "_decode", watch)
    uploads = [picture((1000 + number, 700)) for number in range(6)]

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(store_photo, uploads))

    assert most == 2


def test_what_the_camera_wrote_is_gone() -> None:
    exif = Image.Exif()
    exif[MAKE] = "Camera 77"
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (43.0, 14.0, 20.0), 3: "E", 4: (76.0, 55.0, 1.0)})
    content = picture(exif=exif, comment=b"left here")
    assert b"Camera 77" in content

    photo = store_photo(content)

    for width in PHOTO_WIDTHS:
        image = stored(photo.key, width)
        assert dict(image.getexif()) == {}
        assert "exif" not in image.info
        assert "icc_profile" not in image.info
        with default_storage.open(VenuePhoto.path_for(photo.key, width)) as file:
            assert b"Camera 77" not in file.read()


def test_photo_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was held so that the top is on the right

    photo = store_photo(picture(exif=exif))

    assert (photo.width, photo.height) == (1000, 1600)
    red, green, _blue = stored(photo.key).getpixel((950, 50))  # type: ignore[misc]
    assert red > 150 > green


def test_colours_are_brought_to_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    broken_profile = b"not a profile at all"

    for icc in (ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), broken_profile):
        photo = store_photo(picture(icc_profile=icc))
        assert stored(photo.key).mode == "RGB"
    assert store_photo(picture(icc_profile=profile)).width == 1440


@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "RGBA"), ("PNG", "1")]
)
def test_every_usual_mode_becomes_rgb(form: str, mode: str) -> None:
    photo = store_photo(picture(form=form, mode=mode))

    assert stored(photo.key).mode == "RGB"


def test_sixteen_bits_a_pixel_become_eight() -> None:
    buffer = io.BytesIO()
    Image.new("I;16", (1200, 800), 32768).save(buffer, "PNG")

    photo = store_photo(buffer.getvalue())

    assert photo.dominant_color == "#808080"


def test_transparency_becomes_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (1200, 800), (0, 0, 0, 0)).save(buffer, "PNG")

    assert store_photo(buffer.getvalue()).dominant_color == "#ffffff"


def test_dominant_colour_is_the_mean() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (1200, 800), "#204060").save(buffer, "PNG")

    # WebP keeps colours to about one step in 255.
    assert store_photo(buffer.getvalue()).dominant_color == "#1f4161"


def test_same_upload_is_encoded_once(monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    content = picture()
    first = store_photo(content)

    def refuse(_content: bytes) -> Image.Image:
        raise AssertionError

    monkeypatch.setattr(photos, "_decode", refuse)

    assert store_photo(content) == first
    assert len(list(media.rglob("*.webp"))) == 3


def test_half_stored_upload_is_completed() -> None:
    content = picture()
    photo = store_photo(content)
    default_storage.delete(VenuePhoto.path_for(photo.key, 960))

    assert store_photo(content) == photo
    assert stored(photo.key, 960).width == 960


def test_picture_stored_by_another_at_the_same_time_is_not_doubled(
    monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    photo = store_photo(picture())
    smallest = VenuePhoto.path_for(photo.key, 480)
    not_seen_yet = [smallest, *(VenuePhoto.path_for(photo.key, width) for width in PHOTO_WIDTHS)]
    really_exists = default_storage.exists

    def exists(path: str) -> bool:
        if path in not_seen_yet:
            not_seen_yet.remove(path)
            return False
        return really_exists(path)

    monkeypatch.setattr(default_storage, "exists", exists)

    assert store_photo(picture()) == photo
    assert len(list(media.rglob("*.webp"))) == 3


def test_upload_itself_is_not_kept(media: Path) -> None:
    photo = store_photo(picture())

    names = sorted(path.name for path in media.rglob("*") if path.is_file())
    assert names == sorted(f"{photo.key}-{width}.webp" for width in PHOTO_WIDTHS)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just words",
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"%PDF-1.7 and the rest",
        b"\x00" * 64,
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    ],
)
def test_what_is_no_photo_is_refused(content: bytes, media: Path) -> None:
    with pytest.raises(NotAPicture):
        store_photo(content)
    assert list(media.rglob("*.webp")) == []


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_other_picture_formats_are_refused(form: str) -> None:
    with pytest.raises(NotAPicture):
        store_photo(picture((1200, 800), form))


def test_script_behind_a_picture_is_not_served() -> None:
    content = picture() + b"<script>alert(document.cookie)</script>"

    photo = store_photo(content)

    with default_storage.open(VenuePhoto.path_for(photo.key, 1440)) as file:
        assert b"<script>" not in file.read()


def test_too_many_bytes_are_refused_before_decoding(settings: Settings) -> None:
    settings.PHOTO_MAX_BYTES = 1024 * 1024

    with pytest.raises(PhotoTooLarge) as refusal:
        store_photo(b"x" * (1024 * 1024 + 1))
    assert str(refusal.value) == "This photo is larger than 1 MB. Send a smaller one."


def test_too_many_pixels_are_refused(settings: Settings) -> None:
    settings.PHOTO_MAX_PIXELS = 1_000_000

    with pytest.raises(PhotoTooLarge) as refusal:
        store_photo(picture((1600, 1000)))
    assert str(refusal.value) == "This photo has more than 1 megapixels. Send a smaller one."


@pytest.mark.parametrize("edge", [9_000, 12_000, 60_000])
def test_decompression_bomb_is_refused_without_unpacking(edge: int) -> None:
    header = struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")
    )

    with pytest.raises(PhotoTooLarge):
        store_photo(bomb)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_bomb_of_text_in_a_png_is_refused() -> None:
    content = picture((1200, 800), "PNG")
    text = b"c\0\0" + zlib.compress(b"0" * 80_000_000)
    bomb = content[:33] + _chunk(b"zTXt", text) + content[33:]

    with pytest.raises(UnusablePhoto):
        store_photo(bomb)


def test_small_photo_is_refused_with_its_size() -> None:
    with pytest.raises(PhotoTooSmall) as refusal:
        store_photo(picture((900, 600)))
    assert "900 × 600" in str(refusal.value)
    assert "1000" in str(refusal.value)


def test_sliver_is_refused() -> None:
    with pytest.raises(PhotoTooSmall):
        store_photo(picture((2000, 100)))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_photo_that_did_not_arrive_whole_is_refused(form: str, media: Path) -> None:
    content = picture(form=form)

    with pytest.raises(UnusablePhoto) as refusal:
        store_photo(content[: len(content) // 2])
    assert type(refusal.value) in {BrokenPhoto, NotAPicture}
    assert list(media.rglob("*.webp")) == []


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_moving_picture_is_refused(form: str) -> None:
    frames = [Image.new("RGB", (1200, 800), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, form, save_all=True, append_images=frames[1:], duration=100)

    with pytest.raises(AnimatedPhoto):
        store_photo(buffer.getvalue())
