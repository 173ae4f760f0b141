"""The running site, and a visitor who uses it as a person would."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Locator, Page

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 120
CODE = re.compile(r"\b(\d{6}) is your\b")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_site(folder: Path) -> Iterator[str]:
    """What `make demo` serves, on data of its own in `folder`; gives its address.

    Ends the site as Ctrl-C would, and removes the data.
    """
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    log = (folder / "site.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "config.demo_server"],
        cwd=ROOT,
        env={**environment, "PORT": str(port), "DATA_DIR": str(folder / "data")},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process, folder / "site.log")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)
        log.close()
        shutil.rmtree(folder / "data", ignore_errors=True)


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise RuntimeError(f"The site did not become ready:\n{log.read_text()}")


def new_phone() -> str:
    """A number that nobody signed up with yet, as far as chance goes."""
    return f"+7701{secrets.randbelow(9_000_000) + 1_000_000}"


class Visitor:
    """A person with a browser. `trouble` collects what a console or a server complained about."""

    def __init__(self, context: BrowserContext, address: str, *, has_scripts: bool = True) -> None:
        self.context = context
        self.address = address
        self.has_scripts = has_scripts
        self.page = context.new_page()
        self.trouble: list[str] = []
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on(
            "console",
            lambda message: (
                self.trouble.append(message.text) if "Security Policy" in message.text else None
            ),
        )
        self.page.on(
            "response",
            lambda answer: (
                self.trouble.append(f"{answer.status} {answer.url}")
                if answer.status >= 500
                else None
            ),
        )

    def open(self, path: str) -> Page:
        """Type an address."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    def open_search(self) -> None:
        """Below 1024 the search of home and of the search page is a line that opens as a sheet."""
        line = self.page.locator(".search-line")
        if line.is_visible():
            line.click()

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        """Follow the link of this name."""
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def fill(self, label: str, value: str) -> None:
        """Fill the field of this label, which may say that it is optional."""
        named = re.compile(rf"^\s*{re.escape(label)}\s*(\(?optional\)?)?\s*$", re.IGNORECASE)
        self.page.get_by_label(named).first.fill(value)

    def code_for(self, recipient: str, *, after: int = 0) -> str:
        """The newest code sent to a phone number or email, in a message that came after that."""
        message = self.wait_for_message(recipient, CODE, after=after)
        try:
            found = CODE.search(message.locator("main").inner_text())
            assert found, message.locator("main").inner_text()
            return found[1]
        finally:
            message.close()

    def wait_for_message(
        self, recipient: str, words: str | re.Pattern[str], *, after: int = 0
    ) -> Page:
        """The newest message with these words to this recipient, open in a page of its own."""
        deadline = time.monotonic() + 30
        outbox = self.context.new_page()
        while time.monotonic() < deadline:
            outbox.goto(f"{self.address}/sandbox/outbox/?{urlencode({'to': recipient})}")
            links = outbox.locator("main ol > li a").filter(has_text=words)
            if links.count() and _number(links.first) > after:
                links.first.click()
                return outbox
            time.sleep(0.2)
        raise AssertionError(f"No message with {words} came to {recipient}.")

    def last_message_to(self, recipient: str) -> int:
        """The number of the newest message to this recipient; 0 before the first."""
        outbox = self.context.new_page()
        try:
            outbox.goto(f"{self.address}/sandbox/outbox/?{urlencode({'to': recipient})}")
            links = outbox.locator("main ol > li a")
            return _number(links.first) if links.count() else 0
        finally:
            outbox.close()

    def sign_up(self, phone: str, name: str) -> None:
        """Fill in the sign-up page, and the code that the sandbox outbox shows."""
        self.fill("Phone number", phone)
        self.fill("Your name", name)
        self.press("Text me a code")
        self.page.locator("input[name=code]").fill(self.code_for(phone))
        self.press("Continue")
        self.page.wait_for_url(lambda url: "/accounts/" not in url)

    def log_in(self, phone: str) -> None:
        """Log in by the code that the sandbox outbox shows."""
        last = self.last_message_to(phone)
        self.open("/accounts/login/")
        self.fill("Phone number", phone)
        self.press("Text me a code")
        self.page.get_by_role("heading", name="Enter the code").wait_for()
        self.page.locator("input[name=code]").fill(self.code_for(phone, after=last))
        self.press("Continue")
        self.page.wait_for_url(lambda url: "/accounts/" not in url)


def _number(link: Locator) -> int:
    """The last part of the address that a message stands at."""
    return int(str(link.get_attribute("href")).rstrip("/").rpartition("/")[2])


def new_visitor(
    browser: Browser, address: str, *, width: int = 1280, scripts: bool = True, state: str = ""
) -> Visitor:
    """A visitor with a fresh browser profile, or one that was logged in before (`state`)."""
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width < 768 else 900},
        java_script_enabled=scripts,
        locale="en-GB",
        timezone_id="Asia/Almaty",
        reduced_motion="reduce",
        storage_state=state or None,
    )
    context.set_default_timeout(15_000)
    return Visitor(context, address, has_scripts=scripts)
