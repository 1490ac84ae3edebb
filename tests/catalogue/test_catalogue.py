"""The catalogue on disk: versions, definitions old beside new, computed passports, archive; and the tree over it."""

from __future__ import annotations

import pandas as pd
import pytest

import cxanalysis as cx


@pytest.fixture
def workspace(tmp_path):
    made = cx.Workspace(tmp_path)
    frame = pd.DataFrame({"recommend": [9, 10, 3, 8], "csat": [5, 4, 1, 4]})
    roles, scales = {"recommend": "nps", "csat": "csat"}, {"csat": cx.Scale(1, 5), "recommend": cx.Scale(0, 10)}
    made.add(cx.Table(frame, name="survey", kind="survey", roles=roles, scales=scales))
    return made


def test_every_change_is_a_version(workspace):
    catalogue = workspace.catalogue
    entry = catalogue.add(cx.Entry("CSAT", definition="4 and 5", owner="Ana"))
    catalogue.change(entry.key, owner="Ben")
    catalogue.change(entry.key, owner="Ben")
    catalogue.change(entry.key, definition="only 5")
    history = cx.Workspace(workspace.path).catalogue.history(entry.key)
    assert [v.what for v in history] == ["added", "changed", "definition changed"]
    assert [v.number for v in history] == [1, 2, 3]
    assert all(v.at.endswith("+00:00") for v in history)
    assert history[0].entry.definition == "4 and 5"
    assert catalogue.compare(entry.key).values.tolist() == [["definition", "4 and 5", "only 5"]]
    assert catalogue.compare(entry.key, 1, 3)["field"].tolist() == ["definition", "owner"]


def test_an_entry_can_be_archived_restored_and_taken_back(workspace):
    catalogue = workspace.catalogue
    entry = catalogue.add(cx.Entry("CSAT", definition="4 and 5"))
    catalogue.change(entry.key, definition="only 5")
    catalogue.archive(entry.key)
    assert entry.key not in catalogue
    assert [e.name for e in catalogue.archived] == ["CSAT"]
    with pytest.raises(cx.Problem, match="no metric 'CSAT'"):
        catalogue["CSAT"]
    catalogue.restore(entry.key, 1)
    assert catalogue["CSAT"].definition == "4 and 5"
    assert [v.what for v in catalogue.history("CSAT")] == ["added", "definition changed", "archived", "restored"]


def test_a_computed_entry_takes_its_passport_from_the_call(workspace):
    step = cx.Step("csat", ("survey",), {"score": "csat"})
    entry = workspace.catalogue.add(cx.Entry("CSAT", step=step))
    passport = step.run(workspace.tables).passport
    assert (entry.definition, entry.formula, entry.denominator, entry.unit) == (
        passport.definition, passport.formula, passport.denominator, passport.unit,
    )  # fmt: skip
    assert entry.computed_from == {"survey": workspace.tables["survey"].token}
    assert workspace.catalogue.stale(entry.key) == ()
    changed = workspace.catalogue.change(entry.key, step=cx.Step("csat", ("survey",), {"score": "csat", "top": 1}))
    assert "at least 5" in changed.definition
    assert workspace.catalogue.history(entry.key)[-1].what == "definition changed"
    assert (
        workspace.catalogue.of(cx.Step("csat", ("survey",), {"score": "csat", "top": 1, "confidence": 0.9})) == changed
    )


def test_a_passport_knows_that_its_table_changed(workspace):
    entry = workspace.catalogue.add(cx.Entry("NPS", step=cx.Step("nps", ("survey",), {"score": "recommend"})))
    workspace.add(cx.Table(pd.DataFrame({"recommend": [9]}), name="survey"), replace=True)
    assert workspace.catalogue.stale(entry.key) == ("survey",)
    workspace.catalogue.refresh(entry.key)
    assert workspace.catalogue.stale(entry.key) == ()


def test_only_a_call_with_a_passport_is_a_metric(workspace):
    with pytest.raises(cx.Problem, match="no metric with a passport"):
        workspace.catalogue.add(cx.Entry("x", step=cx.Step("quality", ("survey",))))
    assert len(workspace.catalogue) == 0


def test_a_list_taken_in_again_changes_only_what_changed(workspace):
    catalogue = workspace.catalogue
    found = cx.inventory(cx.sample_path("inventory"))
    assert catalogue.take(found) == {"added": 14, "changed": 0, "unchanged": 0}
    assert catalogue.take(found) == {"added": 0, "changed": 0, "unchanged": 14}
    assert "Logistics" in catalogue.departments
    keys = [key for key in catalogue if catalogue[key].name == "Churn"]
    assert len(keys) == 2
    catalogue.change(keys[0], branch="value")
    later = [entry.with_(owner="Dora") if entry.name == "Churn" else entry for entry in found.entries]
    assert catalogue.take(later) == {"added": 0, "changed": 2, "unchanged": 12}
    assert catalogue[keys[0]].branch == "value"  # a person's choice stays
    assert [catalogue[key].formula[:9] for key in keys] == ["customers", "revenue l"]
    assert list(catalogue.table["key"]) == list(catalogue)


def test_two_processes_see_each_other(workspace):
    other = cx.Workspace(workspace.path)
    workspace.catalogue.add(cx.Entry("CSAT"))
    assert [e.key for e in other.catalogue.entries] == ["CSAT"]
    assert other.catalogue.add(cx.Entry("CSAT")).key == "CSAT_2"


def test_wrong_fields_are_refused(workspace):
    for wrong in (
        {"branch": "x"},
        {"element": "x"},
        {"direction": "up"},
        {"reviewed": "soon"},
        {"review_every_days": 0},
    ):
        with pytest.raises(cx.Problem):
            cx.Entry("CSAT", **wrong)
    with pytest.raises(cx.Problem, match="needs a name"):
        cx.Entry("  ")
    entry = workspace.catalogue.add(cx.Entry("CSAT"))
    with pytest.raises(cx.Problem, match="no field 'boss'"):
        workspace.catalogue.change(entry.key, boss="Ana")


def test_an_entry_survives_the_disk():
    step = cx.Step("nps", ("survey",), {"score": "recommend"})
    entry = cx.Entry("NPS", step=step, overruled={"a": "b"}, reviewed="2025-06-30", review_every_days=91)
    assert cx.Entry.from_json(entry.as_json()) == entry
    assert entry.next_review().isoformat() == "2025-09-29"


def test_the_tree_opens_into_the_metrics_below():
    entries = [
        cx.Entry("NPS", key="nps", branch="advocacy"),
        cx.Entry("Stars", key="stars", under="nps", branch="value"),
        cx.Entry("Reviews read", key="read", under="stars"),
        cx.Entry("Lost", key="lost", under="gone", branch="loyalty"),
        cx.Entry("Somewhere", key="some"),
    ]
    tree = cx.tree(entries)
    assert [node.name for node in tree.opened("advocacy")] == ["NPS"]
    assert [node.name for node in tree.opened("nps")] == ["Stars"]
    assert tree.table.loc[tree.table["key"] == "read", ["depth", "branch"]].values.tolist() == [[3, "advocacy"]]
    assert [node.name for node in tree.opened("not placed yet")] == ["Somewhere"]
    assert len(tree.table) == 5 + 5
    assert "Lost" in tree.notes[0]
    with pytest.raises(cx.Problem, match="under each other"):
        cx.tree([cx.Entry("a", key="a", under="b"), cx.Entry("b", key="b", under="a")])
