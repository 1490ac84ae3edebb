"""The notebook's cells make the same steps on the same tables, and nothing from a file becomes code."""

import ast
import contextlib
import io
import json
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.steps.registry import CALLS

NASTY = "a'\"); import os; os.remove('x') #\n<script>`"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    made = cx.Workspace(tmp_path / "kept")
    raw = pd.DataFrame({"recommend": [9, 3, 10], NASTY: [1, 0, 1], "why": ["a", "b", "c"]})
    survey = cx.Table(raw, name="survey", kind="survey", roles={"recommend": "nps", NASTY: "flag"})
    made.add(survey, origin=cx.FileOrigin.of(NASTY, b"", read={"sheet": NASTY}, when="2026-01-31T10:00:00+00:00"))
    made.add(cx.Table(pd.DataFrame({"late": [1, 0]}), name="orders"))
    return made


@pytest.fixture
def faked(monkeypatch):
    """Calls that only say what they were called with."""
    calls = []

    def link(answers, *events, **arguments):
        calls.append(("link", [answers.name, *(e.name for e in events)], arguments))
        return SimpleNamespace(table=answers.with_(name="linked", roles={"why": "text"}))

    def drivers(data, outcome=None, drivers=(), **arguments):
        calls.append(("drivers", data.token, outcome, drivers))
        return "drawn"

    for name, function in {"link": link, "drivers": drivers}.items():
        monkeypatch.setitem(vars(cx), name, function)  # as the cells call it
        monkeypatch.setattr(import_module(CALLS[name].module), name, function)  # as a step runs it
    return calls


LINK = cx.Step("link", ("survey", "orders"), {"on": "customer"})


def sources(made, kind="code"):
    return ["".join(c["source"]) for c in json.loads(made)["cells"] if c["cell_type"] == kind]


def run(made):
    """Run the code cells in one namespace; what they print."""
    names, printed = {}, io.StringIO()
    with contextlib.redirect_stdout(printed):
        for source in sources(made):
            code = "\n".join(line for line in source.splitlines() if not line.startswith("alt.renderers"))
            exec(compile(code, "cell", "exec"), names)
    return names, printed.getvalue()


def without_charts(monkeypatch):
    monkeypatch.setitem(CALLS, "drivers", replace(CALLS["drivers"], chart=""))


def test_the_cells_run_and_make_the_steps_on_the_same_content(workspace, faked, monkeypatch):
    without_charts(monkeypatch)
    step = cx.Step("drivers", ("survey",), {"outcome": "recommend", "drivers": [NASTY]})
    names, printed = run(cx.notebook([step, step], workspace=workspace))
    assert faked == [("drivers", workspace.tokens["survey"], "recommend", [NASTY])] * 2
    assert (names["result"], names["result_2"]) == ("drawn", "drawn")
    assert printed == "The tables are those this notebook was made from.\n"


def test_changed_tables_are_said_in_a_sentence(workspace, faked, monkeypatch):
    without_charts(monkeypatch)
    made = cx.notebook(cx.Step("drivers", ("survey",), {}), workspace=workspace)
    workspace.update(workspace.tables["survey"].with_(roles={"why": "text"}))
    _, printed = run(made)
    assert printed == "Changed since this notebook was made, so numbers may differ: survey.\n"


def test_a_linked_table_is_made_again_by_its_step_and_later_decisions(workspace, faked, monkeypatch):
    without_charts(monkeypatch)
    workspace.add(LINK.run(workspace.tables).table, name="linked", origin=LINK)
    scale = cx.Scale(0, 10)
    workspace.update(workspace.tables["linked"].with_(roles={"why": "ignore"}, scales={"recommend": scale}))
    made = cx.notebook(cx.Step("drivers", ("linked",), {}), workspace=workspace)
    tables = sources(made)[1]
    assert "linked = cx.link(survey, orders, on='customer').table" in tables
    assert 'workspace.tables["linked"]' not in tables.replace("'", '"')
    assert tables.index("survey = ") < tables.index("orders = ") < tables.index("linked = ")
    faked.clear()
    names, printed = run(made)
    assert faked[0] == ("link", ["survey", "orders"], {"on": "customer"})
    assert names["linked"].token == workspace.tokens["linked"]
    assert printed == "The tables are those this notebook was made from.\n"


