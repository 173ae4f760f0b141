import pytest

from marketplace.venues.contact_details import Segment, has_contact_details
from moderation.past_site import PAST_SITE, marked, words_past_site


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Payment in cash at the door. Cash only!", ["cash"]),
        ("Book not here but through our page in insta, minus 20 percent.", ["not here", "insta"]),
        ("Оплата наличными, пишите в инсту или напрямую.", ["наличными", "инсту", "напрямую"]),
        ("Найдёте нас в Инстаграме, не через сайт.", ["Инстаграме", "не через сайт"]),
        ("Instant booking, a cashmere carpet, standing here. Инструменты и инстанция.", []),
    ],
)
def test_words_past_the_site_are_found(text: str, words: list[str]) -> None:
    assert words_past_site(text) == words
    # They are for the moderator's eye; nobody is kept from writing them.
    assert not has_contact_details(text)


def test_pieces_make_the_whole_text_and_keep_contact_details() -> None:
    text = "Cash, or call 8 701 123 45 67."

    assert marked(text) == [
        Segment("Cash", PAST_SITE),
        Segment(", or call ", ""),
        Segment("8 701 123 45 67", "phone"),
        Segment(".", ""),
    ]
