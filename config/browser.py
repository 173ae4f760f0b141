"""Which browser the tests, screenshots and measurements drive."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAMES_ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HINT = "Install Chromium, or name one in JOYTOP_CHROMIUM."


@dataclass(frozen=True, slots=True)
class Browser:
    """A Chromium; without a path it is the one that Playwright keeps for itself."""

    path: str | None

    @property
    def launch_arguments(self) -> dict[str, Any]:
        """For Playwright's `launch`, which turns Chromium's own sandbox off by default.

        The browser reaches this machine and nothing else.
        """
        arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
        if not _has_room(Path("/dev/shm")):  # noqa: S108  (a mount point, not a file of ours)
            arguments.append("--disable-dev-shm-usage")
        launch: dict[str, Any] = {"args": arguments}
        if self.path:
            launch["executable_path"] = self.path
        return launch


def _has_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).total >= 512 * 1024 * 1024
    except OSError:
        return False


def find_browser() -> Browser:
    """JOYTOP_CHROMIUM, then one on PATH, then Playwright's own. Raises LookupError."""
    named = os.environ.get("JOYTOP_CHROMIUM", "")
    if named:
        found = shutil.which(named)
        if not found:
            raise LookupError(f"JOYTOP_CHROMIUM={named} is not a program that can be run.")
        return Browser(found)
    for name in NAMES_ON_PATH:
        found = shutil.which(name)
        if found and _runs(found):
            return Browser(found)
    if _playwright_has_its_own():
        return Browser(None)
    raise LookupError(f"No browser was found. {HINT}")


def _runs(path: str) -> bool:
    """Some systems put a script there that only tells how to install a browser."""
    try:
        told = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0


def _playwright_has_its_own() -> bool:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (only developers have it)

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def install_browser() -> Browser:
    """Downloads Playwright's Chromium; as root with the system packages it needs.

    Where its download is out of reach, root installs the system's package instead.
    Raises LookupError.
    """
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    if os.geteuid() == 0:
        command.append("--with-deps")
    print("Installing a browser for the tests...", flush=True)
    done = subprocess.run(command, check=False)
    if done.returncode != 0 and os.geteuid() == 0 and shutil.which("apt-get"):
        for step in (["update", "-q"], ["install", "-q", "-y", "chromium"]):
            subprocess.run(["apt-get", *step], check=False)
    return find_browser()


def main() -> int:
    """`python -m config.browser`: makes sure that there is one."""
    try:
        try:
            find_browser()
        except LookupError:
            if os.environ.get("JOYTOP_CHROMIUM"):
                raise
            install_browser()
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
