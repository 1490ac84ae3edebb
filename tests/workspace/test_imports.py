"""Files join a table: never doubled, never lost, each can be taken out again; against a slow plain-Python reference."""

from __future__ import annotations

import tempfile
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx

ROLES = {"answer": "id", "csat": "csat", "market": "category"}


def table(rows, name="survey", columns=("answer", "csat", "market"), **more):
    frame = pd.DataFrame(list(rows), columns=list(columns), dtype="str")
    roles = {column: ROLES[column] for column in columns if column in ROLES}
    return cx.Table(frame, name=name, kind="survey", roles=roles, scales={"csat": cx.Scale(1, 5)}, **more)


def file(name, content=b""):
    return cx.FileOrigin.of(name, content or name.encode(), when="2026-01-31T10:00:00+00:00")


MARCH = [("a1", "5", "north"), ("a2", "1", "south"), ("a3", "4", "north")]
APRIL = [("a4", "2", "south"), ("a5", "5", "north")]


@pytest.fixture
def workspace(tmp_path):
    made = cx.Workspace(tmp_path / "w")
    made.add(table(MARCH), origin=file("march.csv"))
    made.remember("survey")
    return made


def rows(workspace, name="survey"):
    return [tuple(None if cell != cell else cell for cell in row) for row in workspace.tables[name].raw.to_numpy()]


def counts(workspace, name="survey"):
    return [(i.number, i.file, i.rows, i.added, i.replaced, i.unchanged) for i in workspace.imports(name)]


# --- one after the other ------------------------------------------------------------------------------


def test_next_months_file_joins(workspace):
    done = workspace.append(table(APRIL, "april"), origin=file("april.csv"))
    assert (done.name, done.added, done.replaced, done.unchanged, done.n) == ("survey", 2, 0, 0, 2)
    assert rows(workspace) == [*MARCH, *APRIL]
    assert workspace.tables["survey"].frame["csat"].tolist() == [5, 1, 4, 2, 5]
    assert counts(workspace) == [(1, "march.csv", 3, 3, 0, 0), (2, "april.csv", 2, 2, 0, 0)]
    assert workspace.tables["survey"].notes[-1] == "'april.csv': 2 rows added."
    assert workspace.history("survey")[-1].what == "file added"


def test_the_same_file_again_adds_nothing_and_says_so(workspace):
    workspace.append(table(APRIL, "april"), origin=file("april.csv"))
    before = workspace.tokens
    for again in (
        workspace.append(table(APRIL, "april"), origin=file("april.csv")),  # the same bytes
        workspace.append(table(APRIL, "copy"), "survey"),  # the same rows
        workspace.append(table(MARCH, "m"), "survey", origin=file("march.csv")),  # also the first of all
    ):
        assert again.again
        assert again.nothing
        assert "adds nothing" in again.headline
    assert workspace.tokens == before
    assert len(workspace.history("survey")) == 2


def test_other_bytes_of_the_same_rows_add_nothing(workspace):
    done = workspace.append(table(reversed(MARCH), "m"), "survey", origin=file("sorted.csv"))
    assert (done.added, done.replaced, done.unchanged, done.again) == (0, 0, 3, False)
    assert done.headline == "Each of the 3 rows of 'sorted.csv' is in 'survey' already: it adds nothing."
    assert len(workspace.imports("survey")) == 1


def test_a_corrected_file_replaces_by_id(workspace):
    corrected = [("a1", "5", "north"), ("a2", "3", "south"), ("a9", "2", "north")]
    done = workspace.append(table(corrected, "march"), "survey", origin=file("march2.csv"))
    assert (done.added, done.replaced, done.unchanged) == (1, 1, 1)
    assert done.headline == "'march2.csv' adds 1 row to 'survey' and replaces 1 by answer; 1 is there already."
    assert sorted(rows(workspace)) == sorted([MARCH[0], ("a2", "3", "south"), MARCH[2], ("a9", "2", "north")])


def test_undo_brings_back_what_was_replaced_to_the_last_hash(workspace):
    before = workspace.tokens["survey"]
    workspace.append(table([("a2", "3", "south")], "fix"), "survey", origin=file("fix.csv"))
    workspace.undo("survey")
    assert workspace.tokens["survey"] == before
    assert rows(workspace) == MARCH
    assert [i.file for i in workspace.imports("survey")] == ["march.csv"]


