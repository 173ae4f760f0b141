"""A person signs up by phone, looks after the profile, leaves and comes back."""

import re

import pytest
from playwright.sync_api import expect

from e2e.conftest import Come
from e2e.site import new_phone


@pytest.mark.parametrize(
    ("width", "scripts", "typed"),
    [
        pytest.param(1280, True, "8 {0} {1} {2}", id="wide"),
        pytest.param(390, False, "+7 ({0}) {1}-{2}", id="phone-without-scripts"),
    ],
)
def test_newcomer_signs_up_adds_an_email_and_logs_in_again(
    come: Come, width: int, scripts: bool, typed: str
) -> None:
    phone = new_phone()
    newcomer = come(width=width, scripts=scripts)
    page = newcomer.open("/accounts/signup/")
    newcomer.fill("Phone number", typed.format(phone[2:5], phone[5:8], phone[8:]))
    newcomer.fill("Your name", "Nurlan Seitkali")
    newcomer.press("Text me a code")
    page.locator("input[name=code]").fill(newcomer.code_for(phone))
    newcomer.press("Continue")
    page.wait_for_url(re.compile(r"/$"))

    page = newcomer.open("/profile/")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Nurlan Seitkali")
    newcomer.fill("Name", "Nurlan S.")
    newcomer.press("Save")
    expect(page.get_by_text("Saved.")).to_be_visible()

    email = f"nurlan{phone[-7:]}@mail.example"
    newcomer.fill("Email address", email)
    newcomer.press("Add the address")
    page.locator("#profile-email input[name=code]").fill(newcomer.code_for(email))
    newcomer.press("Confirm the address")
    expect(page.locator("#profile-email").get_by_text(email)).to_be_visible()
    expect(page.locator("#profile-email").get_by_text("Confirmed")).to_be_visible()

    page = newcomer.open("/profile/activity/")
    expect(page.get_by_text("Email address verified").first).to_be_visible()
    expect(page.get_by_text("Signed up").first).to_be_visible()

    newcomer.context.clear_cookies()
    newcomer.log_in(phone)
    page = newcomer.open("/profile/")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Nurlan S.")


def test_login_leads_back_to_what_was_asked_for(come: Come) -> None:
    visitor = come()
    page = visitor.open("/profile/activity/")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    last = visitor.last_message_to("+77010000001")
    visitor.fill("Phone number", "8 701 000 00 01")
    visitor.press("Text me a code")
    page.locator("input[name=code]").fill(visitor.code_for("+77010000001", after=last))
    visitor.press("Continue")

    expect(page).to_have_url(re.compile(r"/profile/activity/$"))


def test_wrong_code_is_refused_in_words(come: Come) -> None:
    visitor = come(width=390)
    page = visitor.open("/accounts/login/")
    visitor.fill("Phone number", "+77010000006")
    visitor.press("Text me a code")
    page.locator("input[name=code]").fill("000000")
    visitor.press("Continue")

    expect(page.locator(".field-error").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/accounts/login/code/"))


def test_logging_out_ends_the_visit(come: Come) -> None:
    phone = new_phone()
    visitor = come()
    page = visitor.open("/accounts/signup/")
    visitor.sign_up(phone, "Short Visit")
    page.get_by_label("Your account").first.click()
    visitor.press("Log out")

    visitor.open("/profile/")
    expect(page).to_have_url(re.compile(r"/accounts/login/"))
