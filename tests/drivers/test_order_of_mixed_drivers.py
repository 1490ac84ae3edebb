"""Drivers of several columns compete fairly with single ones, and a headline offers only what has an effect."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.drivers.driver_headline import headline
from cxanalysis.drivers.importance.order_of_drivers import order

NOISE = list("abcdef")


def survey(seed, n=120, effect=0.25):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 6)), columns=NOISE).assign(real=rng.normal(size=n))
    return frame.assign(y=effect * frame["real"] + rng.normal(size=n))


def test_six_columns_of_noise_are_not_first_over_the_only_real_driver():
    wins, sure = 0, 0
    for seed in range(40):
        found = cx.drivers(survey(seed), "y", [*NOISE, "real"], groups={"noise": NOISE}, resamples=200)
        p_first = found.table.set_index("driver").p_first
        wins += p_first["noise"] > p_first["real"]
        sure += p_first["noise"] >= 0.9
    assert wins <= 12
    assert sure <= 2


def test_what_columns_explain_by_chance_is_shown_and_importance_still_adds_up():
    found = cx.drivers(survey(3), "y", [*NOISE, "real"], groups={"noise": NOISE}, resamples=100)
    table = found.table.set_index("driver")
    assert table.importance.sum() == pytest.approx(found.r_squared, abs=1e-9)
    assert table.share.sum() == pytest.approx(1.0)
    assert table.by_chance["noise"] == pytest.approx(6 * (1 - found.r_squared) / 112, rel=0.25)
    assert table.by_chance["noise"] > 3 * table.by_chance["real"]
    fair = table.importance - table.by_chance
    assert (np.diff(fair) <= 0).all()
    assert any("by chance alone" in note for note in found.notes)


def test_single_columns_have_the_order_and_the_columns_they_had():
    frame = survey(3)
    found = cx.drivers(frame, "y", [*NOISE, "real"], resamples=100)
    assert "by_chance" not in found.table
    assert (np.diff(found.table.importance) <= 0).all()
    assert not any("by chance" in note for note in found.notes)


def test_a_resample_holds_the_noise_of_its_columns_twice():
    """Two players whose importances differ by exactly twice the difference of their noise are tied."""
    draws = np.array([[0.30, 0.30, 0.30], [0.20, 0.20, 0.20]])
    found = order(draws, 0.95, np.array([0.06, 0.01]))
    np.testing.assert_allclose(found.p_first, [0.5, 0.5])
    np.testing.assert_allclose(found.share_low, [0.6, 0.4])
    assert order(draws, 0.95, np.array([0.0, 0.0])).p_first.tolist() == [1.0, 0.0]
    assert order(draws, 0.95, np.array([0.07, 0.01])).p_first.tolist() == [0.0, 1.0]


def table_of(**rows):
    """Driver → (p_first, q, importance)."""
    frame = pd.DataFrame(
        [
            {"driver": name, "p_first": p, "q_value": q, "importance": r2, "share": r2, "share_low": 0.1,
             "share_high": 0.9, "effect": -0.4, "effect_low": -0.6, "effect_high": -0.2, "at_stake": 0.1,
             "at_stake_low": 0.05, "at_stake_high": 0.15, "mean": 0.2, "flags": []}
            for name, (p, q, r2) in rows.items()
        ]
    )  # fmt: skip
    return frame.sort_values("importance", ascending=False, ignore_index=True)


def said(table, joint_p=lambda: 0.5, explained=None, **more):
    total = float(table["importance"].sum()) if explained is None else explained
    failures = dict.fromkeys(table["driver"], True)
    return headline(
        table, metric="csat", unit="points", failures=failures, explained=total, joint_p=joint_p, **more
    )  # fmt: skip


def test_what_has_no_effect_of_its_own_is_never_offered_as_first():
    sentence = said(table_of(month=(0.7, 0.97, 0.2), market=(0.3, 0.01, 0.1), late=(0.0, 0.6, 0.01)))
    assert "or market matters most" not in sentence
    assert "Month or" not in sentence
    assert sentence.startswith("Market has an effect of its own on csat but is first in 30 of 100 resamples only")
    assert "month has no effect of its own" in sentence
    assert sentence.endswith("what matters first is not settled.")


def test_two_with_effects_are_offered_and_a_third_without_is_named_apart():
    sentence = said(table_of(late=(0.5, 0.01, 0.2), returned=(0.3, 0.02, 0.15), month=(0.2, 0.5, 0.1)))
    assert sentence.startswith("Late or returned matters most for csat: not settled (50")
    assert "Month may come first as well, but without an effect of its own." in sentence


def test_a_first_driver_almost_sure_is_called_probable():
    sentence = said(table_of(late=(0.88, 0.01, 0.2), returned=(0.04, 0.02, 0.15), staff=(0.04, 0.02, 0.1)))
    assert sentence == "Late probably matters most for csat, but that is not settled: first in 88 of 100 resamples."


def test_nothing_explained_has_no_first_place():
    sentence = said(table_of(escalated=(0.99, 0.01, 0.002), late=(0.01, 0.8, 0.0005)))
    assert "matters most:" not in sentence
    assert sentence.startswith("Escalated has an effect of its own on csat, but together these drivers explain")
    assert "First in" not in sentence


def test_little_explained_and_what_was_not_held_equal_are_said_beside_the_first():
    table = table_of(late=(0.99, 0.001, 0.03), returned=(0.01, 0.8, 0.005))
    sentence = said(table, not_held_equal=["priority", "channel"])
    assert sentence.startswith("Late matters most: it costs")
    assert "Together these drivers explain only 4" in sentence or "explain only 3" in sentence
    assert sentence.endswith("Not held equal, though the table has it: priority, channel.")
    much = said(table_of(late=(0.99, 0.001, 0.3), returned=(0.01, 0.8, 0.05)), not_held_equal=["priority"])
    assert much.endswith("of 100 resamples.")


def test_the_joint_test_is_asked_only_where_no_driver_has_an_effect():
    def unasked():
        raise AssertionError("the joint test takes time")

    said(table_of(late=(0.99, 0.001, 0.3), returned=(0.01, 0.8, 0.05)), joint_p=unasked)
    nothing = said(table_of(late=(0.9, 0.4, 0.3), returned=(0.1, 0.8, 0.05)), joint_p=lambda: 0.001)
    assert nothing.startswith("Together these drivers explain")