def test_undo_of_one_in_the_middle(workspace):
    workspace.append(table([("a2", "3", "south"), ("a4", "4", "west")], "fix"), "survey", accept=True)
    workspace.append(table([("a4", "5", "south"), ("a5", "5", "north")], "april"), "survey", origin=file("april.csv"))
    assert [i.replaced for i in workspace.imports("survey")] == [0, 1, 1]
    workspace.undo("survey", 2)
    assert sorted(rows(workspace)) == sorted([*MARCH, ("a4", "5", "south"), ("a5", "5", "north")])
    assert counts(workspace) == [(1, "march.csv", 3, 3, 0, 0), (3, "april.csv", 2, 2, 0, 0)]
    assert workspace.history("survey")[-1].what == "import undone"
    assert workspace.tables["survey"].notes[-1] == "'april.csv': 2 rows added."
    with pytest.raises(cx.Problem, match=r"no import 2 now. Its imports are: 1, 3"):
        workspace.undo("survey", 2)


def test_undo_of_the_first_and_of_the_last_one_left(workspace):
    workspace.append(table(APRIL, "april"), "survey", origin=file("april.csv"))
    workspace.undo("survey", 1)
    assert rows(workspace) == APRIL
    assert workspace.undo("survey") is None
    assert "survey" not in workspace.tables
    workspace.restore("survey", 2)
    assert rows(workspace) == [*MARCH, *APRIL]
    assert len(workspace.imports("survey")) == 2


def test_a_restored_version_has_its_own_imports(workspace):
    workspace.append(table(APRIL, "april"), "survey", origin=file("april.csv"))
    workspace.restore("survey", 1)
    assert len(workspace.imports("survey")) == 1
    done = workspace.append(table(APRIL, "april"), "survey", origin=file("april.csv"))
    assert done.added == 2
    assert [i.number for i in workspace.imports("survey")] == [1, 3]


def test_decisions_changed_in_between_stay_through_append_and_undo(workspace):
    workspace.append(table(APRIL, "april"), "survey", origin=file("april.csv"))
    workspace.update(workspace.tables["survey"].with_(roles={"market": "text"}))
    assert len(workspace.imports("survey")) == 2
    workspace.append(table([("a6", "1", "east")], "may"), "survey", origin=file("may.csv"))
    assert workspace.tables["survey"].roles["market"] == "text"
    workspace.undo("survey")
    workspace.undo("survey")
    assert workspace.tables["survey"].roles["market"] == "text"
    assert rows(workspace) == MARCH


def test_without_ids_every_row_is_added_and_those_alike_are_counted(tmp_path):
    workspace = cx.Workspace(tmp_path)
    columns = ("csat", "market")
    workspace.add(table([("5", "north"), ("5", "north"), ("1", "south")], columns=columns))
    april = [("5", "north"), ("2", "south")]
    asked = workspace.would_append(table(april, "april", columns), "survey")
    done = workspace.append(table(april, "april", columns), "survey")
    assert (
        (done.added, done.overlapping, done.unchanged)
        == (2, 1, 0)
        == (
            asked.added,
            asked.overlapping,
            asked.unchanged,
        )
    )
    assert "1 of them say word for word" in done.headline
    whole = [*workspace.tables["survey"].raw.to_numpy().tolist(), ["4", "south"]]
    grown = workspace.append(table(whole, "export", columns), "survey", repeated="leave out")
    assert (grown.added, grown.unchanged, grown.overlapping) == (1, 5, 0)
    assert rows(workspace) == [("5", "north"), ("5", "north"), ("1", "south"), *april, ("4", "south")]
    with pytest.raises(cx.Problem, match="Use one of: add, leave out"):
        workspace.append(table(whole, "export", columns), "survey", repeated="perhaps")


def test_a_look_before_changes_nothing(workspace):
    before = workspace.tokens
    asked = workspace.would_append(table([("a2", "3", "south"), ("a7", "3", "south")], "x"), "survey")
    assert (asked.added, asked.replaced, asked.kept) == (1, 1, None)
    assert (workspace.tokens, len(workspace.imports("survey"))) == (before, 1)
    assert len(list((workspace.path / "rows").iterdir())) == 2  # nor do the asked rows stay on the disk


def test_an_id_twice_in_one_file_is_shown_first_and_the_last_one_counts(workspace):
    twice = table([("a8", "1", "north"), ("a8", "2", "north")], "april")
    with pytest.raises(cx.Problem, match="1 id more than once"):
        workspace.append(twice, "survey")
    done = workspace.append(twice, "survey", accept=True)
    assert (done.added, done.twice) == (1, 1)
    assert rows(workspace)[-1] == ("a8", "2", "north")
    assert workspace.append(table([("a8", "5", "north")], "may"), "survey").replaced == 1  # still a column of ids


