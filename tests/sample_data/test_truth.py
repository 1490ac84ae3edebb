"""What is true of the sample company is found in the sample, by the plainest means: ordinary regression."""

from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import cxanalysis as cx
from sample_data.truth import MODELS, design, explained, outcomes, shapley


@pytest.fixture(scope="module")
def truth():
    return json.loads((resources.files("sample_data") / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def linked(truth):
    tables = cx.load_sample("company")
    events = [tables[name] for name in truth["link"]["events"]]
    return cx.link(tables[truth["link"]["answers"]], *events, **truth["link"]["arguments"])


@pytest.fixture(scope="module")
def frame(linked):
    return linked.table.frame


def rows(frame, model, outcome):
    drivers, adjusters = MODELS[model]
    x, y = design(frame, drivers, adjusters), outcomes(frame)[outcome]
    used = ~np.isnan(x).any(axis=1) & ~np.isnan(y)
    return x[used], y[used], frame["customer"].to_numpy()[used], 1 + len(adjusters)


OUTCOMES = ["recommend as nps", "recommend as mean", "csat as mean", "csat as top-box", "ces as mean"]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("errors", ["HC3", "cluster"])
def test_every_true_effect_lies_in_its_interval(frame, truth, model, outcome, errors):
    x, y, customers, first = rows(frame, model, outcome)
    groups = {"groups": pd.factorize(customers)[0]} if errors == "cluster" else None
    low, high = sm.OLS(y, x).fit(cov_type=errors, cov_kwds=groups).conf_int().T[:, first:]
    known = truth["models"][model]["outcomes"][outcome]["failures"]
    true = np.array([known[driver]["effect"] for driver in truth["models"][model]["drivers"]])
    assert np.all((low <= true) & (true <= high)), dict(
        zip(known, np.c_[low, true, high].round(2).tolist(), strict=True)
    )


@pytest.mark.parametrize("outcome", ["recommend as nps", "csat as mean"])
def test_the_true_order_is_found(frame, truth, outcome):
    x, y, _, first = rows(frame, "all failures", outcome)
    drivers = truth["models"]["all failures"]["drivers"]
    effects = np.linalg.lstsq(x, y, rcond=None)[0][first:]
    true = truth["models"]["all failures"]["outcomes"][outcome]
    assert [drivers[j] for j in np.argsort(x[:, first:].mean(axis=0) * effects)] == true["order_by_at_stake"]
    importance = shapley(np.cov(np.column_stack([x[:, first:], y]).T), 0)
    assert [drivers[j] for j in np.argsort(-importance)] == true["order_by_importance"]


def test_noise_is_noise(frame, truth):
    x, y, customers, first = rows(frame, "all failures", "recommend as nps")
    fit = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(customers)[0]})
    place = truth["models"]["all failures"]["drivers"].index(truth["noise"])
    assert fit.pvalues[first + place] > 0.05
    assert (
        abs(truth["models"]["all failures"]["outcomes"]["recommend as nps"]["failures"]["slot_changed"]["effect"]) < 0.5
    )


def test_there_are_rare_and_frequent_failures(linked):
    prevalence = linked.summary.set_index("failure")["prevalence"]
    assert prevalence["claim"] == pytest.approx(0.02, abs=0.004)
    assert prevalence["late"] == pytest.approx(0.18, abs=0.015)


def test_everything_a_link_reports_occurs(linked):
    for count in ("orphans", "after_answer", "duplicate_events", "repeat_answers", "censored", "unmatched"):
        assert getattr(linked, count) > 0, count
    assert linked.same_day_moved > 0
    late = linked.summary.set_index("failure").loc["late"]
    assert late["if_closed"] < 0.9 * late["if_due"]


def test_failed_customers_answer_differently(frame):
    """Missing not at random: the unhappy skip the question on satisfaction, and are asked and answer at other rates."""
    skipped = frame["csat"].isna()
    assert frame.loc[skipped, "recommend"].mean() < frame.loc[~skipped, "recommend"].mean() - 0.2


def test_importance_adds_up():
    rng = np.random.default_rng(3)
    covariance = np.cov(rng.standard_normal((50, 5)).T)
    for held in (0, 1):
        alone = explained(covariance, tuple(range(held)))
        assert shapley(covariance, held).sum() == pytest.approx(explained(covariance, (0, 1, 2, 3)) - alone)
