"""Words in the texts of listings that may lead past the site: cash, messengers, “not here”.

They are marked for the moderator's eye and refuse nothing: cash may be for flowers. What owners
may not write at all is in marketplace/venues/contact_details.py.
"""

import re
from collections.abc import Iterator
from typing import Final

from marketplace.venues.contact_details import Segment, segments

PAST_SITE: Final = "past_site"
_WORDS: Final = re.compile(
    r"\b(?:cash|insta(?:gram)?|whats\s?app|telegram|viber"
    r"|(?:not\s+here|past\s+the\s+(?:site|platform)|without\s+the\s+(?:site|platform)"
    r"|not\s+(?:through|via|on)\s+(?:the|this)\s+(?:site|platform))"
    r"|наличн\w*|налом|налик\w*|қолма-қол\w*"
    r"|инст(?:а|ы|е|у|ой|аграмм?\w*)|ват?сап\w*|вотсап\w*|телеграмм?\w*|вайбер\w*"
    r"|не\s+здесь|не\s+через\s+(?:сайт|площадку|сервис)|мимо\s+сайта|без\s+сайта|напрямую"
    r"|сайттан\s+тыс)\b",
    re.IGNORECASE,
)


def words_past_site(text: str) -> list[str]:
    """Each such word or phrase once, as it was written first."""
    found = {match[0].casefold(): match[0] for match in reversed([*_WORDS.finditer(text)])}
    return list(reversed(found.values()))


def marked(text: str) -> list[Segment]:
    """The whole text in pieces: contact details with their kind, the other words with PAST_SITE."""
    return [piece for segment in segments(text) for piece in _cut(segment)]


def _cut(segment: Segment) -> Iterator[Segment]:
    if segment.kind:
        yield segment
        return
    at = 0
    for match in _WORDS.finditer(segment.words):
        if match.start() > at:
            yield Segment(segment.words[at : match.start()], "")
        yield Segment(match[0], PAST_SITE)
        at = match.end()
    if at < len(segment.words):
        yield Segment(segment.words[at:], "")
