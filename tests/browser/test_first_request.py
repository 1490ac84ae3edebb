"""A link typed into a browser before a server that nobody has visited yet."""

from __future__ import annotations

from urllib.request import urlopen

import pytest
from driving import NAMES, PAGES, visit
from playwright.sync_api import expect


@pytest.mark.parametrize("address", ["", *PAGES])
def test_a_cold_deep_link_shows_the_whole_frame(server, page, address):
    visit(page, f"{server.url}/{address}")
    navigation = page.get_by_test_id("stSidebarNav")
    for name in PAGES:
        shown = NAMES.get(name, name.capitalize())
        expect(navigation.get_by_role("link", name=shown, exact=True)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.title().strip()
    assert "Streamlit" not in page.title()
    expect(page.get_by_text("Something unexpected happened")).to_have_count(0)
    assert "Traceback" not in server.log()


def test_a_file_of_the_app_is_no_page(server, page):
    """An unknown address shows the frame and says that there is no such page."""
    page.goto(f"{server.url}/access")
    page.get_by_test_id("stSidebarNav").wait_for()
    expect(page.get_by_text("Page not found")).to_be_visible()


def test_health(server):
    with urlopen(f"{server.url}/_stcore/health") as answer:
        assert answer.read() == b"ok"
