"""What a person does in the app, as the browser tests do it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

#: Milliseconds a page may take to show something, on two busy cores.
PATIENCE = 40_000

#: Milliseconds without a run after which a page counts as settled, and how often that is looked at.
QUIET, PULSE = 400, 100

#: Pages by their address, in the order of the navigation.
PAGES = ("data", "links", "quality", "answered", "overview", "metrics", "monitor", "drivers")
#: How the navigation names a page, where that is not its address with a capital.
NAMES = {"answered": "Who answered"}


def settled(page: Page) -> None:
    """Wait until the app has run to its end and shows no error and no dialog ("Page not found" is one)."""
    still = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    quiet = 0
    while quiet < QUIET:  # a click is a run a moment later, and a run may ask for another one
        expect(still).to_be_visible()
        page.wait_for_timeout(PULSE)
        quiet = quiet + PULSE if still.count() else 0
    assert page.get_by_test_id("stException").all_inner_texts() == []
    assert page.get_by_role("dialog").all_inner_texts() == []


def visit(page: Page, url: str) -> None:
    """Open an address and wait for the page to settle."""
    page.goto(url)
    page.get_by_role("heading", level=1).first.wait_for()
    settled(page)


def upload(page: Page, *files: Path) -> None:
    """Hand files to the data page's uploader."""
    page.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files([str(file) for file in files])


def try_the_sample_company(page: Page, url: str) -> None:
    """From the start page, in one click."""
    visit(page, url)
    page.get_by_role("button", name="Try the sample company").first.click()
    # Reading twelve files takes seconds; on a machine that does other things too, many.
    page.wait_for_url(lambda address: urlsplit(address).path.strip("/") not in {"", "start"}, timeout=3 * PATIENCE)
    settled(page)
