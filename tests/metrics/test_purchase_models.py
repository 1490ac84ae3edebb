"""Models of repeat buying: stable at the edges, and a plain refusal where the purchases hold none."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, optimize, special

import cxanalysis as cx
from cxanalysis.metrics.customers import churn_without_contract
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.repeat_buying import bg_bb, bg_nbd, lifetime_model, pareto_nbd
from cxanalysis.metrics.repeat_buying.bg_bb import OpportunityModel, fit_opportunities
from cxanalysis.metrics.repeat_buying.bg_nbd import PurchaseModel
from cxanalysis.metrics.repeat_buying.maximum_likelihood import mean_loss
from cxanalysis.metrics.repeat_buying.pareto_nbd import ParetoModel, fit_pareto
from cxanalysis.metrics.repeat_buying.purchase_histories import histories, opportunity_histories, purchase_days
from cxanalysis.metrics.repeat_buying.purchase_kinds import KINDS
from cxanalysis.problem import Problem

ASK = {"customer": "who", "date": "day", "amount": "margin"}


def log_of(n: int = 400, seed: int = 7, leaves: float = 1 / 400) -> pd.DataFrame:
    """Customers who buy at rates of their own over two years, and leave at any time."""
    rng = np.random.default_rng(seed)
    rows = []
    for who in range(n):
        rate, own, day = rng.gamma(2, 1 / 60), rng.gamma(5, 4), rng.uniform(0, 360)
        until = min(730.0, day + rng.exponential(rng.gamma(2, 1 / leaves)))
        while day < until:
            rows.append((who, pd.Timestamp("2023-01-01") + pd.Timedelta(days=int(day)), rng.gamma(4, own / 4)))
            day += rng.exponential(1 / rate) + 1
    return pd.DataFrame(rows, columns=["who", "day", "margin"])


@pytest.mark.parametrize(
    "parameters", [(0.5, 10, 0.7, 12), (0.5, 1, 0.7, 50), (3, 50, 2, 0.5), (0.3, 1e4, 0.3, 1e4), (2, 20, 40, 9e3)]
)
@pytest.mark.parametrize(
    "history", [(0, 0, 0), (0, 0, 39), (0, 0, 1e4), (3, 39, 39), (5, 3, 39), (300, 50, 51), (2000, 900, 1000)]
)
def test_the_integral_holds_for_any_history_and_either_order_of_alpha_and_beta(parameters, history):
    """Against adaptive quadrature of the integrand relative to its first value, on a logarithmic scale."""
    r, alpha, s, beta = parameters
    x, t_x, age = history

    def integrand(v: float) -> float:
        step = np.expm1(v) * 1e-4
        fall = -(r + x) * np.log1p(step / (alpha + t_x)) - (s + 1) * np.log1p(step / (beta + t_x))
        return np.exp(fall + v) * 1e-4

    whole = np.log1p((age - t_x) / 1e-4)
    points = np.linspace(0, whole, 40)
    mass = sum(integrate.quad(integrand, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in itertools.pairwise(points))
    stay = np.exp(-(r + x) * np.log1p((age - t_x) / (alpha + t_x)) - s * np.log1p((age - t_x) / (beta + t_x)))
    both = stay + s * mass / (beta + t_x)
    model = ParetoModel(*parameters, 0.0, 0)
    assert float(model.alive(*history)) == pytest.approx(stay / both, rel=1e-8, abs=1e-300)
    log, _ = pareto_nbd.scores(np.array(parameters, float), *(np.array([one], float) for one in history))
    front = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    front -= (r + x) * np.log(alpha + t_x) + s * np.log(beta + t_x)
    assert log[0] == pytest.approx(front + np.log(both), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", KINDS)
def test_slopes_of_the_likelihood_are_exact(name):
    rng = np.random.default_rng(2)
    t_x = np.r_[0.0, rng.integers(1, 20, 30)]
    x = np.r_[0.0, np.minimum(t_x[1:], rng.integers(1, 6, 30))]
    age = t_x + rng.integers(0, 9, 31)
    data = (x, t_x, age, np.full(31, 1 / 31))
    loss = mean_loss(KINDS[name].scores)
    at = np.log([0.7, 5.0, 0.9, 2.0])
    numeric = optimize.approx_fprime(at, lambda logs: loss(logs, *data)[0], 1e-7)
    np.testing.assert_allclose(loss(at, *data)[1], numeric, rtol=1e-4, atol=1e-6)


def test_expectations_are_continuous_where_the_published_forms_divide_by_zero():
    near, at = (ParetoModel(0.6, 10, s, 12, 0, 0) for s in (1 + 1e-7, 1.0))
    assert float(near.expected_given(52, 3, 20, 40)) == pytest.approx(float(at.expected_given(52, 3, 20, 40)), rel=1e-6)
    near, at = (OpportunityModel(1.2, 0.7, c, 2.8, 0, 0) for c in (1 + 1e-9, 1.0))
    assert float(near.expected_given(5, 3, 4, 6)) == pytest.approx(float(at.expected_given(5, 3, 4, 6)), rel=1e-7)


def test_thousands_of_purchases_overflow_nothing():
    often = (3000.0, 999.0, 1000.0)
    for model in (PurchaseModel(0.5, 4, 0.8, 2.4, 0, 0), ParetoModel(0.5, 4, 0.6, 11, 0, 0)):
        # At the rate of the past it would be 300; some leave.
        assert 280 < float(model.expected_given(100, *often)) < 300
        assert 0.99 < float(model.alive(*often)) < 1
        assert float(model.alive(3000, 500, 1000)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "n", "age", "t"),
    [
        (1.5, 3, 500, 5, 500),
        (1e3, 1e4, 500, 5, 500),
        (1e3, 1e4, 3000, 100, 52),
        (0.8, 2.5, 3000, 5, 500),
        (3, 9, 9, 9, 9),
    ],
)
def test_expectations_hold_where_the_hypergeometric_function_fails(a, b, n, age, t):
    """Against the integral over the chance p to leave after each purchase, of purchases until then."""
    model = PurchaseModel(0.5, 5, a, b, 0, 0)
    given = float(model.expected_given(t, n, age, age) / model.alive(n, age, age))

    def weighed(p: float) -> float:
        until = -np.expm1(-(0.5 + n) * np.log1p(p * t / (5 + age))) / p
        return until * np.exp((a - 1) * np.log(p) + (b + n - 1) * np.log1p(-p) - special.betaln(a, b + n))

    middle, spread = a / (a + b + n), np.sqrt(a) / (a + b + n)
    edges = np.clip(middle + spread * np.array([-1e9, -8, -2, 0, 5, 40]), 1e-300, 1 - 1e-12)
    known = sum(integrate.quad(weighed, *pair, limit=500)[0] for pair in itertools.pairwise(edges))
    assert given == pytest.approx(known, rel=1e-5)


def test_expectations_add_up_to_those_of_new_customers():
    """A customer nobody has watched yet is a new one; and nothing lies ahead of no time."""
    for model in (PurchaseModel(0.5, 4, 0.8, 2.4, 0, 0), ParetoModel(0.5, 4, 0.6, 11, 0, 0)):
        assert float(model.expected_given(30, 0, 0, 0)) == pytest.approx(float(model.expected(30)))
        assert float(model.expected_given(0, 3, 5, 9)) == 0
    yearly = OpportunityModel(1.2, 0.75, 0.66, 2.8, 0, 0)
    assert float(yearly.expected_given(6, 0, 0, 0)) == pytest.approx(float(yearly.expected(6)))


def test_equal_histories_count_as_often_as_they_occur():
    rng = np.random.default_rng(4)
    age = rng.integers(5, 30, 900).astype(float)
    x = np.minimum(rng.poisson(rng.gamma(1.0, 1.5, 900)), age)
    t_x = np.where(x > 0, np.maximum(x, np.round(age * rng.random(900))), 0.0)
    frame = pd.DataFrame({"x": x, "t_x": t_x, "age": age})
    counted = frame.value_counts().reset_index()
    assert len(counted) < 500
    for fit in (fit_pareto, fit_opportunities, bg_nbd.fit_purchases):
        one = fit(x, t_x, age)
        other = fit(*(counted[name] for name in ("x", "t_x", "age")), counted["count"])
        assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-9)
        assert other.n == one.n == 900


def test_opportunities_are_whole_calendar_periods_after_the_first_purchase():
    days = ["2019-03-01", "2019-12-24", "2021-07-01", "2020-05-05", "2022-01-02", "2022-11-30", "2023-02-01"]
    log = pd.DataFrame(
        {"who": [1, 1, 1, 2, 2, 2, 1], "day": pd.to_datetime(days), "margin": [1, 2, 4, 8, 16, 32, 64.0]}
    )
    seen = purchase_days(MetricTable.of(log, "log"), **ASK, until="2023-06-30")
    found, exclusions = opportunity_histories(seen, "year")
    # The log's years are 2019 to 2022: 2023 is not over. Two purchases of 2022 are one, worth both.
    assert found[["x", "t_x", "age", "value"]].values.tolist() == [[1, 2, 3, 4], [1, 2, 2, 48]]
    assert exclusions == ("1 purchases lie in a year that is not over yet: left out.",)


def test_money_given_back_is_no_purchase():
    log = pd.DataFrame(
        {
            "who": [1, 1, 1, 2, 3], "day": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-01-05",
            "2024-01-06"]), "margin": [10.0, 30.0, -5.0, 20.0, -8.0],
        }
    )  # fmt: skip
    source = MetricTable.of(log, "log")
    found = histories(purchase_days(source, **ASK, until="2024-03-31"))
    assert found["customer"].tolist() == [1, 2]
    assert found[["x", "value"]].iloc[0].tolist() == [1, 25]
    assert any("2 customer days with more given back than bought" in line for line in source.exclusions)


@pytest.mark.parametrize("model", ["BG/NBD", "Pareto/NBD"])
def test_lifetime_value_says_what_the_other_model_says_and_who_foresaw_better(model):
    found = cx.metric("CLV", log_of(), **ASK, model=model, resamples=20)
    other = cx.metric("CLV", log_of(), **ASK, model="Pareto/NBD" if model == "BG/NBD" else "BG/NBD", resamples=2)
    assert model in found.method
    assert model in found.passport.formula
    assert f"it would be {other.table['value'].iloc[0]:.0f}" in found.notes[0]
    assert "kept back" in found.notes[1]
    assert all(name in found.notes[1] for name in ("BG/NBD", "Pareto/NBD", "as before"))
    detail = found.detail.iloc[0]
    for name in ("purchases", "alive"):
        assert detail[f"{name}_low"] < detail[name] < detail[f"{name}_high"]
    assert set(KINDS[model].make(1, 1, 1, 1, 0, 0).parameters) <= set(found.detail)


def test_what_was_kept_back_is_counted_from_the_log():
    log = log_of()
    end = log["day"].max()
    length = (end - log["day"].min()).days
    split = end - pd.Timedelta(days=int(length / 3))
    before = log[log["day"] <= split]["who"].unique()
    counted = int((log["who"].isin(before) & (log["day"] > split)).sum())
    found = cx.metric("CLV", log, **ASK, resamples=2)
    assert f"{counted:,} repeat purchases are counted" in found.notes[1]


def test_yearly_buyers_are_valued_by_their_opportunities():
    rng = np.random.default_rng(5)
    rows = []
    for who in range(400):
        buys, leaves = rng.beta(1.2, 0.8), rng.beta(0.7, 2.8)
        first, own = int(rng.integers(0, 4)), rng.gamma(5, 8)
        for year in range(first, 8):
            if year > first and rng.random() < leaves:
                break
            if year == first or rng.random() < buys:
                rows.append((who, f"{2016 + year}-{rng.integers(1, 13):02d}-15", rng.gamma(6, own / 6)))
    log = pd.DataFrame(rows, columns=["who", "day", "margin"])
    ask = {**ASK, "model": "BG/BB", "until": "2023-12-31", "resamples": 20}
    found = cx.metric("CLV", log, **ask)
    assert 0 < found.detail["purchases"].iloc[0] < 1  # one opportunity lies within a year
    assert found.table["low"].iloc[0] < found.table["value"].iloc[0] < found.table["high"].iloc[0]
    assert "once a year" in found.passport.definition
    with pytest.raises(Problem, match="no opportunity"):
        cx.metric("CLV", log, **ask, horizon_days=100)


def test_many_customers_get_the_interval_that_resamples_would_give(monkeypatch):
    log = log_of(1500)
    ask = {**ASK, "model": "Pareto/NBD"}
    resampled = cx.metric("CLV", log, **ask, resamples=200)
    monkeypatch.setattr(lifetime_model, "MANY", 1000)
    found = cx.metric("CLV", log, **ask)
    assert "influence" in found.method
    assert found.detail["se"].iloc[0] == pytest.approx(resampled.detail["se"].iloc[0], rel=0.2)
    assert found.table["value"].iloc[0] == resampled.table["value"].iloc[0]


def test_models_side_by_side_are_their_metrics_and_their_check():
    log = log_of()
    found = cx.purchase_models(log, **ASK, resamples=10, each_customer=True)
    assert cx.purchase_models(log, **ASK, resamples=2).customers is None
    assert found.table["model"].tolist() == ["BG/NBD", "Pareto/NBD", "as before"]
    for name in ("BG/NBD", "Pareto/NBD"):
        alone = cx.metric("CLV", log, **ASK, model=name, resamples=10)
        row = found.table.set_index("model").loc[name]
        assert row[["value", "low", "high"]].tolist() == alone.table[["value", "low", "high"]].iloc[0].tolist()
        people = found.customers[found.customers["model"] == name]
        assert people["value"].mean() == pytest.approx(row["value"])
        assert 100 * people["active"].mean() == pytest.approx(row["active"])
        assert people["ahead"].mean() == pytest.approx(row["purchases"])
        assert people["purchases"].sum() == len(log.drop_duplicates(["who", "day"]))
        curve = found.curve[found.curve["model"] == name]
        assert curve[["counted", "expected"]].iloc[-1].tolist() == pytest.approx([row["counted"], row["expected"]])
        assert (curve["counted"].diff().dropna() >= 0).all()
        assert row["off"] == pytest.approx(row["expected"] / row["counted"] - 1)
        assert f"{name}" in found.headline
    assert found.table["value"].isna().tolist() == [False, False, True]
    assert found._repr_html_().startswith("<p><b>In the next 365 days")
    assert cx.charts.describe(found) == found.headline
    assert cx.charts.purchase_models(found, width=600).to_dict()["$schema"]


def test_models_side_by_side_refuse_what_makes_no_sense():
    log = log_of(120)
    with pytest.raises(Problem, match="knows opportunities"):
        cx.purchase_models(log, **ASK, models=["BG/NBD"], opportunity="month")
    with pytest.raises(Problem, match="no model is named"):
        cx.purchase_models(log, **ASK, models=[])
    with pytest.raises(Problem, match="cannot be kept back"):
        cx.purchase_models(log, **ASK, holdout_days=9000)
    with pytest.raises(Problem, match="Nobody bought twice"):
        cx.purchase_models(once_each(), **ASK)


def test_the_check_is_fair_to_the_model_that_made_the_log():
    """Simulated from Pareto/NBD, kept back a third: its interval holds zero, that of 'as before' does not."""
    found = cx.purchase_models(log_of(1500, seed=3), **ASK, models="Pareto/NBD", resamples=2).table.set_index("model")
    row, usual = found.loc["Pareto/NBD"], found.loc["as before"]
    assert row["off_low"] < 0 < row["off_high"]
    assert usual["off_low"] > 0
    assert row["error"] < usual["error"]


@pytest.mark.parametrize("model", KINDS)
def test_customers_who_stopped_by_each_model(model):
    found = cx.metric(
        "churn_without_contract", log_of(), how="model", customer="who", date="day", model=model, resamples=20,
        **({"opportunity": "month"} if model == "BG/BB" else {}),
    )  # fmt: skip
    row = found.table.iloc[0]
    assert 0 < row["low"] <= row["value"] <= row["high"] < 100
    assert model in found.passport.formula
    assert ("counts every one of them as still there" in " ".join(found.notes)) == (model == "BG/NBD")


def test_many_customers_who_stopped_get_the_interval_that_resamples_would_give(monkeypatch):
    ask = {"how": "model", "customer": "who", "date": "day", "model": "Pareto/NBD"}
    resampled = cx.metric("churn_without_contract", log_of(800), **ask, resamples=100)
    monkeypatch.setattr(churn_without_contract, "MANY", 500)
    found = cx.metric("churn_without_contract", log_of(800), **ask)
    assert "influence" in found.method
    assert found.detail["se"].iloc[0] == pytest.approx(resampled.detail["se"].iloc[0], rel=0.3)


def once_each(n: int = 200) -> pd.DataFrame:
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n), unit="D")
    return pd.DataFrame({"who": np.arange(n), "day": days, "margin": 5.0})


@pytest.mark.parametrize("model", KINDS)
@pytest.mark.parametrize(
    ("log", "says"),
    [
        (once_each(), "nobody bought twice"),
        (log_of(1), "customers are too few|fewer than two whole"),
        (log_of(100).assign(margin=-1.0), "every amount is below zero"),
        (log_of(100).assign(margin=0.0), "nobody bought twice, so nothing tells what a purchase is worth"),
        (log_of(100).assign(day=pd.Timestamp("2024-05-01")), "nobody bought twice|fewer than two whole"),
    ],
    ids=["no repeat", "one customer", "refunds only", "worth nothing", "zero-length histories"],
)
def test_logs_that_hold_no_model_are_refused_in_one_sentence(model, log, says):
    ask = {**ASK, "model": model} | ({"opportunity": "month"} if model == "BG/BB" else {})
    with pytest.raises(Problem, match=f"(?i){says}"):
        cx.metric("CLV", log, **ask, resamples=5)


@pytest.mark.parametrize("model", ["BG/NBD", "Pareto/NBD"])
def test_customers_of_one_age_are_no_trouble(model):
    """All T equal: everybody came on the first day."""
    log = log_of(600)
    first = log.groupby("who")["day"].transform("min")
    log["day"] = pd.Timestamp("2023-01-01") + (log["day"] - first)
    log = log[log["day"] <= "2023-12-31"]
    found = cx.metric("CLV", log, **ASK, model=model, until="2023-12-31", resamples=20)
    assert found.table["low"].iloc[0] < found.table["value"].iloc[0] < found.table["high"].iloc[0]


def test_a_flat_likelihood_is_said_where_the_value_depends_on_it():
    """Few customers, hardly watched: who will still be there in ten years is as likely this as that."""
    rng = np.random.default_rng(3)
    rows = []
    for who in range(60):
        day, own = rng.uniform(0, 10), rng.gamma(4, 5)
        while day < 30:
            rows.append((who, pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(day)), rng.gamma(4, own / 4)))
            day += rng.exponential(20) + 1
    log = pd.DataFrame(rows, columns=["who", "day", "margin"])
    with pytest.raises(Problem, match=r"flat|no maximum|hold no model"):
        cx.metric("CLV", log, **ASK, model="Pareto/NBD", horizon_days=3650, resamples=20)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"model": "crystal ball"}, "is no model of purchases"),
        ({"model": "Pareto/NBD", "opportunity": "year"}, "knows no opportunities"),
        ({"model": "BG/BB", "opportunity": "day"}, "opportunity: 'day' is none of its choices"),
        ({"model": "Pareto/NBD", "how": "simple"}, "takes no model of purchases"),
        ({"model": "BG/BB", "opportunity": "year"}, "fewer than two whole years"),
    ],
)
def test_choices_that_make_no_sense(options, says):
    log = log_of(100)
    with pytest.raises(Problem, match=says):
        cx.metric("CLV", log[log["day"] < "2024-06-01"], **ASK, **options, resamples=5)


def test_histories_that_contradict_themselves():
    x, t_x, age = np.ones(100), np.full(100, 9.0), np.full(100, 8.0)
    for fit in (fit_pareto, fit_opportunities, bg_nbd.fit_purchases):
        with pytest.raises(Problem, match="contradicts itself"):
            fit(x, t_x, age)
        with pytest.raises(Problem, match="no number of purchases"):
            fit(x * np.nan, t_x, age)
    with pytest.raises(Problem, match="one purchase at each at most"):
        fit_opportunities(np.full(100, 5.0), np.full(100, 3.0), age)
    assert bg_bb._risen(1e9, np.array([3.0]))[0] == pytest.approx(3 * np.log(1e9), rel=1e-8)
