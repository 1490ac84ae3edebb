"""Churn, retention, survival, activity, cost and value: against plain Python and statsmodels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

import cxanalysis as cx
from cxanalysis.metrics.customers.active_users import poisson_interval
from cxanalysis.metrics.durations.kaplan_meier import kaplan_meier
from cxanalysis.metrics.repeat_buying.bg_nbd import fit_purchases
from cxanalysis.metrics.repeat_buying.gamma_gamma import fit_spend
from cxanalysis.problem import Problem


def clustered_t(sizes: np.ndarray) -> float:
    """Multiplier of a standard error over units of these sizes: as few as they effectively are."""
    count, effective = len(sizes), sizes.sum() ** 2 / (sizes**2).sum()
    return np.sqrt(effective / (effective - 1) * (count - 1) / count) * stats.t.ppf(0.975, effective - 1)


def register(seed: int = 3, n: int = 800) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    came = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 1000, n), unit="D")
    left = came + pd.to_timedelta(rng.exponential(1200, n).astype(int) + 1, unit="D")
    end = pd.Timestamp("2024-12-31")
    frame = pd.DataFrame({"who": np.arange(n), "came": came, "left": left, "g": rng.choice(["a", "b"], n)})
    frame["monthly"] = np.round(rng.gamma(2, 20, n), 2)
    frame.loc[frame["left"] > end, "left"] = pd.NaT
    return frame[frame["came"] <= end].reset_index(drop=True)


ASK = {"started": "came", "ended": "left", "since": "2024-01-01", "until": "2024-12-31"}


def test_churn_leaves_newcomers_out():
    frame = register()
    begin, end = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-01-01")
    there = [r for r in frame.itertuples() if r.came < begin and (pd.isna(r.left) or r.left >= begin)]
    lost = [r for r in there if not pd.isna(r.left) and r.left < end]
    found = cx.metric("churn", frame, **ASK)
    row = found.table.iloc[0]
    assert (row["n"], found.detail["hits"].iloc[0]) == (len(there), len(lost))
    low, high = proportion_confint(len(lost), len(there), method="wilson")
    assert (row["value"], row["low"], row["high"]) == pytest.approx(
        (100 * len(lost) / len(there), 100 * low, 100 * high)
    )
    new = sum(begin <= r.came < end for r in frame.itertuples())
    assert found.passport.exclusions == (f"{new} customers who came within the period are not in its base.",)
    assert found.period == ("2024-01-01", "2024-12-31")


def test_churn_over_the_average_base():
    frame = register()
    begin, end = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-01-01")
    size = [((frame["came"] < day) & ~(frame["left"] < day)).sum() for day in (begin, end)]
    lost = ((frame["left"] >= begin) & (frame["left"] < end)).sum()
    found = cx.metric("churn", frame, **ASK, base="average")
    assert found.table["value"].iloc[0] == pytest.approx(100 * lost / np.mean(size))
    assert "average" in found.passport.name


def test_retention_and_churn_are_one_hundred():
    frame = register()
    lost, kept = cx.metric("churn", frame, **ASK, by="g"), cx.metric("retention", frame, **ASK, by="g")
    np.testing.assert_allclose(lost.table["value"] + kept.table["value"], 100)
    np.testing.assert_allclose(lost.table["low"] + kept.table["high"], 100)
    np.testing.assert_allclose(kept.detail["life"], 100 / lost.table["value"])


def test_churn_by_month_adds_up_and_leaves_partial_months_out():
    frame = register()
    found = cx.metric(
        "churn", frame, started="came", ended="left", since="2024-01-01", until="2024-11-12", period="month"
    )
    assert found.table["period"].dt.month.tolist() == list(range(1, 11))
    assert any("covered only in part" in line for line in found.passport.exclusions)
    assert found.every == "month"
    one = cx.metric("churn", frame, started="came", ended="left", since="2024-03-01", until="2024-03-31")
    assert one.table["value"].iloc[0] == found.table["value"].iloc[2]


def test_revenue_churn_is_a_ratio_over_customers():
    frame = register()
    begin, end = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-01-01")
    there = frame[(frame["came"] < begin) & ~(frame["left"] < begin)]
    b = there["monthly"].to_numpy()
    a = np.where(there["left"] < end, b, 0.0)
    r = a.sum() / b.sum()
    se = np.sqrt(((a - r * b) ** 2).sum() * len(b) / (len(b) - 1)) / b.sum()
    row = cx.metric("revenue_churn", frame, amount="monthly", **ASK).table.iloc[0]
    half = clustered_t(b) * se
    assert (row["value"], row["low"], row["high"]) == pytest.approx((100 * r, 100 * (r - half), 100 * (r + half)))


def test_revenue_churn_from_purchases_of_the_stretch_before():
    frame = register(n=60)
    rng = np.random.default_rng(0)
    log = pd.DataFrame({"who": rng.integers(0, 70, 900), "paid": rng.gamma(2, 10, 900)})
    log["day"] = pd.Timestamp("2022-06-01") + pd.to_timedelta(rng.integers(0, 900, 900), unit="D")
    found = cx.metric("revenue_churn", frame, log, amount="paid", customer="who", date="day", **ASK)
    begin, end = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-01-01")
    before = log[(log["day"] >= begin - (end - begin)) & (log["day"] < begin)].groupby("who")["paid"].sum()
    there = frame[(frame["came"] < begin) & ~(frame["left"] < begin)]
    opening = there["who"].map(before).fillna(0)
    assert found.detail["opening"].iloc[0] == pytest.approx(opening.sum())
    assert found.detail["lost"].iloc[0] == pytest.approx(opening[there["left"] < end].sum())


@pytest.mark.parametrize("watched", [None, "2023-01-01"])
def test_survival_is_that_of_statsmodels(watched):
    frame = register()
    if watched:  # who left before was never written down
        frame = frame[~(frame["left"] < watched)].reset_index(drop=True)
    last = pd.Timestamp("2024-12-31")
    time = (frame["left"].fillna(last) - frame["came"]).dt.days.to_numpy(float)
    done = frame["left"].notna().to_numpy()
    entry = None
    kept = np.ones(len(frame), bool)
    if watched:
        entry = np.maximum((pd.Timestamp(watched) - frame["came"]).dt.days.to_numpy(float), 0)
        kept = time > entry
    theirs = SurvfuncRight(time[kept], done[kept].astype(int), entry=None if entry is None else entry[kept])
    at = np.searchsorted(theirs.surv_times, 365, side="right") - 1
    found = cx.metric("survival", frame, started="came", ended="left", until="2024-12-31", observed_from=watched)
    assert found.table["value"].iloc[0] == pytest.approx(100 * theirs.surv_prob[at])
    assert found.detail["se"].iloc[0] == pytest.approx(100 * theirs.surv_prob_se[at])
    s, gone = theirs.surv_prob[at], (theirs.surv_prob_se[at] / theirs.surv_prob[at]) ** 2
    theta = stats.norm.ppf(0.975) * np.sqrt(gone) / np.log(s)
    ends = sorted([100 * s ** np.exp(theta), 100 * s ** np.exp(-theta)])
    assert found.table[["low", "high"]].iloc[0].tolist() == pytest.approx(ends)


def test_a_register_without_early_leavers_says_so_and_entry_mends_it():
    whole = register(n=6000)
    kept = whole[~(whole["left"] < "2023-07-01")]
    ask = {"started": "came", "ended": "left", "until": "2024-12-31"}
    truth = cx.metric("survival", whole, **ask).table["value"].iloc[0]
    naive = cx.metric("survival", kept, **ask)
    mended = cx.metric("survival", kept, **ask, observed_from="2023-07-01").table.iloc[0]
    assert naive.table["value"].iloc[0] > truth + 5
    assert any("observed_from" in note for note in naive.notes)
    assert mended["low"] <= truth <= mended["high"]


def test_a_curve_of_several_ages():
    found = cx.metric("survival", register(), started="came", ended="left", until="2024-12-31", after_days=[90, 365])
    assert found.by == ("days",)
    assert found.table["days"].tolist() == [90, 365]
    assert found.table["value"].is_monotonic_decreasing
    assert "after 90 days" in found.headline
    cohorts = cx.metric("survival", register(), started="came", ended="left", until="2024-12-31", period="quarter")
    assert np.isnan(cohorts.table["value"].iloc[-1])  # who came last cannot have been watched for a year


def test_at_risk_with_late_entry_counts_only_those_under_watch():
    found = kaplan_meier(np.array([2.0, 3, 5, 5]), np.array([True, True, True, False]), entry=np.array([0.0, 0, 2, 3]))
    assert found.at_risk.tolist() == [2, 2, 2]


def usage() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 90, 3000), unit="D")
    return pd.DataFrame({"who": rng.integers(0, 400, 3000), "day": day, "device": rng.choice(["phone", "web"], 3000)})


def test_active_users_are_different_people():
    log = usage()
    found = cx.metric("MAU", log, customer="who", date="day", period="month")
    for row in found.table.itertuples():
        k = log[log["day"].dt.to_period("M") == row.period.to_period("M")]["who"].nunique()
        assert row.value == k
        assert (row.low, row.high) == pytest.approx((stats.gamma.ppf(0.025, k), stats.gamma.ppf(0.975, k + 1)))
    last = cx.metric("MAU", log, customer="who", date="day", until="2025-03-31")
    assert last.table["value"].iloc[0] == log[log["day"] >= "2025-03-02"]["who"].nunique()
    assert last.period == ("2025-03-02", "2025-03-31")
    assert " people [" in last.headline


def test_share_of_customers_who_are_active():
    log = usage()
    people = pd.DataFrame({"who": np.arange(500), "came": pd.Timestamp("2024-01-01"), "left": pd.NaT})
    table = cx.Table(
        people, name="people", kind="customers", roles={"who": "customer", "came": "date", "left": "closed"}
    )
    found = cx.metric(
        "active_users", log, table, customer=["who", "who"], date="day", until="2025-03-31", as_share=True
    )
    k = log[log["day"] >= "2025-03-02"]["who"].nunique()
    low, high = proportion_confint(k, 500, method="wilson")
    assert found.table.iloc[0][["value", "low", "high", "n"]].tolist() == pytest.approx(
        [k / 5, 100 * low, 100 * high, 500]
    )


def test_poisson_interval_is_exact():
    for k in (0, 1, 7, 300):
        low, high = (float(end) for end in poisson_interval(k, 0.95))
        assert stats.poisson.cdf(k, high) == pytest.approx(0.025)
        assert k == 0 or stats.poisson.sf(k - 1, low) == pytest.approx(0.025)


def test_acquisition_cost_over_months_and_of_one():
    months = pd.date_range("2024-01-01", periods=6, freq="MS")
    spend = pd.DataFrame({"month": months, "cost": [900.0, 1100, 1000, 1300, 800, 1200]})
    rng = np.random.default_rng(2)
    came = [day for month in months for day in month + pd.to_timedelta(rng.integers(0, 28, rng.poisson(10)), unit="D")]
    people = pd.DataFrame({"came": [*came, pd.Timestamp("2024-06-30")]})
    found = cx.metric("CAC", spend, people, amount="cost", date="month", started="came")
    b = people["came"].dt.month.value_counts().sort_index().to_numpy(float)
    a = spend["cost"].to_numpy()
    r = a.sum() / b.sum()
    se = np.sqrt(((a - r * b) ** 2).sum() * 6 / 5) / b.sum()
    row = found.table.iloc[0]
    assert (row["value"], row["high"]) == pytest.approx((r, r + clustered_t(b) * se))
    each = cx.metric("CAC", spend, people, amount="cost", date="month", started="came", period="month").table
    np.testing.assert_allclose(each["value"], a / b)
    assert each["low"].iloc[0] == pytest.approx(a[0] / stats.gamma.ppf(0.975, b[0] + 1))
    late = cx.metric("CAC", spend, people, amount="cost", date="month", started="came", lag=1)
    assert late.detail["spend"].iloc[0] == a[:-1].sum()
    assert late.table["n"].iloc[0] == b[1:].sum()
    assert "1 month before" in late.passport.formula
    with pytest.raises(Problem, match="which 'channel' won a customer"):
        cx.metric("CAC", spend.assign(channel="ads"), people, amount="cost", date="month", started="came", by="channel")


def purchases(n: int = 400, seed: int = 7) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for who in range(n):
        rate, leaves, own = rng.gamma(2, 1 / 60), rng.beta(1, 8), rng.gamma(5, 4)
        day = rng.uniform(0, 360)
        while day < 730:
            rows.append(
                (who, pd.Timestamp("2023-01-01") + pd.Timedelta(days=int(day)), round(rng.gamma(4, own / 4), 2))
            )
            if rng.random() < leaves:
                break
            day += rng.exponential(1 / rate) + 1
    return pd.DataFrame(rows, columns=["who", "day", "margin"])


def test_repeat_purchases_count_only_customers_old_enough():
    log = purchases()
    found = cx.metric("repeat_purchase_rate", log, customer="who", date="day", within_days=180)
    end, hits, n = log["day"].max(), 0, 0
    for _, days in log.groupby("who")["day"]:
        different = sorted(set(days))
        if different[0] <= end - pd.Timedelta(days=180):
            n += 1
            hits += len(different) > 1 and different[1] - different[0] <= pd.Timedelta(days=180)
    assert (found.n, found.table["value"].iloc[0]) == (n, pytest.approx(100 * hits / n))


def test_the_rule_of_inactivity_and_who_came_back():
    log = purchases()
    found = cx.metric("churn_without_contract", log, customer="who", date="day", inactive_days=90, period="quarter")
    day = found.table["period"].iloc[1]
    window = pd.Timedelta(days=90)
    before = set(log[(log["day"] >= day - window) & (log["day"] < day)]["who"])
    after = set(log[(log["day"] >= day) & (log["day"] < day + window)]["who"])
    assert found.table["value"].iloc[1] == pytest.approx(100 * len(before - after) / len(before))
    assert "bought again later" in found.notes[0]


def test_lifetime_value_by_model_is_its_parts_put_together():
    log = purchases(250)
    found = cx.metric("CLV", log, customer="who", date="day", amount="margin", resamples=20, discount=0.0)
    detail, row = found.detail.iloc[0], found.table.iloc[0]
    # Without interest the value is expected purchases times what each is worth.
    assert row["value"] == pytest.approx(detail["purchases"] * detail["worth"])
    assert row["low"] < row["value"] < row["high"]
    assert any("a little too narrow" in note for note in found.notes)
    dear = cx.metric("CLV", log, customer="who", date="day", amount="margin", resamples=2, discount=0.5)
    assert 0.7 * row["value"] < dear.table["value"].iloc[0] < row["value"]
    half = cx.metric(
        "CLV", log, customer="who", date="day", amount="margin", resamples=2, discount=0.0, margin_share=0.5
    )
    assert half.table["value"].iloc[0] == pytest.approx(row["value"] / 2, rel=1e-5)


def test_a_resample_climbs_to_the_same_maximum_as_a_fit_from_scratch():
    """It begins at the fit of all customers, with the curvature there, and stops earlier."""
    rng = np.random.default_rng(8)
    rate, life = rng.gamma(1.5, 1 / 6, 800), np.minimum(rng.exponential(60.0, 800), 40.0)
    x = rng.poisson(rate * life)
    t_x, age = np.where(x > 0, life * x / (x + 1), 0.0), np.full(800, 40.0)
    weight = rng.multinomial(800, np.full(800, 1 / 800)).astype(float)
    near = fit_purchases(x, t_x, age, weight, start=fit_purchases(x, t_x, age))
    far = fit_purchases(x, t_x, age, weight)
    assert near.log_likelihood == pytest.approx(far.log_likelihood, abs=1e-3)
    assert [near.r, near.alpha, near.a, near.b] == pytest.approx([far.r, far.alpha, far.a, far.b], rel=5e-3)
    n, value = np.full(500, 3.0), rng.gamma(12.0, 60 / rng.gamma(4.0, 1.0, 500) / 12)
    drawn = rng.multinomial(500, np.full(500, 1 / 500)).astype(float)
    again = fit_spend(n, value, drawn, start=fit_spend(n, value))
    assert again.mean == pytest.approx(fit_spend(n, value, drawn).mean, rel=1e-3)


def test_a_correlation_of_frequency_and_value_is_flagged():
    log = purchases(250)
    often = log.groupby("who")["who"].transform("size")
    found = cx.metric(
        "CLV", log.assign(margin=log["margin"] * often), customer="who", date="day", amount="margin", resamples=2
    )
    assert found.detail["correlation"].iloc[0] > 0.1
    assert any("takes the two for independent" in note for note in found.notes)


def test_revenue_is_not_sold_as_margin():
    log = purchases(100).rename(columns={"margin": "paid"})
    found = cx.metric("CLV", log, how="simple", customer="who", date="day", amount="paid")
    assert any("if it is revenue the value is overstated" in note for note in found.notes)
    with pytest.raises(Problem, match="prospects only"):
        cx.metric("CLV", log, how="simple", customer="who", date="day", amount="paid", acquisition_cost=20)


def test_simple_value_has_the_jackknifes_error():
    log = purchases(300)
    ask = {"how": "simple", "customer": "who", "date": "day", "amount": "margin", "until": "2024-12-30"}
    found = cx.metric("CLV", log, **ask)
    people = log["who"].unique()
    base = log[log["day"] < "2023-12-31"]["who"].unique()
    left_out = [cx.metric("CLV", log[log["who"] != who], **ask).table["value"].iloc[0] for who in base]
    n = len(base)
    jackknife = np.sqrt((n - 1) / n * ((np.array(left_out) - np.mean(left_out)) ** 2).sum())
    assert len(people) >= n
    assert found.detail["se"].iloc[0] == pytest.approx(jackknife, rel=0.02)
