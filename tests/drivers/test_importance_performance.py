"""The map: performance on one scale, quadrants only where both intervals are clear, and honest words."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import cxanalysis as cx
from cxanalysis.drivers.performance.importance_performance import quadrant

DRIVERS = ["staff", "speed", "effort", "late", "shop"]
NUMBERS = ["importance", "performance", "performance_low", "performance_high", "goal", "q_value", "n", "n_missing"]


def answers(n: int = 1200, seed: int = 2) -> pd.DataFrame:
    """staff 1-5 (matters, low), speed 0-10 (matters, high), effort 1-7 where low is good, late 0/1, shop is noise."""
    rng = np.random.default_rng(seed)
    staff = rng.choice([1, 2, 3, 4, 5], n, p=[0.15, 0.25, 0.3, 0.2, 0.1]).astype(float)
    speed = np.clip(np.round(rng.normal(9.2, 1.1, n)), 0, 10)
    speed[:2] = [0, 10]
    effort = np.clip(np.round(rng.normal(3, 1.3, n)), 1, 7)
    late = rng.binomial(1, 0.2, n)
    shop = np.clip(np.round(rng.normal(3, 1, n)), 1, 5)
    score = 0.9 * staff + 0.8 * speed - 0.1 * effort - 1.2 * late + rng.normal(size=n)
    return pd.DataFrame(
        {
            "staff": staff, "speed": speed, "effort": effort, "late": late, "shop": shop, "score": score,
            "staff_imp": rng.choice([3, 4, 5], n), "who": np.arange(n) // 3, "w": rng.uniform(0.5, 2, n),
        }
    )  # fmt: skip


SCALES = {"effort": cx.Scale(1, 7, higher_is_better=False)}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return answers()


@pytest.fixture(scope="module")
def analysis(frame) -> cx.Drivers:
    return cx.drivers(frame, "score", DRIVERS, resamples=300)


def rows(result: cx.ImportancePerformance) -> pd.DataFrame:
    return result.table.set_index("driver")


# --- performance ------------------------------------------------------------------------------------


def test_performance_is_the_mean_in_percent_of_the_scale_whatever_the_scale(frame, analysis):
    found = rows(cx.importance_performance(analysis, frame, scales=SCALES))
    for name, worst, best in (("staff", 1, 5), ("speed", 0, 10), ("effort", 7, 1)):
        x = frame[name]
        assert found.loc[name, "performance"] == pytest.approx(100 * (x.mean() - worst) / (best - worst))
        half = stats.t.ppf(0.975, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x)) * 100 / abs(best - worst)
        assert found.loc[name, "performance_high"] - found.loc[name, "performance"] == pytest.approx(half, rel=1e-6)
    assert found.loc["effort", "measured"] == "% of the scale 1–7, low is good"


def test_a_failure_is_the_share_without_it(frame, analysis):
    row = rows(cx.importance_performance(analysis, frame)).loc["late"]
    assert row["performance"] == pytest.approx(100 * (1 - frame.late.mean()))
    low, high = proportion_confint((frame.late == 0).sum(), len(frame), method="wilson")
    assert (row["performance_low"], row["performance_high"]) == pytest.approx((100 * low, 100 * high))
    assert (row["goal"], row["measured"]) == (95.0, "% without it")


def test_a_yes_that_is_good_counts_the_other_way(frame):
    good = frame.assign(member=1 - frame.late)
    analysis = cx.drivers(good, "score", ["staff", "member"], resamples=60)
    row = rows(cx.importance_performance(analysis, good, scales={"member": (0, 1)})).loc["member"]
    assert (row["performance"], row["measured"]) == (pytest.approx(100 * good.member.mean()), "% with it")
    assert "other way round" not in row["flags"]
    # Taken for a failure, it would be one that helps: never a need.
    as_failure = rows(cx.importance_performance(analysis, good)).loc["member"]
    assert "other way round" in as_failure["flags"]
    assert not as_failure["unmet"]


@pytest.mark.parametrize("top", [None, 1])
def test_the_top_box(frame, analysis, top):
    found = rows(cx.importance_performance(analysis, frame, performance_as="top-box", top=top, scales=SCALES))
    best = {"staff": frame.staff >= 5 - (top or 2) + 1, "speed": frame.speed >= 10 - (top or 3) + 1,
            "effort": frame.effort <= 1 + (top or 2) - 1}  # fmt: skip
    for name, flag in best.items():
        low, high = proportion_confint(flag.sum(), len(flag), method="wilson")
        row = found.loc[name]
        assert row["performance"] == pytest.approx(100 * flag.mean())
        assert (row["performance_low"], row["performance_high"]) == pytest.approx((100 * low, 100 * high))
    assert found.loc["late", "measured"] == "% without it"


def test_everybody_who_answered_counts_and_gaps_are_counted(frame):
    gaps = frame.copy()
    gaps.loc[::5, "shop"] = np.nan
    analysis = cx.drivers(gaps, "score", ["staff", "shop"], resamples=60)
    found = rows(cx.importance_performance(analysis, gaps))
    assert (found.loc["staff", "n"], found.loc["staff", "n_missing"]) == (1200, 0)
    assert (found.loc["shop", "n"], found.loc["shop", "n_missing"]) == (960, 240)
    assert found.loc["staff", "performance"] == pytest.approx(25 * (gaps.staff.mean() - 1))
    assert analysis.n == 960


def test_weights_and_clusters_are_those_of_the_analysis(frame):
    analysis = cx.drivers(frame, "score", ["staff", "late"], weight="w", cluster="who", resamples=60)
    row = rows(cx.importance_performance(analysis, frame)).loc["staff"]
    mean = np.average(frame.staff, weights=frame.w)
    assert row["performance"] == pytest.approx(25 * (mean - 1))
    u = (frame.w * (frame.staff - mean) / frame.w.sum()).groupby(frame.who).sum()
    se = np.sqrt((u**2).sum() * len(u) / (len(u) - 1))
    weight = frame.w.groupby(frame.who).sum()
    effective = weight.sum() ** 2 / (weight**2).sum()
    uneven = np.sqrt(effective / (effective - 1) * (len(u) - 1) / len(u))
    half = 25 * stats.t.ppf(0.975, effective - 1) * se * uneven
    assert row["performance_high"] - row["performance"] == pytest.approx(half, rel=1e-6)


def test_what_has_no_performance_keeps_its_row(frame):
    wide = frame.assign(days=frame.late * 3 + frame.w, market=np.where(frame.who % 3, "a", "b"))
    analysis = cx.drivers(wide, "score", ["staff", "days", "market"], resamples=60)
    found = cx.importance_performance(analysis, wide)
    table = rows(found)
    assert set(table.index) == {"staff", "days", "market"}
    assert table.loc["days", "flags"][-1] == "no scale"
    assert table.loc["market", "flags"][-1] == "several columns"
    assert (table.loc[["days", "market"], "quadrant"] == "").all()
    assert any(note.startswith("no scale (days)") for note in found.notes)
    named = rows(cx.importance_performance(analysis, wide, scales={"days": cx.Scale(0, 5, False, step=0)}))
    assert named.loc["days", "performance"] == pytest.approx(100 * (1 - wide.days.mean() / 5))


# --- crosshair and quadrants ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("importance", "performance", "expected"),
    [
        ((0.2, 0.3), (50, 60), "concentrate here"),
        ((0.2, 0.3), (85, 95), "keep up the good work"),
        ((0.01, 0.05), (50, 60), "low priority"),
        ((0.01, 0.05), (85, 95), "possible overkill"),
        ((0.05, 0.3), (50, 60), "not settled"),
        ((0.2, 0.3), (75, 85), "not settled"),
        ((0.1, 0.3), (50, 60), "not settled"),
        ((0.2, 0.3), (float("nan"), 60), "not settled"),
    ],
)
def test_a_quadrant_needs_both_intervals_clear(importance, performance, expected):
    assert quadrant(importance, performance, 0.1, 80.0) == expected


def test_the_table_follows_its_own_rule(frame, analysis):
    found = cx.importance_performance(analysis, frame, goal=60, importance_goal=0.2, scales=SCALES)
    for _, row in found.table.iterrows():
        ends = (row["importance_low"], row["importance_high"]), (row["performance_low"], row["performance_high"])
        assert row["quadrant"] == quadrant(*ends, 0.2, 60.0)
    table = rows(found)
    assert table.loc["staff", "quadrant"] == "concentrate here"
    assert table.loc["speed", "quadrant"] == "keep up the good work"
    assert found.unmet == ("staff",)
    assert "One unmet need: staff" in found.headline
    assert any("Goal, as chosen: 60" in note for note in found.notes)


def test_usual_goals_are_called_usual(frame, analysis):
    notes = " ".join(cx.importance_performance(analysis, frame).notes)
    assert "Nobody set a goal, so these are only usual ones: 80 of 100 for ratings and 95 %" in notes
    assert "Nobody said where “important” begins, so it begins at 10% of what all explain" in notes


def test_a_goal_for_each(frame, analysis):
    found = rows(cx.importance_performance(analysis, frame, goal={"staff": 40, "late": 75}))
    assert found["goal"].to_dict() == {"staff": 40.0, "speed": 80.0, "effort": 80.0, "late": 75.0, "shop": 80.0}
    assert found.loc["staff", "quadrant"] == "keep up the good work"


def test_grand_means_only_on_request_and_with_a_warning(frame, analysis):
    found = cx.importance_performance(analysis, frame, goal="mean", importance_goal="mean", scales=SCALES)
    assert found.importance_goal == pytest.approx(1 / len(DRIVERS))
    assert (found.table["goal"] == found.table["performance"].mean()).all()
    assert sum("by construction" in note for note in found.notes) == 2
    assert not any("by construction" in note for note in cx.importance_performance(analysis, frame).notes)


def test_noise_stays_where_it_is_and_is_never_a_need(frame, analysis):
    found = cx.importance_performance(analysis, frame, importance_goal=0.0, goal=99)
    row = rows(found).loc["shop"]
    assert row["q_value"] >= 0.05
    assert row["importance"] == pytest.approx(float(analysis.table.set_index("driver").loc["shop", "share"]))
    assert row["importance"] > 0
    assert not row["unmet"]
    assert any("drawn pale and left where it is, not set to zero: shop" in note for note in found.notes)


def test_the_pitfalls_are_named(frame, analysis):
    found = cx.importance_performance(analysis, frame, scales=SCALES)
    assert "near the ceiling" in rows(found).loc["speed", "flags"]
    assert any("falls as performance nears its ceiling" in note for note in found.notes)


# --- stated importance ------------------------------------------------------------------------------


def test_stated_importance_stands_beside_the_derived_one(frame, analysis):
    stated = {"staff": "staff_imp", "late": 40}
    found = cx.importance_performance(analysis, frame, stated=stated, scales={"staff_imp": (1, 5)})
    row = rows(found).loc["staff"]
    assert row["stated"] == pytest.approx(25 * (frame.staff_imp.mean() - 1))
    assert row["stated_low"] < row["stated"] < row["stated_high"]
    assert rows(found).loc["late", ["stated", "stated_low"]].tolist()[0] == 40
    assert np.isnan(rows(found).loc["late", "stated_low"])
    plain = rows(cx.importance_performance(analysis, frame))
    assert rows(found)["quadrant"].equals(plain["quadrant"])
    assert any("Stated importance is high for nearly everything" in note for note in found.notes)


def test_stated_importance_may_be_the_axis(frame, analysis):
    stated = {"staff": "staff_imp", "late": 40}
    found = cx.importance_performance(
        analysis, frame, stated=stated, importance_as="stated", importance_goal=60, scales={"staff_imp": (1, 5)}
    )
    assert rows(found).loc["staff", "quadrant"] == "concentrate here"
    assert rows(found).loc["late", "quadrant"] == "low priority"
    assert (rows(found).loc[["speed", "shop"], "quadrant"] == "").all()
    assert "is said to be important" in found.headline


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"goal": 120}, "no goal"),
        ({"goal": {"nobody": 50}}, "not among the drivers"),
        ({"goal": {"staff": True}}, "no goal"),
        ({"importance_goal": 30}, "no importance"),
        ({"performance_as": "median"}, "performance_as: 'median' is none of its choices"),
        ({"importance_as": "guessed"}, "importance_as: 'guessed' is none of its choices"),
        ({"importance_as": "stated"}, "Nobody was asked"),
        ({"stated": {"nobody": 3}}, "not among the drivers"),
        ({"stated": {"staff": 140}}, "no importance"),
        ({"stated": {"staff": "w"}}, "which scale"),
        ({"scales": {"speed": (1, 5)}}, "do not fit the scale"),
        ({"performance_as": "top-box", "top": 9}, "no part of a scale"),
    ],
)
def test_impossible_choices_are_problems(frame, analysis, arguments, words):
    with pytest.raises(cx.Problem, match=words):
        cx.importance_performance(analysis, frame, **arguments)


def test_other_data_are_refused(frame, analysis):
    with pytest.raises(cx.Problem, match="not the data of the analysis"):
        cx.importance_performance(analysis, frame.drop(columns="late"))
    with pytest.raises(cx.Problem, match="needs the result of"):
        cx.importance_performance(frame, frame)


# --- engines, steps ---------------------------------------------------------------------------------


def test_every_engine_gives_the_same_numbers(frame, tmp_path):
    path = tmp_path / "answers.parquet"
    frame.to_parquet(path)
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    forms = {
        "pandas": frame, "polars": pl.from_pandas(frame), "pyarrow": arrow,
        "duckdb": duckdb.connect().from_arrow(arrow), "parquet": cx.Table(frame, name="t", parquet=path),
    }  # fmt: skip
    names = ["staff", "speed", "late"]
    found = {
        kind: cx.importance_performance(
            cx.drivers(data, "score", names, weight="w", cluster="who", resamples=60), data, performance_as="top-box"
        ).table
        for kind, data in forms.items()
    }
    for table in found.values():
        np.testing.assert_allclose(
            table[NUMBERS].to_numpy(float), found["pandas"][NUMBERS].to_numpy(float), atol=1e-9
        )  # fmt: skip


def test_the_step_makes_the_same_call_and_prints_it(frame, analysis):
    table = cx.Table(frame, name="survey")
    inner = {"outcome": "score", "drivers": DRIVERS, "resamples": 300}
    step = cx.Step("importance_performance", ("survey",), {"drivers": inner, "goal": 60})
    made = step.run({"survey": table})
    assert made.headline == cx.importance_performance(analysis, frame, goal=60).headline
    names = {"cx": cx, "survey": table}
    assert eval(step.code(), names).headline == made.headline
    assert cx.Step.from_json(step.to_json()) == step


def test_nothing_claimed_where_nothing_is_sure():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({name: rng.integers(1, 6, 60) for name in "abc"}).assign(score=rng.normal(size=60))
    found = cx.importance_performance(cx.drivers(frame, "score", list("abc"), resamples=100), frame)
    assert found.unmet == ()
    assert found.headline.startswith("No unmet need can be claimed")
    assert "not settled" in found.headline


def test_yes_and_no_may_be_coded_one_and_two():
    rng = np.random.default_rng(1)
    staff, told = rng.integers(1, 6, 400), rng.integers(1, 3, 400)
    frame = pd.DataFrame({"score": staff + 2 * told + rng.normal(size=400), "staff": staff, "told": told})
    ends = ["performance", "performance_low", "performance_high"]
    found = []
    for coded, scale in ((frame, (1, 2)), (frame.assign(told=told - 1), (0, 1))):
        drivers = cx.drivers(coded, "score", ["staff", "told"], resamples=100)
        table = cx.importance_performance(drivers, coded, scales={"told": scale}).table.set_index("driver")
        found.append(table.loc["told", ends].tolist())
    assert np.isfinite(found[0]).all()
    assert found[0] == pytest.approx(found[1])


def test_the_sentence_calls_drivers_as_other_sentences_do():
    rng = np.random.default_rng(3)
    rate_service, rate_price = rng.integers(1, 4, 600), rng.integers(1, 6, 600)
    frame = pd.DataFrame({
        "score": rate_service + rng.normal(size=600) / 2, "rate_service": rate_service, "rate_price": rate_price,
    })  # fmt: skip
    scales = {"rate_service": (1, 5), "rate_price": (1, 5)}
    analysis = cx.drivers(frame, "score", ["rate_service", "rate_price"], resamples=100)
    found = cx.importance_performance(analysis, frame, scales=scales)
    assert found.headline.startswith("One unmet need: rate service makes up ")
    assert found.unmet == ("rate_service",)
    assert "rate service importance" in cx.charts.describe(found)
    assert analysis.headline.startswith("Rate service matters most")
