"""V9: NPS with the adjusted Wald interval; reference from the R package NPS 1.1 and hand calculation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.metrics.intervals import adjusted_wald_nps

Z = 1.959963984540054
#: (detractors, passives, promoters) → NPS, Wald SE, adjusted Wald interval (of the scale -1…1, 12 digits).
V9 = {
    (10, 20, 70): (0.6, 0.0663324958071, 0.452697602538, 0.712350941151),
    (30, 30, 40): (0.1, 0.0830662386292, -0.062719370879, 0.256894128160),
    (2, 3, 5): (0.3, 0.2469817807046, -0.190506153764, 0.652044615302),
    (0, 2, 8): (0.8, 0.1264911064067, 0.292838700801, 0.937930529968),
    (0, 0, 10): (1.0, 0.0, 0.475035515448, 1.0),
}
#: Twelve digits are printed on the scale -1…1.
TOLERANCE = 100 * 0.5e-12 + 1e-12


def answers(counts: tuple[int, int, int]) -> pd.DataFrame:
    return pd.DataFrame({"recommend": np.repeat([4, 7, 10], counts)})


@pytest.mark.parametrize("counts", V9)
def test_value_standard_error_and_interval(counts):
    value, se, low, high = V9[counts]
    found = cx.nps(answers(counts), "recommend")
    row = found.table.iloc[0]
    assert row["value"] == pytest.approx(100 * value, abs=1e-12)
    assert row["low"] == pytest.approx(100 * low, abs=TOLERANCE)
    assert row["high"] == pytest.approx(100 * high, abs=TOLERANCE)
    # The standard error is printed with ten digits or more.
    assert found.detail["se"].iloc[0] == pytest.approx(100 * se, abs=1e-9)
    assert found.detail["n_eff"].iloc[0] == pytest.approx(sum(counts), rel=1e-12)


def test_variance_of_one_half_one_third_one_sixth():
    found = cx.nps(answers((1, 2, 3)), "recommend")
    assert found.table["value"].iloc[0] == pytest.approx(100 / 3)
    assert found.detail["se"].iloc[0] ** 2 * 6 / 1e4 == pytest.approx(5 / 9)


def test_the_two_first_rows_by_group_are_the_same_numbers():
    both = pd.concat([answers((10, 20, 70)).assign(g="a"), answers((30, 30, 40)).assign(g="b")])
    found = cx.nps(both, "recommend", by="g").table
    assert found["low"].tolist() == pytest.approx([45.2697602538, -6.2719370879], abs=TOLERANCE)
    assert found["value"].diff().iloc[1] == pytest.approx(-50)


def test_interval_for_every_small_sample():
    """Fault 7: for all (D, P, N) with 2 ≤ n ≤ 30, low < high, inside [-100, 100], value inside."""
    checked = 0
    for n in range(2, 31):
        d, p = (side.ravel() for side in np.meshgrid(np.arange(n + 1), np.arange(n + 1)))
        d, p = d[d + p <= n], p[d + p <= n]
        low, high = adjusted_wald_nps(d / n, p / n, np.full(len(d), n), np.full(len(d), Z))
        value = 100 * (p - d) / n
        assert (low < high).all()
        assert (low >= -100).all()
        assert (high <= 100).all()
        assert (low <= value).all()
        assert (value <= high).all()
        checked += len(d)
    assert checked == sum((n + 1) * (n + 2) // 2 for n in range(2, 31))


def test_one_answer_has_no_interval():
    found = cx.nps(answers((0, 0, 1)), "recommend")
    assert found.table["value"].iloc[0] == 100
    assert found.table[["low", "high"]].isna().all(axis=None)
    assert "no interval" in found.headline
    assert any("no interval" in note for note in found.notes)
