"""Until when a log tells what happened: one wrong date, or many planned ones, do not move it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.basis import Reason
from cxanalysis.metrics.log_end import log_end, register_end

FAR = "2099-12-31"


def customers(n: int = 800, seed: int = 0) -> pd.DataFrame:
    """A register from 2022 to the middle of 2025; who has not left has no end."""
    rng = np.random.default_rng(seed)
    end = pd.Timestamp("2025-06-30")
    came = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 1277, n), unit="D")
    left = came + pd.to_timedelta(rng.exponential(1200, n).astype(int) + 1, unit="D")
    frame = pd.DataFrame({"who": np.arange(n), "came": came, "left": left, "monthly": rng.gamma(2, 20, n)})
    frame.loc[frame["left"] > end, "left"] = pd.NaT
    return frame


def cases(n: int = 400, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    opened = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 180, n), unit="D")
    frame = pd.DataFrame({"opened": opened, "closed": opened + pd.to_timedelta(rng.exponential(40, n) // 1, unit="D")})
    frame.loc[frame["closed"] > "2025-06-29", "closed"] = pd.NaT
    return frame


ASK = {"started": "came", "ended": "left"}


@pytest.mark.parametrize("name", ["churn", "retention", "survival", "revenue_churn"])
def test_one_leaver_of_the_year_2099_changes_nothing_but_himself(name):
    more = {"revenue_churn": {"amount": "monthly"}}.get(name, {})
    frame = customers()
    plain = cx.metric(name, frame, **ASK, **more)
    frame.loc[frame["left"].isna().idxmax(), "left"] = pd.Timestamp(FAR)
    odd = cx.metric(name, frame, **ASK, **more)
    pd.testing.assert_frame_equal(odd.table, plain.table)
    assert odd.period == plain.period
    assert any("1 of the customers' ends lies after 2025-06-" in note for note in odd.notes)
    assert not any("planned" in note for note in plain.notes)


def test_ends_of_contracts_are_plans():
    frame = customers()
    plain = cx.metric("churn", frame, **ASK)
    planned = frame.copy()
    there = planned["left"].isna()
    rng = np.random.default_rng(4)
    planned.loc[there, "left"] = pd.Timestamp("2025-07-05") + pd.to_timedelta(
        rng.integers(0, 700, there.sum()), unit="D"
    )
    found = cx.metric("churn", planned, **ASK)
    assert found.table["value"].iloc[0] == pytest.approx(plain.table["value"].iloc[0], abs=0.5)
    assert found.period[1] <= "2025-06-30"
    assert any(f"{int(there.sum()):,} customers' ends lie after" in note for note in found.notes)
    # What the user knows better counts.
    asked = cx.metric("churn", planned, **ASK, until="2026-12-31", since="2026-01-01")
    assert asked.period == ("2026-01-01", "2026-12-31")


def test_leavers_after_the_last_newcomer_have_left():
    """Nobody came in the last quarter; those who left in it did so as others had before."""
    frame = customers()
    frame = frame[frame["came"] <= "2025-03-31"]
    found = cx.metric("churn", frame, **ASK)
    assert found.period[1] > "2025-06-15"
    assert not any("planned" in note or "plans" in note for note in found.notes)
    given_notice = frame.copy()
    there = given_notice.index[given_notice["left"].isna()][:120]
    given_notice.loc[there, "left"] = pd.Timestamp("2025-06-20")
    assert any("unusually many left" in note for note in cx.metric("churn", given_notice, **ASK).notes)


def test_a_register_closed_to_newcomers_is_read_to_its_last_leaver():
    came = pd.Series(pd.date_range("2023-01-01", periods=60)).astype("datetime64[us]")
    left = (came + pd.to_timedelta(np.arange(60) * 12 + 30, unit="D")).astype("datetime64[us]")
    assert register_end(came, left).moment == left.max()


@pytest.mark.parametrize("statistic", ["mean", "median", "p90"])
def test_a_closing_of_the_year_2099_is_an_open_case(statistic):
    ask = {"opened": "opened", "closed": "closed", "statistic": statistic}
    frame = cases()
    frame.loc[5, "closed"] = pd.NaT
    plain = cx.metric("resolution_time", frame, **ask)
    frame.loc[5, "closed"] = pd.Timestamp(FAR)
    odd = cx.metric("resolution_time", frame, **ask)
    pd.testing.assert_frame_equal(odd.table, plain.table)
    assert odd.detail["open"].tolist() == plain.detail["open"].tolist()
    assert "2025-06-29" in odd.passport.denominator
    assert any("1 of the closings lies after" in note for note in odd.notes)


LOGS = {
    "active_users": {},
    "repeat_purchase_rate": {"within_days": 30},
    "churn_without_contract": {"inactive_days": 40},
}


@pytest.mark.parametrize("name", LOGS)
def test_a_mistyped_event_is_left_out_of_every_log(name):
    rng = np.random.default_rng(2)
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 180, 3000), unit="D")
    log = pd.DataFrame({"who": rng.integers(0, 300, 3000), "day": day})
    ask = {"customer": "who", "date": "day", **LOGS[name]}
    plain = cx.metric(name, log, **ask)
    odd = cx.metric(name, pd.concat([log, pd.DataFrame({"who": [7], "day": pd.to_datetime([FAR])})]), **ask)
    pd.testing.assert_frame_equal(odd.table, plain.table)
    assert any(out.why is Reason.PLANNED and out.rows == 1 for out in odd.basis.left_out)


def test_contacts_and_lifetimes_end_robustly_too():
    rng = np.random.default_rng(3)
    day = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 90, 500), unit="D")
    contacts = pd.DataFrame({"who": rng.integers(0, 90, 500), "why": "bill", "at": day})
    late = pd.concat([contacts, pd.DataFrame({"who": [1], "why": ["bill"], "at": pd.to_datetime([FAR])})])
    ask = {"customer": "who", "reason": "why", "date": "at"}
    pd.testing.assert_frame_equal(cx.metric("fcr", late, **ask).table, cx.metric("fcr", contacts, **ask).table)
    log = pd.DataFrame({"who": rng.integers(0, 200, 4000), "margin": 10.0})
    log["day"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 900, 4000), unit="D")
    odd = pd.concat([log, pd.DataFrame({"who": [3], "margin": [10.0], "day": pd.to_datetime([FAR])})])
    ask = {"customer": "who", "date": "day", "amount": "margin", "how": "simple"}
    pd.testing.assert_frame_equal(cx.metric("clv", odd, **ask).table, cx.metric("clv", log, **ask).table)


def test_a_thin_log_keeps_its_last_date():
    """Twenty orders in two years: a quarter without one is no end."""
    days = pd.Series(pd.date_range("2023-01-01", periods=20, freq="37D")).astype("datetime64[us]")
    late = pd.concat([days, pd.Series([days.max() + pd.Timedelta(days=110)]).astype("datetime64[us]")])
    assert log_end(late).moment == late.max()
    assert log_end(late).later == 0


def test_the_end_a_user_names_counts_as_named():
    days = pd.Series(pd.to_datetime(["2025-01-01", "2025-01-05", "2025-02-01"])).astype("datetime64[us]")
    end = log_end(days, until="2025-01-05", whole_day=True)
    assert (end.day, end.moment, end.later) == ("2025-01-05", pd.Timestamp("2025-01-06"), 1)
    with pytest.raises(cx.Problem, match="'soon' is no date"):
        log_end(days, until="soon")


def test_a_time_zone_moves_no_answer_into_another_month():
    times = pd.to_datetime(["2025-01-31 22:30", "2025-01-31 23:59", "2025-02-28 21:00"]).tz_localize("America/Lima")
    frame = pd.DataFrame({"r": [10, 9, 3], "at": times})
    found = cx.nps(frame, "r", date="at", period="month")
    assert found.table["period"].dt.strftime("%Y-%m").tolist() == ["2025-01", "2025-02"]
    assert found.table["n"].tolist() == [2, 1]
    assert found.period == ("2025-01-31", "2025-02-28")


def test_dates_as_iso_texts_work_for_scores_too():
    frame = pd.DataFrame({"r": [10, 9, 3], "at": ["2025-01-31", "2025-02-01", None]})
    found = cx.nps(frame, "r", date="at", period="month")
    assert found.table["n"].tolist() == [1, 1]


def test_revenue_that_nobody_knows_is_not_nothing():
    frame = pd.DataFrame({"came": ["2023-01-01"] * 4, "left": ["2024-05-01", None, None, "2024-06-01"]})
    frame["monthly"] = [40.0, 20.0, 20.0, np.nan]
    ask = {"amount": "monthly", "started": "came", "ended": "left", "since": "2024-01-01", "until": "2024-12-31"}
    found = cx.metric("revenue_churn", frame, **ask)
    assert found.table["value"].tolist() == [50.0]
    assert (found.n, found.basis.left_out[0].why, found.basis.left_out[0].column) == (3, Reason.NO_VALUE, "monthly")
