"""Photos from the local folder: served by their own names, and nothing else is."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from marketplace.venues.models import VenuePhoto

PHOTO = VenuePhoto.path_for("ab" * 32, 960)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / PHOTO).parent.mkdir(parents=True)
    (tmp_path / PHOTO).write_bytes(b"RIFF")
    (tmp_path / "photos" / "notes.txt").write_text("not a photo")
    return tmp_path


@pytest.mark.django_db
def test_photo_is_served_for_good(client: Client) -> None:
    response = client.get(f"/media/{PHOTO}")

    assert (response.status_code, b"".join(response.streaming_content)) == (200, b"RIFF")  # type: ignore[attr-defined]
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "a" * 300,
        "photos/",
        "photos/notes.txt",
        "photos/../photos/notes.txt",
        VenuePhoto.path_for("cd" * 32, 960),
        PHOTO.upper(),
        f"{PHOTO}%0A",
    ],
)
def test_what_is_no_photo_is_not_there(client: Client, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404
