"""Orders with failures are followed like answers with scores: trend, chart, alerts, forecast, the rows behind."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from weekly_answers import MONDAY

import cxanalysis as cx

WEEKS, A_WEEK = 32, 120


@pytest.fixture
def orders() -> cx.Table:
    """Orders of 32 weeks; in the last four, the web's come late three times as often."""
    rng = np.random.default_rng(11)
    rows = WEEKS * A_WEEK
    week, channel = np.repeat(np.arange(WEEKS), A_WEEK), np.tile(["web", "shop"], rows // 2)
    chance = np.where((week >= WEEKS - 4) & (channel == "web"), 0.36, 0.12)
    day = np.tile(np.linspace(0, 6, A_WEEK).round().astype(int), WEEKS)
    frame = pd.DataFrame(
        {
            "order": [f"o{row}" for row in range(rows)],
            "customer": [f"c{row % 900}" for row in range(rows)],
            "ordered": MONDAY + pd.to_timedelta(7 * week + day, unit="D"),
            "channel": channel,
            "late": (rng.random(rows) < chance).astype(int),
            "returned": (rng.random(rows) < 0.02).astype(int),
            "price": rng.gamma(2, 20, rows).round(2),
        }
    )
    roles = {"order": "id", "customer": "customer", "ordered": "date", "channel": "category", "price": "amount"}
    roles |= {"late": "flag", "returned": "flag"}
    return cx.Table(frame, name="orders", kind="operations", roles=roles)


def test_its_series_are_counted_by_hand(orders):
    found = cx.control(orders, "failure_rate", failure="late")
    frame = orders.frame
    week = (frame["ordered"] - MONDAY).dt.days // 7
    assert found.table["value"].to_numpy() == pytest.approx(100 * frame.groupby(week)["late"].mean().to_numpy())
    assert found.table["n"].tolist() == [A_WEEK] * WEEKS
    assert (found.better, found.chart, found.counts) == ("low", "Laney p'", "event")
    assert f"{WEEKS} weeks from {WEEKS * A_WEEK:,} events" in cx.charts.describe(found)
    assert not any("answer" in note for note in found.notes)


def test_more_failures_are_worse(orders):
    found = cx.control(orders, "failure_rate", failure="late", group={"channel": "web"})
    assert found.table["signal"].iloc[-1] == "above"
    assert ": worse by more than noise, above the limit of" in found.headline
    assert cx.control(orders, "failure_rate", failure="late", group={"channel": "shop"}).table["signal"].iloc[-1] == ""


def test_a_rare_failure_has_exact_limits(orders):
    assert cx.control(orders, "failure_rate", failure="returned").chart == "Exact p"


def test_alerts_name_the_failure_and_lead_to_its_chart(orders):
    watched = [{"metric": "failure_rate", "failure": "late", "by": ["channel"]}]
    found = cx.alerts(orders, watched=watched)
    status = dict(zip(found.table["series"], found.table["status"], strict=True))
    assert status == {
        "Failure rate of 'late' · channel web": "worse",
        "Failure rate of 'late' · channel shop": "no change",
    }
    assert found.table["counts"].tolist() == ["event", "event"]
    watch = dict(found.watches[0])
    assert cx.control(orders, watch.pop("metric"), failure=watch["failure"], group=watch["group"]).headline.startswith(
        "Failure rate of 'late' · channel web"
    )


def test_all_failures_at_once_are_a_series_each(orders):
    found = cx.alerts(orders, watched=[{"metric": "failure_rate"}])
    assert sorted(watch["failure"] for watch in found.watches) == ["late", "returned"]
    assert all("group" not in watch for watch in found.watches)
    late = next(watch for watch in found.watches if watch["failure"] == "late")
    assert cx.control(orders, late["metric"], failure=late["failure"]).name == "Failure rate of 'late'"


def test_it_is_forecast_in_events(orders):
    found = cx.forecast(orders, "failure_rate", failure="late", horizon=2)
    assert found.enough
    assert found.table["value"].between(0, 100).all()
    assert any("events a week" in note for note in found.notes)


def test_the_events_behind_a_point_those_it_hit_first(orders):
    found = cx.behind(orders, "late", period="2024-08-05", group={"channel": "web"})
    frame = orders.frame
    inside = (frame["channel"] == "web") & (frame["ordered"] >= "2024-08-05") & (frame["ordered"] < "2024-08-12")
    assert found.n == inside.sum() == 60
    assert found.table["late"].is_monotonic_decreasing
    assert found.table["late"].sum() == frame.loc[inside, "late"].sum()
    assert {"order", "customer"} & set(found.table.columns) == set()
    assert "price" in found.table.columns
    assert found.headline.startswith("60 events in the week of 2024-08-05: late in")
    rare = cx.behind(orders, "returned", period="2024-08-05")
    assert rare.headline.startswith("120 events in the week of 2024-08-05: returned in")
    assert "; late in" in rare.headline
    assert found.notes[0] == "60 of 60 events are shown."
    assert cx.behind(orders, "late", period="2020-01-06").headline.startswith("There is no event in")


def test_an_event_that_stands_twice_in_the_table_counts_once(orders):
    frame = orders.frame
    twice = cx.Table(pd.concat([frame, frame.tail(50)]), name="orders", kind="operations", roles=orders.roles)
    assert cx.control(twice, "failure_rate", failure="late").table["n"].tolist() == [A_WEEK] * WEEKS
    assert cx.behind(twice, "late", period="2024-08-05").n == A_WEEK


def test_a_step_makes_the_same_call(orders):
    step = cx.Step("control", ("orders",), {"metric": "failure_rate", "failure": "late"})
    assert step.run({"orders": orders}).headline == cx.control(orders, "failure_rate", failure="late").headline
    watched = cx.Step(
        "alerts", ("orders",), {"watched": [{"table": "orders", "metric": "failure_rate", "failure": "late"}]}
    )
    assert watched.run({"orders": orders}).n == 1
