"""Every icon that is asked for is in the sprite."""

import re
from pathlib import Path
from typing import Final

from django.conf import settings

from marketplace.venues.reference import AMENITIES, CATEGORIES

_ASKED: Final = re.compile(r'icon\.html" with name="([a-z0-9-]+)"|\bicon="([a-z0-9-]+)"')


def sprite() -> set[str]:
    source = Path(settings.BASE_DIR, "static/icons/sprite.svg").read_text(encoding="utf-8")
    return set(re.findall(r'<symbol id="([a-z0-9-]+)"', source))


def test_sprite_holds_every_icon_that_a_template_names() -> None:
    asked = {
        name
        for template in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for pair in _ASKED.findall(template.read_text(encoding="utf-8"))
        for name in pair
        if name
    }

    assert "search" in asked
    assert asked - sprite() == set()


def test_sprite_holds_the_icon_of_every_category_and_amenity() -> None:
    asked = {seed.icon for seed in (*CATEGORIES, *AMENITIES)}

    assert asked - sprite() == set()
