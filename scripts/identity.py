"""Draws the site's icons and the picture that goes with a shared link, into static/images/.

    .venv/bin/python scripts/identity.py

Run by hand after the mark, its colours or the words on the picture have changed; the results are
kept in the repository.
"""

import base64
import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.browser import find_browser  # noqa: E402 -- needs the path above

IMAGES: Final = ROOT / "static" / "images"
PHOTO: Final = ROOT / "config" / "demo" / "photos" / "rooftop-dusk-1.webp"
FONT: Final = ROOT / "static" / "fonts" / "inter-latin.woff2"
MARK: Final = """
<svg viewBox="0 0 32 32"><circle cx="16" cy="4" r="3" fill="#F2994A"/><path fill="currentColor"
d="M5 29V20a11 11 0 0 1 22 0v9a1.5 1.5 0 0 1-1.5 1.5h-4A1.5 1.5 0 0 1 20 29v-8.5a4 4 0 0 0-8 0V29
a1.5 1.5 0 0 1-1.5 1.5h-4A1.5 1.5 0 0 1 5 29Z"/></svg>"""
# The mark's and the ground's colours: a tab may be light or dark, a phone's screen anything.
ON_A_TAB: Final = ("#14806A", "transparent")
ON_A_PHONE: Final = ("#FFFFFF", "#0B5D4E")
# Name, width, and what share of it the mark takes.
ICONS: Final = (
    ("favicon-32.png", 32, 1.0, ON_A_TAB),
    ("apple-touch-icon.png", 180, 0.62, ON_A_PHONE),
    ("icon-192.png", 192, 0.62, ON_A_PHONE),
    ("icon-512.png", 512, 0.62, ON_A_PHONE),
    # A phone may cut it to a circle of four fifths.
    ("icon-maskable-512.png", 512, 0.5, ON_A_PHONE),
)
SHARED: Final = ("share.jpg", 1200, 630)


def data_url(path: Path, kind: str) -> str:
    """The file as an address, for a page that may fetch nothing."""
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def photographed(page: Page, html: str, width: int, height: int) -> Image.Image:
    """What the browser makes of `html`."""
    page.set_viewport_size({"width": width, "height": height})
    page.set_content(html)
    page.evaluate("document.fonts.ready")
    return Image.open(BytesIO(page.screenshot(omit_background=True)))


def icon_html(share: float, mark: str, ground: str) -> str:
    """The mark in the middle of a square."""
    return f"""<style>body {{ margin: 0; height: 100vh; display: grid; place-items: center;
      background: {ground}; color: {mark} }} svg {{ width: {share * 100}vw }}</style>{MARK}"""


def shared_html() -> str:
    """The mark, the name and a line on the left; a room to want on the right."""
    font = data_url(FONT, "font/woff2")
    return f"""<style>
      @font-face {{ font-family: Inter; font-weight: 100 900; src: url({font}) }}
      body {{ margin: 0; height: 100vh; display: grid; grid-template-columns: 500px 1fr;
        background: #FFFFFF; color: #1B1A17; font-family: Inter }}
      div {{ display: flex; flex-direction: column; padding: 64px 0 64px 64px }}
      p {{ margin: 0 }}
      .name {{ display: flex; align-items: center; gap: 16px; font-size: 44px; font-weight: 720;
        letter-spacing: -0.035em }}
      svg {{ width: 60px; color: #0B5D4E }}
      .line {{ margin-top: auto; font-size: 84px; line-height: 86px; font-weight: 690;
        letter-spacing: -0.03em }}
      .more {{ margin-top: 28px; font-size: 28px; line-height: 38px; color: #5C5A54 }}
      img {{ width: 100%; height: 100%; object-fit: cover; object-position: 38% 50%;
        border-radius: 40px 0 0 40px }}
    </style>
    <div><p class="name">{MARK}JoyTop</p><p class="line">The room<br>makes<br>the day</p>
      <p class="more">Halls, studios and lofts<br>by the hour</p></div>
    <img src="{data_url(PHOTO, "image/webp")}">"""


def main() -> None:
    """Draw them all."""
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(**find_browser().launch_arguments).new_page()
        for name, width, share, colours in ICONS:
            drawn = photographed(page, icon_html(share, *colours), width, width)
            drawn.quantize(64).save(IMAGES / name, optimize=True)
        name, width, height = SHARED
        drawn = photographed(page, shared_html(), width, height)
        drawn.convert("RGB").save(IMAGES / name, quality=80, progressive=True, optimize=True)


if __name__ == "__main__":
    main()
