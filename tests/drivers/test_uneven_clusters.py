"""Clusters of very different size count for fewer than they are, and that is said."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import effective_number, sums_of_rows


def answers(sizes, seed=0):
    rng = np.random.default_rng(seed)
    customer = np.repeat(np.arange(len(sizes)), sizes)
    late = (rng.random(len(customer)) < 0.3).astype(float)
    y = -late + rng.normal(size=len(customer)) + rng.normal(size=len(sizes))[customer]
    return pd.DataFrame({"customer": customer, "late": late, "y": y})


def notes_of(sizes):
    return cx.drivers(answers(sizes), "y", ["late"], cluster="customer", resamples=20).notes


def test_few_is_said_of_the_effective_number():
    uneven = notes_of([300, 200, *[4] * 60])
    note = next(note for note in uneven if "intervals rest on few units" in note)
    assert note.startswith("The 62 clusters are of so different size that they count like 4 of equal size")
    assert any(note.startswith("Only 20 clusters") for note in notes_of([10] * 20))
    assert not any("few units" in note for note in notes_of([5] * 60))


def test_segments_say_it_too():
    frame = answers([300, 200, *[4] * 60]).assign(market=lambda f: np.where(f.index % 2, "a", "b"))
    found = cx.segments(frame, "y", ["late"], by="market", cluster="customer", resamples=20)
    assert any("count like 4 of equal size" in note for note in found.notes)


def test_effective_number():
    assert effective_number(np.full(7, 3.0)) == pytest.approx(7)
    assert effective_number(np.array([3.0, 1.0])) == pytest.approx(1.6)


def test_equal_clusters_in_number_enough_keep_their_intervals():
    frame = answers([5] * 80)
    found = fit(sums_of_rows(frame[["late", "y"]].to_numpy(), None, frame["customer"].to_numpy()))
    np.testing.assert_array_equal(found.shrunk, found.mean)
    stake = found.stake([0], np.zeros(1))
    influence = -found.mean[0] * found.influence[:, 0] - found.slopes[0] * found.mean_influence[:, 0]
    assert stake.variance[0] == pytest.approx(influence @ influence, rel=1e-12)


def test_a_prevalence_from_few_uneven_clusters_is_taken_for_more_uncertain():
    frame = answers([200, 100, *[8] * 18])
    found = fit(sums_of_rows(frame[["late", "y"]].to_numpy(), None, frame["customer"].to_numpy()))
    assert found.mean[0] < found.shrunk[0] < 0.5
    influence = -found.mean[0] * found.influence[:, 0] - found.slopes[0] * found.mean_influence[:, 0]
    assert found.stake([0], np.zeros(1)).variance[0] > influence @ influence
    ratings = frame.assign(late=frame["late"] + 1)
    same = fit(sums_of_rows(ratings[["late", "y"]].to_numpy(), None, frame["customer"].to_numpy()))
    np.testing.assert_array_equal(same.shrunk, same.mean)
