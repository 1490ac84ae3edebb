"""Leaving out what the quality report names: exactly that, noted, and the table it came from untouched."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx


def frame(rows: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "answered": pd.Timestamp("2025-03-01") + pd.to_timedelta(rng.integers(0, 90, rows), unit="D"),
            "csat": rng.integers(1, 6, rows).astype(float),
            "same": 1,
            "spent": rng.gamma(2, 50, rows),
            "note": [f"person {k}" for k in range(rows)],
        }
    )


ROLES = {"answered": "date", "csat": "csat", "same": "number", "spent": "amount", "note": "text"}


def table(rows: pd.DataFrame) -> cx.Table:
    return cx.Table(rows, name="survey", kind="survey", roles=ROLES, scales={"csat": cx.Scale(1, 5)}, notes=["as read"])


def faulty() -> pd.DataFrame:
    made = frame()
    made.loc[:2, "csat"] = 9.0
    made.loc[5:6, "answered"] = pd.Timestamp("1970-01-01")
    return pd.concat([made, made.iloc[10:25]], ignore_index=True)


def test_rows_values_and_columns_each_in_their_way():
    before = table(faulty())
    cleaned = cx.clean(before, drop=["duplicates", "outside the scale", "impossible dates", "constant columns"])
    after = cleaned.table
    assert (cleaned.n_before, cleaned.n_after, after.n_rows, after.name) == (135, 120, 120, "survey_clean")
    assert after.frame["csat"].isna().sum() == 3
    assert after.frame["csat"].max() == 5
    assert after.frame["answered"].isna().sum() == 2
    assert after.roles["same"] == "ignore"
    assert after.roles["csat"] == "csat"
    assert dict(zip(cleaned.left_out["check"], cleaned.left_out["action"], strict=True)) == {
        "duplicates": "rows",
        "outside the scale": "values",
        "impossible dates": "values",
        "constant columns": "columns",
    }
    assert after.notes[0] == "as read"
    assert any(note.startswith("duplicates, left out: 15 rows") for note in after.notes)
    assert "<table" in cleaned._repr_html_()


def test_the_table_handed_over_stays_as_it_was():
    rows = faulty()
    kept, before = rows.copy(), table(rows)
    token = before.token
    cx.clean(before, drop=["duplicates", "outside the scale", "impossible dates"], columns=["note"])
    pd.testing.assert_frame_equal(rows, kept)
    assert before.token == token
    assert table(rows).token == token


def test_what_was_left_out_is_not_found_again():
    cleaned = cx.clean(
        table(faulty()), drop=["duplicates", "outside the scale", "impossible dates", "constant columns"]
    )
    assert cx.quality(cleaned.table).table.empty


def test_a_check_that_finds_nothing_leaves_nothing_out_and_says_so():
    cleaned = cx.clean(table(frame()), drop=["duplicates"])
    assert cleaned.n_after == 120
    assert cleaned.headline == "Nothing was left out: all 120 rows stay."
    assert "nothing was found" in " ".join(cleaned.notes)


def test_a_copy_of_a_repeated_id_keeps_one_row():
    made = frame().assign(answer=np.arange(120))
    doubled = pd.concat([made, made.head(8), made.head(3).assign(csat=1.0)], ignore_index=True)
    numbered = cx.Table(doubled, name="survey", roles={**ROLES, "answer": "id"}, scales={"csat": cx.Scale(1, 5)})
    cleaned = cx.clean(numbered, drop=["duplicates", "repeated ids"])
    assert sorted(cleaned.table.frame["answer"].astype(float)) == list(range(120))


def test_of_two_rows_with_one_number_the_later_stays():
    made = frame(60).assign(answer=np.arange(60))
    again = made.head(1).assign(answered=pd.Timestamp("2026-01-01"), csat=5.0)
    numbered = cx.Table(pd.concat([again, made]), name="survey", roles={**ROLES, "answer": "id"})
    after = cx.clean(numbered, drop=["repeated ids"]).table.frame
    assert after.loc[after["answer"].astype(float) == 0, "answered"].tolist() == [pd.Timestamp("2026-01-01")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"drop": ["halo"]}, "no check that can be left out"),
        ({"drop": "duplicates"}, "list of names"),
        ({"columns": ["nothing"]}, "no column"),
    ],
)
def test_what_cannot_be_left_out_is_said(arguments, words):
    with pytest.raises(cx.Problem, match=words):
        cx.clean(table(frame()), **arguments)


def test_if_nothing_would_remain_nothing_is_done():
    questions = [f"q{k}" for k in range(6)]
    roles, scales = dict.fromkeys(questions, "rating"), dict.fromkeys(questions, cx.Scale(1, 5))
    rows = pd.DataFrame(dict.fromkeys(questions, [3.0, 3.0] * 30))
    same = cx.Table(rows, name="t", kind="survey", roles=roles, scales=scales)
    with pytest.raises(cx.Problem, match="nothing would remain"):
        cx.clean(same, drop=["straight-liners"])


@settings(max_examples=25, deadline=None)
@given(copies=st.lists(st.integers(0, 119), max_size=40), seed=st.integers(0, 99))
def test_copies_leave_exactly_the_different_rows(copies, seed):
    made = pd.concat([frame(), frame().iloc[copies]]).sample(frac=1, random_state=seed)
    after = cx.clean(table(made), drop=["duplicates"]).table.frame
    assert sorted(after["note"]) == sorted(frame()["note"])


def test_as_a_step_it_is_code_a_notebook_runs_and_the_workspace_keeps_both(tmp_path):
    workspace = cx.Workspace(tmp_path)
    workspace.add(table(faulty()))
    step = cx.Step("clean", ("survey",), {"drop": ["duplicates", "outside the scale"]})
    assert step.code() == "cx.clean(survey, drop=['duplicates', 'outside the scale'])"
    cleaned = step.run(dict(workspace.tables.items()))
    workspace.add(cleaned.table, origin=step)
    assert workspace.origin("survey_clean") == step
    assert (workspace.tables["survey"].n_rows, workspace.tables["survey_clean"].n_rows) == (135, 120)
    pd.testing.assert_frame_equal(workspace.tables["survey_clean"].frame, cleaned.table.frame)
    book = cx.notebook([cx.Step("csat", ("survey_clean",), {"score": "csat"})], workspace=workspace)
    assert b"survey_clean = cx.clean(survey, drop=['duplicates', 'outside the scale']).table" in book
