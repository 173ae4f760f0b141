"""Every text can be read on every ground that it is put on, in light and in dark."""

import re
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings

GROUNDS: Final = ("page", "raised", "sunken")
# Text on the page's own grounds, and on the grounds that go with it.
TEXT_PAIRS: Final = (
    *((text, ground) for text in ("ink", "secondary", "brand", "danger") for ground in GROUNDS),
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
# The edges of controls, icons, focus rings and large text.
CONTROL_PAIRS: Final = tuple(
    (mark, ground) for mark in ("control", "faint", "brand") for ground in GROUNDS
)
_TOKEN: Final = re.compile(
    r'^\s+"?(?P<name>[a-z-]+)"?: '
    r'\{ light: "(?P<light>#[0-9A-F]{6})", dark: "(?P<dark>#[0-9A-F]{6})" \},$',
    re.MULTILINE,
)


def source() -> str:
    return Path(settings.BASE_DIR, "tailwind.config.js").read_text(encoding="utf-8")


def tokens(scheme: str) -> dict[str, str]:
    return {match["name"]: match[scheme] for match in _TOKEN.finditer(source())}


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


def too_weak(scheme: str, pairs: tuple[tuple[str, str], ...], at_least: float) -> list[str]:
    colours = tokens(scheme)
    ratios = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    return [f"{a} on {b}: {ratio:.2f}" for (a, b), ratio in ratios.items() if ratio < at_least]


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == 21


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(scheme: str) -> None:
    assert too_weak(scheme, TEXT_PAIRS, 4.5) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_can_be_told_from_their_ground(scheme: str) -> None:
    assert too_weak(scheme, CONTROL_PAIRS, 3) == []


def test_tokens_finds_every_colour_that_the_source_names() -> None:
    assert len(tokens("light")) == source().count("light: ") > 0


def test_a_chosen_theme_is_stronger_than_the_system() -> None:
    """Dark by the system unless light was chosen, and dark wherever it was."""
    assert (
        '"@media (prefers-color-scheme: dark)": { \':root:not([data-theme="light"])\': dark }'
        in source()
    )
    assert "':root[data-theme=\"dark\"]': dark" in source()


def test_the_browsers_colours_are_those_of_the_page() -> None:
    meta = Path(settings.BASE_DIR, "templates/components/theme_meta.html").read_text("utf-8")

    for scheme in ("light", "dark"):
        assert f'content="{tokens(scheme)["page"]}"' in meta


def test_styles_ask_the_system_for_no_colour_scheme_themselves() -> None:
    """Else they would not follow what was chosen."""
    styles = Path(settings.BASE_DIR, "static/src").glob("*.css")

    assert [it.name for it in styles if "prefers-color-scheme" in it.read_text("utf-8")] == []
