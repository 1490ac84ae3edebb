"""Alerts over all watched series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import linalg, stats
from scipy.special import polygamma
from weekly_answers import MONDAY, answers, drawn

import cxanalysis as cx
from cxanalysis.monitor.alert_test import VariancePrior, hypergeometric_p, inverse_trigamma

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


def north_by_hand(survey) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Weekly NPS and n of the north, centre and spread of one answer in the first 20 weeks, from the answers alone."""
    rows = survey.frame[survey.frame["market"] == "north"]
    week = ((rows["answered"] - MONDAY).dt.days // 7).to_numpy()
    coded = np.where(rows["score"] >= 9, 100, np.where(rows["score"] >= 7, 0, -100))
    value = np.array([coded[week == at].mean() for at in range(30)])
    return value, np.bincount(week), coded[week < 20].mean(), coded[week < 20].std()


def test_the_p_of_one_window_is_students_t_of_the_formula(survey):
    """Among series that show together that neighbours are no more alike than others."""
    many = {
        f"{seed}": cx.nps(answers(drawn(seed, 30, 60)), "score", date="answered", period="week") for seed in (5, 6, 7)
    }
    found = cx.alerts({"NPS": cx.nps(survey, "score", by="market", period="week")} | many, windows=[1]).table
    row = found[found["series"] == "NPS · market north"].iloc[0]
    value, n, centre, spread = north_by_hand(survey)
    z = (value - centre)[:20] * np.sqrt(n[:20]) / spread
    sigma = max(np.sqrt((z**2).sum() / 19), np.abs(np.diff(z)).mean() / 1.128)
    # Weeks that differ less than their answers explain do so by luck: a new one varies by sampling at least.
    error = spread * np.sqrt(max(sigma, 1) ** 2 / n[-1] + sigma**2 / n[:20].sum())
    t = (value[-1] - centre) / error
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(t), 19), rel=1e-6)


def test_the_p_of_a_series_alone_is_the_mean_over_how_alike_neighbours_may_be(survey):
    """Against a slow computation: the likelihood of contrasts that no level enters, matrix by matrix."""
    made = cx.nps(survey, "score", by="market", period="week")
    row = cx.alerts({"NPS": made}, windows=[3]).table.set_index("series").loc["NPS · market north"]
    value, n, centre, spread = north_by_hand(survey)
    usual = n[:20].mean()
    y, noise = (value - centre) * np.sqrt(usual) / spread, usual / n
    level = np.repeat([0, 1, 2, 3, 4], [20, 1, 3, 3, 3])
    contrasts = linalg.null_space((level[:, None] == np.arange(5)).T)
    apart = np.abs(np.subtract.outer(np.arange(30), np.arange(30)))
    total = chance = 0.0
    for lasts, before in ((0.0, 0.25), (0.3, 0.25), (0.6, 0.25), (0.8, 0.25)):
        for own in (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0):
            v = contrasts.T @ (np.diag(noise) + own * lasts**apart) @ contrasts
            like = before * stats.multivariate_normal(cov=v).pdf(contrasts.T @ y)
            rho = own / (1 + own) * lasts ** np.arange(1, 20)
            of_base = 1 + 2 * ((1 - np.arange(1, 20) / 20) * rho).sum()
            of_window = 1 + 2 * (2 / 3 * rho[0] + 1 / 3 * rho[1])
            variance = (((value - centre)[:20] ** 2 * n[:20]).sum() / spread**2) / (20 - of_base)
            extra = max(variance - 1, 0)
            window = max(variance, 1 + extra) * of_window / n[-3:].sum()
            error = spread * np.sqrt(window + variance * of_base / n[:20].sum())
            df = 19 / (1 + 2 * (own / (1 + own)) ** 2 * (lasts**2 / (1 - lasts**2)))
            change = np.average(value[-3:], weights=n[-3:]) - centre
            chance += like * 2 * stats.t.sf(abs(change) / error, df)
            total += like
    assert row["p_value"] == pytest.approx(chance / total, rel=0.01)


def test_the_rate_is_stated_as_false_alarms_a_year(survey):
    found = cx.alerts(survey, watched=[WATCH], rate=0.02)
    assert found.false_a_year == pytest.approx(52.18 * 0.02)
    assert "at most 2 % of looks" in found.notes[0]
    assert "about 1.0 a year" in found.notes[0]


def test_where_autocorrelation_cannot_be_estimated_it_is_said(survey):
    one = cx.alerts(survey, watched=[WATCH])
    assert any("cannot estimate autocorrelation. For 1 of 1 series" in note for note in one.notes)
    row = one.table.iloc[0]
    assert row["change_low"] < row["change"] < row["change_high"]
    many = {
        f"{seed}": cx.nps(answers(drawn(seed, 30, 60)), "score", date="answered", period="week") for seed in range(6)
    }
    assert not any("cannot estimate" in note for note in cx.alerts(many).notes)


def test_p_pays_for_looking_at_several_windows():
    """The smallest p of three windows, times three: each window alone is the yardstick."""
    watched = {
        f"{seed}": cx.nps(answers(drawn(seed, 34, 60)), "score", date="answered", period="week") for seed in range(6)
    }

    def p(windows: list[int]) -> np.ndarray:
        return cx.alerts(watched, windows=windows).table.set_index("series")["p_value"].sort_index().to_numpy()

    smallest = np.min([p([size]) for size in (1, 4, 13)], axis=0)
    assert (smallest < 1 / 3).any()
    assert p([1, 4, 13]) == pytest.approx(np.minimum(3 * smallest, 1.0), rel=1e-9)


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
    assert hypergeometric_p(30.0, 20, 5.0, 200) == pytest.approx(2 * small, rel=1e-9)


def test_series_that_are_alike_teach_each_other():
    assert VariancePrior(1.0, 20.0).moderated(2.0, 20.0) == pytest.approx((np.sqrt(2.5), 40.0))
    assert VariancePrior().moderated(2.0, 19.0) == (2.0, 19.0)
    for x in (0.3, 1.0, 7.0, 40.0):
        assert inverse_trigamma(float(polygamma(1, x))) == pytest.approx(x, rel=1e-6)


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
    with pytest.raises(cx.Problem, match="cannot be tested in one look"):
        cx.alerts({"a": by_week, "b": by_day})


def test_the_same_look_gives_the_same_bytes(survey):
    step = cx.Step("alerts", ("survey",), {"watched": [WATCH | {"by": ["market"]}]})
    one, two = (step.run({"survey": survey}).table.to_csv() for _ in range(2))
    assert one == two
    assert "cx.alerts(" in step.code()
