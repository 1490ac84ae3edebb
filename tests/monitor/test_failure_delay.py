"""Failures that take time to show are not taken for better weeks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from weekly_answers import MONDAY

import cxanalysis as cx
from cxanalysis.monitor.failure_delay import failure_delay

WEEKS, A_WEEK = 40, 200
ROLES = {"ordered": "date", "delivered": "closed", "returned_on": "date", "returned": "flag"}


@pytest.fixture
def orders() -> cx.Table:
    """One order in ten comes back, 5 to 15 days after it was made; after the last day nothing is known."""
    rng = np.random.default_rng(2)
    rows = WEEKS * A_WEEK
    day = 7 * np.repeat(np.arange(WEEKS), A_WEEK) + np.tile(np.linspace(0, 6, A_WEEK).round().astype(int), WEEKS)
    back = np.where(rng.random(rows) < 0.1, day + rng.integers(5, 16, rows), 10_000)
    known = back < 7 * WEEKS
    frame = pd.DataFrame({"ordered": MONDAY + pd.to_timedelta(day, unit="D"), "returned": known.astype(int)})
    frame["returned_on"] = (MONDAY + pd.to_timedelta(np.where(known, back, 0), unit="D")).where(known)
    frame["delivered"] = frame["ordered"] + pd.Timedelta(days=2)
    return cx.Table(frame, name="orders", kind="operations", roles=ROLES)


def test_the_delay_is_that_of_the_day_on_which_it_happened(orders):
    assert failure_delay(orders, "returned") == (15, "returned_on")
    assert failure_delay(orders.frame, "returned") == (0, "")
    kept = {name: role for name, role in ROLES.items() if name != "returned_on"}
    assert failure_delay(cx.Table(orders.frame, name="orders", kind="operations", roles=kept), "returned") == (0, "")


def test_the_newest_weeks_wait_and_no_alarm_is_raised(orders):
    found = cx.control(orders, "failure_rate", failure="returned")
    assert found.table["complete"].tolist() == [True] * (WEEKS - 3) + [False] * 3
    assert any("shows within 15 days, as 'returned_on' tells" in note for note in found.notes)
    assert any("The newest 3 weeks are not judged yet" in note for note in found.notes)
    watch = {"metric": "failure_rate", "failure": "returned"}
    assert cx.alerts(orders, watched=[watch]).table["status"].tolist() == ["no change"]
    # Without waiting, the last week looks better than it is.
    assert cx.alerts(orders, watched=[watch | {"shows_within_days": 0}]).table["status"].tolist() == ["better"]


def test_the_days_can_be_named(orders):
    plain = orders.frame
    found = cx.control(plain, "failure_rate", failure="returned", date="ordered", shows_within_days=21)
    assert found.table["complete"].sum() == WEEKS - 3
    with pytest.raises(cx.Problem, match="no number of days"):
        cx.control(plain, "failure_rate", failure="returned", date="ordered", shows_within_days=-1)
    with pytest.raises(cx.Problem, match="only a failure takes time to show"):
        cx.control(plain, "rating", score="returned", date="ordered", shows_within_days=3)


def test_a_series_that_waits_is_not_out_of_date(orders):
    watched = [
        {"metric": "failure_rate", "failure": "returned"},
        {"metric": "rating", "score": "returned", "date": "ordered"},
    ]
    found = cx.alerts(orders, watched=watched)
    assert not found.table["remark"].str.contains("No new data").any()


def test_the_forecast_starts_after_what_is_known(orders):
    found = cx.forecast(orders, "failure_rate", failure="returned", horizon=1)
    assert found.table["period"].iloc[0] == MONDAY + pd.Timedelta(weeks=WEEKS - 3)
