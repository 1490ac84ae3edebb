"""The test of several columns together: exact degrees of freedom, power with a rare level, the same by every way."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import cxanalysis as cx
from cxanalysis.drivers.effects.joint_test import combined, hotelling_p
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows

LEVELS = ["north", "south", "east", "west", "isle", "cape", "bay"]


def plain_certainty(X, w, block, tested, shared):
    """Degrees of freedom from n × n matrices: Hotelling's, the trace's with shared noise, and the trace itself."""
    n = len(X)
    root = np.sqrt(w)
    Z = np.column_stack([np.ones(n), X]) * root[:, None]
    M = np.linalg.inv(Z.T @ Z)
    rest = np.eye(n) - Z @ M @ Z.T
    chosen = M[:, [1 + j for j in tested]]
    turn = chosen @ np.linalg.cholesky(np.linalg.inv(chosen[[1 + j for j in tested]]))
    parts, noise = [], (1 - shared) * np.eye(n)
    for g in np.unique(block):
        i = np.flatnonzero(block == g)
        values, V = np.linalg.eigh(rest[np.ix_(i, i)])
        parts.append(rest[:, i] @ (V * values**-0.5) @ V.T @ Z[i] @ turn)
        noise[np.ix_(i, i)] += shared * np.outer(root[i], root[i])
    q, entries, squares, trace = len(tested), 0.0, {0: 0.0, 1: 0.0}, {0: 0.0, 1: 0.0}
    for kind, covariance in enumerate((np.eye(n), noise)):
        for one in parts:
            trace[kind] += np.trace(one.T @ covariance @ one)
            for other in parts:
                between = one.T @ covariance @ other
                squares[kind] += (between**2).sum()
                entries += (np.trace(between) ** 2 + np.trace(between @ between)) * (kind == 0)
    return q * (q + 1) * (trace[0] / q) ** 2 / entries, trace[1] ** 2 / squares[1], trace[0] / q


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("clustered", [False, True])
def test_degrees_of_freedom_are_those_of_matrices_of_all_rows(clustered, weighted):
    rng = np.random.default_rng(0)
    n, tested = 60, [0, 2, 3]
    X = np.column_stack([rng.normal(size=(n, 2)), rng.random((n, 2)) < 0.3]).astype(float)
    w = rng.uniform(0.5, 2, n) if weighted else np.ones(n)
    block = np.arange(n) // 4 if clustered else np.arange(n)
    y = rng.normal(size=n) + (rng.normal(size=n // 4)[block] if clustered else 0)
    found = fit(sums_of_rows(np.column_stack([X, y]), w if weighted else None, block if clustered else None))
    known = found.certainty(tested)
    shared = found._leverage.shared
    assert shared > 0.2 if clustered else shared == 0
    hotelling, trace, share = plain_certainty(X, w, block, tested, shared)
    assert known.hotelling == pytest.approx(hotelling, rel=1e-9)
    assert known.trace == pytest.approx(trace, rel=1e-9)
    assert known.share == pytest.approx(share, rel=1e-9)
    assert found._leverage.share(tested) == pytest.approx(share, rel=1e-9)


def test_one_column_has_the_p_of_its_own_t_test():
    rng = np.random.default_rng(1)
    found = fit(sums_of_rows(rng.normal(size=(80, 4)), None, None))
    for column in range(3):
        assert found.joint_p([column]) == pytest.approx(found.effects().p()[column], rel=1e-9)


def with_levels(n=300, effect=0.8, seed=0):
    """A number and seven regions, the rarest four with 2-4 % of the answers."""
    rng = np.random.default_rng(seed)
    region = rng.choice(7, n, p=[0.40, 0.25, 0.225, 0.04, 0.035, 0.03, 0.02])
    wait = rng.normal(size=n)
    score = effect * np.array([0, 0.5, -0.5, 1, -1, 1.2, 0.8])[region] + 0.3 * wait + rng.normal(size=n)
    return pd.DataFrame({"region": np.array(LEVELS)[region], "wait": wait, "score": score})


def classical_p(frame):
    X = pd.get_dummies(frame["region"], drop_first=True).to_numpy(float)
    wait, y = frame["wait"].to_numpy()[:, None], frame["score"].to_numpy()
    one = np.ones((len(y), 1))
    less, full = (
        ((y - D @ np.linalg.lstsq(D, y, rcond=None)[0]) ** 2).sum()
        for D in (np.hstack([one, wait]), np.hstack([one, wait, X]))
    )
    q, df = X.shape[1], len(y) - X.shape[1] - 2
    return stats.f.sf((less - full) / q / (full / df), q, df)


def test_one_rare_level_does_not_cost_a_category_its_test():
    """Of 30 surveys the classical F finds the region in nearly all."""
    frames = [with_levels(seed=seed) for seed in range(30)]
    p = [cx.drivers(f, "score", ["region", "wait"], resamples=1).table.set_index("driver").p_value for f in frames]
    theirs = sum(classical_p(f) < 0.05 for f in frames)
    assert theirs >= 28
    assert sum(one["region"] < 0.05 for one in p) >= theirs - 1


@pytest.mark.parametrize("missing", ["pairwise", "impute"])
def test_gaps_dealt_with_in_another_way_do_not_cost_it_either(missing):
    found = 0
    for seed in range(8):
        frame = with_levels(effect=1.2, seed=seed)
        frame.loc[::25, "wait"] = np.nan
        table = cx.drivers(frame, "score", ["region", "wait"], missing=missing, resamples=200).table
        found += table.set_index("driver").p_value["region"] < 0.05
    assert found >= 7


@pytest.mark.parametrize("missing", ["pairwise", "impute"])
def test_other_ways_agree_with_complete_rows_where_there_is_no_gap(missing):
    frame = with_levels(1500, effect=0.25, seed=2)
    complete, other = (
        cx.drivers(frame, "score", ["region", "wait"], missing=way, resamples=1000).table.set_index("driver").p_value
        for way in ("complete", missing)
    )
    assert np.log(other["region"]) == pytest.approx(np.log(complete["region"]), rel=0.25)


def test_the_test_does_not_depend_on_the_level_that_others_are_held_against():
    rng = np.random.default_rng(5)
    level = rng.choice(4, 120, p=[0.4, 0.3, 0.2, 0.1])
    dummies = (level[:, None] == np.arange(4)).astype(float)
    y = rng.normal(size=120) + 0.4 * level
    first, last = (
        fit(sums_of_rows(np.column_stack([dummies[:, kept], y]), None, None)).joint_p([0, 1, 2])
        for kept in ([1, 2, 3], [0, 1, 2])
    )
    assert first == pytest.approx(last, rel=1e-9)


def test_blocks_of_one_row_give_the_test_of_rows():
    rng = np.random.default_rng(6)
    values = np.column_stack([rng.normal(size=(90, 2)), rng.random((90, 2)) < 0.3, rng.normal(size=90)])
    rows = fit(sums_of_rows(values, None, None))
    blocks = fit(sums_of_rows(values, None, np.arange(90)))
    one, two = rows.certainty([1, 2, 3]), blocks.certainty([1, 2, 3])
    assert two.hotelling == pytest.approx(one.hotelling, rel=1e-9)
    assert rows.by_chance([1, 2, 3]) == pytest.approx(blocks.by_chance([1, 2, 3]), rel=1e-9)


def test_a_level_that_no_statistic_can_test_leaves_the_test_of_the_others():
    frame = with_levels(400, effect=0.9, seed=4)
    frame.loc[frame.index[:2], "region"] = "moon"
    found = cx.drivers(frame, "score", ["region", "wait"], resamples=20)
    row = found.table.set_index("driver").loc["region"]
    assert row.p_value < 0.01
    assert "too rare" in row["flags"]
    assert found.detail.set_index("member").effect.isna()["region = moon"]


def test_fewer_customers_than_columns_still_have_a_test():
    rng = np.random.default_rng(7)
    customer = np.repeat(np.arange(6), 15)
    frame = pd.DataFrame(rng.normal(size=(90, 7)), columns=list("abcdefg")).assign(customer=customer)
    frame["y"] = frame[list("abcdefg")].sum(axis=1) + 0.5 * rng.normal(size=90)
    found = cx.drivers(frame, "y", list("abcdefg"), groups={"all": list("abcdefg")}, cluster="customer", resamples=20)
    assert found.table.p_value[0] < 0.01


def test_combining_tests():
    assert combined([0.03]) == 0.03
    assert combined([0.04, 0.04]) == pytest.approx(0.04)
    assert 0.01 < combined([0.01, 0.5]) < 0.03
    assert combined([1e-200, 0.3]) == pytest.approx(2e-200, rel=1e-6)
    assert combined([0.001, 1.0]) < 0.003
    assert np.isnan(combined([]))


def test_hotelling_needs_more_degrees_of_freedom_than_columns():
    assert np.isnan(hotelling_p(np.ones(3), np.eye(3), 2.0))
    value, df = 2.5, 11.0
    assert hotelling_p(np.array([value]), np.eye(1), df) == pytest.approx(2 * stats.t.sf(value, df))


def test_by_chance_is_the_noise_of_the_adjusted_r_squared():
    """With equal noise, over many surveys: columns / (n - 1) of what is left."""
    rng = np.random.default_rng(8)
    n, told, seen = 80, [], []
    for _ in range(300):
        found = fit(sums_of_rows(rng.normal(size=(n, 7)), None, None))
        told.append(found.by_chance(list(range(6))))
        seen.append(found.r_squared)
    assert np.mean(told) == pytest.approx(6 / (n - 1), rel=0.03)
    assert np.mean(told) == pytest.approx(np.mean(seen), rel=0.06)
