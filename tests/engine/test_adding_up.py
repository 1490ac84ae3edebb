"""Aggregates add up: any split of the rows, by parts, blocks or groups, gives the whole."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.blocks import block_of
from cxanalysis.engine.engines import engine_of
from cxanalysis.engine.need import Measure, Need
from cxanalysis.problem import Problem

MEASURES = (Measure("x", "x"), Measure("y", "y"), Measure("z", "z"))
PAIRED = ("count", "weight", "mean", "cross", "spread", "units", "squares", "weight_squares", "unweighted")
WHOLE = (*PAIRED, "rows", "n_missing")


def rows(seed: int, n: int, at: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = at + rng.normal(size=(n, 3)) @ [[1, 0.5, 0], [0, 1, 0.5], [0, 0, 1]]
    values[rng.random((n, 3)) < 0.25] = np.nan
    return pd.DataFrame(values, columns=list("xyz")).assign(
        g=rng.choice(["a", "b", None], n), w=rng.choice([0.0, 1.0, 2.5], n), id=rng.integers(0, 30, n)
    )


def same(a: Aggregates, b: Aggregates, names: tuple[str, ...] = WHOLE, scale: float = 1.0) -> None:
    assert (a.measures, a.by, a.groups, a.blocks) == (b.measures, b.by, b.groups, b.blocks)
    for name in names:
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=1e-9, atol=1e-9 * scale, err_msg=name)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    cuts=st.lists(st.integers(0, 60), max_size=4),
    blocks=st.sampled_from([None, "id"]),
    weight=st.sampled_from([None, "w"]),
    complete=st.booleans(),
)
def test_any_parts_add_up_to_the_whole(seed, cuts, blocks, weight, complete):
    frame = rows(seed, 60)
    need = Need(MEASURES, by=("g",), weight=weight, blocks=blocks, complete=complete)
    edges = [0, *sorted(cuts), 60]
    parts = [engine_of(frame.iloc[a:b]).aggregate(need) for a, b in pairwise(edges)]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    same(total, engine_of(frame).aggregate(need))


def test_parts_far_from_zero_keep_their_digits():
    a, b = rows(1, 400, at=1e6), rows(2, 300, at=1e6)
    need = Need(MEASURES, weight="w")
    whole = engine_of(pd.concat([a, b])).aggregate(need)
    merged = engine_of(a).aggregate(need) + engine_of(b).aggregate(need)
    # Σ W S is what a mean's last digit (1e-10 here) leaves, times the weights: it has no digits to keep.
    same(merged, whole, tuple(name for name in WHOLE if name != "squares"))
    np.testing.assert_allclose(merged.squares[..., 2], whole.squares[..., 2], rtol=1e-8)
    centred = engine_of(pd.concat([a, b]).assign(**{c: pd.concat([a, b])[c] - 1e6 for c in "xyz"})).aggregate(need)
    np.testing.assert_allclose(merged.cross, centred.cross, rtol=1e-9)


def test_blocks_and_groups_pool_to_the_table():
    frame = rows(3, 500)
    engine = engine_of(frame)
    plain = engine.aggregate(Need(MEASURES, weight="w"))
    same(engine.aggregate(Need(MEASURES, weight="w", blocks="id")).total(), plain)
    same(engine.aggregate(Need(MEASURES, weight="w", by=("g",))).over_groups(), plain)
    by = Need(MEASURES, weight="w", by=("g",), cluster="id")
    same(
        engine.aggregate(Need(MEASURES, weight="w", by=("g",), cluster="id", blocks="id")).total(), engine.aggregate(by)
    )


def test_cut_clusters_have_no_squares():
    need = Need(MEASURES, by=("g",), cluster="id")
    found = engine_of(rows(3, 200)).aggregate(need)
    assert np.isnan(found.over_groups().squares).all()
    assert np.isnan((found + found).squares).all()
    assert not np.isnan(found.over_groups().mean).any()


def test_only_like_adds_to_like():
    frame = engine_of(rows(3, 20))
    with pytest.raises(Problem, match="do not add up"):
        frame.aggregate(Need(MEASURES)) + frame.aggregate(Need(MEASURES[:2]))


def test_correlation_and_covariance_are_those_of_pandas():
    frame = rows(4, 300)
    found = engine_of(frame).aggregate(Need(MEASURES))
    np.testing.assert_allclose(found.correlation()[0, 0], frame[list("xyz")].corr(), rtol=1e-12)
    complete = frame.dropna(subset=list("xyz"))
    found = engine_of(frame).aggregate(Need(MEASURES, complete=True))
    np.testing.assert_allclose(found.covariance()[0, 0], complete[list("xyz")].cov(ddof=0), rtol=1e-12)
    assert (found.count == len(complete)).all()


def test_take_and_where_pick():
    found = engine_of(rows(4, 300)).aggregate(Need(MEASURES, by=("g",)))
    picked = found.take(["z", "x"]).where([("b",)])
    assert picked.measures == ("z", "x")
    assert picked.groups == (("b",),)
    assert picked.cross[0, 0, 0, 1] == found.cross[1, 0, 2, 0]
    assert picked.mean[0, 0, 1, 0] == found.mean[1, 0, 0, 2]


def test_empty_cells_are_silent():
    frame = rows(5, 3).assign(x=np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = engine_of(frame).aggregate(Need(MEASURES, by=("g",), blocks="id"))
        for array in (found.total(), found.over_groups(), found + found):
            assert (array.weight[..., 0, 0] == 0).all()
            assert np.isnan(array.mean[..., 0, 0]).all()
            array.correlation()
            array.covariance()
        sums = found.block_sums()
        assert np.isnan(sums.resample(sums.draws(5, 0)).correlation()[:, 0, 0]).all()


@pytest.mark.parametrize("weight", [None, "w"])
def test_a_resample_is_the_table_of_its_blocks(weight):
    frame = rows(6, 400, at=50.0)
    need = Need(MEASURES, weight=weight, blocks="id")
    found = engine_of(frame).aggregate(need)
    sums = found.block_sums()
    draws = sums.draws(3, seed=1)
    assert draws.sum(axis=1).tolist() == [len(sums)] * 3
    block = frame["id"].map(lambda one: block_of(str(one)))
    for draw, got in zip(draws, range(3), strict=True):
        times = block.map(dict(zip(sums.blocks, draw, strict=True))).astype(int)
        again = engine_of(frame.loc[frame.index.repeat(times)]).aggregate(Need(MEASURES, weight=weight))
        resampled = sums.resample(draws)
        np.testing.assert_allclose(resampled.mean[got], again.mean[0, 0], rtol=1e-10)
        np.testing.assert_allclose(resampled.correlation()[got], again.correlation()[0, 0], atol=1e-10)
        np.testing.assert_allclose(resampled.covariance()[got], again.covariance()[0, 0], rtol=1e-9, atol=1e-12)


def test_leave_one_out_is_the_table_without_the_block():
    frame = rows(7, 200)
    found = engine_of(frame).aggregate(Need(MEASURES, blocks="id"))
    sums = found.block_sums()
    left = sums.leave_one_out()
    out = frame["id"].map(lambda one: block_of(str(one))) == sums.blocks[4]
    again = engine_of(frame[~out]).aggregate(Need(MEASURES))
    np.testing.assert_allclose(left.mean[4], again.mean[0, 0], rtol=1e-10)
    np.testing.assert_allclose(left.cross[4], again.cross[0, 0], rtol=1e-9, atol=1e-10)


def test_same_seed_same_draws():
    sums = engine_of(rows(7, 200)).aggregate(Need(MEASURES, blocks="id")).block_sums()
    np.testing.assert_array_equal(sums.draws(10, seed=3), sums.draws(10, seed=3))
    assert (sums.draws(10, seed=3) != sums.draws(10, seed=4)).any()


def test_replicated_rows_are_integer_weights():
    frame = rows(8, 100).assign(w=lambda f: f["w"].replace(2.5, 3.0))
    weighted = engine_of(frame).aggregate(Need(MEASURES, weight="w"))
    repeated = engine_of(frame.loc[frame.index.repeat(frame["w"].astype(int))]).aggregate(Need(MEASURES))
    same(weighted, repeated, ("weight", "mean", "cross", "spread"))
