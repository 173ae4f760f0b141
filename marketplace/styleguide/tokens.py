"""The tokens of tailwind.config.js, as numbers: what the guide shows and the tests check."""

import re
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.conf import settings

_GROUNDS: Final = ("page", "raised", "sunken")
# Text on the page's own grounds, and on the grounds that go with it: 4.5 : 1 at least.
TEXT_PAIRS: Final = (
    *((text, ground) for text in ("ink", "secondary", "brand", "danger") for ground in _GROUNDS),
    *((text, ground) for text in ("good", "warning", "info") for ground in ("page", "raised")),
    *((state, f"{state}-tint") for state in ("good", "warning", "danger", "info", "brand")),
    *(("ink", f"{state}-tint") for state in ("good", "warning", "danger", "info", "brand")),
    ("brand-hover", "page"),
    ("brand-hover", "brand-tint"),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("on-apricot", "apricot"),
    ("page", "ink"),
)
# The edges of controls, icons, focus rings and large text: 3 : 1 at least.
CONTROL_PAIRS: Final = tuple(
    (mark, ground) for mark in ("control", "faint", "brand") for ground in _GROUNDS
)
SCHEMES: Final = ("light", "dark")
_COLOUR: Final = re.compile(
    r'^\s+"?(?P<name>[a-z-]+)"?: '
    r'\{ light: "(?P<light>#[0-9A-F]{6})", dark: "(?P<dark>#[0-9A-F]{6})" \},$',
    re.MULTILINE,
)
_SIZE: Final = re.compile(r'^\s+"?(\w+)"?: \["([\d.]+)rem", "([\d.]+)rem"\],$', re.MULTILINE)
_RADIUS: Final = re.compile(r'^\s+(control|card|picture): "([\d.]+)rem",$', re.MULTILINE)
_SYMBOL: Final = re.compile(r'<symbol id="([a-z0-9-]+)"')
_PIXELS_A_REM: Final = 16


class Pair(NamedTuple):
    """Two colours that meet on a page, with their contrast in light and in dark."""

    mark: str
    ground: str
    light: float
    dark: float


def source() -> str:
    """The file that names every token."""
    return Path(settings.BASE_DIR, "tailwind.config.js").read_text(encoding="utf-8")


def colours(scheme: str) -> dict[str, str]:
    """Every colour by its name, for a light or a dark ground."""
    return {match["name"]: match[scheme] for match in _COLOUR.finditer(source())}


def icons() -> list[str]:
    """The name of every icon of the sprite."""
    path = Path(settings.BASE_DIR, "static/icons/sprite.svg")
    return _SYMBOL.findall(path.read_text(encoding="utf-8"))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs(of: tuple[tuple[str, str], ...]) -> list[Pair]:
    """The contrast of each pair, in both schemes."""
    light, dark = colours("light"), colours("dark")
    return [
        Pair(
            mark,
            ground,
            contrast(light[mark], light[ground]),
            contrast(dark[mark], dark[ground]),
        )
        for mark, ground in of
    ]


def shown() -> dict[str, Any]:
    """What the guide shows of it."""
    light, dark = colours("light"), colours("dark")
    return {
        "colours": [(name, light[name], dark[name]) for name in light],
        "text_pairs": pairs(TEXT_PAIRS),
        "control_pairs": pairs(CONTROL_PAIRS),
        "sizes": [
            (name, *(round(float(rem) * _PIXELS_A_REM) for rem in rems))
            for name, *rems in _SIZE.findall(source())
        ],
        "spaces": (4, 8, 12, 16, 20, 24, 32, 40, 48, 64),
        "radii": [
            (name, round(float(rem) * _PIXELS_A_REM)) for name, rem in _RADIUS.findall(source())
        ],
        "icons": icons(),
    }
