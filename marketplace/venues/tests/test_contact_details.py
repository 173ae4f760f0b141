import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from marketplace.venues.contact_details import (
    _PATTERNS,
    ContactKind,
    find_contact_details,
    segments,
)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Call 8 701 123 45 67 today", ContactKind.PHONE, "8 701 123 45 67"),
        ("Call +7 (701) 123-45-67.", ContactKind.PHONE, "+7 (701) 123-45-67"),
        ("Звоните 87011234567", ContactKind.PHONE, "87011234567"),
        ("7011234567 в любое время", ContactKind.PHONE, "7011234567"),
        ("8*701*123*45*67", ContactKind.PHONE, "8*701*123*45*67"),
        ("8 7 0 1 1 2 3 4 5 6 7", ContactKind.PHONE, "8 7 0 1 1 2 3 4 5 6 7"),
        ("8 7О1 123 45 67", ContactKind.PHONE, "8 7О1 123 45 67"),
        ("+44 20 7946 0958", ContactKind.PHONE, "+44 20 7946 0958"),
        ("write hall.almaty@mail.ru now", ContactKind.EMAIL, "hall.almaty@mail.ru"),
        ("hall (at) gmail (dot) com", ContactKind.EMAIL, "hall (at) gmail (dot) com"),
        ("hall собака mail точка ru", ContactKind.EMAIL, "hall собака mail точка ru"),
        ("see https://example.org/halls", ContactKind.LINK, "https://example.org/halls"),
        ("see www.hall.example", ContactKind.LINK, "www.hall.example"),
        ("our site my-hall.kz has more", ContactKind.LINK, "my-hall.kz"),
        ("наш сайт зал.рф", ContactKind.LINK, "зал.рф"),
        ("wa.me/77011234567", ContactKind.LINK, "wa.me/77011234567"),
        ("t.me/my_hall", ContactKind.LINK, "t.me/my_hall"),
        ("follow @my.hall_almaty", ContactKind.HANDLE, "@my.hall_almaty"),
        ("Instagram: loftalmaty", ContactKind.HANDLE, "Instagram: loftalmaty"),
        ("инста - loft_almaty", ContactKind.HANDLE, "инста - loft_almaty"),
        ("ватсап hall77", ContactKind.HANDLE, "ватсап hall77"),
        ("see hall[.]kz", ContactKind.LINK, "hall[.]kz"),
        ("hall (dot) kz", ContactKind.LINK, "hall (dot) kz"),
        ("hall точка kz", ContactKind.LINK, "hall точка kz"),
        ("more on hall.space", ContactKind.LINK, "hall.space"),
        ("more on hall.events/2026", ContactKind.LINK, "hall.events/2026"),
        ("t . me / hall", ContactKind.LINK, "t . me / hall"),
        ("my-hall . kz", ContactKind.LINK, "my-hall . kz"),
        ("tg: hallowner", ContactKind.HANDLE, "tg: hallowner"),
        ("inst: hall.almaty", ContactKind.HANDLE, "inst: hall.almaty"),
        ("ask @ hall_owner", ContactKind.HANDLE, "@ hall_owner"),
        ("8,701,123,45,67", ContactKind.PHONE, "8,701,123,45,67"),
        ("8:701:123:45:67", ContactKind.PHONE, "8:701:123:45:67"),
        ("8~701~123~45~67", ContactKind.PHONE, "8~701~123~45~67"),
        ("8+701+123+45+67", ContactKind.PHONE, "8+701+123+45+67"),
        ("т. 272-33-44", ContactKind.PHONE, "272-33-44"),
    ],
)
def test_contact_detail_is_found_with_its_words(text: str, kind: ContactKind, words: str) -> None:
    finds = find_contact_details(text)

    assert [(find.kind, find.words) for find in finds] == [(kind, words)]
    assert text[finds[0].start : finds[0].end] == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A house of 1957, rebuilt in 2019–2021.",
        "From 45 000 ₸ an hour, 1 200 000 ₸ for the whole day of 12.05.2026 18:00–22:00.",
        "The hall is 24 x 18 x 6 metres; the stage takes 12 000 000 g.",
        "Open 8.00-22.00, on Sundays 10.00-18.00 and 20.00-23.30.",
        "An Instagram corner. WhatsApp works well inside.",
        "Бизнес-ланч с 12.00 до 15.00, т.е. три часа. Инстаграм-зона у окна.",
        "Wi-Fi of 300 Mbit/s; 2.5 kW each; version 3.14.",
        "Tables @ 20 seats each.",
        "ASP.net meetups on Mondays.",
        "The whole block costs 7 000 000 000 KZT, or 7,011,234,567 tenge.",
        "Hall A.com is the larger one.",
        "A bright hall.Space for sixty guests.",
        "1.bar 2.photo 3.cafe",
        "Open 8:30-17:00, 18:30-22:00. On Sundays 8:30, 17:00, 18:30.",
        "Groups of 8, 10, 12, 14, 16, 20 guests.",
        "Қазыбек би көшесі, 15. Подъезд 2, этаж 3.",
    ],
)
def test_ordinary_text_has_no_finds(text: str) -> None:
    assert find_contact_details(text) == []


def test_finds_are_in_order_and_do_not_overlap() -> None:
    text = "wa.me/77011234567, then 8 701 123 45 67 or a@b.kz"

    assert [find.kind for find in find_contact_details(text)] == [
        ContactKind.LINK,
        ContactKind.PHONE,
        ContactKind.EMAIL,
    ]


def test_zero_width_characters_do_not_hide_a_number() -> None:
    assert [find.kind for find in find_contact_details("8\u200b701\u200b1234567")] == [
        ContactKind.PHONE
    ]


def test_digits_drawn_as_keys_are_digits() -> None:
    keys = "".join(f"{digit}\ufe0f\u20e3" for digit in "87011234567")

    assert [find.kind for find in find_contact_details(keys)] == [ContactKind.PHONE]


@pytest.mark.parametrize(
    "piece", ["a.", "a-", "1", "1-", "1 ", "a", " ", "@", "@a", "vk ", "(dot)", "8:", "a dot "]
)
def test_crafted_text_is_read_to_its_end(piece: str) -> None:
    crafted = (piece * 5000)[:5000]

    finds = find_contact_details(f"{crafted} hall@mail.kz")

    assert finds[-1].words.endswith("hall@mail.kz")


def test_repetitions_have_bounds() -> None:
    unbounded = re.compile(r"(?<!\\)[)\]][*+]")

    assert [pattern for _kind, pattern in _PATTERNS if unbounded.search(pattern.pattern)] == []


def test_segments_give_the_whole_text_back_with_finds_marked() -> None:
    text = "Call 8 701 123 45 67 now"

    pieces = segments(text)

    assert [(piece.words, piece.kind) for piece in pieces] == [
        ("Call ", ""),
        ("8 701 123 45 67", "phone"),
        (" now", ""),
    ]


def test_the_demo_listings_have_no_finds() -> None:
    folder = Path(settings.BASE_DIR) / "config" / "demo" / "venues"
    texts = [
        venue[field]
        for path in sorted(folder.glob("*.toml"))
        for venue in tomllib.loads(path.read_text())["venues"]
        for field in ("name", "summary", "description")
    ]

    assert [text for text in texts if find_contact_details(text)] == []
