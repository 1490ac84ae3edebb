"""Lifetime value on the overview: the model is chosen, the tile follows, and each model is checked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import healthy, texts

import cxanalysis as cx


@pytest.fixture
def page(open_page, home):
    """An overview of one table of purchases."""
    rng = np.random.default_rng(7)
    rows = []
    for who in range(150):
        rate, own, day = rng.gamma(2, 1 / 40), rng.gamma(5, 4), rng.uniform(0, 200)
        until = min(600.0, day + rng.exponential(300))
        while day < until:
            rows.append((f"c{who}", pd.Timestamp("2023-01-01") + pd.Timedelta(days=int(day)), rng.gamma(4, own / 4)))
            day += rng.exponential(1 / rate) + 1
    log = pd.DataFrame(rows, columns=["customer", "bought", "margin"])
    roles = {"customer": "customer", "bought": "date", "margin": "amount"}
    cx.Workspace(home).add(cx.Table(log, name="purchases", kind="transactions", roles=roles))
    return healthy(open_page("overview"))


def tile(app):
    (found,) = [one for one in app.metric if one.label == "Lifetime value"]
    return found


def test_the_tile_follows_the_chosen_model(page):
    assert "BG/NBD" in tile(page).help
    healthy(page.toggle(key="lifetime.open").set_value(True).run())
    said = texts(page)
    assert "by BG/NBD or" in said
    assert "Checked on the last" in said
    assert "\\\\[" not in said  # escaped once, not twice
    assert "expected purchases (BG/NBD)" in page.code[0].value
    healthy(page.selectbox(key="lifetime.way").set_value("Pareto/NBD").run())
    assert "expected purchases (Pareto/NBD)" in page.code[0].value
    assert "Pareto/NBD" in tile(page).help
    healthy(page.toggle(key="overview.actions.code").set_value(True).run())
    code = " ".join(block.value for block in page.code)
    assert "cx.purchase_models(" in code
    assert "model='Pareto/NBD'" in code


def test_opportunities_add_the_third_model(page):
    healthy(page.toggle(key="lifetime.open").set_value(True).run())
    healthy(page.selectbox(key="lifetime.way").set_value("month").run())
    table = next(frame.value for frame in page.dataframe if "model" in frame.value.columns)
    assert table["model"].tolist() == ["BG/NBD", "Pareto/NBD", "BG/BB", "as before"]
    assert "Customers may buy once a month." in texts(page)
    # A period that the log does not hold is refused calmly, and the others stay reachable.
    page.selectbox(key="lifetime.way").set_value("year").run()
    assert not page.exception
    healthy(page.selectbox(key="lifetime.way").set_value("BG/NBD").run())