def test_a_table_linked_anew_starts_from_its_new_decisions(workspace, faked):
    linked = LINK.run(workspace.tables).table
    workspace.add(linked, name="linked", origin=LINK)
    workspace.update(workspace.tables["linked"].with_(roles={"why": "ignore"}))
    more = linked.raw.assign(new=[1, 0, 1])
    workspace.add(cx.Table(more, name="linked", roles={"new": "flag"}), replace=True, origin=LINK)
    step = cx.Step("drivers", ("linked",), {})
    assert ".with_(" not in sources(cx.notebook(step, workspace=workspace))[1]
    workspace.update(workspace.tables["linked"].with_(roles={"new": "ignore"}))
    assert "linked = linked.with_(roles={'new': 'ignore'})" in sources(cx.notebook(step, workspace=workspace))[1]


def test_a_linked_table_that_took_its_sources_place_or_lost_them_is_opened(workspace, faked):
    workspace.add(workspace.tables["survey"].with_(roles={"why": "text"}), replace=True, origin=LINK)
    step = cx.Step("drivers", ("survey",), {})
    assert (
        "survey = workspace.tables['survey']\n# made by: cx.link(" in sources(cx.notebook(step, workspace=workspace))[1]
    )
    workspace.add(workspace.tables["orders"], name="linked", origin=cx.Step("link", ("survey", "orders"), {}))
    workspace.remove("survey")
    made = cx.notebook(cx.Step("drivers", ("linked",), {}), workspace=workspace)
    assert "linked = workspace.tables['linked']\n# made by: " in sources(made)[1]


def test_nothing_from_a_file_is_code_or_markup(workspace, faked):
    step = cx.Step("drivers", ("survey",), {"outcome": NASTY, "drivers": [NASTY] * 9})
    made = cx.notebook(step, workspace=workspace, title=NASTY)
    allowed = {"alt.renderers.enable", "cx.Workspace", "cx.drivers", "cx.charts.drivers", "', '.join", "print"}
    for source in sources(made):
        nodes = list(ast.walk(ast.parse(source)))
        assert {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)} <= allowed
        assert {node.names[0].name for node in nodes if isinstance(node, ast.Import)} <= {"altair", "cxanalysis"}
    for text in sources(made, "markdown"):
        assert "<" not in text
        assert "\n" not in text


def test_the_same_bytes_each_time_and_a_valid_notebook(workspace, faked):
    steps = [cx.Step("drivers", ("survey",), {"outcome": "recommend"}), LINK]
    made = cx.notebook(steps, workspace=workspace)
    assert made == cx.notebook(steps, workspace=cx.Workspace(workspace.path))
    book = nbformat.reads(made.decode(), as_version=4)
    nbformat.validate(book)
    ids = [cell["id"] for cell in book.cells]
    assert ids[:4] == ["title", "import", "tables", "check"]
    assert len(set(ids)) == len(ids)


def test_no_folder_of_this_person_stands_in_it(workspace, faked):
    made = cx.notebook(cx.Step("drivers", ("survey",), {}), workspace=workspace).decode()
    assert "cx.Workspace('~/kept')" in made
    assert str(workspace.path) not in made


def test_how_to_read_the_file_instead_stands_as_a_comment(workspace, faked):
    tables = sources(cx.notebook(cx.Step("drivers", ("survey",), {}), workspace=workspace))[1]
    commented = "\n".join(line[2:] for line in tables.splitlines() if line.startswith("# "))
    call = ast.parse(commented).body[0].value
    assert ast.unparse(call.func) == "cx.read"
    assert {k.arg: ast.literal_eval(k.value) for k in call.keywords} == {
        "sheet": NASTY,
        "name": "survey",
        "kind": "survey",
        "roles": {"recommend": "nps", NASTY: "flag"},
    }


def test_what_cannot_be_made_is_a_problem(workspace):
    with pytest.raises(cx.Problem, match="nothing to put"):
        cx.notebook([])
    with pytest.raises(cx.Problem, match="no table 'unknown'"):
        cx.notebook(cx.Step("nps", ("unknown",), {}), workspace=workspace)


def test_without_a_workspace_the_default_one_is_opened(tmp_path):
    made = cx.notebook(cx.Step("nps", ("survey",), {}))
    assert sources(made)[1] == "workspace = cx.Workspace()\nsurvey = workspace.tables['survey']"


def test_a_table_of_several_files_names_them_all(workspace):
    more = cx.Table(pd.DataFrame({"recommend": [1], NASTY: [0], "why": ["d"]}), name="april")
    workspace.append(more, "survey", origin=cx.FileOrigin.of(NASTY + "2", b"x"), accept=True)
    made = cx.notebook([cx.Step("nps", ("survey",), {"score": "recommend"})], workspace=workspace)
    (loading,) = [s for s in sources(made) if "workspace.tables['survey']" in s]
    assert "# survey is made of 2 files, in this order: " in loading
    assert "cx.read" not in loading
    assert all(line.startswith(("#", "survey", "workspace", "import")) for line in loading.splitlines() if line)
