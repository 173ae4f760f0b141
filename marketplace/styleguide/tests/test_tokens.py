"""Every text can be read on every ground that it is put on, in light and in dark."""

from pathlib import Path

import pytest
from django.conf import settings

from marketplace.styleguide.tokens import (
    CONTROL_PAIRS,
    TEXT_PAIRS,
    colours,
    contrast,
    pairs,
    source,
)


def too_weak(scheme: str, of: tuple[tuple[str, str], ...], at_least: float) -> list[str]:
    return [
        f"{pair.mark} on {pair.ground}: {getattr(pair, scheme):.2f}"
        for pair in pairs(of)
        if getattr(pair, scheme) < at_least
    ]


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == 21


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(scheme: str) -> None:
    assert too_weak(scheme, TEXT_PAIRS, 4.5) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_can_be_told_from_their_ground(scheme: str) -> None:
    assert too_weak(scheme, CONTROL_PAIRS, 3) == []


def test_tokens_finds_every_colour_that_the_source_names() -> None:
    assert len(colours("light")) == source().count("light: ") > 0


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
        assert f'content="{colours(scheme)["page"]}"' in meta


def test_styles_ask_the_system_for_no_colour_scheme_themselves() -> None:
    """Else they would not follow what was chosen."""
    styles = Path(settings.BASE_DIR, "static/src").glob("*.css")

    assert [it.name for it in styles if "prefers-color-scheme" in it.read_text("utf-8")] == []
