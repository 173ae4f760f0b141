"""Every page of the site, in the order in which each kind of visitor comes by.

e2e/test_pages.py compares this with the resolver and with config/tests/access_table.py: a new
address needs a stop here, by everyone who may see it, or a line among what is no page.
"""

import re
from collections.abc import Mapping
from typing import Final

from playwright.sync_api import Route, expect

from e2e import booking
from e2e.site import Visitor, new_phone
from e2e.stops import Person, Stop, Way, at, in_turn, linked, path_behind, sent

# --- What is no page, though it answers ----------------------------------------------------------

FILES: Final = frozenset(
    {
        "robots.txt",
        "sitemap.xml",
        "site.webmanifest",
        "bookings/<str:reference>/calendar.ics",
        "owner/earnings/export/",
        "sandbox/outbox/<int:pk>/files/<int:attachment_id>/",
        "media/<photo:path>",
    }
)
# Parts of the venue's page; without htmx each is that page.
FRAGMENTS: Final = frozenset(
    {"venues/<slug:slug>/availability/", "venues/<slug:slug>/quote/"}
)  # fmt: skip
REDIRECTS: Final = frozenset(
    {
        "accounts/",
        "notifications/<uuid:pk>/",
        "owner/venues/<int:pk>/calendar/blocks/add/",
        "owner/venues/<int:pk>/photos/upload/",
        "profile/email/",
        "profile/email/code/",
        "venues/<slug:slug>/book/",
    }
)
# Pages only after a step that one person takes on the walk; to others they are a redirect, or
# their address is not known.
STAGED: Final[Mapping[str, frozenset[Person]]] = {
    "accounts/login/code/": frozenset({"guest"}),
    "accounts/phone/verify/": frozenset({"guest"}),
    "bookings/<str:reference>/return/": frozenset({"renter"}),
    "sandbox/checkout/<str:session_id>/": frozenset({"renter"}),
    "sandbox/checkout/<str:session_id>/bank/": frozenset({"renter"}),
    # In the sweep's world a moderator has a venue, too.
    "owner/earnings/": frozenset({"owner"}),
}

# --- For everybody -------------------------------------------------------------------------------

_VENUE: Final = "/venues/ak-orken-ballroom/"
_A_BOOKING: Final = "bookings/<str:reference>/"
_A_LETTER: Final = "sandbox/outbox/<int:pk>/"
_LETTERS: Final = "/sandbox/outbox/?to=aigerim@mail.example"


def _open_html_part(visitor: Visitor) -> None:
    """An email, without the policy that lets no script look at it, axe included."""

    def let_scripts_in(route: Route) -> None:
        answer = route.fetch()
        kept = {
            name: value
            for name, value in answer.headers.items()
            if name != "content-security-policy"
        }
        route.fulfill(response=answer, headers=kept)

    visitor.page.route("**/html/", let_scripts_in)
    visitor.open(f"{path_behind(visitor, _LETTERS, _A_LETTER)}html/")
    visitor.page.unroute("**/html/")


OPEN: Final = (
    Stop("home", "", at("/"), "Almaty", is_main=True),
    Stop("search", "search/", at("/search/?category=loft"), "Linen House", is_main=True),
    Stop("venue", "venues/<slug:slug>/", at(_VENUE), "Ak Orken Ballroom", is_main=True),
    Stop("help", "help/", at("/help/"), re.compile("cancel", re.IGNORECASE)),
    Stop("contact", "contact/", at("/contact/"), "Name"),
    Stop("contact-sent", "contact/sent/", at("/contact/sent/"), "email"),
    Stop("terms", "terms/", at("/terms/"), "JoyTop"),
    Stop("privacy", "privacy/", at("/privacy/"), "90 days"),
    Stop("offer", "offer/", at("/offer/"), "JoyTop"),
    Stop("owner-start", "owner/start/", at("/owner/start/"), "photo"),
    Stop("inactive", "accounts/inactive/", at("/accounts/inactive/"), "closed"),
    Stop("outbox", "sandbox/outbox/", at("/sandbox/outbox/"), "+7"),
    Stop("styleguide", "styleguide/", at("/styleguide/"), "Alatau"),
    Stop("letter", _A_LETTER, linked(_LETTERS, _A_LETTER), "aigerim@mail.example"),
    Stop("letter-html", f"{_A_LETTER}html/", _open_html_part, "JoyTop", is_letter=True),
)

