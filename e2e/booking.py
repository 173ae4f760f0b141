"""What a renter does on the way to a booking, by pointer and keys, with scripts or without."""

import random
import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect

from e2e.site import Visitor

PAYS = "4242 4242 4242 4242"
PAYS_TOO = "4111 1111 1111 1111"
IS_DECLINED = "4000 0000 0000 0002"
BANK_ASKS = "4000 0025 0000 3155"
PAYS_LATER = "4000 0000 0000 0077"

CHECKOUT = re.compile(r"/bookings/[^/]+/checkout/$")
SANDBOX = re.compile(r"^http://localhost:\d+/sandbox/checkout/")
# What the page of a paid booking is headed by.
CONFIRMED = re.compile("^Confirmed. See you ")
BOOKING = re.compile(r"/bookings/[^/]+/(\?new=1)?$")

# How far ahead journeys look for a free day: what the demo begins with is nearer.
_MONTHS_AHEAD = 2


@dataclass(frozen=True)
class Slot:
    """What was chosen, as the page says it back; `path` chooses it again, however it is written."""

    when: str
    total: str
    path: str = field(compare=False)


def choose_slot(visitor: Visitor, venue: str, *, guests: int = 2) -> Slot:
    """Some time on a day of which nobody has taken anything, on the page of this venue."""
    visitor.open(f"/venues/{venue}/?guests={guests}")
    choose_free_day(visitor)
    return choose_hours(visitor, guests=guests)


def choose_free_day(visitor: Visitor, *, months: int = _MONTHS_AHEAD) -> None:
    """Leaf on through the calendar, and choose one of the days that are wholly free."""
    picker = visitor.page.locator("#picker")
    for _ in range(months):
        before = picker.locator(".month-title").inner_text()
        picker.get_by_role("link", name="Next month").click()
        expect(picker.locator(".month-title")).not_to_have_text(before)
    free = picker.locator("a.day.is-free")
    free.nth(random.randrange(free.count())).click()
    expect(picker.get_by_label("From")).to_be_visible()


def choose_hours(visitor: Visitor, *, guests: int) -> Slot:
    """One of the earlier starts of the chosen day, for longer than need be, for so many guests."""
    picker = visitor.page.locator("#picker")
    starts = _values(picker.get_by_label("From"))
    _choose(visitor, picker.get_by_label("From"), random.choice(starts[: (len(starts) + 1) // 2]))
    expect(picker.locator(".price-lines")).to_be_visible()
    before = picker.locator(".is-total dd").inner_text()
    later = _values(picker.get_by_label("Until"))[1:3]
    if later:
        _choose(visitor, picker.get_by_label("Until"), later[-1])
        expect(picker.locator(".is-total dd")).not_to_have_text(before)
    picker.get_by_label("Guests").fill(str(guests))
    if visitor.has_scripts:
        picker.get_by_label("Guests").blur()
        expect(visitor.page).to_have_url(re.compile(rf"guests={guests}\b"))
    return slot_shown(visitor)


def slot_shown(visitor: Visitor) -> Slot:
    """The slot that the venue's page shows now, with its whole price."""
    picker = visitor.page.locator("#picker")
    return Slot(
        when=picker.locator(".quote-slot").inner_text(),
        total=picker.locator(".is-total dd").inner_text(),
        path=visitor.page.url.removeprefix(visitor.address),
    )


def press_book(visitor: Visitor) -> None:
    """The button with the price in it, which begins differently where the owner is asked."""
    book = re.compile(r"^(Book for|Ask the owner ·) ")
    visitor.page.locator("#picker").get_by_role("button", name=book).click()


def book(visitor: Visitor, venue: str, *, guests: int = 2) -> Slot:
    """Choose a time as a member, and come to the checkout, where it is held."""
    slot = choose_slot(visitor, venue, guests=guests)
    press_book(visitor)
    expect(visitor.page).to_have_url(CHECKOUT)
    return slot


def go_to_pay(visitor: Visitor, *, purpose: str = "Meeting", message: str = "") -> None:
    """Say what it is for, agree to the house rules, and come to the sandbox's own page."""
    page = visitor.page
    page.get_by_label("What for").select_option(label=purpose)
    if message:
        visitor.fill("Message to the owner", message)
    page.get_by_label("I have read the house rules").check()
    # On a phone the button is below the page, and shorter.
    words = re.compile(r"^(Pay|Reserve) .*₸|^Ask the owner$")
    page.get_by_role("button", name=words).click()
    expect(page).to_have_url(SANDBOX)


def pay_by(visitor: Visitor, card: str) -> None:
    """Fill in the sandbox's form and send it."""
    for label, value in (
        ("Card number", card),
        ("Valid until", "12 / 39"),
        ("Security code", "123"),
        ("Name on the card", "A RENTER"),
    ):
        visitor.fill(label, value)
    visitor.page.get_by_role("button", name=re.compile(r"^Pay ")).click()


def book_and_pay(visitor: Visitor, venue: str, *, card: str = PAYS, guests: int = 2) -> Slot:
    """The whole way of a member, from the venue's page to the booking's."""
    slot = book(visitor, venue, guests=guests)
    go_to_pay(visitor)
    pay_by(visitor, card)
    expect(visitor.page).to_have_url(BOOKING)
    return slot


def booking_path(visitor: Visitor) -> str:
    """The address of the booking that is open, or whose checkout is."""
    found = re.search(r"/bookings/[^/]+/", visitor.page.url)
    assert found, visitor.page.url
    return found.group()


def _choose(visitor: Visitor, field: Locator, value: str) -> None:
    field.select_option(value=value)
    if not visitor.has_scripts:
        visitor.press("Show what is free")


def _values(field: Locator) -> list[str]:
    options = field.locator("option").all()
    return [value for option in options if (value := option.get_attribute("value"))]
