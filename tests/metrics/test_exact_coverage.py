"""How often intervals cover the truth, enumerated instead of simulated."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from cxanalysis.metrics.intervals import adjusted_wald_nps, wilson

Z = 1.959963984540054


def test_wilson_covers_95_percent_on_average():
    """Over shares of 5-95 % at n = 100: 95.0 ± 0.5; for single shares it swings between 93 and 97 %."""
    k = np.arange(101)
    low, high = wilson(k / 100, 100, Z)
    covered = np.array(
        [stats.binom.pmf(k, 100, p)[(low <= p) & (p <= high)].sum() for p in np.linspace(0.05, 0.95, 181)]
    )
    assert covered.mean() == pytest.approx(0.95, abs=0.005)
    assert covered.min() > 0.925
    assert covered.max() < 0.975


def nps_coverage(n: int, d: float, p: float) -> float:
    """Exact coverage of the adjusted Wald interval when a share d detracts and p promotes."""
    down, up = (side.ravel() for side in np.meshgrid(np.arange(n + 1), np.arange(n + 1)))
    down, up = down[down + up <= n], up[down + up <= n]
    low, high = adjusted_wald_nps(down / n, up / n, n, Z)
    chance = stats.multinomial.pmf(np.column_stack([down, n - down - up, up]), n, [d, 1 - d - p, p])
    inside = (low <= 100 * (p - d)) & (100 * (p - d) <= high)
    return float(chance[inside].sum())


@pytest.mark.parametrize("n", [50, 100, 200])
def test_adjusted_wald_covers_where_both_sides_are_expected(n):
    shares = [(d, p) for d in (0.1, 0.2, 0.35, 0.5) for p in (0.1, 0.25, 0.4, 0.6) if d + p <= 0.95]
    covered = [nps_coverage(n, d, p) for d, p in shares if min(d, p) * n >= 3]
    assert len(covered) >= 10
    assert min(covered) >= 0.935
    assert max(covered) <= 0.965


# 30 answers with three expected on either side cover in 96.9 %: wider than nominal, never narrower.
@pytest.mark.parametrize(
    ("n", "d", "p"), [(30, 0.05, 0.6), (50, 0.02, 0.7), (100, 0.02, 0.5), (30, 0.5, 0.03), (30, 0.1, 0.1)]
)
def test_adjusted_wald_with_few_on_one_side_stays_within_its_wider_limits(n, d, p):
    assert 0.925 <= nps_coverage(n, d, p) <= 0.98
