"""Every address of the site, and what each role gets there. A new address needs a line here."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from config.tests.access_rules import (
    Data,
    Page,
    administrators,
    bookers,
    earners,
    everybody,
    fixed,
    leavers,
    members,
    moderators,
    moderators_of_others,
    no_member,
    nobody_else,
    nothing,
    renters,
    team,
    the_told,
    visitors,
    whoever_may_see_drafts,
    writers,
)
from config.tests.access_world import Belongings, Whose, World, noon
from marketplace.venues.models import VenuePhoto

# --- Parts of addresses, and what is posted ------------------------------------------------------


def _submission(things: Belongings, world: World) -> dict[str, object]:
    return {"pk": things.submission.pk}


def _seen(things: Belongings, world: World) -> Data:
    return {"seen": things.submission.waiting_since.isoformat()}


def _changes(things: Belongings, world: World) -> Data:
    return {
        **_seen(things, world),
        "items-TOTAL_FORMS": "1",
        "items-INITIAL_FORMS": "0",
        "items-0-section": "photos",
        "items-0-text": "Show the entrance",
    }


def _rejection(things: Belongings, world: World) -> Data:
    return {**_seen(things, world), "reject-reasons": "duplicate"}


def _enquiry(things: Belongings, world: World) -> dict[str, object]:
    return {"pk": world.enquiry.pk}


def _letter(things: Belongings, world: World) -> dict[str, object]:
    return {"pk": world.letter.pk}


def _booking(state: str) -> Callable[[Belongings, World], dict[str, object]]:
    """The address of a booking in this state."""
    return lambda things, _world: {"reference": getattr(things, state).reference}


def _slug(things: Belongings, world: World) -> dict[str, object]:
    return {"slug": things.published.slug}


def _slot(things: Belongings, world: World) -> Data:
    """A free time of the published listing."""
    start = noon(days=20)
    return {
        "space": things.published.spaces.get().pk,
        "date": start.date().isoformat(),
        "start": start.isoformat(),
        "end": (start + timedelta(hours=3)).isoformat(),
        "guests": 2,
    }


def _free_day(things: Belongings, world: World) -> Data:
    """A day that is to be blocked."""
    day = noon(days=21).date().isoformat()
    return {
        "space": things.published.spaces.get().pk,
        "start_date": day,
        "start_time": "12:00",
        "end_date": day,
        "end_time": "14:00",
    }


def _block(things: Belongings, world: World) -> dict[str, object]:
    return {"pk": things.published.pk, "block_id": things.block.pk}


def _foreign_block(things: Belongings, world: World) -> dict[str, object]:
    return {**_block(things, world), "pk": things.paused.pk}


def _checkout(things: Belongings, world: World) -> dict[str, object]:
    return {"session_id": world.checkout_id}


def _attachment(things: Belongings, world: World) -> dict[str, object]:
    return {"pk": world.letter.pk, "attachment_id": world.attachment.pk}


CONTACT: Final = {
    "name": "Gulnara Guest",
    "email": "gulnara@example.com",
    "subject": "searching",
    "message": "Is there a hall with a piano?",
}
_OWN_TOO: Final[tuple[Whose, ...]] = ("owner", "moderator")
_BOTH: Final[tuple[Whose, ...]] = ("owner", "other_owner")


def _renters(of: str, **more: Any) -> Page:
    """A page about a booking in this state, for who made it."""
    return Page(renters, of=_booking(of), whose=_BOTH, **more)


# --- The table -----------------------------------------------------------------------------------

STOREFRONT: Final = {
    "": Page(everybody),
    "search/": Page(everybody),
    "venues/<slug:slug>/": Page(
        everybody,
        of=_slug,
        whose=_BOTH,
    ),
    "venues/<slug:slug>/availability/": Page(everybody, of=_slug, whose=_BOTH),
    "venues/<slug:slug>/quote/": Page(everybody, of=_slug, whose=_BOTH),
    # By a link (GET) nobody books: it leads to the venue's page.
    "venues/<slug:slug>/book/": Page(
        members, posting=bookers, get=302, post=302, data=_slot, of=_slug, whose=_BOTH
    ),
    "bookings/": Page(members),
    "bookings/<str:reference>/": _renters("confirmed"),
    "bookings/<str:reference>/checkout/": _renters(
        "held", post=302, data=fixed(purpose="party", message="A cake.", rules_accepted="on")
    ),
    "bookings/<str:reference>/return/": _renters("confirmed", get=302),
    "bookings/<str:reference>/cancel/": _renters("confirmed", post=302),
    "bookings/<str:reference>/calendar.ics": _renters("confirmed"),
    "bookings/<str:reference>/receipt/": _renters("confirmed"),
    "notifications/": Page(members),
    "notifications/read/": Page(members, get=None, post=302),
    # It has been read before: only the first look at one writes that down.
    "notifications/<uuid:pk>/": Page(
        the_told, get=302, of=lambda things, _world: {"pk": things.told.pk}, whose=_BOTH
    ),
    "profile/": Page(
        members, post=302, data=fixed(name="A New Name", language="en", time_zone="Asia/Almaty")
    ),
    "profile/email/": Page(members, get=302, post=302, data=fixed(email="new@example.com")),
    # Nobody has asked for a code, so that even one's own answer changes nothing.
    "profile/email/code/": Page(
        members, get=302, post=422, data=fixed(code="123456"), changes_rows=False
    ),
    "profile/email/remove/": Page(members, get=None, post=302),
    "profile/activity/": Page(members),
    "help/": Page(everybody),
    "contact/": Page(everybody, post=302, data=fixed(**CONTACT)),
    "contact/sent/": Page(everybody),
    "terms/": Page(everybody),
    "privacy/": Page(everybody),
    "offer/": Page(everybody),
    "preferences/": Page(
        everybody, get=None, post=302, data=fixed(language="en", theme="dark"), changes_rows=False
    ),
    "site.webmanifest": Page(everybody),
    "robots.txt": Page(everybody),
    "sitemap.xml": Page(everybody),
}

ACCOUNTS: Final = {
    "accounts/": Page(everybody, get=302),
    "accounts/signup/": Page(
        visitors, post=302, data=fixed(phone="+77051112233", name="Nurgul Newcomer")
    ),
    "accounts/login/": Page(
        visitors, post=302, data=lambda _things, world: {"phone": world.people["renter"].phone}
    ),
    # Nobody was sent a code: there is no number in question.
    "accounts/login/code/": Page(everybody, get=302, post=302, changes_rows=False),
    "accounts/phone/verify/": Page(everybody, get=302, post=302, changes_rows=False),
    "accounts/phone/change/": Page(members, post=302, data=fixed(phone="+77051112244")),
    "accounts/logout/": Page(leavers, post=302, changes_rows=False),
    "accounts/inactive/": Page(everybody),
}


def _venue(state: str) -> Callable[[Belongings, World], dict[str, object]]:
    """The address of a listing in this state."""
    return lambda things, _world: {"pk": getattr(things, state).pk}


def _space(things: Belongings, world: World) -> dict[str, object]:
    return {"pk": things.draft.pk, "space_id": things.draft.spaces.latest("position").pk}


def _photo(things: Belongings, world: World) -> dict[str, object]:
    return {"pk": things.draft.pk, "photo_id": things.draft.photos.latest("position").pk}


def _foreign_space(things: Belongings, world: World) -> dict[str, object]:
    return {**_space(things, world), "space_id": things.published.spaces.latest("position").pk}


def _foreign_photo(things: Belongings, world: World) -> dict[str, object]:
    return {**_photo(things, world), "photo_id": things.published.photos.latest("position").pk}


def _basics(things: Belongings, world: World) -> Data:
    draft = things.draft
    return {
        "name": "A new name",
        "category": draft.category_id,
        "city": draft.city_id,
        "district": draft.district_id or "",
        "summary": draft.summary,
        "description": draft.description,
        "address": draft.address,
        "business_name": draft.business.name,
    }


def _start(things: Belongings, world: World) -> Data:
    return {
        "name": "One more venue",
        "category": things.draft.category_id,
        "city": things.draft.city_id,
    }


def _upload(things: Belongings, world: World) -> Data:
    picture = BytesIO()
    Image.new("RGB", (1200, 800), "#0B5D4E").save(picture, "JPEG")
    return {"photos": SimpleUploadedFile("hall.jpg", picture.getvalue(), "image/jpeg")}


_A_SPACE: Final = {
    "name": "Small hall",
    "description": "A room beside the hall.",
    "capacity": "12",
    "units": "1",
    "hourly_rate_minor": "9000",
    "cleaning_fee_minor": "0",
    "minimum_minutes": "60",
    "granularity_minutes": "30",
    "buffer_before_minutes": "0",
    "buffer_after_minutes": "30",
    "lead_hours": "2",
    "instant_hours": "24",
    "horizon_days": "365",
    "booking_mode": "instant",
    "answer_hours": "24",
}


def _step(state: str) -> Page:
    """A button that changes the state of a listing."""
    return Page(writers, get=None, post=302, of=_venue(state), whose=_BOTH)


def _section(data: Callable[[Belongings, World], Data] | None = None, **more: Any) -> Page:
    """A form of a draft; without data it is only read."""
    if data is not None:
        more = {"post": 302, "data": data} | more
    options: dict[str, Any] = {"of": _venue("draft"), "whose": _BOTH} | more
    return Page(writers, **options)


_VENUE: Final = "owner/venues/<int:pk>/"
_SPACE: Final = f"{_VENUE}spaces/<int:space_id>/"
_PHOTO: Final = f"{_VENUE}photos/<int:photo_id>/"
_BLOCK: Final = f"{_VENUE}calendar/blocks/<int:block_id>/remove/"

OWNERS: Final = {
    "owner/": Page(members),
    "owner/start/": Page(everybody, posting=members, post=302, data=_start),
    _VENUE: Page(team, of=_venue("draft"), whose=_BOTH),
    f"{_VENUE}basics/": _section(_basics),
    f"{_VENUE}hours/": _section(fixed(day1_0_opens="10:00", day1_0_closes="20:00")),
    f"{_VENUE}terms/": _section(fixed(rules="No shoes.", cancellation_policy="standard_30")),
    f"{_VENUE}spaces/": _section(),
    f"{_VENUE}spaces/add/": _section(fixed(**_A_SPACE)),
    _SPACE: _section(fixed(**_A_SPACE), of=_space),
    f"{_SPACE}remove/": _section(nothing, of=_space),
    f"{_VENUE}photos/": _section(),
    f"{_VENUE}photos/upload/": _section(_upload, get=302),
    f"{_PHOTO}move/": _section(fixed(to="earlier"), get=None, of=_photo),
    f"{_PHOTO}describe/": _section(fixed(alt_text="The stage"), get=None, of=_photo),
    f"{_PHOTO}remove/": _section(nothing, get=None, of=_photo),
    f"{_VENUE}submit/": _step("draft"),
    f"{_VENUE}pause/": _step("published"),
    f"{_VENUE}resume/": _step("paused"),
    f"{_VENUE}reopen/": _step("rejected"),
    f"{_VENUE}archive/": _section(nothing),
    # Nobody has sent the edit back: sending it in again changes the listing's version alone.
    f"{_VENUE}edit/resubmit/": _step("edited"),
    f"{_VENUE}edit/withdraw/": _step("edited"),
    "owner/bookings/": Page(members),
    "owner/bookings/<str:reference>/": Page(team, of=_booking("confirmed"), whose=_BOTH),
    "owner/bookings/<str:reference>/accept/": _section(nothing, get=None, of=_booking("requested")),
    "owner/bookings/<str:reference>/decline/": _section(
        fixed(reason="time"), of=_booking("requested")
    ),
    "owner/bookings/<str:reference>/cancel/": _section(
        fixed(reason="The roof leaks."), of=_booking("confirmed")
    ),
    "owner/earnings/": Page(earners),
    "owner/earnings/export/": Page(earners),
    "owner/venues/": Page(members),
    f"{_VENUE}calendar/": Page(team, of=_venue("published"), whose=_BOTH),
    f"{_VENUE}calendar/blocks/add/": _section(_free_day, get=302, of=_venue("published")),
    _BLOCK: _section(nothing, get=None, of=_block),
}

# The same addresses, asked for what is not published, or for parts of another venue.
HIDDEN: Final = {
    "venues/<slug:slug>/": Page(
        whoever_may_see_drafts,
        of=lambda things, _world: {"slug": things.draft.slug},
        whose=_BOTH,
    ),
    _SPACE: Page(nobody_else, post=302, of=_foreign_space, whose=_BOTH),
    f"{_SPACE}remove/": Page(nobody_else, post=302, of=_foreign_space, whose=_BOTH),
    f"{_PHOTO}move/": Page(nobody_else, get=None, post=302, of=_foreign_photo, whose=_BOTH),
    f"{_PHOTO}describe/": Page(nobody_else, get=None, post=302, of=_foreign_photo, whose=_BOTH),
    f"{_PHOTO}remove/": Page(nobody_else, get=None, post=302, of=_foreign_photo, whose=_BOTH),
    _BLOCK: Page(nobody_else, get=None, post=302, of=_foreign_block, whose=_BOTH),
    # A slot that is not paid for is its renter's alone.
    "owner/bookings/<str:reference>/": Page(no_member, of=_booking("held"), whose=_BOTH),
}

MODERATION: Final = {
    "moderation/": Page(moderators),
    "moderation/cases/<int:pk>/": Page(moderators, of=_submission, whose=_OWN_TOO),
    "moderation/cases/<int:pk>/claim/": Page(moderators, get=None, post=302, of=_submission),
    # Nobody holds the case, so that letting go of it changes nothing.
    "moderation/cases/<int:pk>/release/": Page(
        moderators, get=None, post=302, of=_submission, changes_rows=False
    ),
    "moderation/cases/<int:pk>/approve/": Page(
        moderators_of_others, get=None, post=302, data=_seen, of=_submission, whose=_OWN_TOO
    ),
    "moderation/cases/<int:pk>/request-changes/": Page(
        moderators_of_others, get=None, post=302, data=_changes, of=_submission, whose=_OWN_TOO
    ),
    "moderation/cases/<int:pk>/reject/": Page(
        moderators_of_others, get=None, post=302, data=_rejection, of=_submission, whose=_OWN_TOO
    ),
    "moderation/listings/": Page(moderators),
    "moderation/listings/<int:pk>/suspend/": Page(
        moderators_of_others,
        post=302,
        data=fixed(reason="The hall burnt down."),
        of=lambda things, _world: {"pk": things.published.pk},
        whose=_OWN_TOO,
    ),
    "moderation/listings/<int:pk>/reinstate/": Page(
        moderators_of_others,
        post=302,
        of=lambda things, _world: {"pk": things.suspended.pk},
        whose=_OWN_TOO,
    ),
    "moderation/enquiries/": Page(administrators),
    "moderation/enquiries/<int:pk>/": Page(administrators, of=_enquiry),
    "moderation/enquiries/<int:pk>/answer/": Page(
        administrators, get=None, post=302, data=fixed(text="Yes, at Apple Hall."), of=_enquiry
    ),
}

PHOTO_PATH: Final = VenuePhoto.path_for("ab" * 32, 960)

MACHINES: Final = {
    "styleguide/": Page(everybody),
    "sandbox/outbox/": Page(everybody),
    "sandbox/outbox/<int:pk>/": Page(everybody, of=_letter),
    "sandbox/outbox/<int:pk>/html/": Page(everybody, of=_letter),
    "sandbox/outbox/<int:pk>/files/<int:attachment_id>/": Page(everybody, of=_attachment),
    # Nobody has signed what comes here, so nothing is kept of it.
    "payments/stripe/webhook/": Page(everybody, get=None, post=400, changes_rows=False),
    # Whoever has its address may pay, as at a real provider; this is no card.
    "sandbox/checkout/<str:session_id>/": Page(
        everybody, post=422, data=fixed(number="1234"), of=_checkout, changes_rows=False
    ),
    # No bank has asked.
    "sandbox/checkout/<str:session_id>/bank/": Page(
        everybody, get=302, post=302, of=_checkout, changes_rows=False
    ),
    "media/<photo:path>": Page(everybody, of=lambda _things, _world: {"path": PHOTO_PATH}),
}

PAGES: Final[dict[str, Page]] = STOREFRONT | ACCOUNTS | OWNERS | MODERATION | MACHINES
