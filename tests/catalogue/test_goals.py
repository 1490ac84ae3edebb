"""Goals and their status: the three states, how many more answers, benchmarks, SMART; by simulation and by formula."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cxanalysis as cx
from cxanalysis.catalogue.status import answers_needed


def answers(good, bad):
    return pd.DataFrame({"csat": [5] * good + [1] * bad})


def csat(good, bad):
    return cx.csat(answers(good, bad), "csat", scale=(1, 5))


@pytest.mark.parametrize(
    ("goal", "direction", "state"),
    [(60, "high", "reached"), (90, "high", "not reached"), (79, "high", "cannot tell yet"),
     (60, "low", "not reached"), (90, "low", "reached"), (79, "low", "cannot tell yet")],
)  # fmt: skip
def test_the_interval_decides(goal, direction, state):
    assert cx.status(csat(160, 40), goal, direction=direction).state == state


def test_a_goal_on_the_very_end_of_the_interval_is_reached():
    estimates = csat(160, 40)
    low, high = estimates.table.loc[0, ["low", "high"]]
    assert cx.status(estimates, low).state == "reached"
    assert cx.status(estimates, high).state == "cannot tell yet"
    assert cx.status(estimates, high, direction="low").state == "reached"


def test_low_is_good_is_the_mirror_image():
    high = cx.status(csat(160, 40), 77.0).table.iloc[0]
    low = cx.status(csat(40, 160), 23.0, direction="low").table.iloc[0]
    for column in ("gap", "gap_low", "gap_high", "more"):
        assert low[column] == pytest.approx(high[column], abs=1e-9)


def test_without_an_interval_nothing_is_called_reached():
    status = cx.status(csat(1, 0), 10)
    assert status.state == "cannot tell yet"
    assert math.isnan(status.table["more"].iloc[0])
    assert "no interval" in status.words()


def test_answers_needed_by_the_formula():
    """N = n((h + z se)/d)², written out anew."""
    n, half, se, distance = 250, 4.1, 2.0, 1.5
    z = stats.norm.ppf(0.8)
    assert answers_needed(n, half, se, distance, 0.8) == math.ceil(n * ((half + z * se) / distance) ** 2 - n)
    assert math.isnan(answers_needed(n, half, se, 0.0, 0.8))
    assert math.isnan(answers_needed(n, half, se, 1e-4, 0.8))


@pytest.mark.parametrize("cluster", [None, "who"])
def test_so_many_more_answers_settle_it_in_four_of_five_cases(cluster):
    """Surveys of the size asked for, from a population whose value is the one that was seen."""
    rng = np.random.default_rng(11)
    each = 4

    def survey(people):
        mood = np.repeat(rng.normal(0, 1, people), each) + rng.normal(0, 1, people * each)
        happy = np.where(mood < stats.norm.ppf(0.8) * math.sqrt(2), 5, 1)  # 80 % satisfied
        return pd.DataFrame({"csat": happy, "who": np.repeat(np.arange(people), each)})

    first = None
    while first is None or abs(first.table["value"].iloc[0] - 80) > 0.2:  # a survey that shows the truth
        first = cx.csat(survey(100), "csat", scale=(1, 5), cluster=cluster)
    if cluster is None:  # answers counted as independent need independent answers
        each = 1
        first = cx.csat(survey(400), "csat", scale=(1, 5))
        while abs(first.table["value"].iloc[0] - 80) > 0.2:
            first = cx.csat(survey(400), "csat", scale=(1, 5))
    status = cx.status(first, 78.0)
    needed = int(first.n + status.table["more"].iloc[0])
    states = [
        cx.status(cx.csat(survey(needed // each), "csat", scale=(1, 5), cluster=cluster), 78.0).state
        for _ in range(400)
    ]
    assert states.count("reached") / 400 == pytest.approx(0.8, abs=0.07)
    assert "not reached" not in states[:50]


def test_clusters_need_more_answers():
    rng = np.random.default_rng(3)
    who = np.repeat(np.arange(60), 5)
    frame = pd.DataFrame({"csat": np.where(np.repeat(rng.random(60), 5) < 0.7, 5, 1), "who": who})
    alone = cx.status(cx.csat(frame, "csat", scale=(1, 5)), 60).table["more"].iloc[0]
    together = cx.status(cx.csat(frame, "csat", scale=(1, 5), cluster="who"), 60).table["more"].iloc[0]
    assert math.isnan(alone) or together > 2 * alone


def test_a_benchmark_with_n_is_a_second_sample():
    """Newcombe's method 10 for two shares, against the interval written out."""
    mark = cx.Benchmark(70, "trade", n=150)
    row = cx.status(csat(160, 40), 50, benchmarks=[mark]).benchmarks.iloc[0]
    z = stats.norm.ppf(0.975)

    def wilson(p, n):
        middle, half = (p + z * z / 2 / n), z * math.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
        return (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)

    (a_low, a_high), (b_low, b_high) = wilson(0.8, 200), wilson(0.7, 150)
    assert row["low"] == pytest.approx(100 * (0.1 - math.hypot(0.8 - a_low, b_high - 0.7)), abs=1e-9)
    assert row["high"] == pytest.approx(100 * (0.1 + math.hypot(a_high - 0.8, 0.7 - b_low)), abs=1e-9)
    assert row["status"] == "better"


