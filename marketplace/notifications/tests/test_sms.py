"""What a text message costs, and that ours cost little."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
import time_machine

from marketplace.notifications.enums import Channel
from marketplace.notifications.models import Delivery, Notification
from marketplace.notifications.rendering import render_sms
from marketplace.notifications.sms import parts_of, written_short

from .samples import NOW, SITE, samples

SAMPLES: Final = {
    name: (kind, facts) for name, kind, facts in samples() if Channel.SMS in kind.channels
}
# As long as they get in earnest.
LONG: Final = {
    "venue": "The Grand Ballroom and Winter Garden of the Hotel on Dostyk",
    "renter": "Aleksandra Konstantinova-Nurmukhamedova",
    "address": "Dostyk Avenue 52/2, corner of Kurmangazy Street, entrance from the yard, 3rd floor",
    "public_path": "/venues/the-grand-ballroom-and-winter-garden/",
    "starts_at": "2026-12-30T13:00:00+00:00",
    "answer_by": "2026-12-23T09:00:00+00:00",
}
CODES: Final = frozenset({"accounts.phone_code", "accounts.phone_changed"})


@pytest.fixture(autouse=True)
def first_of_december(settings: Any) -> Iterator[None]:
    settings.SITE_URL = SITE
    with time_machine.travel(NOW, tick=False):
        yield


def sms(name: str, language: str, *, time_zone: str = "Asia/Almaty", **more: Any) -> str:
    kind, facts = SAMPLES[name]
    told = Notification(
        kind=kind.code,
        context=facts | more,
        language=language,
        time_zone=time_zone,
        created_at=NOW,
    )
    return render_sms(Delivery(notification=told, channel=Channel.SMS))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("é à Ä ñ @ £ \n", 1),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("a" * 70 + "₸", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts_are_counted_as_networks_do(text: str, parts: int) -> None:
    assert parts_of(text) == parts


@pytest.mark.parametrize("name", SAMPLES)
def test_english_fits_into_one_part(name: str) -> None:
    for text in (sms(name, "en"), sms(name, "en", **LONG)):
        assert parts_of(text) == 1, text


@pytest.mark.parametrize("name", SAMPLES)
def test_russian_fits_into_two_parts_and_a_code_into_one(name: str) -> None:
    for text in (sms(name, "ru"), sms(name, "ru", **LONG)):
        assert parts_of(text) <= (1 if name in CODES else 2), text


@pytest.mark.parametrize("name", SAMPLES)
def test_links_stay_whole(name: str) -> None:
    text = sms(name, "ru", **LONG)

    for word in text.split():
        assert not word.startswith("http") or word.endswith("/"), text


def test_clock_of_the_venue_is_named_to_who_reads_far_away() -> None:
    there = sms("bookings.owner_requested", "en", time_zone="Europe/Berlin")

    assert "Answer by Wed 2 Dec, 14:00 (Almaty time):" in there
    assert "Answer by Wed 2 Dec, 14:00:" in sms("bookings.owner_requested", "en")


def written(pattern: str, **facts: str) -> str:
    return written_short(lambda given: pattern.format(**given), facts, names={"venue"})


def test_name_stays_whole_where_cutting_it_saves_nothing() -> None:
    assert written("{venue}: booked", venue="Red Wall " * 8) == "Red Wall " * 8 + ": booked"


def test_name_is_cut_between_words() -> None:
    text = written("{venue}: " + "x" * 125, venue="The Grand Ballroom and Winter Garden")

    assert text == "The Grand Ballroom and Winter...: " + "x" * 125
    assert parts_of(text) == 1


def test_what_is_no_name_is_never_cut() -> None:
    text = written("{venue}{url}", venue="Red", url="x" * 200)

    assert text == "Red" + "x" * 200


def test_typographic_signs_give_way_to_plain_ones() -> None:
    assert written("“{venue}” – 45\u00a0000\u00a0₸…", venue="Ann’s") == '"Ann\'s" - 45 000 KZT...'


def test_typographic_signs_stay_where_the_text_is_not_english() -> None:
    assert written("«{venue}» — бронь", venue="Алма") == "«Алма» — бронь"
