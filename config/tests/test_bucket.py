"""Photos in a bucket: the storage of production, against S3 as moto plays it."""

import io
from collections.abc import Iterator

import boto3
import pytest
from django.core.files.storage import storages
from moto import mock_aws
from PIL import Image
from pytest_django import Settings

from config import settings as our_settings
from marketplace.venues.models import PHOTO_WIDTHS, VenuePhoto
from marketplace.venues.photos import store_photo

BUCKET = "joytop-photos"


@pytest.fixture
def bucket(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket that the site is set to keep photos in."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")
    options = our_settings._BUCKET_MEDIA["OPTIONS"] | {
        "bucket_name": BUCKET,
        "region_name": "us-east-1",
        "custom_domain": "photos.joytop.example",
    }
    settings.STORAGES = {
        **settings.STORAGES,
        "default": our_settings._BUCKET_MEDIA | {"OPTIONS": options},
    }
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
        yield BUCKET


def test_photo_is_kept_in_the_bucket_for_good(bucket: str) -> None:
    upload = io.BytesIO()
    Image.new("RGB", (1600, 1200), "#336655").save(upload, "JPEG")

    photo = store_photo(upload.getvalue())

    client = boto3.client("s3", region_name="us-east-1")
    paths = [VenuePhoto.path_for(photo.key, width) for width in PHOTO_WIDTHS]
    listed = client.list_objects_v2(Bucket=bucket)["Contents"]
    assert sorted(item["Key"] for item in listed) == sorted(paths)
    head = client.head_object(Bucket=bucket, Key=paths[0])
    assert head["CacheControl"] == "public, max-age=31536000, immutable"
    assert head["ContentType"] == "image/webp"
    assert storages["default"].url(paths[0]) == f"https://photos.joytop.example/{paths[0]}"