def test_a_benchmark_without_n_is_a_fixed_number_and_said_so():
    status = cx.status(csat(160, 40), 50, benchmarks=[cx.Benchmark(70, "a talk")])
    row = status.benchmarks.iloc[0]
    assert row["low"] == pytest.approx(status.table["low"].iloc[0] - 70)
    assert "fixed number" in row["how"]
    assert any("a talk" in note for note in status.notes)
    worse = cx.status(csat(160, 40), cx.Goal("x", 50, "low", benchmarks=[cx.Benchmark(70, "a talk")]))
    assert worse.benchmarks["status"].iloc[0] == "worse"


def test_an_nps_benchmark_varies_as_ours_does():
    nps = cx.nps(pd.DataFrame({"recommend": [10] * 60 + [8] * 20 + [2] * 20}), "recommend")
    few, many = (cx.status(nps, 0, benchmarks=[cx.Benchmark(40, "x", n=n)]).benchmarks.iloc[0] for n in (50, 5_000))
    assert few["low"] < many["low"] <= many["high"] < few["high"]


def test_every_group_has_a_status():
    frame = pd.concat([answers(90, 10).assign(shop="a"), answers(40, 60).assign(shop="b")])
    status = cx.status(cx.csat(frame, "csat", scale=(1, 5), by="shop"), 70)
    assert status.table[["shop", "status"]].values.tolist() == [["a", "reached"], ["b", "not reached"]]
    assert "1 reached, 1 not reached" in status.headline
    with pytest.raises(cx.Problem, match="a status each"):
        _ = status.state


def test_smart_says_what_is_missing():
    goal = cx.Goal("CSAT", 85)
    assert [check.met for check in goal.smart()] == [False] * 5
    entry = cx.Entry("CSAT", definition="share of 4 and 5", denominator="answers", source="survey tool")
    full = goal.with_(
        owner="Ben", by="2026-12-31", baseline=80, why="fewer late parcels", benchmarks=[cx.Benchmark(86, "trade")]
    )
    checks = full.smart(entry, today="2026-01-01")
    assert [check.name for check in checks] == ["specific", "measurable", "achievable", "relevant", "time-bound"]
    assert all(check.met for check in checks)
    assert not full.smart(entry, today="2027-01-01")[4].met
    assert not full.with_(baseline=90).smart(entry)[2].met
    low = cx.Goal("Complaints", 3, "low", baseline=5, benchmarks=[cx.Benchmark(2, "trade")])
    assert low.smart()[2].met


def test_what_makes_no_goal_is_refused():
    for wrong in ({"value": float("nan")}, {"value": 3, "direction": "up"}, {"value": 3, "by": "soon"}):
        with pytest.raises(cx.Problem):
            cx.Goal("NPS", **wrong)
    with pytest.raises(cx.Problem, match="rumour"):
        cx.Benchmark(3, "")
    with pytest.raises(cx.Problem, match="no interval to judge"):
        cx.status(pd.DataFrame(), 3)
    with pytest.raises(cx.Problem, match="is not between"):
        cx.status(csat(3, 3), 3, power=0.2)


def test_goals_are_kept_with_their_history(tmp_path):
    goals = cx.Workspace(tmp_path).goals
    goals.set(cx.Goal("NPS", 40, benchmarks=[cx.Benchmark(44, "trade", n=900, year=2025)]))
    goals.set(cx.Goal("NPS", 40, benchmarks=[cx.Benchmark(44, "trade", n=900, year=2025)]))
    goals.set(cx.Goal("NPS", 45))
    again = cx.Workspace(tmp_path).goals
    assert [(v.what, v.goal.value) for v in again.history("NPS")] == [("set", 40), ("changed", 45)]
    again.drop("NPS")
    assert "NPS" not in goals
    assert goals.get("NPS") is None
    assert goals.history("NPS")[0].goal.benchmarks[0].n == 900


def test_a_goal_is_found_for_a_step(tmp_path):
    workspace = cx.Workspace(tmp_path)
    workspace.add(cx.Table(pd.DataFrame({"recommend": [9, 10, 3], "market": ["a", "b", "a"]}), name="survey"))
    step = cx.Step("nps", ("survey",), {"score": "recommend"})
    entry = workspace.catalogue.add(cx.Entry("NPS", step=step))
    assert workspace.goals.of(step) is None
    workspace.goals.set(cx.Goal(entry.key, 40))
    tile = cx.Step("nps", ("survey",), {"score": "recommend", "by": "market", "confidence": 0.9})
    goal = workspace.goals.of(tile)
    assert goal.value == 40
    assert len(cx.status(tile.run(workspace.tables), goal).table) == 2
    assert workspace.goals.of(cx.Step("nps", ("survey",), {"score": "other"})) is None
