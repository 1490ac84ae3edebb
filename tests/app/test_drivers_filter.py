"""The drivers page on some of the rows: every section computes on these, and its result names the part."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import drivers_step, healthy, survey_frame
from test_driver_asymmetry import RATES, rated
from test_driver_stakes import people

import cxanalysis as cx

WHERE = {"market": ["north"], "late": {"from": 0, "to": 1}}
#: Section → the calls it makes.
SECTIONS = {
    "numbers": {"relative_importance"},
    "what_if": {"what_if"},
    "map": {"importance_performance"},
    "asymmetry": {"asymmetry"},
    "segments": {"segments"},
    "robustness": {"robustness", "linear_enough"},
    "stakes": {"at_stake"},
}


@pytest.fixture
def made(monkeypatch):
    """Every step that is run, with its result."""
    steps: list[tuple[cx.Step, object]] = []
    run = cx.Step.run

    def noted(step, tables, **more):
        result = run(step, tables, **more)
        steps.append((step, result))
        return result

    monkeypatch.setattr(cx.Step, "run", noted)
    return steps


@pytest.fixture
def answers(workspace):
    """Answers with failures, ratings, groups and customers; and a table of customers."""
    frame, table = survey_frame(900), rated()
    raw = table.raw.assign(**{name: frame[name] for name in ("market", "channel", "customer", "answered")})
    roles = {**table.roles, "market": "category", "channel": "category", "customer": "customer", "answered": "date"}
    made = cx.Table(raw, name="survey", kind="survey", roles=roles, scales=table.scales)
    workspace.add(made, replace=True)
    workspace.add(people())
    return made


def open_section(open_page, section: str):
    drivers = ["late", "damaged", *RATES]
    app = open_page("drivers", drivers_step(drivers=drivers, outcome_as="mean", where=WHERE, seed=4))
    if section == "stakes":
        app.session_state["drivers.at_stake.counted"] = "customers"
    else:
        app.session_state["drivers.section"] = section
    healthy(app.run())
    if section == "numbers":
        healthy(app.toggle(key="drivers.measures.on").set_value(True).run())
    if section == "robustness":
        healthy(app.button(key="drivers.robustness.try").click().run())
    return app


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_computes_on_the_filtered_rows(section, open_page, answers, made):
    open_section(open_page, section)
    assert {step.call for step, _ in made} >= SECTIONS[section] | {"drivers"}
    kept = int((np.asarray(answers.raw["market"]) == "north").sum())
    assert 0 < kept < len(answers)
    for step, result in made:
        assert step.rows_kept() == WHERE, step.code()
        n = result.n if isinstance(result.n, tuple) else (result.n,)
        assert 0 < max(n) <= kept, step.code()


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_says_which_rows_it_is_about(section, open_page, answers, made):
    open_section(open_page, section)
    for step, result in made:
        assert set().union(*result.basis.part) == set(WHERE), step.code()


@pytest.mark.parametrize("metric", ["forecast", "behind"])
def test_what_stands_below_a_control_chart_is_about_its_rows(metric):
    control = cx.Step("control", ("survey",), {"metric": "nps", "score": "recommend", "every": "week", "where": WHERE})
    assert control.carried_to(metric).rows_kept() == WHERE
