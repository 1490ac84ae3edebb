"""What the workspace keeps, what it refuses, and how one goes back."""

import subprocess
import sys

import pandas as pd
import pytest

import cxanalysis as cx

FILE = cx.FileOrigin.of("survey.csv", b"recommend\n9\n", read={"kind": "survey"}, when="2026-01-31T10:00:00+00:00")
STEP = cx.Step("link", ("survey", "orders"), {"on": "customer"})


def table(values=(9, 3, 99), name="survey", **more):
    raw = pd.DataFrame({"recommend": list(values), "why": pd.Series(["late", 7, None][: len(values)], dtype=object)})
    code = cx.MissingCode("recommend", 99, 1, "99 is no answer on 0-10", applied=False)
    return cx.Table(
        raw,
        name=name,
        kind="survey",
        roles={"recommend": "nps", "why": "text"},
        scales={"recommend": cx.Scale(0, 10)},
        codes=[code],
        notes=["read"],
        **more,
    )


@pytest.fixture
def workspace(tmp_path):
    return cx.Workspace(tmp_path / "w")


def files(workspace):
    return sorted(p.name for p in (workspace.path / "rows").iterdir())


def size(workspace):
    return sum(p.stat().st_size for p in workspace.path.rglob("*") if p.is_file())


def test_a_table_comes_back_whole_in_a_new_process(workspace):
    kept = workspace.add(table(), origin=FILE)
    workspace.steps.save(cx.Step("nps", ("survey",), {"score": "recommend"}), page="overview")
    code = (
        "import sys, cxanalysis as cx\n"
        "w = cx.Workspace(sys.argv[1]); t = w.tables['survey']\n"
        "print([t.token, t.kind, t.roles, t.scales, t.codes, t.notes, t.raw['why'].tolist(), len(t)])\n"
        "print(w.origin('survey') == cx.FileOrigin.of('survey.csv', b'recommend\\n9\\n', read={'kind': 'survey'},"
        " when='2026-01-31T10:00:00+00:00'), w.steps.last('overview').code(), [x.times for x in w.steps])\n"
    )
    out = subprocess.run([sys.executable, "-c", code, str(workspace.path)], capture_output=True, text=True, check=True)
    t = table()
    assert out.stdout.splitlines() == [
        str([t.token, t.kind, t.roles, t.scales, t.codes, t.notes, t.raw["why"].tolist(), 3]),
        "True cx.nps(survey, score='recommend') [1]",
    ]
    assert kept.token == t.token
    pd.testing.assert_frame_equal(kept.raw, t.raw)


def test_opening_a_table_reads_no_rows(workspace, monkeypatch):
    workspace.add(table())
    monkeypatch.setattr("pyarrow.parquet.read_table", None)
    t = workspace.tables["survey"]
    assert (t.columns, t.n_rows, t.token) == (("recommend", "why"), 3, table().token)
    assert t.parquet is not None
    assert t.parquet.exists()


def test_the_same_again_adds_nothing(workspace):
    workspace.add(table())
    before = size(workspace)
    assert workspace.add(table()).token == table().token
    assert (size(workspace), len(workspace.history("survey"))) == (before, 1)


def test_other_content_under_the_same_name_needs_replace_and_can_be_undone(workspace):
    first = workspace.add(table())
    with pytest.raises(cx.Problem, match="replace=True"):
        workspace.add(table([1, 2]))
    assert len(files(workspace)) == 2  # refused before anything was written
    second = workspace.add(table([1, 2]), replace=True, origin=FILE)
    assert workspace.tables["survey"].token == second.token
    history = workspace.history("survey")
    assert [(v.number, v.what, v.n_rows, v.in_use) for v in history] == [
        (1, "added", 3, False),
        (2, "replaced", 2, True),
    ]
    assert workspace.restore("survey", 1).token == first.token
    pd.testing.assert_frame_equal(workspace.tables["survey"].raw, table().raw)
    with pytest.raises(cx.Problem, match="no version 9"):
        workspace.restore("survey", 9)


def test_changed_decisions_keep_the_rows_and_the_origin(workspace):
    kept = workspace.add(table(), origin=FILE)
    changed = workspace.update(kept.with_code("recommend", 99, applied=True))
    assert changed.token != kept.token
    assert changed.frame["recommend"].isna().sum() == 1
    assert changed.raw["recommend"].tolist() == [9, 3, 99]
    assert workspace.origin("survey") == FILE
    assert len([f for f in files(workspace) if f.startswith("raw-")]) == 1
    before = size(workspace)
    assert workspace.update(changed).token == changed.token
    assert size(workspace) == before
    assert workspace.history("survey")[-1].what == "decisions changed"
    with pytest.raises(cx.Problem, match="other rows"):
        workspace.update(table([1]))
    with pytest.raises(cx.Problem, match="no table 'unknown'"):
        workspace.update(table(name="unknown"))


