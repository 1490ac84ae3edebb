"""Is a line enough: found where it is not, named rightly, and not cried where it is."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx

NAMES = list("abcd")


def world(kind, n=1500, seed=0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 4)), columns=NAMES)
    frame["late"], frame["returned"] = rng.binomial(1, 0.3, n), rng.binomial(1, 0.3, n)
    y = frame.a - frame.late + rng.normal(size=n)
    if kind == "threshold":
        y = y + 2.0 * (frame.c > 1)
    if kind == "together":
        y = y - 2.5 * frame.late * frame.returned
    return frame.assign(y=y)


def test_a_line_is_enough_where_the_world_is_one():
    verdicts = [cx.linear_enough(world("line", 400, seed), "y", [*NAMES, "late"]) for seed in range(8)]
    assert all(found.enough for found in verdicts)
    assert all(found.table.empty and found.headline.startswith("A straight line is enough: ") for found in verdicts)


def test_a_threshold_is_named():
    found = cx.linear_enough(world("threshold"), "y", [*NAMES, "late"])
    assert not found.enough
    assert found.table[found.table["named"]][["kind", "driver"]].to_numpy().tolist() == [["non-linear", "c"]]
    assert "Not in a straight line: c." in found.headline
    assert found.free_r2 > found.linear_r2 + 0.02
    assert found.gap == pytest.approx(found.free_r2 - found.linear_r2, abs=1e-12)


def test_two_failures_that_are_worse_together_are_named():
    found = cx.linear_enough(world("together"), "y", [*NAMES, "late", "returned"])
    assert not found.enough
    first = found.table.iloc[0]
    assert (first["kind"], first["driver"], first["partner"]) == ("interaction", "late", "returned")
    assert "Not each for itself: late with returned." in found.headline
    assert found.free_r2 > found.separate_r2


def test_customers_stay_in_one_fold():
    """A number that tells customers apart, and moods of their own: only by seeing the same person can a tree win."""
    rng = np.random.default_rng(2)
    customer = np.repeat(np.arange(150), 8)
    mood = rng.normal(size=150)[customer]
    frame = pd.DataFrame(
        {"customer": customer, "size": rng.normal(size=150)[customer], "late": rng.binomial(1, 0.3, 1200)}
    )
    frame["y"] = 2 * mood - frame.late + 0.3 * rng.normal(size=1200)
    assert not cx.linear_enough(frame, "y", ["size", "late"]).enough
    assert cx.linear_enough(frame, "y", ["size", "late"], cluster="customer").enough


def test_linear_r2_is_that_of_cross_validation_and_weights_count():
    frame = world("line", 600).assign(w=np.r_[np.ones(300), np.zeros(300)])
    whole, half = (cx.linear_enough(frame, "y", [*NAMES, "late"], **how) for how in ({}, {"weight": "w"}))
    assert abs(whole.linear_r2 - cx.drivers(frame, "y", [*NAMES, "late"], resamples=1).r_squared) < 0.03
    assert (half.n, half.n_excluded) == (300, 300)


def test_same_seed_same_numbers():
    one, two = (cx.linear_enough(world("threshold", 500), "y", NAMES, seed=4) for _ in range(2))
    assert (one.gap, one.gap_se) == (two.gap, two.gap_se)


def test_few_rows_are_refused():
    with pytest.raises(cx.Problem, match="too few to see whether a line bends"):
        cx.linear_enough(world("line", 150), "y", NAMES)
