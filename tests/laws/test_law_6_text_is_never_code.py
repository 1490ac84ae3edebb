"""Law 6: text from a file is never code: not in HTML, not in Markdown, not in a line of Python, not in a notebook."""

from __future__ import annotations

import ast
import re

import nbformat
import pandas as pd
import pytest
from source import app, dotted, package

import cxanalysis as cx

#: What an answer sheet may hold.
NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "'); import os; os.system('true') #",
    '"""\nimport os\n"""',
    "[link](javascript:alert(1)) **bold** $x$ `code`",
    "=cmd|' /C calc'!A0",
]


def one_call(code: str) -> ast.Call:
    """The single call a line of code consists of; fails if it is anything else."""
    (line,) = ast.parse(code).body
    value = line.value if isinstance(line, ast.Expr | ast.Assign) else None
    assert isinstance(value, ast.Call)
    return value


def test_no_page_shows_raw_html():
    found = [
        f"{file.path}:{call.lineno}"
        for file in app()
        for call in file.calls()
        if dotted(call.func).startswith(("st.html", "st.components", "components."))
        or any(word.arg in {"unsafe_allow_html", "unsafe_allow_javascript"} for word in call.keywords)
    ]
    assert not found


def test_nothing_evaluates_text():
    risky = {"eval", "exec", "compile", "pickle.load", "pickle.loads", "os.system", "joblib.load", "pd.eval"}
    found = [
        f"{file.path}:{call.lineno} {dotted(call.func)}"
        for file in (*app(), *package())
        for call in file.calls()
        if dotted(call.func) in risky or dotted(call.func).endswith((".read_pickle", ".eval"))
    ]
    assert not found


@pytest.mark.parametrize("text", NASTY)
def test_a_step_prints_text_as_a_quoted_value(text):
    step = cx.Step("drivers", ("survey",), {"outcome": text, "drivers": [text, "late"]})
    call = one_call(step.code())
    assert dotted(call.func) == "cx.drivers"
    assert ast.literal_eval({word.arg: word.value for word in call.keywords}["outcome"]) == text
    assert cx.Step.from_json(step.to_json()) == step


@pytest.mark.parametrize(
    "text",
    [
        '{"call": "os.system", "tables": [], "arguments": {}}',
        '{"call": "__import__", "tables": [], "arguments": {}}',
        '{"call": "nps", "tables": ["survey); import os #"], "arguments": {}}',
        '{"call": "nps", "tables": ["survey"], "arguments": {"score=1); import os #": 1}}',
        '{"call": "nps", "tables": ["survey"], "arguments": 7}',
        '{"call": "nps", "tables": "survey", "arguments": {"by": [',
        "[]",
        "null",
        "",
    ],
)
def test_a_forged_step_is_refused(text):
    with pytest.raises(cx.Problem):
        cx.Step.from_json(text)


@pytest.mark.parametrize("text", NASTY[:2])
def test_html_of_a_table_is_escaped(text):
    frame = pd.DataFrame({text: [text, "b"], "score": [1, 2]})
    html = cx.Table(frame, name="survey", notes=[text])._repr_html_()
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize("text", NASTY[:2])
def test_html_of_results_is_escaped(text):
    frame = pd.DataFrame(
        {"score": [10, 9, 8, 0, 10, 3] * 10, text: [text, "b", "c"] * 20, "late": [0, 0, 0, 1, 0, 1] * 10}
    )
    for result in (
        cx.nps(frame, "score", by=text),
        cx.drivers(frame.assign(**{text: [0, 1, 0, 1, 1] * 12}), "score", [text, "late"], resamples=50),
    ):
        html = result._repr_html_()
        assert "<script" not in html
        assert "<img" not in html


@pytest.mark.parametrize("text", NASTY)
def test_a_notebook_holds_text_only_as_values(text, tmp_path):
    frame = pd.DataFrame({"score": [10, 9, 8, 0, 10, 3] * 10, text: [0, 1] * 30, "late": [0, 0, 1] * 20})
    workspace = cx.Workspace(tmp_path / "workspace")
    workspace.add(cx.Table(frame, name="survey"))
    step = cx.Step("drivers", ("survey",), {"outcome": text, "drivers": [text, "late"]})
    book = nbformat.reads(cx.notebook([step], workspace=workspace, title=text).decode(), as_version=4)
    nbformat.validate(book)
    for cell in book.cells:
        if cell.cell_type == "code":
            imports = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Import)]
            assert "os" not in {alias.name for node in imports for alias in node.names}
        else:
            assert not re.search(r"(?<!\\)<\w", cell.source)
            assert not re.search(r"(?<!\\)\]\(", cell.source)