def test_another_shape_is_refused_before_anything_changes(workspace):
    before = workspace.tokens
    april = cx.Table(
        pd.DataFrame({"answer": ["a7", "a8"], "csat_score": ["5", "1"], "market": ["north", "south"]}), name="april"
    )
    with pytest.raises(cx.Problem, match=r"'csat' is now called 'csat_score'.*accept=True"):
        workspace.append(april, "survey")
    assert workspace.tokens == before
    done = workspace.append(april, "survey", renamed={"csat_score": "csat"})
    assert done.added == 2
    assert workspace.tables["survey"].frame["csat"].tolist() == [5, 1, 4, 5, 1]
    assert "'csat_score' is read as 'csat'." in workspace.imports("survey")[-1].notes


def test_a_new_column_comes_and_goes_with_its_import(workspace):
    april = cx.read(b"answer,csat,market,late\na7,5,north,yes\na8,1,south,no\n", name="april")
    workspace.append(april, "survey", accept=True)
    kept = workspace.tables["survey"]
    assert kept.columns == ("answer", "csat", "market", "late")
    assert kept.frame["late"].isna().tolist() == [True] * 3 + [False] * 2
    workspace.undo("survey")
    assert workspace.tables["survey"].columns == ("answer", "csat", "market")


def test_a_missing_column_is_empty_in_the_new_rows(workspace):
    april = table([("a7", "5")], "april", ("answer", "csat"))
    with pytest.raises(cx.Problem, match="'market' is gone"):
        workspace.append(april, "survey")
    workspace.append(april, "survey", accept=True)
    assert rows(workspace)[-1] == ("a7", "5", None)


def test_codes_are_counted_over_all_rows(workspace):
    raw = pd.DataFrame({"q": ["1", "99", "5", "3"]})
    code = cx.MissingCode("q", "99", 1, "too high")
    workspace.add(cx.Table(raw, name="n", roles={"q": "rating"}, scales={"q": cx.Scale(1, 5)}, codes=[code]))
    more = cx.Table(pd.DataFrame({"q": ["99", "2", "99"]}), name="more", roles={"q": "rating"})
    workspace.append(more, "n", accept=True)
    assert workspace.tables["n"].codes[0].count == 3
    assert workspace.tables["n"].frame["q"].isna().sum() == 3
    workspace.undo("n")
    assert workspace.tables["n"].codes == (code,)


def test_a_table_made_from_others_takes_no_file(workspace):
    workspace.add(table(MARCH, "linked"), origin=cx.Step("link", ("survey", "orders"), {"on": "customer"}))
    with pytest.raises(cx.Problem, match="made from other tables"):
        workspace.append(table(APRIL, "april"), "linked")


def test_forgotten_means_all_of_it_is_gone(workspace):
    workspace.append(table(APRIL, "april"), "survey", origin=file("april.csv"))
    workspace.forget("survey")
    assert list((workspace.path / "rows").iterdir()) == []
    assert workspace.known(table(APRIL, "april")) is None


def test_rows_of_imports_are_not_swept(workspace, monkeypatch):
    workspace.append(table([("a2", "3", "south")], "fix"), "survey")
    workspace.append(table(APRIL, "april"), "survey", origin=file("april.csv"))
    monkeypatch.setattr("cxanalysis.workspace.rows.row_store.WRITING_SECONDS", -60)
    again = cx.Workspace(workspace.path)
    again.undo("survey", 2)
    assert rows(again) == [*MARCH, *APRIL]


def test_numbers_of_a_workbook_and_text_of_a_csv_meet(tmp_path):
    workspace = cx.Workspace(tmp_path)
    book = pd.DataFrame({"answer": [1, 2], "csat": [5, 4], "spent": [1.5, 1234.25]})
    workspace.add(cx.Table(book, name="s", kind="survey", roles={"answer": "id", "csat": "csat", "spent": "amount"}))
    text = pd.DataFrame({"answer": ["2", "3"], "csat": ["4", "1"], "spent": ["1234.25", "7"]}, dtype="str")
    done = workspace.append(cx.Table(text, name="csv"), "s", accept=True)
    assert (done.added, done.replaced, done.unchanged) == (1, 0, 1)
    assert workspace.tables["s"].frame["spent"].tolist() == [1.5, 1234.25, 7]
    assert workspace.tables["s"].raw["answer"].tolist() == [1, 2, "3"]


