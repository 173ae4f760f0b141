"""No rule of the style sheet is there for nothing."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from django.conf import settings

# Set by htmx while it asks.
BY_OTHERS: Final = {"htmx-request"}
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_SELECTOR: Final = re.compile(r"([^{};]+)\{")
_CLASS: Final = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
_TAG: Final = re.compile(r"\{%.*?%\}", re.DOTALL)
_VALUE: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r'\bclass="([^"]*)"')
# Classes that a template hands on: wrapper_class="choices-chips", extra="text-good".
_HANDED_ON: Final = re.compile(r"""\b(?:\w+_class|extra)=["']([^"']*)["']""")
# Classes that a script or a form names as a text of its own.
_TEXT: Final = re.compile(r"""["'`]([^"'`\n]*)["'`]""")


def files(*globs: str) -> Iterator[str]:
    """What stands in these files, the guide's own and tests left out."""
    for glob in globs:
        for path in sorted(Path(settings.BASE_DIR).glob(glob)):
            if not {"styleguide", "tests"} & set(path.parts):
                yield path.read_text(encoding="utf-8")


def styled() -> set[str]:
    """Every class that static/src has a rule for."""
    sheets = (_COMMENT.sub("", sheet) for sheet in files("static/src/*.css"))
    return {
        name
        for sheet in sheets
        for selector in _SELECTOR.findall(sheet)
        for name in _CLASS.findall(selector)
    }


def used() -> set[str]:
    """Every class that something asks for; `*` stands where a value completes it."""
    found: set[str] = set()
    for template in files("templates/**/*.html"):
        whole = _VALUE.sub("*", _TAG.sub(" ", template))
        half = _VALUE.sub("*", template)
        for attribute in (*_ATTRIBUTE.findall(whole), *_HANDED_ON.findall(half)):
            found.update(attribute.split())
    forms = (
        f"{room}/**/forms{it}" for room in ("marketplace", "owners") for it in (".py", "/*.py")
    )
    for source in files("static/js/*.js", *forms):
        for text in (*_TEXT.findall(source), *_ATTRIBUTE.findall(source)):
            found.update(re.findall(r"[\w-]+", text))
    return found


def unused(classes: set[str], asked: set[str]) -> set[str]:
    patterns = {it for it in asked if "*" in it and it != "*"}
    return {
        name for name in classes - asked if not any(fnmatch(name, pattern) for pattern in patterns)
    }


def test_every_class_with_a_rule_is_used() -> None:
    assert len(styled()) > 100
    assert unused(styled(), used()) - BY_OTHERS == set()


def test_unused_class_is_noticed() -> None:
    assert unused({"btn", "badge-good", "gone"}, {"btn", "badge-*", "x"}) == {"gone"}
