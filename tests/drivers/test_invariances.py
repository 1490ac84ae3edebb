"""What must not change, and what must add up, whatever the data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx
from cxanalysis.drivers.importance import subset_lattice

FLAGS = ["late", "returned", "noise"]
FEW = {"resamples": 50}


def random_correlation(seed, p):
    rng = np.random.default_rng(seed)
    return np.corrcoef(rng.normal(size=(3 * p + 6, p + 1)) + rng.normal(size=(3 * p + 6, 1)), rowvar=False)


def r_squared(matrix):
    return float(matrix[-1, :-1] @ np.linalg.solve(matrix[:-1, :-1], matrix[:-1, -1]))


@given(st.integers(0, 10_000), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_importances_add_up_and_do_not_depend_on_order(seed, p):
    matrix = random_correlation(seed, p)
    for method in ("shapley", "johnson"):
        found = cx.importance(matrix, method=method)
        assert found.sum() == pytest.approx(r_squared(matrix), abs=1e-9)
        assert (found > -1e-12).all()
        order = np.append(np.random.default_rng(seed).permutation(p), p)
        turned = cx.importance(matrix[np.ix_(order, order)], method=method)
        np.testing.assert_allclose(turned, found[order[:-1]], atol=1e-10)


@given(st.integers(0, 10_000), st.integers(1, 7))
@settings(max_examples=40, deadline=None)
def test_a_copy_of_a_driver_takes_exactly_half(seed, p):
    matrix = random_correlation(seed, p)
    alone = cx.importance(matrix)
    doubled = cx.importance(matrix[np.ix_([0, *range(p + 1)], [0, *range(p + 1)])])
    assert doubled[0] == pytest.approx(doubled[1], abs=1e-10)
    assert doubled.sum() == pytest.approx(alone.sum(), abs=1e-9)


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_two_drivers_shapley_is_johnson(seed):
    matrix = random_correlation(seed, 2)
    np.testing.assert_allclose(cx.importance(matrix), cx.importance(matrix, method="johnson"), atol=1e-10)


def test_shapley_by_brute_force_over_all_orders():
    from itertools import permutations

    matrix = random_correlation(4, 5)

    def r2(columns):
        at = [*columns, 5]
        return r_squared(matrix[np.ix_(at, at)]) if columns else 0.0

    totals = np.zeros(5)
    orders = list(permutations(range(5)))
    for order in orders:
        for step, player in enumerate(order):
            totals[player] += r2(order[: step + 1]) - r2(order[:step])
    np.testing.assert_allclose(cx.importance(matrix), totals / len(orders), atol=1e-12)


@pytest.mark.parametrize("p", [16, 20])
def test_wide_analyses_stay_exact(p, monkeypatch):
    matrix = random_correlation(p, p)
    found = cx.importance(matrix)
    assert found.sum() == pytest.approx(r_squared(matrix), abs=1e-9)
    # Walked depth first from two players on, the lattice holds the same numbers.
    monkeypatch.setattr(subset_lattice, "WIDEST", p - 2)
    np.testing.assert_allclose(cx.importance(matrix), found, atol=1e-11)


def test_twenty_six_drivers_are_sampled_and_say_so():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 26))
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(26)]).assign(y=x[:, :5].sum(axis=1) + rng.normal(size=400))
    found = cx.drivers(frame, "y", [f"x{i}" for i in range(26)], resamples=20)
    assert "sampled" in found.method
    assert set(found.table.driver) == {f"x{i}" for i in range(26)}
    assert found.table.importance.sum() == pytest.approx(found.r_squared, abs=1e-9)
    assert any("sampled orders of entry" in note for note in found.notes)


# --- the whole analysis -----------------------------------------------------------------------------


def numbers(result):
    return result.table.drop(columns=["driver", "flags"]).to_numpy(dtype=float)


def test_same_seed_same_bytes(answers):
    a, b = (cx.drivers(answers, "csat", FLAGS, **FEW) for _ in range(2))
    assert numbers(a).tobytes() == numbers(b).tobytes()
    assert a.headline == b.headline
    c = cx.drivers(answers, "csat", FLAGS, resamples=50, seed=1)
    assert numbers(a).tobytes() != numbers(c).tobytes()


def test_shift_and_scale_change_units_only(answers):
    plain = cx.drivers(answers, "csat", ["staff", *FLAGS], **FEW).table.set_index("driver")
    moved = answers.assign(csat=7 + 3 * answers.csat, staff=100 - 10 * answers.staff)
    other = cx.drivers(moved, "csat", ["staff", *FLAGS], **FEW).table.set_index("driver").loc[plain.index]
    np.testing.assert_allclose(other.importance, plain.importance, atol=1e-10)
    np.testing.assert_allclose(other.p_value, plain.p_value, atol=1e-10)
    np.testing.assert_allclose(other.effect[FLAGS], 3 * plain.effect[FLAGS], atol=1e-9)
    assert other.effect["staff"] == pytest.approx(-0.3 * plain.effect["staff"], abs=1e-9)


def test_order_of_columns_and_drivers_changes_nothing(answers):
    plain = cx.drivers(answers, "csat", FLAGS, **FEW)
    turned = cx.drivers(answers[answers.columns[::-1]], "csat", FLAGS[::-1], **FEW)
    np.testing.assert_allclose(numbers(turned), numbers(plain), atol=1e-9)


def test_estimates_do_not_depend_on_the_order_of_rows(answers):
    plain = cx.drivers(answers, "csat", FLAGS, cluster="customer", **FEW).table
    other = cx.drivers(answers.sample(frac=1, random_state=1), "csat", FLAGS, cluster="customer", **FEW).table
    same = ["importance", "effect", "effect_low", "effect_high", "p_value", "at_stake", "at_stake_low", "vif"]
    np.testing.assert_allclose(other[same].to_numpy(float), plain[same].to_numpy(float), atol=1e-9)


@pytest.mark.parametrize("cluster", [None, "customer"])
def test_a_constant_weight_is_no_weight(answers, cluster):
    plain = cx.drivers(answers, "csat", FLAGS, cluster=cluster, **FEW)
    weighted = cx.drivers(answers.assign(c=0.37), "csat", FLAGS, weight="c", cluster=cluster, **FEW)
    np.testing.assert_allclose(numbers(weighted), numbers(plain), atol=1e-9)


def test_whole_weights_are_repeated_rows_for_estimates(answers):
    times = np.random.default_rng(2).integers(1, 4, len(answers))
    weighted = cx.drivers(answers.assign(k=times), "csat", FLAGS, weight="k", **FEW).table
    repeated = cx.drivers(answers.loc[answers.index.repeat(times)], "csat", FLAGS, **FEW).table
    for name in ("importance", "effect", "mean", "at_stake"):
        np.testing.assert_allclose(weighted[name].to_numpy(float), repeated[name].to_numpy(float), atol=1e-9)


@pytest.mark.parametrize("outcome_as", ["mean", "nps"])
@pytest.mark.parametrize("weight", [None, "w"])
def test_points_at_stake_are_the_gap_to_nothing_going_wrong(answers, outcome_as, weight):
    found = cx.drivers(answers, "recommend", FLAGS, outcome_as=outcome_as, weight=weight, **FEW)
    w = np.ones(len(answers)) if weight is None else answers[weight].to_numpy()
    y = answers.recommend.to_numpy()
    y = np.where(y >= 9, 100.0, np.where(y >= 7, 0.0, -100.0)) if outcome_as == "nps" else y
    X = np.column_stack([np.ones(len(answers)), answers[FLAGS]])
    b = np.linalg.lstsq(X * np.sqrt(w)[:, None], y * np.sqrt(w), rcond=None)[0]
    assert found.table.at_stake.sum() == pytest.approx(b[0] - np.average(y, weights=w), abs=1e-9)
    assert found.together["at_stake"] == pytest.approx(found.table.at_stake.sum(), abs=1e-9)
    assert found.outcome_mean == pytest.approx(np.average(y, weights=w), abs=1e-9)


def test_levels_of_a_category_are_one_player_whatever_the_base(answers):
    plain = cx.drivers(answers, "csat", ["market", *FLAGS], **FEW)
    # The most frequent level is the base; making the other one more frequent turns the base round.
    named = answers.assign(market=answers.market.map({"B2B": "x", "B2C": "y"}))
    other = cx.drivers(named, "csat", ["market", *FLAGS], **FEW)
    np.testing.assert_allclose(numbers(other), numbers(plain), atol=1e-9)
    assert len(plain.table) == 4
