"""Rare failures × rare outcome values: where a robust variance says nothing, and what stands in for it.

Of 10 late orders among 100 answers, 7 of them unsatisfied, 0.7 would be both by chance. Mostly none is, and then all
late ones have the same residual: the robust variance is close to 0 and noise looks certain (flagged in 12-15 %). The
classical variance, as if there were no effect, knows the noise of such cells from all rows. Of it that much is mixed in
that the cell counts like one with two cases more (as the "add two" intervals of Agresti & Caffo 2000 do):
V + 2 / (2 + E) · (classical - V) where that is more, with E the cases expected by chance.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.model.centred_sums import Sums

Floats = NDArray[np.float64]

#: So many cases expected together and the robust variance stands alone.
ENOUGH: Final = 20.0
#: Cases that the classical variance counts for.
ADDED: Final = 2.0


def are_flags(sums: Sums) -> NDArray[np.bool_]:
    """Which columns but the outcome are 0/1 (m,), from their moments."""
    mean = sums.centre[:-1]
    spread = np.diag(sums.covariance())[:-1]
    is_flag = np.abs(spread + mean**2 - mean) < 1e-9 * np.maximum(1.0, np.abs(mean))
    return np.asarray(is_flag & (spread > 0))


def rare_answers(sums: Sums) -> float:
    """Rows whose outcome is not the most frequent one; all rows where no value has more than half of them.

    Of blocks of rows only a 0/1 or 0/100 outcome is known.
    """
    if sums.second is not None:
        mean, spread = float(sums.centre[-1]), float(sums.covariance()[-1, -1])
        for top in (1.0, 100.0):
            if abs(spread - mean * (top - mean)) < 1e-9 * top**2:
                return min(mean, top - mean) / top * sums.n
        return float(sums.n)
    outcome = sums.first[:, -1] / sums.weight
    # Weights leave a rounding error in place of equal values.
    scale = max(float(np.abs(outcome).max()), 1e-300)
    values, counts = np.unique(np.round(outcome / scale, 9), return_counts=True)
    most = int(counts.max())
    return float(sums.n - most) if 2 * most > sums.n or len(values) == 2 else float(sums.n)


def expected_together(sums: Sums) -> Floats:
    """Rows of a rare case and a rare outcome value that chance alone would give, per column (m,).

    Infinite where nothing is rare: for columns that are not 0/1, and outcomes without a value that most rows have.
    """
    mean = sums.centre[:-1]
    cases = np.where(are_flags(sums), np.minimum(mean, 1 - mean) * sums.n, np.inf)
    out = np.full(len(cases), np.inf)
    if not (cases < 2 * ENOUGH).any():
        return out
    rare = rare_answers(sums)
    return np.where(np.isfinite(cases) & (rare < sums.n), cases * rare / sums.n, out)


def guarded(variance: Floats, classical: Floats, expected: Floats) -> Floats:
    """The variances (m,), with the classical ones mixed in where few cases are `expected` together."""
    weight = np.where(expected < ENOUGH, ADDED / (ADDED + np.minimum(expected, ENOUGH)), 0.0)
    return np.maximum(variance, variance + weight * (classical - variance))
