"""The catalogues of what JoyTop says, in languages other than English.

    python scripts/messages.py update   bring each locale/*/LC_MESSAGES/django.po in step
    python scripts/messages.py check    tell what a catalogue lacks, has too much, or breaks
    python scripts/messages.py compile  make the .mo files that the site reads

A catalogue keeps no line numbers, so that it changes with the words alone; its messages stand in
the order of their files. Nothing is ever guessed: a new message comes without a translation, one
that is not said any more goes.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDERS: Final = ("config", "marketplace", "moderation", "owners", "templates")
NOT_SAID: Final = frozenset({"tests", "migrations", "__pycache__"})
# Each function that marks a message, and what its arguments are (`1c`: the context).
KEYWORDS: Final[dict[str, tuple[Any, ...] | None]] = {
    "_": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NOTE: Final = "Translators:"
PLURALS: Final = {
    "ru": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    ),
}


def sources() -> Iterator[Path]:
    """The files that speak to people, in a stable order."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not NOT_SAID & set(path.parts):
                yield path


def said() -> Catalog:
    """Every message that the code and the templates mark, without translations."""
    catalogue = Catalog(project="JoyTop", charset="utf-8", fuzzy=False)
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            marked = templatize(text, origin=str(path))
            text = "\n".join(line.strip() for line in marked.splitlines())
        found: Any = extract_python(
            io.BytesIO(text.encode()), KEYWORDS, [NOTE], {"encoding": "utf-8"}
        )
        for _line, name, message, notes in found:
            _add(catalogue, path, name, message, notes)
    return catalogue


def _add(catalogue: Catalog, path: Path, name: str, message: Any, notes: list[str]) -> None:
    """One call of a marking function: its words, by the places that KEYWORDS give them."""
    parts = message if isinstance(message, tuple) else (message,)
    places = KEYWORDS[name] or (1,)
    context, words = None, []
    for place in places:
        if isinstance(place, tuple):
            context = parts[place[0] - 1]
        else:
            words.append(parts[place - 1])
    if not all(isinstance(word, str) and word for word in words):
        return
    where = [(path.relative_to(ROOT).as_posix(), 0)]
    key = words[0] if len(words) == 1 else tuple(words)
    catalogue.add(key, None, where, auto_comments=notes, context=context)


def languages() -> list[str]:
    return sorted(path.parent.parent.name for path in ROOT.glob("locale/*/LC_MESSAGES/django.po"))


def path_of(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


def written(language: str, messages: Catalog) -> bytes:
    """The catalogue of these messages with what `language` says for them so far."""
    known = read(language)
    fresh = Catalog(
        locale=language,
        project="JoyTop",
        charset="utf-8",
        fuzzy=False,
        header_comment=f"# JoyTop in {language}. Brought in step by `make messages`.",
    )
    for message in messages:
        if not message.id:
            continue
        old = known.get(message.id, context=message.context)
        string = old.string if old is not None and old.id == message.id else None
        fresh.add(
            message.id,
            string,
            message.locations,
            auto_comments=message.auto_comments,
            context=message.context,
        )
    out = io.BytesIO()
    write_po(out, fresh, width=100, omit_header=True, include_lineno=False)
    plural = PLURALS.get(language, fresh.plural_forms)
    header = (
        f"{fresh.header_comment}\n"
        'msgid ""\nmsgstr ""\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Language: {language}\\n"\n'
        f'"Plural-Forms: {plural}\\n"\n\n'
    )
    return header.encode() + out.getvalue()


def update() -> int:
    messages = said()
    for language in languages():
        path_of(language).write_bytes(written(language, messages))
        lacking = sum(not _is_told(message) for message in read(language) if message.id)
        print(f"{language}: {len(messages)} messages, {lacking} without a translation")
    return 0


def faults(language: str, messages: Catalog) -> Iterator[str]:
    """One line for each thing in the way of shipping the catalogue."""
    catalogue = read(language)
    if written(language, messages) != path_of(language).read_bytes():
        yield f"{language}: out of step with what is said: run `make messages`"
    for message in catalogue:
        if not message.id:
            continue
        if message.fuzzy:
            yield f"{language}: only guessed: {message.id!r}"
        if not _is_told(message):
            yield f"{language}: not translated: {message.id!r}"
        for error in message.check(catalogue):
            yield f"{language}: {error}: {message.id!r}"


def _is_told(message: Any) -> bool:
    strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return all(strings)


def check() -> int:
    messages = said()
    found = [fault for language in languages() for fault in faults(language, messages)]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


def compile_all() -> int:
    for language in languages():
        with path_of(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language))
    return 0


def main(arguments: list[str]) -> int:
    commands = {"update": update, "check": check, "compile": compile_all}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(__doc__)
        return 2
    settings.configure(USE_I18N=False)
    return commands[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
