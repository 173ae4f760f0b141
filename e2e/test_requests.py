"""An owner answers who asks, and keeps time free; the administrator follows the money."""

import re

from playwright.sync_api import Page, expect

from config.demo.people import ADMINISTRATOR, DANIYAR, RENTER
from e2e import booking
from e2e.booking import Slot
from e2e.conftest import Come
from e2e.site import Visitor

# Daniyar's, who answers each request for it himself.
ASKED_FIRST = "red-wall-on-kabanbay"
ASKED_FIRST_NAME = "Red Wall on Kabanbay"
RENTERS_EMAIL = "aigerim@mail.example"
OWNERS_EMAIL = "daniyar@dala.example"


def ask(renter: Visitor) -> tuple[Slot, str]:
    """A request with money reserved for it: its slot, and the reference that both sides see."""
    slot = booking.book(renter, ASKED_FIRST, guests=10)
    booking.go_to_pay(renter, purpose="Workshop or class", message="Ten of us, with clay.")
    booking.pay_by(renter, booking.PAYS)
    heading = renter.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Request sent")
    return slot, booking.booking_path(renter).split("/")[2]


def open_request(owner: Visitor, slot: Slot) -> Page:
    """From the requests that wait, with the time that is left, to the page of this one."""
    page = owner.open("/owner/")
    expect(page.get_by_role("heading", name="Waiting for your answer")).to_be_visible()
    page = owner.open("/owner/bookings/?tab=requests")
    row = page.get_by_role("row").filter(has_text=slot.when)
    expect(row).to_contain_text("left")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(slot.when.rpartition(", ")[2])
    expect(page.get_by_text("Ten of us, with clay.")).to_be_visible()
    return page


def open_calendar(owner: Visitor, slot: Slot) -> Page:
    """The week of the slot in the calendar of its venue."""
    page = owner.open("/owner/")
    owner.follow("Calendar")
    venue = page.get_by_label("Venue").locator("option").filter(has_text=ASKED_FIRST_NAME)
    day = re.search(r"date=(\d{4}-\d\d-\d\d)", slot.path)
    assert day
    return owner.open(f"/owner/venues/{venue.get_attribute('value')}/calendar/?date={day[1]}")


def test_request_is_accepted_paid_and_in_the_calendar(come: Come) -> None:
    renter, owner = come(phone=RENTER), come(phone=DANIYAR)
    slot, reference = ask(renter)
    renter.wait_for_message(RENTERS_EMAIL, "Your request for").close()
    owner.wait_for_message(OWNERS_EMAIL, "New request").close()
    page = open_request(owner, slot)
    owner.press("Accept")
    expect(
        page.get_by_text("Accepted. The renter has been told, and the money is in.")
    ).to_be_visible()

    renter.page.reload()
    expect(renter.page.get_by_role("heading", level=1)).to_have_text(booking.CONFIRMED)
    start = slot.when.split("–")[0]
    renter.wait_for_message(RENTERS_EMAIL, f"Booked: {ASKED_FIRST_NAME}, {start}").close()
    page = open_calendar(owner, slot)
    expect(page.locator(f"a[href='/owner/bookings/{reference}/']").first).to_be_visible()
    owner.follow("Earnings")
    expect(page.get_by_role("heading", name="What we owe you")).to_be_visible()
    page = owner.open("/notifications/")
    expect(page.get_by_text(slot.when).first).to_be_visible()


def test_request_is_declined_and_the_money_released(come: Come) -> None:
    renter, owner = come(width=390, phone=RENTER), come(width=390, scripts=False, phone=DANIYAR)
    slot, reference = ask(renter)
    page = open_request(owner, slot)
    owner.follow("Decline")
    page.get_by_label("The time does not suit us").check()
    owner.fill("A word to the renter", "Any day in the week after would do.")
    owner.press("Decline the request")
    expect(page.get_by_text("Declined. The renter has been told")).to_be_visible()

    page = renter.open(f"/bookings/{reference}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "The owner could not take this booking"
    )
    expect(page.get_by_text("Any day in the week after would do.").first).to_be_visible()
    expect(page.get_by_text("What was reserved on your card is released.")).to_be_visible()
    renter.wait_for_message(RENTERS_EMAIL, "declined your request").close()
    again = renter.open(slot.path)
    expect(again.locator("#picker .quote-slot")).to_have_text(slot.when)


def test_blocked_time_is_taken_until_it_is_unblocked(come: Come) -> None:
    guest, owner = come(), come(phone=DANIYAR)
    slot = booking.choose_slot(guest, ASKED_FIRST, guests=10)
    page = open_calendar(owner, slot)
    note = "Floor is sanded"
    owner.fill("Note", note)
    owner.press("Block this time")
    expect(page.get_by_text("Blocked: nobody can book this time.")).to_be_visible()

    guest.page.reload()
    refusal = guest.page.locator("#picker").get_by_role("alert")
    expect(refusal).to_contain_text("This time is taken.")
    expect(refusal.get_by_role("listitem")).to_have_count(3)
    entry = page.locator(".cal-entry").filter(has_text=note)
    entry.get_by_role("button", name=re.compile("^Unblock")).click()
    expect(page.get_by_text("Unblocked: this time can be booked again.")).to_be_visible()
    guest.page.reload()
    assert booking.slot_shown(guest) == slot


def test_administrator_follows_a_payment_along_its_trail(come: Come) -> None:
    administrator = come(phone=ADMINISTRATOR)
    page = administrator.open("/admin/")
    for path in (
        "bookings/booking",
        "payments/payment",
        "payments/refund",
        "payments/ledgertransaction",
        "payments/ledgerentry",
        "payments/providerevent",
        "payments/creditor",
    ):
        page = administrator.open(f"/admin/{path}/")
        expect(page.locator("#result_list tbody tr").first).to_be_visible()

    page = administrator.open("/admin/payments/payment/?status__exact=captured")
    page.locator("#result_list tbody th a").first.click()
    trail = page.url.partition("?")[0]
    for words in ("Payment captured", "Payment allocated", "payment_intent.succeeded"):
        expect(page.get_by_role("cell", name=words, exact=True).first).to_be_visible()
    page.locator(".field-paid_for a").click()
    page.locator(".field-payments a").first.click()
    expect(page).to_have_url(trail)
    page.locator("a[href*='/payments/ledgertransaction/'][href$='/change/']").first.click()
    expect(page.locator("td.field-money").first).to_contain_text("₸")
