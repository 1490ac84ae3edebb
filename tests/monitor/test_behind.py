"""From a point to the answers behind it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars
import pytest
from weekly_answers import answers, drawn

import cxanalysis as cx


def test_the_rows_of_the_period_and_nobody_elses(survey):
    found = cx.behind(survey, period="2024-07-10", group={"market": "south"})
    frame = survey.frame
    day = frame["answered"]
    inside = (frame["market"] == "south") & (day >= "2024-07-08") & (day < "2024-07-15")
    assert found.start == "2024-07-08"
    assert found.n == inside.sum() == len(found.table)
    assert sorted(found.table["score"]) == sorted(frame.loc[inside, "score"])


def test_columns_that_point_at_a_person_are_not_there(survey):
    found = cx.behind(survey, period="2024-07-08")
    assert "customer" not in found.table.columns
    assert found.hidden == ("customer",)
    assert "point at a person or are set aside: customer" in found.notes[-1]


def test_a_column_nobody_gave_a_role_is_hidden_too(survey):
    frame = survey.frame.assign(phone="0123")
    table = cx.Table(frame, name="survey", kind="survey", roles=survey.roles, scales=survey.scales)
    assert "phone" not in cx.behind(table, period="2024-07-08").table.columns
    assert list(cx.behind(frame, "score", period="2024-07-08", date="answered").table.columns) == ["answered", "score"]


def test_the_number_of_rows_is_limited_and_stated(survey):
    found = cx.behind(survey, period="2024-07-08", limit=7)
    assert len(found.table) == 7
    assert found.n == 120
    assert found.notes[0] == "7 of 120 answers are shown."
    with pytest.raises(cx.Problem, match="100,000 rows are too many"):
        cx.behind(survey, period="2024-07-08", limit=100_000)


def test_words_come_first_and_the_worst_score_among_them(survey):
    table = cx.behind(survey, period="2024-07-08").table
    spoken = (table["said"].fillna("") != "").to_numpy()
    assert 0 < spoken.sum() < len(spoken)
    assert spoken[: spoken.sum()].all()
    assert table["score"][spoken].is_monotonic_increasing
    assert table["said"].iloc[0] == "late <script>"


def test_what_went_wrong_in_the_period_and_otherwise(survey):
    found = cx.behind(survey, period="2024-07-08")
    row = found.flags.iloc[0]
    assert (row["flag"], row["cases"], row["share"]) == ("late", 60, 50.0)
    late = survey.frame["late"]
    elsewhere = (late.sum() - 60) / (len(late) - 120)
    assert row["elsewhere"] == pytest.approx(100 * elsewhere)
    assert row["difference_low"] > 0
    assert found.headline.startswith("120 answers in the week of 2024-07-08: late in 50")


def test_a_period_nobody_answered_in(survey):
    found = cx.behind(survey, period="2020-01-01", every="month")
    assert found.headline == "Nobody answered in January 2020."
    assert found.table.empty


def test_it_reads_a_table_on_disk_the_same(survey, tmp_path):
    kept = cx.Workspace(tmp_path).add(survey)
    pd.testing.assert_frame_equal(
        cx.behind(kept, period="2024-07-08").table, cx.behind(survey, period="2024-07-08").table, check_dtype=False
    )


def test_polars_frames_too():
    frame = answers(drawn(1, 3, 20))
    one = cx.behind(frame, "score", period="2024-01-08", date="answered")
    two = cx.behind(polars.from_pandas(frame), "score", period="2024-01-08", date="answered")
    assert np.array_equal(one.table["score"], two.table["score"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [({"period": "soon"}, "is no date"), ({"period": "2024-01-01", "group": {"gone": 1}}, "no column 'gone'")],
)
def test_what_cannot_be_done_is_said(survey, arguments, said):
    with pytest.raises(cx.Problem, match=said):
        cx.behind(survey, **arguments)
