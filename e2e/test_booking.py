"""A renter books a venue, pays, and gets the money back."""

import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from config.demo.people import DANIYAR, RENTER
from e2e import booking
from e2e.booking import Slot
from e2e.conftest import Come
from e2e.site import Visitor, new_phone

NAME = "Dinara Ospanova"


def add_email(visitor: Visitor, phone: str) -> str:
    """Confirms an address for the letters of the member who just signed up; gives it."""
    email = f"dinara{phone[-7:]}@mail.example"
    page = visitor.open("/profile/")
    visitor.fill("Email address", email)
    visitor.press("Add the address")
    page.locator("#profile-email input[name=code]").fill(visitor.code_for(email))
    visitor.press("Confirm the address")
    expect(page.locator("#profile-email").get_by_text("Confirmed")).to_be_visible()
    return email


def expect_after_reloading(page: Page, text: str) -> None:
    """The page says so at last, once the worker has done its part."""
    for _ in range(30):
        if page.get_by_text(text).count():
            break
        page.wait_for_timeout(300)
        page.reload()
    expect(page.get_by_text(text).first).to_be_visible()


def find_a_studio(guest: Visitor) -> Slot:
    """From home over a search with a day to a time on the venue's page."""
    day = datetime.now(UTC).date() + timedelta(days=random.randrange(40, 80))
    page = guest.open("/")
    guest.open_search()
    page.get_by_label("What for").select_option(label="Photo studio")
    page.get_by_label("Date").fill(day.isoformat())
    page.get_by_label("Guests").fill("4")
    guest.press("Search")
    page.locator("#results article a.name").first.click()
    picker = page.locator("#picker")
    expect(picker.get_by_label("Guests")).to_have_value("4")
    slot = booking.choose_hours(guest, guests=4)
    assert f"date={day.isoformat()}" in slot.path
    expect(picker.locator(".price-lines div")).to_have_count(4)
    step = re.compile(rf"until .* {re.escape(slot.total)}")
    expect(picker.locator(".refund-steps li").first).to_have_text(step)
    return slot


def sign_up_on_the_way(guest: Visitor, slot: Slot) -> str:
    """A guest's Book button leads to the sign-up, and from there back to the same slot."""
    booking.press_book(guest)
    expect(guest.page).to_have_url(re.compile(r"/accounts/login/\?next="))
    guest.follow("Create an account")
    phone = new_phone()
    guest.sign_up(phone, NAME)
    assert booking.slot_shown(guest) == slot
    booking.press_book(guest)
    expect(guest.page).to_have_url(booking.CHECKOUT)
    expect(guest.page.locator("aside .is-total dd")).to_have_text(slot.total)
    return phone


def expect_papers(renter: Visitor, path: str, *, phone: str, email: str) -> None:
    """The address is on the page, in a text message, and in a letter with a calendar file."""
    page = renter.page
    expect(page.locator(".booking-place a[href^='tel:']")).to_be_visible()
    address = page.locator(".booking-place dd").first.inner_text().splitlines()[0]
    letter = renter.wait_for_message(email, "Booked: ")
    expect(letter.get_by_text(address).first).to_be_visible()
    file = letter.get_by_role("link", name=re.compile(r"\.ics$")).get_attribute("href")
    text = letter.request.get(f"{renter.address}{file}").text()
    assert text.startswith("BEGIN:VCALENDAR")
    assert path in text
    message = renter.wait_for_message(phone, "Booked: ")
    expect(message.get_by_text(address).first).to_be_visible()
    letter.close()
    message.close()

    page.reload()
    page.get_by_role("link", name=re.compile(r"^Notifications, \d+ unread$")).click()
    page.get_by_role("link", name=re.compile("Your booking is confirmed")).click()
    expect(page).to_have_url(re.compile(re.escape(path)))