# --- Visitors who are not logged in --------------------------------------------------------------


def _ask_for_code(visitor: Visitor) -> None:
    visitor.open("/accounts/login/")
    visitor.fill("Phone number", new_phone())
    visitor.press("Text me a code")


def _begin_to_sign_up(visitor: Visitor) -> None:
    visitor.open("/accounts/signup/")
    visitor.fill("Phone number", new_phone())
    visitor.fill("Your name", "Nurgul Newcomer")
    visitor.press("Text me a code")


def _give_wrong_code(visitor: Visitor) -> None:
    visitor.page.locator("input[name=code]").fill("000000")
    visitor.press("Continue")


def _send_without_token(visitor: Visitor) -> None:
    """A form that was open for so long that its cookie is gone."""
    form = visitor.open("/contact/").locator("main form")
    visitor.context.clear_cookies()
    form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")


GUEST: Final = (
    *OPEN,
    Stop("search-nothing", "search/", at("/search/?category=podcast-studio&guests=500"), "500"),
    Stop("search-errors", "search/", at("/search/?guests=0"), "guest", 422),
    Stop(
        "contact-errors",
        "contact/",
        sent("/contact/", "Send the message", name="Gulnara", email="g@example", message="Hello"),
        "Enter a valid email",
        422,
    ),
    Stop("login", "accounts/login/", at("/accounts/login/"), "Phone number", is_main=True),
    Stop(
        "login-errors",
        "accounts/login/",
        sent("/accounts/login/", "Text me a code", phone="12"),
        "number",
        422,
    ),
    Stop("login-code", "accounts/login/code/", _ask_for_code, "code"),
    Stop("login-code-errors", "accounts/login/code/", _give_wrong_code, "code", 422),
    Stop("signup", "accounts/signup/", at("/accounts/signup/"), "Your name"),
    Stop(
        "signup-errors",
        "accounts/signup/",
        sent("/accounts/signup/", "Text me a code", phone="12", name="N"),
        "number",
        422,
    ),
    Stop("phone-code", "accounts/phone/verify/", _begin_to_sign_up, "code"),
    Stop("not-found", "", at("/no-such-page/"), "not", 404),
    Stop("too-old", "", _send_without_token, "Nothing was saved", 403),
)

# --- Members -------------------------------------------------------------------------------------

MEMBER: Final = (
    Stop("bookings", "bookings/", at("/bookings/"), "ooking"),
    Stop("notifications", "notifications/", at("/notifications/"), "Notifications"),
    Stop("profile", "profile/", at("/profile/"), "+7 701 000 00", is_main=True),
    Stop("activity", "profile/activity/", at("/profile/activity/"), "203.0.113."),
    Stop("phone-change", "accounts/phone/change/", at("/accounts/phone/change/"), "+7"),
    Stop("logout", "accounts/logout/", at("/accounts/logout/"), "Log out"),
    Stop("owner-home", "owner/", at("/owner/"), "enue"),
    Stop("owner-venues", "owner/venues/", at("/owner/venues/"), "enue"),
    Stop("owner-bookings", "owner/bookings/", at("/owner/bookings/"), "ooking"),
)


def _choose_slot(visitor: Visitor) -> None:
    booking.choose_slot(visitor, "four-chairs", guests=1)
    visitor.page.reload()


def _come_to_checkout(visitor: Visitor) -> None:
    booking.press_book(visitor)
    expect(visitor.page).to_have_url(booking.CHECKOUT)


def _leave_checkout_unread(visitor: Visitor) -> None:
    """What a browser without scripts would send, whose form this one would not."""
    pay = visitor.page.locator("#checkout").get_by_role("button", name=re.compile("^Pay "))
    pay.evaluate("button => button.form.noValidate = true")
    pay.click()


