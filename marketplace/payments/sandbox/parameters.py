"""What a request carries: form fields into values, each known and of its kind, or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

from marketplace.payments.sandbox.errors import Invalid

type Tree = dict[str, "str | Tree"]

_BRACKET: Final = re.compile(r"\[([^\]]*)\]")
_WHOLE: Final = re.compile(r"-?\d{1,18}")
_HTTP: Final = re.compile(r"https?://[^\s/]+(/\S*)?")
MOST_WORDS: Final = 50
LONGEST_WORD_NAME: Final = 40
LONGEST_WORD: Final = 500


@dataclass(frozen=True, slots=True)
class Text:
    """A string, one of `choices` where they are given."""

    required: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 5000
    is_url: bool = False

    def read(self, value: str | Tree, name: str) -> str:
        if isinstance(value, dict):
            raise Invalid(f"Invalid string: {name}", param=name)
        if not value:
            raise Invalid(
                f"You passed an empty string for '{name}'.",
                code="parameter_invalid_empty",
                param=name,
            )
        if len(value) > self.longest:
            raise Invalid(
                f"Invalid string: {name} must be at most {self.longest} characters", param=name
            )
        if self.choices and value not in self.choices:
            raise Invalid(f"Invalid {name}: must be one of {', '.join(self.choices)}", param=name)
        if self.is_url and not _HTTP.fullmatch(value):
            raise Invalid("Not a valid URL", code="url_invalid", param=name)
        return value


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number; positive unless said otherwise."""

    required: bool = False
    least: int = 1

    def read(self, value: str | Tree, name: str) -> int:
        if isinstance(value, dict) or not _WHOLE.fullmatch(value):
            raise Invalid(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
        if int(value) < self.least:
            raise Invalid(
                f"This value must be greater than or equal to {self.least}.",
                code="parameter_invalid_integer",
                param=name,
            )
        return int(value)


@dataclass(frozen=True, slots=True)
class Words:
    """Metadata: words of the caller's own under names of its own."""

    required: bool = False

    def read(self, value: str | Tree, name: str) -> dict[str, str]:
        if not isinstance(value, dict) or len(value) > MOST_WORDS:
            raise Invalid(f"Invalid object: {name}", param=name)
        words: dict[str, str] = {}
        for word, text in value.items():
            if len(word) > LONGEST_WORD_NAME or isinstance(text, dict) or len(text) > LONGEST_WORD:
                raise Invalid(f"Invalid metadata: {word}", param=f"{name}[{word}]")
            words[word] = text
        return words


@dataclass(frozen=True, slots=True)
class Names:
    """A list of strings, such as what to expand."""

    required: bool = False

    def read(self, value: str | Tree, name: str) -> list[str]:
        return [str(item) for item in _items(value, name)]


@dataclass(frozen=True, slots=True)
class Table:
    """An object of known fields."""

    fields: Mapping[str, Kind]
    required: bool = False

    def read(self, value: str | Tree, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Invalid(f"Invalid object: {name}", param=name)
        return read(value, self.fields, inside=name)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of objects of known fields."""

    row: Table = field(default_factory=lambda: Table({}))
    required: bool = False

    def read(self, value: str | Tree, name: str) -> list[dict[str, Any]]:
        return [
            self.row.read(item, f"{name}[{position}]")
            for position, item in enumerate(_items(value, name))
        ]


type Kind = Text | Whole | Words | Names | Table | Rows


def _items(value: str | Tree, name: str) -> list[str | Tree]:
    if not isinstance(value, dict) or not all(key.isdigit() for key in value):
        raise Invalid(f"Invalid array: {name}", param=name)
    return [value[key] for key in sorted(value, key=int)]


def parse(form: str) -> Tree:
    """`a[b][0]=c` as nested objects, lists among them by their numbers."""
    tree: Tree = {}
    for name, value in parse_qsl(form, keep_blank_values=True, strict_parsing=bool(form)):
        head = name.split("[", 1)[0]
        path = [head, *_BRACKET.findall(name[len(head) :])]
        branch = tree
        for key in path[:-1]:
            below = branch.setdefault(key, {})
            if isinstance(below, str):
                raise Invalid(f"Invalid object: {name}", param=name)
            branch = below
        branch[path[-1] or str(len(branch))] = value
    return tree


def read(tree: Tree, fields: Mapping[str, Kind], *, inside: str = "") -> dict[str, Any]:
    """The values of `fields`. Raises Invalid for one unknown, missing or of another kind."""

    def full(name: str) -> str:
        return f"{inside}[{name}]" if inside else name

    for name in tree:
        if name not in fields:
            raise Invalid(
                f"Received unknown parameter: {full(name)}",
                code="parameter_unknown",
                param=full(name),
            )
    for name, kind in fields.items():
        if kind.required and name not in tree:
            raise Invalid(
                f"Missing required param: {full(name)}.",
                code="parameter_missing",
                param=full(name),
            )
    return {name: fields[name].read(value, full(name)) for name, value in tree.items()}
