"""Answerers against the others: sizes, order, the joint test and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cxanalysis as cx


def people(rows: int = 2000, tilt: float = 0.0, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers, and the answers of some; with `tilt` large customers answer more."""
    rng = np.random.default_rng(seed)
    size = rng.normal(0, 1, rows)
    frame = pd.DataFrame(
        {
            "who": np.arange(rows),
            "size": np.where(rng.random(rows) < 0.05, np.nan, 50 + 10 * size),
            "plan": rng.choice(["a", "b", "c"], rows),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D"),
        }
    )
    hit = rng.random(rows) < 1 / (1 + np.exp(1 - tilt * size))
    return frame, pd.DataFrame({"who": np.flatnonzero(hit)})


def test_the_field_that_decides_comes_first_and_the_size_is_right():
    frame, answers = people(tilt=0.6)
    found = cx.answered(frame, answers, on="who")
    first = found.table.iloc[0]
    assert first["field"] == "size"
    assert first["low"] < 0.6 < first["high"]
    assert found.p_value < 1e-6
    assert found.fields[0] == "size"
    assert "most in size (higher" in found.headline


def test_without_a_difference_nothing_is_claimed_too_often():
    p_values = [cx.answered(*people(400, seed=k), on="who").p_value for k in range(120)]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01
    quiet = cx.answered(*people(400, seed=1), on="who")
    assert ("cannot be told" in quiet.headline) == (quiet.p_value >= 0.05)


def test_the_interval_of_the_difference_covers():
    """300 worlds with a true standardised difference of 0.5 (shift of 0.5 sd): 95 % of the intervals hold it."""
    rng, held = np.random.default_rng(11), 0
    for _ in range(300):
        hit = np.repeat([True, False], [120, 280])
        frame = pd.DataFrame({"outcome": np.where(hit, "answered", "unanswered"), "x": rng.normal(0.5 * hit, 1)})
        row = cx.answered(frame, fields=["x"]).table.iloc[0]
        held += row["low"] <= 0.5 <= row["high"]
    assert 0.92 <= held / 300 <= 0.975


def test_rows_of_one_customer_count_as_one():
    rng = np.random.default_rng(5)
    once = pd.DataFrame({"customer": range(300), "big": rng.integers(0, 2, 300)})
    once["outcome"] = np.where(rng.random(300) < 0.3 + 0.1 * once["big"], "answered", "unanswered")
    alone = cx.answered(once, cluster="customer")
    five = cx.answered(pd.concat([once] * 5, ignore_index=True), cluster="customer")
    assert five.test == "Wald, clustered"
    assert alone.test == "likelihood ratio"
    assert five.table.loc[0, ["low", "high"]].tolist() == pytest.approx(
        alone.table.loc[0, ["low", "high"]].tolist(), abs=0.01
    )
    assert five.p_value == pytest.approx(alone.p_value, abs=0.02)


def test_separation_is_refused_with_its_reason():
    frame = pd.DataFrame({"outcome": ["answered", "unanswered"] * 40, "plan": ["a", "b", "a", "a"] * 20})
    found = cx.answered(frame)
    assert np.isnan(found.p_value)
    assert found.test == ""
    assert any("There is no joint test: Nobody of the 20 for whom 'plan' is 'b' answered" in n for n in found.notes)
    number = frame.assign(plan=np.where(frame["outcome"] == "answered", 2.0, 1.0) + np.linspace(0, 0.5, 80))
    assert any("apart perfectly" in note for note in cx.answered(number).notes)


@pytest.mark.parametrize(
    ("answers", "words"), [([], "nobody answered"), (range(5), "everybody answered"), (["x"], "nobody answered")]
)
def test_there_must_be_both(answers, words):
    with pytest.raises(cx.Problem, match=words):
        cx.answered(pd.DataFrame({"who": range(5), "x": range(5)}), pd.DataFrame({"who": list(answers)}), on="who")


def test_the_key_must_be_known_and_name_one_row():
    frame, answers = people()
    with pytest.raises(cx.Problem, match="which column names the same person"):
        cx.answered(frame, answers)
    with pytest.raises(cx.Problem, match="repeat a value of 'who'"):
        cx.answered(pd.concat([frame, frame]), answers, on="who")
