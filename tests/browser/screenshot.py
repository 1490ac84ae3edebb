"""Take the README's picture: the drivers page with the sample company, as a new user sees it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import chromium
from driving import FLAGS, PATIENCE, try_the_sample_company, visit
from playwright.sync_api import expect, sync_playwright
from server import Server


def take(target: Path) -> None:
    """Start the app on an empty workspace, take in the sample company, open the drivers page, press the shutter."""
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = Server(Path(folder)).start()
        try:
            browser = play.chromium.launch(executable_path=chromium.find(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
            page.set_default_timeout(PATIENCE)
            try_the_sample_company(page, server.url)
            visit(page, f"{server.url}/drivers")
            page.locator("[data-testid=stVegaLiteChart]").first.wait_for()
            page.wait_for_timeout(1500)  # the chart draws itself after the page has settled
            target.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=target)
            browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
