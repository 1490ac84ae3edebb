"""What a user may ask of a metric, and what is answered when it cannot be done."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import cxanalysis as cx
from cxanalysis.basis import LeftOut, Reason
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(9)
    n = 300
    out = pd.DataFrame(
        {
            "recommend": rng.integers(0, 11, n).astype(float),
            "csat": np.r_[1.0, 5.0, rng.integers(1, 6, n - 2)],
            "effort": np.r_[1.0, 7.0, rng.integers(1, 8, n - 2)],
            "market": rng.choice(["B2B", "B2C", None], n),
            "channel": rng.choice(["web", "phone"], n),
            "answered": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 200, n), unit="D"),
        }
    )
    out.loc[::11, "recommend"] = np.nan
    out.loc[5:8, "answered"] = pd.NaT
    return out


@pytest.fixture
def survey(frame) -> Table:
    return Table(
        frame,
        name="survey",
        kind="survey",
        roles={"recommend": "nps", "csat": "csat", "effort": "ces", "market": "category", "answered": "date"},
        scales={"recommend": Scale(0, 10), "csat": Scale(1, 5), "effort": Scale(1, 7)},
    )


@pytest.mark.parametrize("make", [pl.from_pandas, pa.Table.from_pandas, lambda f: duckdb.connect().from_df(f)])
@pytest.mark.parametrize(
    ("metric", "options"),
    [
        ("nps", {"score": "recommend", "by": ["market", "channel"]}),
        ("csat", {"score": "csat", "date": "answered", "period": "month"}),
        ("ces", {"score": "effort", "direction": "low", "by": "market"}),
        ("rating", {"score": "csat", "by": "channel", "confidence": 0.8}),
    ],
)
def test_every_frame_gives_the_same_answer(frame, make, metric, options):
    a, b = cx.metric(metric, frame, **options), cx.metric(metric, make(frame), **options)
    pd.testing.assert_frame_equal(a.table, b.table, rtol=1e-12)
    pd.testing.assert_frame_equal(a.detail, b.detail, rtol=1e-12)
    assert (a.notes, a.passport, a.basis, a.headline) == (b.notes, b.passport, b.basis, b.headline)


def test_a_table_knows_score_scale_direction_and_date(survey, frame):
    assert cx.nps(survey).score == "recommend"
    assert cx.csat(survey).score == "csat"
    assert cx.ces(survey).table["value"].iloc[0] == pytest.approx(frame["effort"].mean())
    answered = frame.loc[frame["recommend"].notna(), "answered"]
    assert cx.nps(survey).period == (f"{answered.min():%Y-%m-%d}", f"{answered.max():%Y-%m-%d}")
    assert cx.nps(frame, "recommend").period is None


def test_columns_are_those_of_the_contract(survey):
    found = cx.nps(survey, by=["market", "channel"], period="quarter")
    assert list(found.table) == ["market", "channel", "period", "value", "low", "high", "n", "n_missing"]
    assert list(found.detail)[:7] == ["market", "channel", "period", "n_eff", "n_kish", "se", "deff"]
    assert found.by == ("market", "channel", "period")
    assert found.every == "quarter"
    assert pd.api.types.is_datetime64_any_dtype(found.table["period"])
    assert list(cx.nps(survey).table) == ["value", "low", "high", "n", "n_missing"]
    assert "promoters" in cx.nps(survey)._repr_html_() or "NPS" in cx.nps(survey)._repr_html_()


def test_groups_are_the_metric_of_their_rows(survey, frame):
    found = cx.nps(survey, by="market").table
    assert found["market"].isna().tolist() == [False, False, True]
    for market in ("B2B", "B2C"):
        alone = cx.nps(frame[frame["market"] == market], "recommend").table.iloc[0]
        row = found[found["market"] == market].iloc[0]
        assert row[["value", "low", "high"]].tolist() == pytest.approx(alone[["value", "low", "high"]].tolist())
        assert (row["n"], row["n_missing"]) == (alone["n"], alone["n_missing"])
    assert found["n"].sum() + found["n_missing"].sum() == len(frame)


def test_periods_leave_out_rows_without_date_and_say_so(survey, frame):
    found = cx.csat(survey, period="month")
    months = frame.dropna(subset="answered").groupby(frame["answered"].dt.to_period("M").dt.start_time)["csat"]
    assert found.table["period"].tolist() == list(months.groups)
    assert found.table["value"].tolist() == pytest.approx([100 * (group >= 4).mean() for _, group in months])
    assert found.basis.left_out[0] == LeftOut(4, Reason.NO_DATE, "answered")


def test_csat_counts_the_best_answers_of_the_scale(frame):
    csat = frame["csat"]
    assert cx.csat(frame, "csat", scale=[1, 5]).table["value"].iloc[0] == pytest.approx(100 * (csat >= 4).mean())
    assert cx.csat(frame, "csat", scale=(1, 5), top=1).table["value"].iloc[0] == pytest.approx(100 * (csat >= 5).mean())
    low_is_good = Scale(1, 5, higher_is_better=False)
    assert cx.csat(frame, "csat", scale=low_is_good).table["value"].iloc[0] == pytest.approx(100 * (csat <= 2).mean())
    ten = cx.csat(frame, "recommend", scale=(0, 10)).table["value"].iloc[0]
    assert ten == pytest.approx(100 * (frame["recommend"].dropna() >= 8).mean())


@pytest.mark.parametrize(
    ("values", "scale"), [([1, 3, 5], "1–5"), ([1, 7], "1–7"), ([1, 10, 5], "1–10"), ([0, 10], "0–10")]
)
def test_a_scale_is_told_only_from_both_its_ends(values, scale):
    found = cx.csat(pd.DataFrame({"csat": values}), "csat")
    assert any(scale in note for note in found.notes)


@pytest.mark.parametrize("values", [[2, 5], [1, 4], [0, 5], [1, 6], [2, 10], [1.0, 2.5, 5.0], [1, 1]])
def test_other_answers_do_not_tell_the_scale(values):
    with pytest.raises(Problem, match="do not tell which scale"):
        cx.csat(pd.DataFrame({"csat": values}), "csat")


def test_ces_needs_its_direction(frame, survey):
    with pytest.raises(Problem, match="high or a low answer"):
        cx.ces(frame, "effort")
    with pytest.raises(Problem, match="contradicts"):
        cx.ces(survey, direction="low")
    with pytest.raises(Problem, match="no direction"):
        cx.ces(frame, "effort", direction="up")
    effort = frame["effort"]
    high, low = (cx.ces(frame, "effort", direction=end).detail.iloc[0] for end in ("high", "low"))
    assert high["easy"] == pytest.approx(100 * (effort >= 5).mean())
    assert low["easy"] == pytest.approx(100 * (effort <= 3).mean())
    assert high["easy_low"] < high["easy"] < high["easy_high"]


def test_answers_outside_the_scale_are_named(frame):
    bad = frame.assign(recommend=frame["recommend"].mask(frame.index < 3, 99).mask(frame.index == 4, 7.5))
    with pytest.raises(Problem, match=r"column 'recommend': 4 answers .* 0 to 10: 7\.5 \(once\), 99 \(3 times\)"):
        cx.nps(bad, "recommend")
    with pytest.raises(Problem, match=r"outside 1 to 4: 5"):
        cx.csat(frame, "csat", scale=(1, 4))


def test_a_scale_from_one_is_noted():
    frame = pd.DataFrame({"recommend": np.tile(np.arange(1, 11), 12)})
    assert any("1 to 10" in note for note in cx.nps(frame, "recommend").notes)
    assert not cx.nps(frame.assign(recommend=frame["recommend"] - 1), "recommend").notes
    table = Table(frame, name="t", roles={"recommend": "nps"}, scales={"recommend": Scale(1, 10)})
    assert any("1 to 10" in note for note in cx.nps(table).notes)


def test_problems_name_what_is_missing(frame, survey):
    with pytest.raises(Problem, match="Name one with score="):
        cx.nps(frame)
    with pytest.raises(Problem, match="no column has the role 'csat'"):
        cx.csat(survey.with_(roles={"csat": "rating"}))
    with pytest.raises(Problem, match="2 columns have the role 'nps'"):
        cx.nps(survey.with_(roles={"csat": "nps"}))
    with pytest.raises(Problem, match="Did you mean 'market'"):
        cx.nps(frame, "recommend", by="markt")
    with pytest.raises(Problem, match="no valid answer"):
        cx.nps(frame.assign(recommend=np.nan), "recommend")
    with pytest.raises(Problem, match="numbers are needed"):
        cx.nps(frame, "channel")
    with pytest.raises(Problem, match="Name one with date="):
        cx.nps(frame, "recommend", period="month")
    with pytest.raises(Problem, match="no period"):
        cx.nps(survey, period="fortnight")
    with pytest.raises(Problem, match="not between 0 and 1"):
        cx.nps(survey, confidence=95)
    with pytest.raises(Problem, match="two columns called 'value'"):
        cx.nps(frame.rename(columns={"market": "value"}), "recommend", by="value")
    with pytest.raises(Problem, match="5 of 5 answers"):
        cx.csat(survey, top=5)


def test_metrics_by_name(survey):
    pd.testing.assert_frame_equal(cx.metric("nps", survey, by="market").table, cx.nps(survey, by="market").table)
    with pytest.raises(Problem, match=r"no metric 'NSP'.*Did you mean 'nps'.*rating"):
        cx.metric("NSP", survey)
    with pytest.raises(Problem, match="no option 'top'"):
        cx.metric("nps", survey, top=2)


def test_groups_without_answers_stay_and_are_counted():
    frame = pd.DataFrame({"r": [9.0, 8.0, np.nan, np.nan], "g": ["a", "a", "b", "b"]})
    found = cx.nps(frame, "r", by="g")
    assert found.table["n"].tolist() == [2, 0]
    assert found.table["n_missing"].tolist() == [0, 2]
    assert np.isnan(found.table["value"].iloc[1])
    assert any("1 of 2 groups have no answer" in note for note in found.notes)


def test_same_answers_have_a_share_with_an_interval_and_a_mean_without():
    frame = pd.DataFrame({"x": [5.0] * 8})
    assert cx.metric("rating", frame, score="x").table[["low", "high"]].isna().all(axis=None)
    share = cx.csat(frame, "x", scale=(1, 5)).table.iloc[0]
    assert share["low"] < share["value"] == share["high"] == 100


def test_more_confidence_is_a_wider_interval(frame):
    width = [
        (e.table["high"] - e.table["low"]).iloc[0]
        for e in (cx.nps(frame, "recommend", confidence=c) for c in (0.8, 0.95, 0.99))
    ]
    assert width[0] < width[1] < width[2]


def test_unused_weights_of_the_table_are_mentioned(frame):
    table = Table(frame.assign(w=1.5), name="t", roles={"recommend": "nps", "w": "weight"})
    assert any("'w'" in note for note in cx.nps(table).notes)
    assert not cx.nps(table, weight="w").notes
