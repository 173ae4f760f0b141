"""How long a text message is when it is sent, and what makes it shorter.

A message is paid for by its parts. One alphabet (GSM 03.38) has 160 signs a part; a single sign
outside it, as each Cyrillic letter is, makes that 70. Several parts lose some of theirs to being
put together again: 153 and 67 are left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

_ALPHABET: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Of these each takes the room of two.
_WIDE: Final = frozenset("^{}\\[~]|€\f")
# What a writer's keyboard or a formatter makes, in signs of the alphabet.
_PLAINER: Final = str.maketrans(
    {
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’ʼ", "'"),
        **dict.fromkeys("–—−‑", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
        "…": "...",
        "₸": "KZT",
    }
)
# How long a name may stay, tried from the longest.
_LENGTHS: Final = (200, 60, 48, 40, 32, 24, 20, 16, 12)


def parts_of(text: str) -> int:
    """How many parts the text is sent in."""
    if _is_plain(text):
        length, alone, together = len(text) + sum(sign in _WIDE for sign in text), 160, 153
    else:
        length, alone, together = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else -(-length // together)


def written_short(
    write: Callable[[dict[str, Any]], str], facts: Mapping[str, Any], *, names: AbstractSet[str]
) -> str:
    """The text that `write` makes of the facts, in as few parts as it can be.

    Names stay whole where cutting them saves no part. Typographic signs give way to plain ones
    where that keeps the text in the alphabet.
    """
    texts = (_plainer(write(_with_names_cut(facts, names, longest))) for longest in _LENGTHS)
    return min(texts, key=parts_of)


def _is_plain(text: str) -> bool:
    return set(text) <= _ALPHABET | _WIDE


def _plainer(text: str) -> str:
    plain = text.translate(_PLAINER)
    return plain if _is_plain(plain) else text


def _with_names_cut(
    facts: Mapping[str, Any], names: AbstractSet[str], longest: int
) -> dict[str, Any]:
    cut = {name: _cut(str(facts[name]), longest) for name in names & facts.keys()}
    return {**facts, **cut}


def _cut(name: str, longest: int) -> str:
    """Between words where there is a place not too early, with dots for what is left out."""
    if len(name) <= longest:
        return name
    kept = name[: longest - 1]
    words = kept.rpartition(" ")[0] if name[longest - 1] != " " else kept
    if len(words) < longest // 2:
        words = kept
    return words.rstrip(" ,.;:-–—") + "…"
