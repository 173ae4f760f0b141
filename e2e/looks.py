"""What is looked for on every page: for axe, for narrow screens, for pictures, for its weight."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from e2e.site import Visitor
from e2e.stops import Person, Stop

type Scheme = Literal["light", "dark"]
type Look = tuple[int, Scheme]

# Both layouts and both sets of colours. What several people see takes turns: the frame of a page
# is seen in all four.
ONE_WAY: Final[tuple[Look, ...]] = ((390, "dark"), (1280, "light"))
OTHER_WAY: Final[tuple[Look, ...]] = ((390, "light"), (1280, "dark"))
# 320 is 1280 at 400 %, 640 is 1280 at 200 %.
NARROW: Final = (320, 640)
PHONE: Final = 390
DESK: Final = 1280
_HEIGHTS: Final = {True: 844, False: 900}

# The frames of a changed size are drawn, and no colour fades into another any more.
_DRAWN: Final = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
)
_SETTLED: Final = """() => document.getAnimations().every((one) =>
  one.playState !== 'running' || one.effect.getComputedTiming().iterations === Infinity)"""
# Makes `looks` known to a page.
ASK: Final = f"() => {{ {(Path(__file__).parent / 'looks.js').read_text()} }}"
_OF_WHOLE_PAGES: Final = ("landmark-one-main", "region")


@dataclass
class Findings:
    """What was found on a walk: a line for each, by what was looked for."""

    violations: list[str] = field(default_factory=list)
    layout: list[str] = field(default_factory=list)
    long_words: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    scripts: dict[str, int] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)


def violations(page: Page, *, is_letter: bool = False) -> list[str]:
    """What axe objects to, a line each: the rule and the first place.

    A letter needs no landmarks: those are of the page into which a mail program puts it.
    """
    left_out = _OF_WHOLE_PAGES if is_letter else ()
    options = {
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in left_out},
    }
    found: dict[str, Any] = Axe().run(page, options=options).response
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:200]} ({len(rule['nodes'])} in all)"
        for rule in found["violations"]
    ]


def turn(page: Page, width: int, scheme: Scheme) -> None:
    """Shows the page so wide and in these colours, and waits until it stands still."""
    _shape(page, width, scheme)
    settle(page)


def _shape(page: Page, width: int, scheme: Scheme) -> None:
    page.set_viewport_size({"width": width, "height": _HEIGHTS[width < 768]})
    page.emulate_media(color_scheme=scheme)


def settle(page: Page) -> None:
    """Waits until the page is drawn and stands still."""
    page.evaluate(_DRAWN)
    page.wait_for_function(_SETTLED)


def walk(
    visitor: Visitor,
    person: Person,
    stops: tuple[Stop, ...],
    seen: Findings,
    *,
    known: frozenset[Stop] = frozenset(),
) -> Findings:
    """Comes to each page in turn and looks at it in every way; the page is left as it was.

    What is `known` was measured with a guest. Only its header is another here, and this person's
    own pages have that, too: it is not made narrow or long again.
    """
    looks = OTHER_WAY if person in {"renter", "moderator"} else ONE_WAY
    for stop in stops:
        stop.arrive(visitor)
        page = visitor.page
        page.evaluate(ASK)
        seen.pictures += _named(stop, person, page.evaluate("looks.pictures()"))
        seen.scripts[f"{stop.name} ({person})"] = page.evaluate("looks.scripts()")
        for width, scheme in looks:
            turn(page, width, scheme)
            where = f"{width} {scheme}"
            seen.violations += _named(
                stop, person, violations(page, is_letter=stop.is_letter), where
            )
            if width == PHONE:
                seen.layout += _named(stop, person, page.evaluate("looks.touch()"), where)
        if stop not in known:
            _measure(page, stop, person, seen)
        _shape(page, DESK, "light")
    return seen


def _measure(page: Page, stop: Stop, person: Person, seen: Findings) -> None:
    """Whether it fits narrow screens and, if it is a main one, long words."""
    for width in NARROW:
        turn(page, width, "light")
        seen.layout += _named(stop, person, page.evaluate("looks.overflow()"), str(width))
    if not stop.is_main:
        return
    with in_long_words(page):
        for width in (320, PHONE, DESK):
            turn(page, width, "light")
            lines = page.evaluate("looks.overflow()")
            seen.long_words += _named(stop, person, lines, str(width))


@contextmanager
def in_long_words(page: Page) -> Iterator[None]:
    """The page in a language that nobody speaks: Cyrillic, each word longer by two fifths."""
    page.evaluate("looks.lengthen()")
    yield
    page.evaluate("looks.restore()")


def _named(stop: Stop, person: Person, lines: list[str], where: str = "") -> list[str]:
    return [f"{stop.name} ({person}) {where}: {line}" for line in lines]
