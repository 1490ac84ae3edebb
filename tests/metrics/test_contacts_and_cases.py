"""Contacts, cases, failures, complaints: against plain Python and other libraries, with what is left out counted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import proportion_confint

import cxanalysis as cx
from cxanalysis.basis import LeftOut, Reason
from cxanalysis.problem import Problem


def clustered_t(sizes: np.ndarray) -> float:
    """Multiplier of a standard error over units of these sizes: as few as they effectively are."""
    count, effective = len(sizes), sizes.sum() ** 2 / (sizes**2).sum()
    return np.sqrt(effective / (effective - 1) * (count - 1) / count) * stats.t.ppf(0.975, effective - 1)


def contacts(seed: int = 0, n: int = 600) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    opened = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 60 * 24, n), unit="h")
    return pd.DataFrame(
        {
            "contact": np.arange(n),
            "customer": rng.integers(0, 120, n),
            "reason": rng.choice(["bill", "delivery", None], n, p=[0.5, 0.45, 0.05]),
            "opened": opened,
            "solved": rng.choice([1.0, 0.0, np.nan], n, p=[0.7, 0.25, 0.05]),
            "level_one": rng.choice([1.0, 0.0], n, p=[0.8, 0.2]),
            "talk": rng.integers(60, 400, n).astype(float),
            "hold": rng.integers(0, 90, n).astype(float),
            "wrap": rng.integers(10, 90, n).astype(float),
            "team": rng.choice(["north", "south"], n),
        }
    )


def test_no_repeat_is_what_a_loop_finds():
    frame = contacts()
    end = frame["opened"].max()
    settled = young = unknown = total = 0
    for one in frame.itertuples():
        if one.reason is None or (isinstance(one.reason, float)):
            unknown += 1
            continue
        if one.opened > end - dt.timedelta(days=7):
            young += 1
            continue
        later = [
            other
            for other in frame.itertuples()
            if other.customer == one.customer
            and other.reason == one.reason
            and (other.opened, other.Index) > (one.opened, one.Index)
            and other.opened - one.opened <= dt.timedelta(days=7)
        ]
        total += 1
        settled += not later
    asked = {"customer": "customer", "reason": "reason", "date": "opened", "how": "repeat", "cluster": None}
    found = cx.metric("first_contact_resolution", frame, **asked)
    row = found.table.iloc[0]
    assert row["n"] == total
    assert row["n_missing"] == unknown
    assert row["value"] == pytest.approx(100 * settled / total)
    low, high = proportion_confint(settled, total, method="wilson")
    assert (row["low"], row["high"]) == pytest.approx((100 * low, 100 * high))
    assert set(found.basis.left_out) == {
        LeftOut(young, Reason.TOO_YOUNG, "opened"),
        LeftOut(unknown, Reason.NO_VALUE, "opened, customer, reason"),
    }


def test_a_contact_too_young_is_not_called_settled():
    days = pd.to_datetime(["2025-01-01", "2025-01-20", "2025-01-25"])
    frame = pd.DataFrame({"who": [1, 2, 3], "why": "bill", "at": days})
    asked = {"customer": "who", "reason": "why", "date": "at"}
    assert cx.metric("fcr", frame, **asked).n == 1
    assert cx.metric("fcr", frame, **asked, until="2025-02-28").n == 3
    with pytest.raises(Problem, match="no contact is left"):
        cx.metric("fcr", frame, **asked, window_days=60)


def test_gross_net_and_per_customer():
    frame = contacts()
    gross = cx.metric("fcr", frame, solved="solved", cluster="customer")
    known = frame.dropna(subset=["solved"])
    assert gross.table["value"].iloc[0] == pytest.approx(100 * known["solved"].mean())
    assert gross.n_missing == int(frame["solved"].isna().sum())
    net = cx.metric("fcr", frame, how="net", solved="solved", eligible="level_one")
    able = known[known["level_one"] == 1]
    assert net.table["value"].iloc[0] == pytest.approx(100 * able["solved"].mean())
    assert net.n == len(able)
    whole = cx.metric("fcr", frame, solved="solved", per="customer", customer="customer")
    assert whole.table["value"].iloc[0] == pytest.approx(100 * known.groupby("customer")["solved"].min().mean())
    assert whole.n == known["customer"].nunique()
    with pytest.raises(Problem, match="level one"):
        cx.metric("fcr", frame, how="net", solved="solved")


def test_clustered_contacts_have_the_variance_of_a_clustered_regression():
    frame = contacts().dropna(subset=["solved"])
    found = cx.metric("fcr", frame, solved="solved", cluster="customer").detail.iloc[0]
    fit = OLS(frame["solved"], np.ones(len(frame))).fit().get_robustcov_results(
        "cluster", groups=frame["customer"], use_correction=False
    )  # fmt: skip
    groups = frame["customer"].nunique()
    assert found["se"] == pytest.approx(100 * fit.bse[0] * np.sqrt(groups / (groups - 1)))


def test_handle_time_adds_its_parts():
    frame = contacts()
    frame.loc[:4, "wrap"] = np.nan
    found = cx.metric("aht", frame, seconds=["talk", "hold", "wrap"], unit="minutes")
    minutes = ((frame["talk"] + frame["hold"] + frame["wrap"]) / 60).dropna()
    row = found.table.iloc[0]
    assert row["value"] == pytest.approx(minutes.mean())
    ends = stats.t.interval(0.95, len(minutes) - 1, minutes.mean(), stats.sem(minutes))
    assert (row["low"], row["high"]) == pytest.approx(ends)
    assert row["n_missing"] == 5
    assert " minutes [" in found.headline


def test_handle_time_of_sums_is_a_ratio():
    days = pd.DataFrame({"seconds": [6000.0, 9100, 5000, 7000], "calls": [20, 30, 19, 20]})
    found = cx.metric("handle_time", days, seconds="seconds", handled="calls")
    a, b = days["seconds"].to_numpy(), days["calls"].to_numpy()
    r = a.sum() / b.sum()
    se = np.sqrt(((a - r * b) ** 2).sum() * 4 / 3) / b.sum()
    row = found.table.iloc[0]
    assert row["value"] == pytest.approx(r)
    assert row["high"] == pytest.approx(r + clustered_t(b) * se)
    assert found.detail["handled"].iloc[0] == b.sum()


def cases(n: int = 200, open_share: float = 0.0, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    opened = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 90, n), unit="D")
    closed = opened + pd.to_timedelta(np.ceil(rng.exponential(6, n)), unit="D")
    frame = pd.DataFrame(
        {"opened": opened, "closed": closed, "who": rng.integers(0, 60, n), "g": rng.choice(["a", "b"], n)}
    )
    frame.loc[rng.random(n) < open_share, "closed"] = pd.NaT
    return frame


def test_resolution_time_where_nothing_is_open():
    frame = cases()
    days = np.sort((frame["closed"] - frame["opened"]).dt.days.to_numpy(float))
    found = cx.metric("resolution_time", frame, opened="opened", closed="closed").detail.iloc[0]
    assert found["median"] == days[len(days) // 2 - 1]  # the first day by which half are closed
    assert found["p90"] == days[int(np.ceil(0.9 * len(days))) - 1]
    assert found["mean"] == pytest.approx(days.mean())
    ends = stats.t.interval(0.95, len(days) - 1, days.mean(), stats.sem(days))
    assert (found["mean_low"], found["mean_high"]) == pytest.approx(ends)
    # Binomial ranks, found by adding up chances one by one.
    chances = [stats.binom.pmf(k, len(days), 0.5) for k in range(len(days) + 1)]
    low = max(rank for rank in range(1, len(days) + 1) if sum(chances[:rank]) <= 0.025)
    high = min(rank for rank in range(1, len(days) + 1) if sum(chances[rank:]) <= 0.025)
    assert (found["median_low"], found["median_high"]) == (days[low - 1], days[high - 1])


@pytest.mark.parametrize("open_share", [0.1, 0.5])
def test_open_cases_are_kaplan_meier_of_statsmodels(open_share):
    from statsmodels.duration.survfunc import SurvfuncRight

    frame = cases(n=199, open_share=open_share)  # of 199 no share is exactly a half or a tenth: ties are a convention
    last = frame[["opened", "closed"]].max().max()
    time = ((frame["closed"].fillna(last) - frame["opened"]).dt.days).to_numpy(float)
    done = frame["closed"].notna().to_numpy()
    theirs = SurvfuncRight(time, done.astype(int))
    found = cx.metric("resolution_time", frame, opened="opened", closed="closed")
    detail = found.detail.iloc[0]
    assert detail["open"] == (~done).sum()
    for name, q in (("median", 0.5), ("p90", 0.9)):
        assert detail[name] == pytest.approx(theirs.quantile(q), nan_ok=True)
        low, high = theirs.quantile_ci(q, method="cloglog")
        assert detail[f"{name}_low"] == pytest.approx(low, nan_ok=True)
        high = np.nan if np.isinf(high) else high
        assert detail[f"{name}_high"] == pytest.approx(high, nan_ok=True)
    assert "still open" in found.notes[0]
    # Leaving the open ones out, as is usual, makes cases look quicker.
    closed_only = cx.metric("resolution_time", frame[done], opened="opened", closed="closed")
    assert closed_only.table["value"].iloc[0] <= detail["median"]


def test_what_is_not_reached_is_said():
    frame = cases(open_share=0.9)
    found = cx.metric("resolution_time", frame, opened="opened", closed="closed", statistic="p90")
    assert np.isnan(found.table["value"].iloc[0])
    assert "not reached" in found.headline


def test_resampled_resolution_times_keep_customers_together():
    frame = cases(n=300)
    apart = cx.metric("resolution_time", frame, opened="opened", closed="closed", statistic="mean")
    asked = {"opened": "opened", "closed": "closed", "statistic": "mean", "cluster": "who"}
    together = cx.metric("resolution_time", frame, **asked)
    assert together.table["value"].iloc[0] == pytest.approx(apart.table["value"].iloc[0])
    width = [float((e.table["high"] - e.table["low"]).iloc[0]) for e in (apart, together)]
    assert 0.7 < width[1] / width[0] < 1.4  # no more alike within a customer than between
    doubled = pd.concat([frame.assign(who=np.arange(300))] * 4)
    copied = cx.metric("resolution_time", doubled, **asked)
    assert float((copied.table["high"] - copied.table["low"]).iloc[0]) == pytest.approx(width[0], rel=0.15)
    again = cx.metric("resolution_time", frame, **asked)
    pd.testing.assert_frame_equal(together.table, again.table)


def test_weights_of_two_are_two_cases():
    frame = cases(n=80, open_share=0.2).assign(w=[1.0, 2.0] * 40)
    twice = pd.concat([frame, frame[frame["w"] == 2]])
    asked = {"opened": "opened", "closed": "closed", "cluster": None}
    weighted = cx.metric("resolution_time", frame, **asked, weight="w").detail.iloc[0]
    copied = cx.metric("resolution_time", twice, **asked).detail.iloc[0]
    for name in ("median", "p90", "mean"):
        assert weighted[name] == pytest.approx(copied[name], nan_ok=True)
    assert not np.isnan(weighted["median"])


def test_a_case_closed_before_it_was_opened_is_left_out():
    frame = cases(n=50)
    frame.loc[0, "closed"] = frame.loc[0, "opened"] - pd.Timedelta(days=1)
    found = cx.metric("resolution_time", frame, opened="opened", closed="closed")
    assert found.n == 49
    assert found.basis.left_out == (LeftOut(1, Reason.OUT_OF_ORDER, "closed"),)


def test_failure_rates_count_each_event_once():
    orders = pd.DataFrame({"order": [1, 2, 2, 3, 4], "late": [1, 0, 0, 1, np.nan], "lost": [0, 0, 0, 1, 0]})
    table = cx.Table(orders, name="orders", kind="operations", roles={"order": "id", "late": "flag", "lost": "flag"})
    found = cx.metric("failure_rate", table)
    rows = found.table.set_index("failure")
    assert rows.loc["late", ["value", "n", "n_missing"]].tolist() == [pytest.approx(200 / 3), 3, 1]
    assert rows.loc["lost", ["value", "n"]].tolist() == [25, 4]
    assert found.basis.left_out == (LeftOut(1, Reason.DUPLICATE, "order"), LeftOut(1, Reason.NO_VALUE, "late"))
    assert "'late'" in found.headline
    with pytest.raises(Problem, match="0 or 1"):
        cx.metric("failure_rate", pd.DataFrame({"late": [1, 2]}), failure="late")


def test_complaints_per_customer_and_per_order_are_two_metrics():
    customers = pd.DataFrame({"who": np.arange(40), "market": ["B2B", "B2C"] * 20})
    complaints = pd.DataFrame({"who": [1, 1, 1, 2, 7, 99], "at": pd.to_datetime(["2025-01-03"] * 6)})
    found = cx.metric("complaint_rate", complaints, customers, customer="who", date="at")
    assert found.table[["value", "n"]].values.tolist() == [[7.5, 40]]
    assert found.basis.left_out == (LeftOut(1, Reason.NO_MATCH, "who"),)
    by = cx.metric("complaint_rate", complaints, customers, customer="who", by="market").table
    assert by["value"].tolist() == [5.0, 10.0]
    orders = pd.DataFrame({"who": np.repeat(np.arange(40), 2)})
    rate = cx.metric("complaint_rate", complaints, orders, customer="who", per="order")
    a = np.zeros(41)
    b = np.r_[np.full(40, 2.0), 0.0]
    np.add.at(a, [1, 1, 1, 2, 7], 1)
    a[40] = 1  # the complaint of somebody without an order
    r = a.sum() / b.sum()
    se = np.sqrt(((a - r * b) ** 2).sum() * 41 / 40) / b.sum()
    row = rate.table.iloc[0]
    assert (row["value"], row["n"]) == (pytest.approx(100 * r), 80)
    assert row["high"] == pytest.approx(100 * (r + clustered_t(np.r_[b[:40], 0.0]) * se))
    with pytest.raises(Problem, match="second table"):
        cx.metric("complaint_rate", complaints)


def test_complaint_rate_by_period_counts_the_customers_of_the_period():
    customers = pd.DataFrame(
        {"who": [1, 2, 3, 4], "came": pd.to_datetime(["2024-01-01"] * 3 + ["2025-02-10"]),
         "left": pd.to_datetime([None, "2025-01-20", None, None])}
    )  # fmt: skip
    complaints = pd.DataFrame({"who": [1, 4], "at": pd.to_datetime(["2025-01-05", "2025-02-28"])})
    asked = {"customer": "who", "date": "at", "base_date": "came", "left": "left", "period": "month"}
    found = cx.metric("complaint_rate", complaints, customers, **asked).table
    assert found["n"].tolist() == [3, 3]
    assert found["value"].tolist() == pytest.approx([100 / 3, 100 / 3])
