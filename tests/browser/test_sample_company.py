"""The sample company, from one click to the notebook; and every page on a narrow screen."""

from __future__ import annotations

import ast
import re
from urllib.parse import quote, unquote

import nbformat
import pytest
from driving import PAGES, settled, visit
from playwright.sync_api import Page, expect


def test_drivers_begin_with_the_answer(company, page):
    visit(page, f"{company.url}/drivers")
    answer = page.locator("[data-testid=stMain]").get_by_text(re.compile(r"\d.*\[.*\d.*\]|cannot", re.IGNORECASE))
    expect(answer.first).to_be_visible()
    expect(page.locator("[data-testid=stVegaLiteChart]").first).to_be_visible()


@pytest.mark.parametrize("address", ["overview", "drivers"])
def test_the_code_is_shown(company, page, address):
    visit(page, f"{company.url}/{address}")
    page.get_by_text("Show the code").first.click()
    code = page.get_by_test_id("stCode").first
    expect(code).to_contain_text("cx.")
    ast.parse(code.inner_text())


def test_the_notebook_can_be_downloaded(company, page, tmp_path):
    visit(page, f"{company.url}/drivers")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("notebook", re.IGNORECASE)).first.click()
    path = tmp_path / download.value.suggested_filename
    assert path.suffix == ".ipynb"
    download.value.save_as(path)
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    ast.parse(code)
    assert "import cxanalysis as cx" in code
    assert "cx.drivers(" in code


@pytest.mark.parametrize("address", ["", *PAGES])
def test_a_narrow_window_does_not_scroll_sideways(company, new_context, address):
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    visit(page, f"{company.url}/{address}")
    page.wait_for_timeout(1000)  # charts take their width after the page has settled
    widths = page.evaluate(
        """() => [document.documentElement.scrollWidth,
                  ...[...document.querySelectorAll('[data-testid=stMain]')].map(box => box.scrollWidth)]"""
    )
    assert max(widths) <= 360


@pytest.mark.parametrize("address", ["", *PAGES])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_with_data_has_one_title_and_no_error(company, new_context, address, scheme):
    page = new_context(color_scheme=scheme).new_page()
    visit(page, f"{company.url}/{address}")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_text("Something unexpected happened")).to_have_count(0)


def test_a_choice_stands_in_the_address_and_is_shown_again_elsewhere(company, page, new_context):
    visit(page, f"{company.url}/drivers")
    usual = answer(page)
    page.get_by_label(re.compile("Measured as")).click()
    page.get_by_role("option", name="average rating").click()
    page.wait_for_url(lambda address: '"outcome_as":"mean"' in unquote(address))
    settled(page)
    chosen = answer(page)
    assert chosen != usual

    other = new_context().new_page()
    visit(other, page.url)
    assert answer(other) == chosen
    assert unquote(other.url) == unquote(page.url)

    page.reload()
    settled(page)
    assert answer(page) == chosen


def answer(page: Page) -> list[str]:
    """The sentence and the quiet line under the picture."""
    main = page.locator("[data-testid=stMain]")
    quiet = main.locator("p").filter(has_text=re.compile(r"n\s=\s[\d,]+ ·"))
    return [main.get_by_role("heading", level=2).first.inner_text(), quiet.first.inner_text()]


@pytest.mark.parametrize("step", ["{", '{"call":"os.system","tables":[],"arguments":{}}', '{"call":"drivers"}'])
def test_a_broken_step_in_the_address_is_one_sentence(company, page, step):
    visit(page, f"{company.url}/drivers?step={quote(step)}")
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    expect(page.get_by_text("Something unexpected happened")).to_have_count(0)


def test_back_leads_to_the_page_before(company, page):
    visit(page, f"{company.url}/overview")
    page.get_by_role("link", name="Drivers").click()
    page.wait_for_url(lambda address: "/drivers?step=" in address)
    settled(page)
    for _ in range(2):  # from the step to the bare address, and from there to the page before
        page.go_back()
        settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("How good is our customers' experience?")
