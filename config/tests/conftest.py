"""The world that sweeps over all pages share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from config.tests.access_table import PHOTO_PATH
from config.tests.access_world import World, whole_world


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """One world for the whole module, gone after it."""
    media: Path = tmp_path_factory.mktemp("media")
    (media / PHOTO_PATH).parent.mkdir(parents=True)
    (media / PHOTO_PATH).write_bytes(b"RIFF")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media), whole_world() as world:
        yield world
