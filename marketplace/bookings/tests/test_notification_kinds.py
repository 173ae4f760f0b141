"""What renters and owners read, in every channel."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import time_machine
from django.db import transaction
from django.utils.html import strip_tags

from marketplace.bookings import telling
from marketplace.bookings.enums import BookingStatus, Side
from marketplace.bookings.models import Booking
from marketplace.core.money import Money
from marketplace.notifications.enums import Channel
from marketplace.notifications.kinds import registered_kinds
from marketplace.notifications.models import Delivery, Notification
from marketplace.notifications.rendering import render_email, render_in_app, render_sms

from .told import ADDRESS, NOW, make_told_booking

pytestmark = pytest.mark.django_db

SITE: Final = "https://joytop.example"
WHEN: Final = "Sat 12 Dec, 18:00–22:00 (Almaty time)"
HALF: Final = Money(44_625_00, "KZT")
NOTHING: Final = Money.zero("KZT")


@pytest.fixture(autouse=True)
def first_of_december(settings: Any) -> Iterator[None]:
    settings.SITE_URL = SITE
    with time_machine.travel(NOW, tick=False):
        yield


def cancel(side: Side, refund: Money, **fields: Any) -> tuple[dict[str, Any], Callable[..., None]]:
    state = {"status": BookingStatus.CANCELLED, "ended_at": NOW, "ended_by": side, **fields}

    def tell(**event: Any) -> None:
        telling.tell_cancelled(refund=refund, owner_keeps=NOTHING, **event)

    return state, tell


def refund(**event: Any) -> None:
    telling.tell_refund_settled(amount=HALF, **event)


# Each kind: how the booking stands, what is called, and the subject of the email.
CASES: Final[dict[str, tuple[dict[str, Any], Callable[..., None], str]]] = {
    "request_sent": (
        {"status": BookingStatus.REQUESTED},
        telling.tell_requested,
        "Your request for “{}” is sent",
    ),
    "confirmed": ({}, telling.tell_confirmed, "Booked: {}, Sat 12 Dec, 18:00"),
    "declined": (
        {"status": BookingStatus.DECLINED, "end_reason": "We <repair> the floor"},
        telling.tell_declined,
        "The owner of “{}” declined your request",
    ),
    "request_expired": (
        {"status": BookingStatus.EXPIRED},
        telling.tell_request_expired,
        "“{}” did not answer in time",
    ),
    "cancelled": (*cancel(Side.RENTER, HALF), "You cancelled your booking of “{}”"),
    "cancelled, nothing back": (
        *cancel(Side.RENTER, NOTHING),
        "You cancelled your booking of “{}”",
    ),
    "cancelled, a request": (
        *cancel(Side.RENTER, NOTHING, confirmed_at=None),
        "You withdrew your request for “{}”",
    ),
    "called_off": (
        *cancel(Side.OWNER, Money(89_250_00, "KZT"), end_reason="Water damage"),
        "Your booking of “{}” was cancelled",
    ),
    "called_off, by us": (
        *cancel(Side.PLATFORM, Money(89_250_00, "KZT")),
        "Your booking of “{}” was cancelled",
    ),
    "called_off, a request": (
        *cancel(Side.PLATFORM, NOTHING, confirmed_at=None),
        "Your request for “{}” was cancelled",
    ),
    "paid_too_late": (
        {"status": BookingStatus.EXPIRED},
        telling.tell_paid_too_late,
        "Your payment for “{}” came too late",
    ),
    "payment_failed": (
        {"status": BookingStatus.CANCELLED},
        telling.tell_acceptance_failed,
        "Your bank refused the payment for “{}”",
    ),
    "refund_arrived": ({}, refund, "We paid back 44\u00a0625\u00a0₸"),
    "owner_requested": (
        {"status": BookingStatus.REQUESTED},
        telling.tell_requested,
        "New request: {}, Sat 12 Dec, 18:00",
    ),
    "owner_reminded": (
        {"status": BookingStatus.REQUESTED},
        telling.tell_request_reminder,
        "Rauan is still waiting for your answer",
    ),
    "owner_request_expired": (
        {"status": BookingStatus.EXPIRED},
        telling.tell_request_expired,
        "A request for “{}” expired",
    ),
    "owner_booked": ({}, telling.tell_confirmed, "New booking: {}, Sat 12 Dec, 18:00"),
    "owner_cancelled": (*cancel(Side.RENTER, HALF), "Cancelled: {}, Sat 12 Dec, 18:00"),
    "owner_cancelled, by a colleague": (
        *cancel(Side.OWNER, HALF),
        "Cancelled: {}, Sat 12 Dec, 18:00",
    ),
    "owner_cancelled, by us": (
        *cancel(Side.PLATFORM, HALF),
        "Cancelled: {}, Sat 12 Dec, 18:00",
    ),
    "owner_cancelled, a request": (
        *cancel(Side.RENTER, NOTHING, confirmed_at=None),
        "Request withdrawn: {}, Sat 12 Dec, 18:00",
    ),
    "owner_cancelled, a request by us": (
        *cancel(Side.PLATFORM, NOTHING, confirmed_at=None),
        "Request cancelled: {}, Sat 12 Dec, 18:00",
    ),
    "owner_payment_failed": (
        {"status": BookingStatus.CANCELLED},
        telling.tell_acceptance_failed,
        "Not booked: {}, Sat 12 Dec, 18:00",
    ),
}


def told(case: str, **fields: Any) -> Notification:
    """What its reader was promised to be told in this case."""
    state, tell, _subject = CASES[case]
    booking: Booking = make_told_booking(**state | fields)
    with transaction.atomic():
        tell(booking=booking, now=NOW)
    return Notification.objects.get(kind=f"bookings.{case.partition(',')[0]}")


def over(notification: Notification, channel: Channel) -> Delivery:
    return notification.deliveries.get(channel=channel)


def is_finished(text: str) -> bool:
    """Whether no name of a fact and no trace of a template is left in it."""
    return not re.search(r"\{[{%]|%\(|None|_minor|_at\b|  ", text)


def test_every_kind_is_tried() -> None:
    kinds = {code for code in registered_kinds() if code.startswith("bookings.")}

    assert kinds == {f"bookings.{case.partition(',')[0]}" for case in CASES}


@pytest.mark.parametrize("case", CASES)
def test_email_has_its_subject_and_says_the_same_in_both_parts(case: str) -> None:
    letter = render_email(over(told(case), Channel.EMAIL))

    assert letter.subject == CASES[case][2].format("Atelier Nord")
    assert is_finished(letter.text)
    assert WHEN in letter.text
    assert "AB12CD34EF" in letter.text
    seen = " ".join(html.unescape(strip_tags(letter.html.replace("<", " <"))).split())
    *lines, button = letter.text.partition("\nJoyTop\n")[0].strip().splitlines()
    for line in filter(None, lines):
        name, _, value = line.partition(": ")
        fact = f"{name} {value}" if f">{name}</th>" in letter.html else line
        assert " ".join(fact.split()) in seen, line
    label, _, url = button.partition(": ")
    assert url.startswith(f"{SITE}/")
    assert re.search(rf'<a href="{re.escape(url)}"[^>]*>{label}</a>', letter.html)


@pytest.mark.parametrize("case", CASES)
def test_names_are_escaped_in_html_and_plain_elsewhere(case: str) -> None:
    name = "<b>Red</b> & Wall"

    notification = told(case, venue_name=name)

    for delivery in notification.deliveries.filter(channel=Channel.SMS):
        assert name in render_sms(delivery)
    letter = render_email(over(notification, Channel.EMAIL))
    assert letter.subject == CASES[case][2].format(name)
    assert name in letter.text
    assert "&lt;b&gt;Red&lt;/b&gt; &amp; Wall" in letter.html
    assert "<b>" not in letter.html
    assert name in render_in_app(notification).text


@pytest.mark.parametrize("case", CASES)
def test_line_on_the_site_has_a_title_a_sentence_and_a_page(case: str) -> None:
    notification = told(case)

    line = render_in_app(notification)

    assert notification.is_in_app
    assert is_finished(line.text)
    assert "Atelier Nord" in line.text
    by_owner = case.startswith("owner_")
    assert line.path == ("/owner" if by_owner else "") + "/bookings/AB12CD34EF/"
    assert line.title == str(registered_kinds()[notification.kind].title)


SMS: Final = {
    "confirmed": (
        f"Booked: Atelier Nord, Sat 12 Dec, 18:00. Address: {ADDRESS}. {SITE}/bookings/AB12CD34EF/"
    ),
    "declined": (
        "Atelier Nord declined your request for Sat 12 Dec, 18:00. "
        "Nothing was taken from your card."
    ),
    "called_off": (
        "Cancelled: your booking of Atelier Nord, Sat 12 Dec, 18:00. "
        f"You get everything back. {SITE}/bookings/AB12CD34EF/"
    ),
    "called_off, a request": (
        "Cancelled: your request for Atelier Nord, Sat 12 Dec, 18:00. "
        f"Nothing was taken from your card. {SITE}/bookings/AB12CD34EF/"
    ),
    "paid_too_late": (
        "You have no booking: your payment for Atelier Nord, Sat 12 Dec, 18:00 came too late. "
        "You get everything back."
    ),
    "payment_failed": (
        "No booking: Atelier Nord accepted Sat 12 Dec, 18:00, "
        f"but your bank refused the payment. {SITE}/bookings/AB12CD34EF/"
    ),
    "owner_requested": (
        "Rauan asks for Atelier Nord, Sat 12 Dec, 18:00. "
        f"Answer by Wed 2 Dec, 14:00: {SITE}/owner/bookings/AB12CD34EF/"
    ),
    "owner_reminded": (
        "Rauan is still waiting: Atelier Nord, Sat 12 Dec, 18:00. "
        f"Answer by Wed 2 Dec, 14:00: {SITE}/owner/bookings/AB12CD34EF/"
    ),
}


@pytest.mark.parametrize("case", SMS)
def test_urgent_news_fits_into_one_text_message(case: str) -> None:
    text = render_sms(over(told(case), Channel.SMS))

    assert text == SMS[case]
    # One part of an SMS holds 160 signs of its own alphabet; these are all in it.
    assert text.isascii()
    assert len(text) <= 160


def test_only_urgent_news_goes_by_sms() -> None:
    by_sms = {
        code
        for code, kind in registered_kinds().items()
        if code.startswith("bookings.") and Channel.SMS in kind.channels
    }

    assert by_sms == {f"bookings.{case.partition(',')[0]}" for case in SMS}


@pytest.mark.parametrize("case", [case for case in CASES if case != "confirmed"])
def test_address_is_in_the_confirmation_alone(case: str) -> None:
    letter = render_email(over(told(case), Channel.EMAIL))

    assert ADDRESS not in letter.text + letter.html
    assert "12 Abay" not in letter.text.partition("\nJoyTop\n")[0]


@pytest.mark.parametrize(
    ("case", "lines"),
    [
        (
            "confirmed",
            [
                f"Address: {ADDRESS}",
                "Owner: Nord Spaces",
                "Phone: +7 701 000 00 02",
                "You paid: 89\u00a0250\u00a0₸",
            ],
        ),
        (
            "owner_booked",
            [
                "Phone: +7 701 000 00 03",
                "What for: Party or celebration",
                "Message: We bring our own cake",
                "You earn: 72\u00a0250\u00a0₸",
                "Commission, 15 %: −12\u00a0750\u00a0₸",
            ],
        ),
        ("owner_requested", ["Answer by: Wed 2 Dec, 14:00 (Almaty time)"]),
        ("cancelled", ["You paid: 89\u00a0250\u00a0₸", "Comes back to you: 44\u00a0625\u00a0₸"]),
        ("called_off", ["Reason: Water damage", "Comes back to you: 89\u00a0250\u00a0₸"]),
        ("owner_cancelled", ["Goes back to the renter: 44\u00a0625\u00a0₸", "You keep: 0\u00a0₸"]),
    ],
)
def test_facts_are_told(case: str, lines: list[str]) -> None:
    text = render_email(over(told(case), Channel.EMAIL)).text

    assert [line for line in lines if line not in text.splitlines()] == []


def test_request_that_ends_says_that_nothing_was_taken() -> None:
    for case in ("declined", "request_expired", "cancelled, a request", "called_off, a request"):
        Notification.objects.all().delete()
        with transaction.atomic():
            text = render_email(over(told(case), Channel.EMAIL)).text
            assert "we release the 89\u00a0250\u00a0₸ reserved on it" in text
            assert "Comes back" not in text
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("case", "has_file"),
    [
        ("confirmed", True),
        ("cancelled", True),
        ("called_off", True),
        ("cancelled, a request", False),
        ("request_sent", False),
    ],
)
def test_file_for_the_calendar_comes_with_what_changes_it(case: str, has_file: bool) -> None:
    letter = render_email(over(told(case), Channel.EMAIL))

    assert (letter.attachment is not None) is has_file
