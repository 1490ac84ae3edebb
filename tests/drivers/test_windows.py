"""The window of a link is a choice of the robustness panel: half and double of it, where the link kept them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx

ARGUMENTS = {"on": "who", "answered": "at", "happened": "day", "window_days": 40, "absent": "none"}


def tables() -> tuple[cx.Table, pd.DataFrame]:
    """Late deliveries cost satisfaction only for 20 days, repairs always."""
    rng = np.random.default_rng(2)
    n = 900
    at = pd.Timestamp("2024-06-01") + pd.to_timedelta(rng.integers(0, 200, n), unit="D")
    late_before, repair_before = rng.integers(1, 160, n), rng.integers(1, 160, n)
    score = 8 - 4 * (late_before <= 20) - 1.5 * (repair_before <= 80) + rng.normal(size=n)
    answers = pd.DataFrame({"who": np.arange(n), "at": at, "score": np.clip(np.round(score), 0, 10)})
    late_on, repair_on = (at - pd.to_timedelta(before, unit="D") for before in (late_before, repair_before))
    events = pd.concat(
        [
            pd.DataFrame({"who": np.arange(n), "day": late_on, "late": 1, "repair": 0}),
            pd.DataFrame({"who": np.arange(n), "day": repair_on, "late": 0, "repair": 1}),
            pd.DataFrame({"who": [-1], "day": [pd.Timestamp("2023-01-01")], "late": 0, "repair": 0}),
            pd.DataFrame({"who": [-1], "day": [pd.Timestamp("2025-06-01")], "late": 0, "repair": 0}),
        ]
    )  # fmt: skip
    roles = {"who": "customer", "at": "date", "score": "nps"}
    return cx.Table(answers, name="answers", roles=roles, scales={"score": cx.Scale(0, 10)}), events


@pytest.fixture(scope="module")
def linked() -> cx.Table:
    answers, events = tables()
    return cx.link(answers, events, **ARGUMENTS, flags=["late", "repair"], other_windows=True).table


def test_the_columns_are_those_of_another_link(linked):
    answers, events = tables()
    for end, times in (("half", 0.5), ("double", 2)):
        other = cx.link(answers, events, **{**ARGUMENTS, "window_days": 40 * times}, flags=["late", "repair"]).table
        for failure in ("late", "repair"):
            pd.testing.assert_series_equal(
                linked.frame[f"{failure}_{end}_window"], other.frame[failure], check_names=False
            )
    plain = cx.link(answers, events, **ARGUMENTS, flags=["late", "repair"]).table
    assert not [column for column in plain.columns if column.endswith("_window")]
    assert plain.failures == linked.failures == ("late", "repair")
    assert {linked.roles[c] for c in linked.columns if c.endswith("_window")} == {"ignore"}


def test_the_panel_tries_them_and_says_if_the_answer_depends_on_them(linked):
    found = cx.robustness(linked, "score", ["late", "repair"], resamples=100)
    assert set(found.table["window"]) == {"as linked", "half", "double"}
    firsts = found.depends[found.depends["choice"] == "window"].set_index("option")["first"]
    assert firsts["half"] == "late"
    assert firsts["double"] == "repair"
    assert "how long before the answer a failure counts" in found.headline
    assert "repair with double the window" in found.headline
    slow = found.table[(found.table["method"] == "model") | (found.table["missing"] == "impute")]
    assert set(slow["window"]) == {"as linked"}
    assert (found.table.loc[found.table["variant"] == 1, "window"] == "as linked").all()


def test_each_window_is_the_analysis_of_its_own_link(linked):
    found = cx.robustness(linked, "score", ["late", "repair"], resamples=100).table
    answers, events = tables()
    other = cx.link(answers, events, **{**ARGUMENTS, "window_days": 20}, flags=["late", "repair"]).table
    alone = cx.drivers(other, "score", ["late", "repair"], resamples=50).table.set_index("driver")
    here = found[
        (found["window"] == "half") & (found["method"] == "shapley") & (found["outcome_as"] == "mean")
        & (found["rows"] == "all")
    ].set_index("driver")  # fmt: skip
    for name in ("importance", "effect", "effect_low", "at_stake"):
        np.testing.assert_allclose(here[name][["late", "repair"]], alone[name][["late", "repair"]], atol=1e-9)
