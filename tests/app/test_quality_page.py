"""The quality page: findings in order, one button each, and the table it makes beside the one that stays."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from conftest import ROLES, SCALES, healthy, survey_frame, texts

import cxanalysis as cx


@pytest.fixture
def page(open_page, workspace):
    doubled = pd.concat([survey_frame(), survey_frame().head(40)], ignore_index=True)
    doubled.loc[:79, "gift"] = np.nan
    doubled.loc[400:, "gift"] = np.nan
    doubled.loc[100:105, "csat"] = 9
    rows = cx.Table(doubled, name="survey", kind="survey", roles=ROLES, scales=SCALES)
    workspace.add(rows, replace=True)
    return open_page("quality")


def press(app, check: str):
    return healthy(app.button(key=f"quality.{check}.act").click().run())


def test_the_worst_finding_is_the_answer(page):
    assert page.title[0].value == "Can we trust these answers?"
    assert page.header[0].value.startswith("40 rows of 440 are exact copies of another row; 1 more thing")
    assert page.subheader[0].value == "Distorts an analysis"
    assert "Missing answers" in [part.value for part in page.subheader]
    assert "goes from" in texts(page)


def test_one_click_leaves_them_out_and_keeps_the_table_as_it_was(page, workspace, open_page):
    press(page, "duplicates")
    made = workspace.origin("survey_clean")
    assert made == cx.Step("clean", ("survey",), {"drop": ["duplicates"], "outcome": "recommend"})
    assert workspace.tables["survey_clean"].n_rows == 400
    assert workspace.tables["survey"].n_rows == 440
    assert "survey_clean is in the workspace without duplicates: 400 rows" in texts(page)
    again = open_page("quality")
    assert again.button(key="quality.duplicates.act").label == "Take them back"
    assert "survey_clean" not in again.selectbox(key="quality.table").options


def test_a_second_click_joins_the_first_and_each_can_be_taken_back(page, workspace):
    press(page, "duplicates")
    press(page, "outside the scale")
    assert workspace.origin("survey_clean").arguments["drop"] == ["duplicates", "outside the scale"]
    assert workspace.tables["survey_clean"].frame["csat"].max() == 5
    press(page, "duplicates")
    assert workspace.origin("survey_clean").arguments["drop"] == ["outside the scale"]
    assert workspace.tables["survey_clean"].n_rows == 440
    press(page, "outside the scale")
    assert "survey_clean" not in workspace.tables
    assert workspace.tables["survey"].n_rows == 440


def test_another_outcome_weighs_the_findings_anew(page):
    before = texts(page)
    healthy(page.selectbox(key="quality.outcome").set_value("csat").run())
    assert json.loads(page.query_params["step"])["arguments"]["outcome"] == "csat"
    assert "mean of csat" in texts(page)
    assert "mean of csat" not in before


def test_another_table_is_looked_at(page):
    healthy(page.selectbox(key="quality.table").set_value("orders").run())
    assert json.loads(page.query_params["step"])["tables"] == ["orders"]
    assert "900 rows" in page.header[0].value


def test_the_drivers_page_can_use_what_was_made(page, open_page):
    press(page, "duplicates")
    healthy(page.button(key="quality.drivers").click().run())
    assert page.title[0].value == "What costs us satisfaction?"
    assert page.selectbox(key="drivers.table").value == "survey_clean"


def test_the_code_makes_the_same_findings(page):
    press(page, "duplicates")
    healthy(page.toggle(key="quality.actions.code").set_value(True).run())
    source = page.code[0].value
    assert "cx.clean(" in source
    names: dict = {}
    exec(compile(source.replace("\ncx.quality(", "\nresult = cx.quality("), "shown", "exec"), names)
    assert names["result"].headline == page.header[0].value


def test_a_step_that_depends_on_the_day_says_which(page, workspace):
    rows = workspace.tables["survey"].raw.copy()
    rows.loc[:9, "answered"] = pd.Timestamp("2099-01-01")
    workspace.add(cx.Table(rows, name="survey", kind="survey", roles=ROLES, scales=SCALES), replace=True)
    press(healthy(page.run()), "impossible dates")
    assert len(workspace.origin("survey_clean").arguments["today"]) == 10


def test_a_table_that_only_has_its_name_is_not_replaced(page, workspace):
    workspace.add(cx.Table(pd.DataFrame({"a": [1, 2]}), name="survey_clean"))
    app = healthy(page.run())
    press(app, "duplicates")
    assert "another table called survey_clean" in texts(app)
    assert workspace.tables["survey_clean"].n_rows == 2
