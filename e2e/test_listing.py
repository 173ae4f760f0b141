"""A newcomer lists a venue, a moderator sends it back and then approves it, a guest finds it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from config.demo.people import ADMINISTRATOR, DANIYAR, MODERATOR
from e2e.conftest import Come
from e2e.site import ROOT, Visitor, new_phone

PHOTOS = ROOT / "config" / "demo" / "photos"
DESCRIPTION = (
    "A long room under the roof of a former bakery, with two tall windows to the yard and a floor "
    "that takes rolling tripods. There is a paper roll in six colours, three soft boxes and a "
    "kettle that never rests. The lift takes a sofa. Come ten minutes early to get the keys."
)
RULES = "No smoking, shoes off on the white floor, and everything goes back to where it was."


def draft(owner: Visitor, name: str, photos: list[Path]) -> str:
    """All five steps; gives the address of the listing's page at the owners'."""
    page = owner.page
    owner.fill("Name of the venue", name)
    page.get_by_label("Kind of venue").select_option(label="Photo studio")
    owner.press("Begin the draft")
    page.wait_for_url(re.compile(r"/owner/venues/\d+/basics/"))
    listing = page.url.removeprefix(owner.address).replace("basics/", "")

    owner.fill("In one line", "A quiet daylight studio over a yard")
    owner.fill("Description", DESCRIPTION)
    page.get_by_label("District").select_option(label="Medeu, Almaty")
    owner.fill("Address", "Zenkov Street 27, 3rd floor")
    owner.press("Save and go on")

    page.wait_for_url(re.compile(r"/spaces/"))
    if not page.url.endswith("/add/"):
        owner.open(f"{listing}spaces/add/")
    owner.fill("Name", "Daylight room")
    owner.fill("Guests at most", "14")
    owner.fill("Price of an hour", "9000")
    owner.press("Save the space")
    expect(page.get_by_text("Daylight room").first).to_be_visible()

    owner.open(f"{listing}hours/")
    page.get_by_label("Monday opens").first.fill("09:00")
    page.get_by_label("Monday closes").first.fill("22:00")
    page.get_by_role("button", name=re.compile(r"^Copy to every day \(Monday\)")).click()
    expect(page.get_by_label("Sunday opens").first).to_have_value("09:00")
    owner.press("Save and go on")

    owner.open(f"{listing}photos/")
    page.get_by_label("Add photos").set_input_files(photos)
    owner.press("Upload")
    expect(page.locator("#gallery li")).to_have_count(len(photos))

    owner.open(f"{listing}terms/")
    owner.fill("House rules", RULES)
    owner.press("Save and go on")
    return listing


@pytest.mark.parametrize(
    ("width", "scripts"),
    [pytest.param(1280, True, id="wide"), pytest.param(390, False, id="phone-without-scripts")],
)
def test_listing_travels_from_draft_to_search(come: Come, width: int, scripts: bool) -> None:
    phone = new_phone()
    name = f"Bakery Studio {phone[-4:]}"
    pictures = sorted(PHOTOS.glob("photo-studio-*.webp"))
    owner = come(width=width, scripts=scripts)
    owner.open("/accounts/signup/?next=/owner/start/")
    owner.sign_up(phone, "Zarina Abenova")
    listing = draft(owner, name, pictures[:5])
    page = owner.open(listing)
    owner.press("Send it in")
    expect(page.get_by_text("A moderator is reading it")).to_be_visible()

    moderator = come(width=width, scripts=scripts, phone=MODERATOR)
    desk = moderator.open("/moderation/")
    desk.get_by_role("link", name=re.compile(name)).first.click()
    expect(desk.get_by_text("Zenkov Street 27, 3rd floor").first).to_be_visible()
    desk.locator("summary", has_text="Ask for changes").click()
    desk.get_by_label("Part of the listing").first.select_option(index=1)
    desk.get_by_label("What to change").first.fill("Say where people park.")
    moderator.press("Send it back to the owner")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()

    page = owner.open(listing)
    expect(page.get_by_text("Say where people park.").first).to_be_visible()
    owner.open(f"{listing}basics/")
    owner.fill("Description", f"{DESCRIPTION} Cars stand in the yard, the gate opens by itself.")
    owner.press("Save")
    page = owner.open(listing)
    owner.press("Send it in")

    desk = moderator.open("/moderation/")
    desk.get_by_role("link", name=re.compile(name)).first.click()
    expect(desk.get_by_text("Cars stand in the yard").first).to_be_visible()
    moderator.press("Approve and publish")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()

    guest = come(width=width, scripts=scripts)
    found = guest.open(f"/search/?q={name.replace(' ', '+')}")
    found.locator("#results article a.name").first.click()
    expect(found.get_by_role("heading", level=1)).to_have_text(name)
    expect(found.get_by_text("Zenkov Street")).to_have_count(0)


def test_contact_reaches_an_administrator_who_answers_by_email(come: Come) -> None:
    guest = come(width=390, scripts=False)
    last = guest.last_message_to("arman@mail.example")
    page = guest.open("/contact/")
    guest.fill("Name", "Arman")
    page.locator("input[name=email]").fill("arman@mail.example")
    page.locator("select[name=subject]").select_option(index=1)
    page.locator("textarea[name=message]").fill("May I bring a dog to a photo studio?")
    guest.press("Send the message")
    expect(page).to_have_url(re.compile(r"/contact/sent/"))

    administrator = come(phone=ADMINISTRATOR)
    desk = administrator.open("/moderation/enquiries/")
    desk.locator("main a", has_text="Arman").first.click()
    expect(desk.get_by_text("May I bring a dog")).to_be_visible()
    administrator.fill("Your answer", "Ask the owner: most say yes to a small one.")
    desk.locator("main form button[type=submit]").last.click()

    answer = administrator.wait_for_message("arman@mail.example", "JoyTop's answer", after=last)
    expect(answer.get_by_text("most say yes to a small one")).to_be_visible()


def test_owner_pauses_a_listing_and_brings_it_back(come: Come) -> None:
    owner = come(phone=DANIYAR)
    page = owner.open("/owner/venues/")
    page.get_by_role("link", name="Alatau Hoops").first.click()
    owner.press("Pause the listing")
    expect(page.get_by_text("Nobody finds it while it is paused.").first).to_be_visible()
    guest = come()
    expect(guest.open("/search/?q=Alatau+Hoops").locator("#results .empty")).to_be_visible()
    owner.press("Resume the listing")
    expect(guest.open("/search/?q=Alatau+Hoops").locator("#results article")).to_have_count(1)


def test_administrator_can_open_every_list_of_the_admin(come: Come) -> None:
    administrator = come(phone=ADMINISTRATOR)
    page = administrator.open("/admin/")
    links = page.locator("#content-main th a, #content-main caption a").all()
    paths = [str(link.get_attribute("href")) for link in links]
    assert len(paths) >= 20
    for path in paths:
        answer = page.goto(f"{administrator.address}{path}")
        assert answer is not None
        assert answer.status == 200, path


def test_moderator_goes_through_the_queue_by_keys(come: Come) -> None:
    moderator = come(phone=MODERATOR)
    page = moderator.open("/moderation/")
    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"/moderation/cases/\d+/"))
    page.keyboard.press("c")

    expect(page.get_by_label("What to change").first).to_be_visible()
