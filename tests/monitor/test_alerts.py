"""Alerts over all watched series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import polygamma
from weekly_answers import answers, drawn

import cxanalysis as cx
from cxanalysis.monitor.judge import Prior, _inverse_trigamma, by_chance

WATCH = {"table": "survey", "metric": "nps", "score": "score"}


def test_the_group_that_fell_is_found_and_the_other_is_fine(survey):
    found = cx.alerts(survey, watched=[WATCH | {"by": ["market"]}])
    status = dict(zip(found.table["series"], found.table["status"], strict=True))
    assert status == {"NPS · market south": "worse", "NPS · market north": "no change"}
    assert found.headline.startswith("Worse: NPS · market south by ")
    assert found.watches[0]["group"] == {"market": "south"}
    assert cx.control(survey, "nps", score="score", group=found.watches[0]["group"]).headline.startswith(
        "NPS · market south"
    )


def test_the_p_of_one_window_is_students_t_of_the_formula(survey):
    one = {"market": "north"}
    found = cx.alerts({"NPS": cx.nps(survey, "score", by="market", period="week")}, windows=[1])
    row = found.table[found.table["series"] == "NPS · market north"].iloc[0]
    chart = cx.control(survey, "nps", score="score", group=one, chart="laney")
    base = chart.table[chart.table["baseline"]]
    coded = survey.frame[survey.frame["market"] == "north"]
    day = coded["answered"]
    scores = np.where(coded["score"] >= 9, 100, np.where(coded["score"] >= 7, 0, -100))
    inside = (day >= base["period"].min()) & (day < base["period"].max() + pd.Timedelta(days=7))
    n = int(inside.sum())
    spread = scores[inside.to_numpy()].std()
    z = (base["value"] - base["centre"]) * np.sqrt(base["n"]) / spread
    sigma = max(chart.sigma_z, np.sqrt((z**2).sum() / 19))
    last = chart.table.iloc[-1]
    r = float((z[1:].to_numpy() * z[:-1].to_numpy()).sum() / (z**2).sum())
    serial = max(0.0, r + 1 / 20)
    j = np.arange(1, 20)
    alike = 1 + 2 * ((1 - j / 20) * serial**j).sum()
    wide = np.sqrt(1 / last["n"] + alike / n)
    t = (last["value"] - last["centre"]) / (spread * sigma * wide)
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(t), 19), rel=0.02)


def test_the_rate_is_stated_as_false_alarms_a_year(survey):
    found = cx.alerts(survey, watched=[WATCH], rate=0.02)
    assert found.false_a_year == pytest.approx(52.18 * 0.02)
    assert "at most 2 % of looks" in found.notes[0]
    assert "about 1.0 a year" in found.notes[0]


def test_q_is_benjamini_hochberg_over_the_series(survey):
    found = cx.alerts(survey, watched=[WATCH | {"by": ["market"]}, WATCH]).table
    p = found["p_value"].to_numpy()
    assert found["q_value"].to_numpy() == pytest.approx(stats.false_discovery_control(p), rel=1e-9)


def test_a_series_whose_data_ended_is_not_judged(survey):
    frame = pd.concat([answers(drawn(1, 30, 30)), answers(drawn(2, 24, 30), market="closed")], ignore_index=True)
    found = cx.alerts(frame, watched=[{"metric": "nps", "score": "score", "date": "answered", "by": "market"}])
    closed = found.table[found.table["series"].str.contains("closed")].iloc[0]
    # The whole table is covered, so weeks without an answer count as such and not as missing data.
    assert closed["status"] in {"no change", "cannot tell"}
    assert closed["window"] != 1


def test_two_tables_of_which_one_is_out_of_date(survey):
    old = survey.with_(name="old")
    new = cx.Table(
        answers(drawn(3, 40, 30)),
        name="new",
        roles={"answered": "date", "score": "nps"},
        scales={"score": cx.Scale(0, 10)},
    )
    found = cx.alerts(old, new, watched=[WATCH | {"table": "old"}, WATCH | {"table": "new"}])
    row = found.table[found.table["table"] == "old"].iloc[0]
    assert row["status"] == "cannot tell"
    assert row["remark"].startswith("No new data: the last complete week began on 2024-07-22")
    assert found.n == 1


def test_too_short_is_no_alarm(survey):
    found = cx.alerts(answers(drawn(1, 12, 30)), watched=[{"metric": "nps", "score": "score", "date": "answered"}])
    assert found.headline == "Nothing can be judged yet: none of 1 series is long enough."
    assert "12 complete weeks" in found.table["remark"].iloc[0]


def test_the_same_answers_are_not_watched_twice(survey):
    only = survey.frame[survey.frame["market"] == "north"]
    table = cx.Table(only, name="survey", kind="survey", roles=survey.roles, scales=survey.scales)
    found = cx.alerts(table, watched=[WATCH, WATCH | {"by": ["market"]}])
    assert found.table["series"].tolist() == ["NPS"]


def test_a_failure_that_doubles_is_worse():
    rng = np.random.default_rng(9)
    weeks = [(rng.random(150) < (0.1 if week < 26 else 0.25)).astype(int) * 4 + 1 for week in range(30)]
    table = cx.Table(
        answers(weeks),
        name="survey",
        roles={"answered": "date", "score": "csat"},
        scales={"score": cx.Scale(1, 5, False)},
    )
    frame = cx.csat(table, "score", period="week")
    found = cx.alerts({"complaints": frame})
    assert found.table["status"].tolist() != ["no change"]


def test_by_chance_is_fishers_exact_test_by_doubling():
    small = stats.fisher_exact([[6, 14], [10, 190]], alternative="greater").pvalue
    assert by_chance(30.0, 20, 5.0, 200) == pytest.approx(2 * small, rel=1e-9)


def test_series_that_are_alike_teach_each_other():
    assert Prior(1.0, 20.0).moderated(2.0, 20.0) == pytest.approx((np.sqrt(2.5), 40.0))
    assert Prior().moderated(2.0, 19.0) == (2.0, 19.0)
    for x in (0.3, 1.0, 7.0, 40.0):
        assert _inverse_trigamma(float(polygamma(1, x))) == pytest.approx(x, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "nothing is watched"),
        ({"watched": [WATCH], "rate": 2}, "not between 0 and 1"),
        ({"watched": [WATCH | {"table": "gone"}]}, "not handed over"),
        ({"watched": [WATCH], "windows": [0]}, "no numbers of periods"),
        ({"watched": [{"table": "survey", "metric": "nps", "score": "gone"}]}, "there is no column 'gone'"),
    ],
)
def test_what_cannot_be_done_is_said(survey, arguments, said):
    with pytest.raises(cx.Problem, match="(?i)" + said):
        cx.alerts(survey, **arguments)


def test_different_periods_are_not_one_look(survey):
    by_week, by_day = (cx.nps(survey, "score", period=period) for period in ("week", "day"))
    with pytest.raises(cx.Problem, match="cannot be judged in one look"):
        cx.alerts({"a": by_week, "b": by_day})


def test_the_same_look_gives_the_same_bytes(survey):
    step = cx.Step("alerts", ("survey",), {"watched": [WATCH | {"by": ["market"]}]})
    one, two = (step.run({"survey": survey}).table.to_csv() for _ in range(2))
    assert one == two
    assert "cx.alerts(" in step.code()