def _wait_for_bank(visitor: Visitor) -> None:
    booking.pay_by(visitor, booking.BANK_ASKS)
    expect(visitor.page).to_have_url(re.compile("/bank/$"))


def _approve(visitor: Visitor) -> None:
    visitor.press("Approve")
    expect(visitor.page).to_have_url(booking.BOOKING)


def _pay_later(visitor: Visitor) -> None:
    booking.book(visitor, "neon-table", guests=1)
    booking.go_to_pay(visitor)
    booking.pay_by(visitor, booking.PAYS_LATER)
    expect(visitor.page).to_have_url(re.compile("/return/"))


def _of_booking(page: str) -> Way:
    """From one page about a booking to another."""

    def way(visitor: Visitor) -> None:
        visitor.open(f"{booking.booking_path(visitor)}{page}")

    return way


_SANDBOX: Final = "sandbox/checkout/<str:session_id>/"

RENTER: Final = (
    *OPEN,
    *MEMBER,
    Stop("venue-slot", "venues/<slug:slug>/", _choose_slot, "Four Chairs", is_main=True),
    Stop("checkout", f"{_A_BOOKING}checkout/", _come_to_checkout, "Four Chairs", is_main=True),
    Stop("checkout-errors", f"{_A_BOOKING}checkout/", _leave_checkout_unread, "rules", 422),
    Stop("sandbox", _SANDBOX, booking.go_to_pay, "Four Chairs"),
    Stop(
        "sandbox-declined",
        _SANDBOX,
        lambda visitor: booking.pay_by(visitor, booking.IS_DECLINED),
        "declined",
        422,
    ),
    Stop("sandbox-bank", f"{_SANDBOX}bank/", _wait_for_bank, "Your bank asks"),
    Stop("booking", _A_BOOKING, _approve, "Confirmed", is_main=True),
    Stop("booking-receipt", f"{_A_BOOKING}receipt/", _of_booking("receipt/"), "Four Chairs"),
    Stop("booking-cancel", f"{_A_BOOKING}cancel/", _of_booking("cancel/"), "Four Chairs"),
    Stop("booking-waits", f"{_A_BOOKING}return/", _pay_later, "under way"),
    Stop(
        "profile-errors",
        "profile/",
        sent("/profile/", "Save", name=" "),
        re.compile("name", re.IGNORECASE),
        422,
    ),
    Stop(
        "phone-change-code",
        "accounts/phone/verify/",
        in_turn(
            sent("/accounts/phone/change/", "Change the number", phone=new_phone()),
        ),
        "code",
    ),
)

# --- Owners --------------------------------------------------------------------------------------

_LISTING: Final = "owner/venues/<int:pk>/"
_VENUES: Final = "/owner/venues/"
_LAST: Final = "/owner/bookings/?tab=upcoming"


def _of_listing(page: str) -> Way:
    """A part of the owner's first listing."""

    def way(visitor: Visitor) -> None:
        visitor.open(f"{path_behind(visitor, _VENUES, _LISTING)}{page}")

    return way


def _of_first_space(page: str) -> Way:
    def way(visitor: Visitor) -> None:
        listing = path_behind(visitor, _VENUES, _LISTING)
        visitor.open(path_behind(visitor, f"{listing}spaces/", f"{_LISTING}spaces/<int:pk>/{page}"))

    return way


def _answer(start: str, page: str) -> Way:
    """A page about the first booking of a list."""

    def way(visitor: Visitor) -> None:
        first = path_behind(visitor, start, "owner/bookings/<str:reference>/")
        visitor.open(f"{first.partition('?')[0]}{page}")

    return way


def _to_its_day(visitor: Visitor) -> None:
    """To the week of the booking that comes next."""
    visitor.open(path_behind(visitor, _LAST, "owner/bookings/<str:reference>/"))
    visitor.follow("See the day in the calendar")


def _to_its_month(visitor: Visitor) -> None:
    visitor.follow("Month")


_CALENDAR: Final = f"{_LISTING}calendar/"
_REQUESTS: Final = "/owner/bookings/?tab=requests"
_OWN_BOOKING: Final = "owner/bookings/<str:reference>/"