def cancel(renter: Visitor, slot: Slot, *, email: str) -> None:
    """What comes back is said first; then it comes."""
    page = renter.page
    renter.follow("Cancel the booking")
    expect(page.locator("main .panel")).to_contain_text(slot.total)
    renter.fill("A word to the owner", "The dog is ill.")
    page.get_by_role("button", name=re.compile(r"^Cancel and get .* back$")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You cancelled this booking")
    expect_after_reloading(page, f"{slot.total} arrived on your card")
    renter.wait_for_message(email, "You cancelled your booking").close()
    renter.wait_for_message(email, "We paid back").close()


def test_guest_searches_books_pays_is_told_and_cancels(come: Come) -> None:
    guest = come()
    slot = find_a_studio(guest)
    phone = sign_up_on_the_way(guest, slot)
    page = guest.page
    expect(page.get_by_text(re.compile(r"^Held for you: 1\d:\d\d$"))).to_be_visible()

    email = add_email(guest, phone)
    page = guest.open("/bookings/")
    page.locator("main li.booking-row .btn").click()
    booking.go_to_pay(guest, purpose="Photo or video shoot", message="Two of us, and a dog.")
    expect(page.get_by_text(slot.total).first).to_be_visible()
    booking.pay_by(guest, booking.PAYS)
    expect(page.get_by_role("heading", level=1)).to_have_text(booking.CONFIRMED)
    path = booking.booking_path(guest)
    expect_papers(guest, path, phone=phone, email=email)

    guest.follow("Receipt")
    expect(page.get_by_text("Visa •••• 4242")).to_be_visible()
    expect(page.locator(".is-total dd")).to_have_text(slot.total)
    page = guest.open("/bookings/")
    expect(page.locator(".next-booking")).to_contain_text(slot.when)
    guest.follow("See the booking")
    cancel(guest, slot, email=email)
    again = come().open(slot.path)
    expect(again.locator("#picker .is-total dd")).to_have_text(slot.total)


def test_a_day_chosen_while_the_next_month_comes_is_chosen(come: Come) -> None:
    """The last thing asked for is what comes; an answer on its way does not take it away."""
    page = come().open("/venues/four-chairs/?guests=1")
    picker = page.locator("#picker")
    title = picker.locator(".month-title")
    before = title.inner_text()
    picker.get_by_role("link", name="Next month").click()
    expect(title).not_to_have_text(before)
    chosen = title.inner_text()
    page.route(re.compile("[?&]month="), lambda _held: None)
    picker.get_by_role("link", name="Next month").click()
    with page.expect_event("requestfailed"):
        picker.locator("a.day.is-free").first.click()

    expect(picker.get_by_label("From")).to_be_visible()
    expect(title).to_have_text(chosen)


def test_phone_without_scripts_books_with_the_second_card(come: Come) -> None:
    guest = come(width=390, scripts=False)
    slot = booking.choose_slot(guest, "fourth-floor-loft", guests=12)
    sign_up_on_the_way(guest, slot)
    page = guest.page
    expect(page.get_by_text(re.compile("^Held until "))).to_be_visible()
    booking.go_to_pay(guest, purpose="Party or celebration")
    booking.pay_by(guest, booking.IS_DECLINED)
    expect(page.get_by_text("Your card was declined").first).to_be_visible()
    booking.pay_by(guest, booking.PAYS_TOO)

    expect(page.get_by_role("heading", level=1)).to_have_text(booking.CONFIRMED)
    expect(page.get_by_text("Visa •••• 1111")).to_be_visible()
    guest.follow("Receipt")
    expect(page.locator(".is-total dd")).to_have_text(slot.total)


def test_bank_that_asks_is_answered(come: Come) -> None:
    renter = come(phone=RENTER)
    booking.book(renter, "studio-1125")
    booking.go_to_pay(renter)
    booking.pay_by(renter, booking.BANK_ASKS)
    page = renter.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Your bank asks")
    renter.press("Refuse")
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay by card")
    booking.pay_by(renter, booking.BANK_ASKS)
    renter.press("Approve")

    expect(page.get_by_role("heading", level=1)).to_have_text(booking.CONFIRMED)


def test_leaving_the_payment_leads_back_to_the_held_time(come: Come) -> None:
    renter = come(phone=RENTER)
    slot = booking.book(renter, "slow-tape-recording", guests=1)
    booking.go_to_pay(renter, message="We bring a cello.")
    renter.follow("Back to JoyTop")

    page = renter.page
    expect(page).to_have_url(booking.CHECKOUT)
    expect(page.get_by_text(re.compile(r"^Held for you: 1\d:\d\d$"))).to_be_visible()
    expect(page.get_by_label("Message to the owner")).to_have_value("We bring a cello.")
    renter.press("Release this time")
    assert booking.slot_shown(renter) == slot


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "without-scripts"])
def test_slow_payment_is_waited_for(come: Come, scripts: bool) -> None:
    renter = come(phone=RENTER, scripts=scripts)
    booking.book(renter, "two-globes")
    booking.go_to_pay(renter)
    booking.pay_by(renter, booking.PAYS_LATER)
    page = renter.page
    waiting = page.get_by_role("heading", name="Your payment is under way")
    expect(waiting).to_be_visible()
    while not scripts and waiting.count():
        page.wait_for_timeout(1000)
        renter.follow("Look again")

    expect(page.get_by_role("heading", level=1)).to_have_text(booking.CONFIRMED)


def test_second_of_two_is_told_politely_and_takes_a_time_near_it(come: Come) -> None:
    first, second = come(phone=RENTER), come(phone=DANIYAR)
    slot = booking.choose_slot(first, "terracotta-room", guests=6)
    second.open(slot.path)
    assert booking.slot_shown(second) == slot
    booking.press_book(first)
    expect(first.page).to_have_url(booking.CHECKOUT)
    booking.press_book(second)

    refusal = second.page.locator("#picker").get_by_role("alert")
    expect(refusal).to_contain_text("Somebody has just taken this time.")
    near = refusal.get_by_role("listitem").get_by_role("link")
    expect(near).to_have_count(3)
    near.first.click()
    expect(second.page.locator("#picker .quote-slot")).not_to_have_text(slot.when)
    booking.press_book(second)
    expect(second.page).to_have_url(booking.CHECKOUT)
    for renter in (first, second):
        renter.press("Release this time")
        expect(renter.page.locator("#picker .is-total dd")).to_be_visible()
