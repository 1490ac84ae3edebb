"""An exported notebook, executed by Jupyter in a process of its own, gives the same numbers to the last digit."""

import os
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

import cxanalysis as cx

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    random = np.random.default_rng(7)
    n = 400
    late, returned = random.random(n) < 0.3, random.random(n) < 0.1
    score = np.clip(np.round(8.4 - 2.5 * late - 1.5 * returned + random.normal(0, 1.5, n)), 0, 10)
    answered = pd.Timestamp("2026-03-01") + pd.to_timedelta(random.integers(0, 30, n), unit="D")
    survey = pd.DataFrame(
        {
            "customer": [f"c{i}" for i in range(n)],
            "answered": answered,
            "recommend": score,
            "market": pd.Series(random.choice(["B2B", "B2C"], n), dtype=object),
        }
    )
    orders = pd.DataFrame(
        {
            "customer": survey["customer"],
            "ordered": answered - pd.to_timedelta(random.integers(1, 9, n), unit="D"),
            "late": late.astype(int),
            "returned": returned.astype(int),
        }
    )
    made = cx.Workspace(tmp_path_factory.mktemp("kept"))
    made.add(
        cx.Table(
            survey,
            name="survey",
            kind="survey",
            roles={"customer": "customer", "answered": "date", "recommend": "nps", "market": "category"},
            scales={"recommend": cx.Scale(0, 10)},
        ),
        origin=cx.FileOrigin.of("survey.csv", b""),
    )
    made.add(
        cx.Table(
            orders,
            name="orders",
            kind="operations",
            roles={"customer": "customer", "ordered": "date", "late": "flag", "returned": "flag"},
        )
    )
    step = cx.Step(
        "link",
        ("survey", "orders"),
        {
            "on": "customer",
            "answered": "answered",
            "happened": "ordered",
            "window_days": 30,
            "flags": ["late", "returned"],
        },
    )
    made.add(step.run(made.tables).table, name="linked", origin=step)
    return made


STEPS = [
    cx.Step("nps", ("survey",), {"score": "recommend", "by": "market"}),
    cx.Step("drivers", ("linked",), {"outcome": "recommend", "drivers": ["late", "returned"], "outcome_as": "nps"}),
]


def bits(result):
    table = result.table.select_dtypes("number").astype(float)
    return [[value.hex() for value in table[column]] for column in table]


def execute(made, extra):
    book = nbformat.reads(made.decode(), as_version=4)
    book.cells += [new_code_cell(source) for source in extra]
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        NotebookClient(book, timeout=120, kernel_name="python3").execute()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    return book


def printed(cell):
    return "".join(output["text"] for output in cell.outputs if output.output_type == "stream")


def test_the_executed_notebook_has_the_same_numbers(workspace):
    extra = [
        f"print([[v.hex() for v in t[c]] for t in [{name}.table.select_dtypes('number').astype(float)] for c in t])"
        for name in ("result", "result_2")
    ]
    book = execute(cx.notebook(STEPS, workspace=workspace), extra)
    direct = [step.run(workspace.tables) for step in STEPS]
    assert len(bits(direct[1])) > 10
    for cell, result in zip(book.cells[-2:], direct, strict=True):
        assert printed(cell) == f"{bits(result)}\n"
    cells = {cell.id: cell for cell in book.cells}
    assert printed(cells["check"]) == "The tables are those this notebook was made from.\n"
    shown = cells["step-2"].outputs[0].data["text/html"]
    assert direct[1].headline.split("[")[0][:20] in shown


def test_charts_in_the_executed_notebook_are_pictures(workspace):
    cells = {cell.id: cell for cell in execute(cx.notebook(STEPS, workspace=workspace), []).cells}
    for name in ("chart-1", "chart-2"):
        assert cells[name].outputs[0].data["image/svg+xml"].startswith("<svg")


def test_a_step_on_the_result_of_another_runs_and_is_drawn(workspace):
    drivers = {"outcome": "recommend", "drivers": ["late", "returned"], "outcome_as": "nps", "resamples": 100}
    steps = [
        cx.Step("importance_performance", ("linked",), {"drivers": drivers, "goal": 90}),
        cx.Step("relative_importance", ("linked",), drivers),
    ]
    extra = [
        f"print([[v.hex() for v in t[c]] for t in [{name}.table.select_dtypes('number').astype(float)] for c in t])"
        for name in ("result", "result_2")
    ]
    book = execute(cx.notebook(steps, workspace=workspace), extra)
    for cell, step in zip(book.cells[-2:], steps, strict=True):
        assert printed(cell) == f"{bits(step.run(workspace.tables))}\n"
    chart = next(cell for cell in book.cells if cell.id == "chart-1")
    assert chart.outputs[0].data["image/svg+xml"].startswith("<svg")