def test_two_at_once_lose_nothing(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    workspace = cx.Workspace(tmp_path)
    workspace.add(table(MARCH))
    files = [table([(f"b{k}", "5", "north")], f"f{k}") for k in range(6)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda one: cx.Workspace(tmp_path).append(one, "survey", origin=file(one.name)), files))
    assert sorted(rows(workspace)) == sorted([*MARCH, *((f"b{k}", "5", "north") for k in range(6))])
    assert len(workspace.imports("survey")) == 7


# --- any sequence -------------------------------------------------------------------------------------


def reference(imports, keyed):
    """The rows and counts of a list of imports, joined one by one in plain Python."""
    state, told = [], []
    for number, (content, repeated) in enumerate(imports):
        first = number == 0
        by_id = keyed and not first
        leave = repeated == "leave out"
        added = replaced = unchanged = overlapping = 0
        before = [row for _, row in state]
        if by_id:
            last = {row[0]: row for row in content if row[0] is not None}
            place = {row[0]: at for at, row in enumerate(content) if row[0] is not None}
            content = [row for at, row in enumerate(content) if row[0] is None or place[row[0]] == at]
            known = {row[0]: row for row in before if row[0] is not None}
            for key, row in last.items():
                if key in known:
                    same = known[key] == row
                    unchanged += same
                    replaced += not same
            state = [(n, r) for n, r in state if r[0] is None or r[0] not in last or known[r[0]] == last[r[0]]]
            there = Counter(row for row in before if row[0] is None)
        else:
            there = Counter(before)
        for row in content:
            if by_id and row[0] is not None:
                if row[0] in known and known[row[0]] == row:
                    continue
                added += row[0] not in known
            else:
                if there[row] > 0:
                    there[row] -= 1
                    if leave:
                        unchanged += 1
                        continue
                    overlapping += 1
                added += 1
            state.append((number, row))
        told.append((added, replaced, unchanged, overlapping))
    return [row for _, row in state], told


IDS = st.sampled_from(["i1", "i2", "i3", "i4", None])
ROW = st.tuples(IDS, st.sampled_from(["1", "5"]), st.sampled_from(["north", "south", None]))
REPEATED = st.sampled_from([None, "add", "leave out"])
ADDED = st.tuples(st.just("append"), st.lists(ROW, min_size=1, max_size=5), REPEATED)
ACTION = st.one_of(ADDED, ADDED, st.tuples(st.just("undo"), st.integers(0, 5), st.none()))
FIRST = st.lists(ROW, min_size=1, max_size=5)


@pytest.mark.parametrize("keyed", [True, False])
@settings(max_examples=25, deadline=None)
@given(first=FIRST, actions=st.lists(ACTION, max_size=5))
def test_any_sequence_of_files_and_undos_equals_the_reference(keyed, first, actions):
    if keyed:  # a column of ids has no id twice
        first = list({row[0]: row for row in first if row[0]}.values()) + [row for row in first if not row[0]]
        keyed = any(row[0] for row in first)
    roles = {"answer": "id" if keyed else "text"}
    made = table(first).with_(roles=roles)
    with tempfile.TemporaryDirectory() as folder:
        workspace = cx.Workspace(folder)
        workspace.add(made)
        imports = [(first, "add")]
        for what, value, repeated in actions:
            if what == "append":
                done = workspace.append(table(value, "more"), "survey", accept=True, repeated=repeated)
                usual = "leave out" if keyed else "add"
                wanted = [*imports, (value, repeated or usual)]
                told = reference(wanted, keyed)[1][-1]
                if done.again:
                    assert value in [content for content, _ in imports]
                    continue
                assert (done.added, done.replaced, done.unchanged, done.overlapping) == told
                if not done.nothing:
                    imports = wanted
            elif len(imports) > 1:
                # The first import stays: what joins an empty table has nothing to replace.
                number = 1 + value % (len(imports) - 1)
                workspace.undo("survey", workspace.imports("survey")[number].number)
                imports.pop(number)
            expected, told = reference(imports, keyed)
            assert rows(workspace) == expected
            shown = workspace.imports("survey")
            assert [(i.added, i.replaced, i.unchanged, i.overlapping) for i in shown] == [
                (len(first), 0, 0, 0),
                *told[1:],
            ]
            assert sum(i.rows for i in shown) == len(expected)
            frame = workspace.tables["survey"].frame
            assert frame["csat"].tolist() == [float(row[1]) for row in expected]
