"""Rare failures and rare outcome values together: guarded, flagged, or withheld."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.drivers.effects.rare_outcome import ENOUGH, expected_together, guarded, rare_answers
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows

RARE = {"resamples": 50}


def at_the_ceiling(seed, n=100, low=7, prevalence=0.1, score=(2, 5)):
    """Two failures that do nothing; `low` of n answers are bad."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame((rng.random((n, 2)) < prevalence).astype(float), columns=["late", "returned"])
    bad = rng.permutation(n) < low
    return frame.assign(csat=np.where(bad, *score))


def test_noise_at_the_ceiling_is_seldom_flagged():
    """The robust variance alone flags one of seven: no late answer among the bad ones, so all look alike."""
    flagged = looked = 0
    for seed in range(150):
        frame = at_the_ceiling(seed)
        if (frame[["late", "returned"]].sum() < 5).any():
            continue
        values = frame.assign(csat=np.where(frame.csat == 5, 100.0, 0.0)).to_numpy(float)
        flagged += int((fit(sums_of_rows(values, None, None)).effects().p() < 0.05).sum())
        looked += 2
    assert looked > 200
    assert flagged / looked <= 0.04


def test_an_effect_that_is_there_is_found_all_the_same():
    frame = at_the_ceiling(1)
    bad = np.flatnonzero(frame["csat"] == 2)
    frame["late"] = 0.0
    frame.loc[[*bad[:6], *np.flatnonzero(frame["csat"] == 5)[:4]], "late"] = 1.0
    found = cx.drivers(frame, "csat", ["late", "returned"], outcome_as="top-box", scale=(1, 5), **RARE)
    row = found.table.set_index("driver").loc["late"]
    assert row.p_value < 0.01
    assert "rare outcome" in row["flags"]
    assert any(note.startswith("rare outcome (") for note in found.notes)


@pytest.mark.parametrize("missing", ["complete", "impute", "pairwise"])
def test_fewer_than_five_bad_answers_are_too_rare_to_say(missing):
    frame = at_the_ceiling(2, n=300, low=3, prevalence=0.3)
    if missing != "complete":
        frame.loc[::30, "returned"] = np.nan
    found = cx.drivers(
        frame, "csat", ["late", "returned"], outcome_as="top-box", scale=(1, 5), missing=missing, resamples=200
    )  # fmt: skip
    assert found.table["effect"].isna().all()
    assert found.table["at_stake"].isna().all()
    assert all("outcome too rare" in flags for flags in found.table["flags"])
    assert found.headline == (
        "What these drivers do to csat cannot be said: fewer than 5 answers differ from the most frequent one."
    )


def test_pairs_are_guarded_too():
    frame = at_the_ceiling(3)
    frame.loc[frame["csat"] == 2, "late"] = 0.0
    frame.loc[::40, "returned"] = np.nan
    found = cx.drivers(
        frame, "csat", ["late", "returned"], outcome_as="top-box", scale=(1, 5), missing="pairwise", resamples=300
    )  # fmt: skip
    row = found.table.set_index("driver").loc["late"]
    assert row.p_value > 0.05
    assert "rare outcome" in row["flags"]


def test_where_nothing_is_rare_nothing_changes():
    rng = np.random.default_rng(4)
    x = (rng.random((200, 2)) < [0.3, 0.04]).astype(float)
    values = np.column_stack([x, np.round(rng.normal(size=200))])
    sums = sums_of_rows(values, None, None)
    assert np.isinf(expected_together(sums)).all()
    residual = values[:, 2] - np.column_stack([np.ones(200), x]) @ np.r_[
        values[:, 2].mean() - x.mean(axis=0) @ fit(sums).slopes, fit(sums).slopes
    ]  # fmt: skip
    design = np.column_stack([np.ones(200), x])
    M = np.linalg.inv(design.T @ design)
    leverage = np.einsum("ij,jk,ik->i", design, M, design)
    plain = (M @ design.T) ** 2 @ (residual**2 / (1 - leverage))
    np.testing.assert_allclose(fit(sums).effects().variance, plain[1:], rtol=1e-8)


def test_cases_expected_together():
    x = np.array([1.0] * 10 + [0.0] * 90)
    y = np.array([0.0] * 8 + [100.0] * 92)
    for block in (None, np.arange(100) // 2):
        for w in (None, np.full(100, 2.5)):
            sums = sums_of_rows(np.column_stack([x, y]), w, block)
            assert rare_answers(sums) == pytest.approx(8)
            assert expected_together(sums) == pytest.approx([0.8])
    many = sums_of_rows(np.column_stack([np.tile([0.0, 1.0], 200), np.tile([0.0, 0.0, 100.0, 100.0], 100)]), None, None)
    assert np.isinf(expected_together(many)).all() or expected_together(many)[0] >= ENOUGH


def test_the_more_is_expected_the_less_is_mixed_in():
    robust, classical = np.ones(4), np.full(4, 3.0)
    mixed = guarded(robust, classical, np.array([0.0, 2.0, 18.0, ENOUGH]))
    np.testing.assert_allclose(mixed, [3.0, 2.0, 1.2, 1.0])
    np.testing.assert_allclose(guarded(classical, robust, np.zeros(4)), classical)