def test_removed_comes_back_forgotten_does_not(workspace):
    workspace.add(table())
    workspace.add(table(), name="twin")
    workspace.remove("survey")
    assert list(workspace.tables) == ["twin"]
    assert workspace.restore("survey", 1).n_rows == 3
    workspace.forget("survey")
    assert workspace.history("survey") == ()
    assert workspace.tables["twin"].frame["recommend"].tolist() == [9, 3, 99]  # rows are shared by content
    workspace.forget("twin")
    assert files(workspace) == []
    for call in (workspace.remove, workspace.forget):
        with pytest.raises(cx.Problem, match="no table 'twin'"):
            call("twin")


def test_tables_are_a_read_only_mapping_in_order_of_arrival(workspace):
    for name in ("zebra", "ant", "bee"):
        workspace.add(table(), name=name)
    workspace.add(table([1]), name="zebra", replace=True)
    assert list(workspace.tables) == ["zebra", "ant", "bee"]
    assert len(workspace.tables) == 3
    assert "ant" in workspace.tables
    assert workspace.tables["ant"].name == "ant"
    assert workspace.tables.get("fly") is None
    with pytest.raises(KeyError, match="Its tables are: zebra, ant, bee"):
        workspace.tables["fly"]
    with pytest.raises(TypeError):
        workspace.tables["fly"] = table()
    assert workspace.tokens == {name: t.token for name, t in workspace.tables.items()}


@pytest.mark.parametrize("name", ["class", "my survey", "cx", "workspace", "2024"])
def test_a_name_that_is_no_variable_is_refused(workspace, name):
    with pytest.raises(cx.Problem, match="Call it"):
        workspace.add(table(), name=name)
    assert list(workspace.tables) == []


def test_a_linked_table_remembers_its_step_and_says_when_its_sources_changed(workspace):
    workspace.add(table())
    workspace.add(table([5]), name="orders")
    linked = workspace.add(table([1, 2]), name="linked", origin=STEP)
    assert workspace.origin("linked") == STEP
    assert workspace.outdated("linked") == ()
    workspace.add(table([6]), name="orders", replace=True)
    assert workspace.outdated("linked") == ("orders",)
    workspace.update(linked.with_(roles={"why": "ignore"}))
    assert workspace.outdated("linked") == ("orders",)  # other decisions do not make it new
    workspace.add(table([1, 2, 3]), name="linked", origin=STEP, replace=True)
    assert workspace.outdated("linked") == ()
    workspace.remove("survey")
    assert workspace.outdated("linked") == ("survey",)


def test_the_default_folder_is_named_by_the_environment_or_lies_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CXANALYSIS_HOME", raising=False)
    assert cx.Workspace().path == tmp_path / ".cxanalysis" / "default"
    monkeypatch.setenv("CXANALYSIS_HOME", str(tmp_path / "elsewhere"))
    assert cx.Workspace().path == tmp_path / "elsewhere"
    assert cx.Workspace("~/third").path == tmp_path / "third"


def test_each_look_is_written_down_once_and_staying_writes_nothing(workspace):
    workspace.add(table())
    by_market = cx.Step("nps", ("survey",), {"by": "market"})
    plain = cx.Step("nps", ("survey",), {})
    assert workspace.steps.last("overview") is None
    for _ in range(3):
        workspace.steps.save(plain, page="overview")
    content = (workspace.path / "workspace.sqlite").read_bytes()
    workspace.steps.save(plain, page="overview")
    assert (workspace.path / "workspace.sqlite").read_bytes() == content
    workspace.steps.save(by_market, page="overview")
    workspace.steps.save(plain, page="overview")
    assert workspace.steps.last("overview") == plain
    assert [(look.step, look.times) for look in workspace.steps] == [(plain, 2), (by_market, 1)]
    workspace.add(table([1]), name="survey", replace=True)  # other rows: another look
    workspace.steps.save(plain, page="overview")
    assert [look.times for look in workspace.steps] == [2, 1, 1]
    assert len({look.key for look in workspace.steps}) == 3


def test_a_step_without_its_table_is_kept_but_is_no_look(workspace):
    step = cx.Step("nps", ("gone",), {})
    workspace.steps.save(step, page="overview")
    assert workspace.steps.last("overview") == step
    assert len(workspace.steps) == 0


def test_decisions_in_numbers_of_numpy_come_back_with_the_same_token(workspace):
    import numpy as np

    code = cx.MissingCode("a", np.int64(99), np.int64(2), "a code", applied=True)
    scale = cx.Scale(np.int64(1), np.float64(5))
    made = cx.Table(pd.DataFrame({"a": [1, 99]}), name="t", roles={"a": "rating"}, scales={"a": scale}, codes=[code])
    assert workspace.add(made).token == made.token
    assert workspace.tables["t"].frame["a"].isna().tolist() == [False, True]