OWNER: Final = (
    *OPEN,
    *MEMBER,
    Stop("owner-requests", "owner/bookings/", at(_REQUESTS), "Red Wall on Kabanbay"),
    Stop("owner-upcoming", "owner/bookings/", at(_LAST), "Tomiris Abenova"),
    Stop("owner-cancelled", "owner/bookings/", at("/owner/bookings/?tab=cancelled"), "ooking"),
    Stop("owner-request", _OWN_BOOKING, _answer(_REQUESTS, ""), "Accept", is_main=True),
    Stop("owner-decline", f"{_OWN_BOOKING}decline/", _answer(_REQUESTS, "decline/"), "Decline"),
    Stop("owner-booking", _OWN_BOOKING, _answer(_LAST, ""), "Confirmed"),
    Stop("owner-cancel", f"{_OWN_BOOKING}cancel/", _answer(_LAST, "cancel/"), "Cancel"),
    Stop("owner-earnings", "owner/earnings/", at("/owner/earnings/"), "₸"),
    Stop("listing", _LISTING, _of_listing(""), "Almaty", is_main=True),
    Stop("listing-basics", f"{_LISTING}basics/", _of_listing("basics/"), "Almaty"),
    Stop("listing-hours", f"{_LISTING}hours/", _of_listing("hours/"), "Monday"),
    Stop("listing-terms", f"{_LISTING}terms/", _of_listing("terms/"), "rules"),
    Stop("listing-spaces", f"{_LISTING}spaces/", _of_listing("spaces/"), "₸"),
    Stop("space-add", f"{_LISTING}spaces/add/", _of_listing("spaces/add/"), "₸"),
    Stop("space", f"{_LISTING}spaces/<int:space_id>/", _of_first_space(""), "₸"),
    Stop(
        "space-remove",
        f"{_LISTING}spaces/<int:space_id>/remove/",
        _of_first_space("remove/"),
        "Remove",
    ),
    Stop("listing-photos", f"{_LISTING}photos/", _of_listing("photos/"), "photo"),
    Stop("listing-archive", f"{_LISTING}archive/", _of_listing("archive/"), "for good"),
    Stop("calendar-week", _CALENDAR, _to_its_day, "Tomiris Abenova", is_main=True),
    Stop("calendar-month", _CALENDAR, _to_its_month, re.compile(r"Booked\s+\d")),
)

# --- Moderators and administrators ---------------------------------------------------------------

_CASE: Final = "moderation/cases/<int:pk>/"
_SUSPEND: Final = "moderation/listings/<int:pk>/suspend/"


def _reinstate(visitor: Visitor) -> None:
    path = path_behind(visitor, "/moderation/listings/", _SUSPEND)
    visitor.open(path.replace("suspend", "reinstate"))


_DESK: Final = (
    Stop("queue", "moderation/", at("/moderation/"), "Matinee Hall", is_main=True),
    Stop("case", _CASE, linked("/moderation/", _CASE), "Approve", is_main=True),
    Stop("listings", "moderation/listings/", at("/moderation/listings/"), "Matinee Hall"),
    Stop("suspend", _SUSPEND, linked("/moderation/listings/", _SUSPEND), "Suspend"),
    Stop("reinstate", _SUSPEND.replace("suspend", "reinstate"), _reinstate, "einstate"),
)
MODERATOR: Final = (*OPEN, *MEMBER, *_DESK)
_ENQUIRY: Final = "moderation/enquiries/<int:pk>/"
ADMINISTRATOR: Final = (
    *OPEN,
    *MEMBER,
    *_DESK,
    Stop("enquiries", "moderation/enquiries/", at("/moderation/enquiries/"), "two halls"),
    Stop("enquiry", _ENQUIRY, linked("/moderation/enquiries/", _ENQUIRY), "anniversary"),
)

WALKS: Final[Mapping[Person, tuple[Stop, ...]]] = {
    "guest": GUEST,
    "renter": RENTER,
    "owner": OWNER,
    "moderator": MODERATOR,
    "administrator": ADMINISTRATOR,
}
