"""From the penalty-reward regression to the table: one row a driver, with its class and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.drivers.asymmetry import asymmetry_classes as kinds
from cxanalysis.drivers.asymmetry.asymmetry_cuts import Cut
from cxanalysis.drivers.asymmetry.asymmetry_result import COLUMNS
from cxanalysis.drivers.asymmetry.asymmetry_sums import Regressed
from cxanalysis.drivers.cautions import HIGH_VIF

Floats = NDArray[np.float64]


def table_of(
    cuts: Sequence[Cut],
    fitted: Regressed,
    ends: tuple[float, float],
    support: float,
    fewest: int,
    confidence: float,
    *,
    standardised: bool,
    zero: bool,
) -> pd.DataFrame:
    """One row a driver, largest impact first, refused ones last."""
    factor = fitted.deviation[:-1] / fitted.deviation[-1] if standardised else np.ones(len(fitted.values.value))
    value, draws = fitted.values.value * factor, fitted.draws * factor
    tail = (1 - confidence) / 2
    sides = np.array(fitted.values.interval(confidence))
    if standardised:  # the standard deviations vary as well, so these ends come from the resamples
        sides = _quantiles(draws, tail)
    spread = 1.0 if standardised else float(fitted.deviation[-1])
    p, r = value[::2], value[1::2]
    point = kinds.shape(p, r, spread, zero=zero)
    every = kinds.shape(draws[:, ::2], draws[:, 1::2], spread, zero=zero)
    # The interval rests on all resamples: one with a wrong sign lies at the end of the scale, wherever it is counted.
    bounded = kinds.shape(draws[:, ::2], draws[:, 1::2], spread, zero=True)
    reach, skew = _quantiles(every.impact, tail), _quantiles(bounded.asymmetry, tail)
    share = kinds.supports(every.asymmetry, ends)
    rows = []
    for j, cut in enumerate(cuts):
        refused = _refusals(fitted, j, p[j], r[j], fewest)
        flags = [word.value for word in refused or _doubts(fitted, j, p[j], r[j], spread)]
        tiny = kinds.ROUNDING * spread
        sure_wrong = sides[0, 2 * j] > tiny or sides[1, 2 * j + 1] < -tiny
        row = dict.fromkeys(COLUMNS, np.nan) | {
            "driver": cut.driver,
            "n_low": fitted.n_low[j],
            "n_middle": fitted.n_middle[j],
            "n_high": fitted.n_high[j],
            "low": cut.words[0],
            "high": cut.words[1],
            "class": kinds.UNDETERMINED,
            "nearest": "",
            "flags": flags,
        }
        if not refused:
            row |= _sides(p[j], r[j], sides[:, 2 * j : 2 * j + 2], point.impact[j], reach[:, j])
            lean = np.nan if sure_wrong else float(point.asymmetry[j])
            row |= _leaning(lean, skew[:, j])
            its = {name: float(values[j]) for name, values in share.items()}
            row |= dict(zip(("class", "support", "nearest"), kinds.classed(lean, its, support), strict=True))
            row["vif"] = float(fitted.vif[2 * j : 2 * j + 2].max())
        rows.append(row)
    table = pd.DataFrame(rows)[list(COLUMNS)]
    return table.sort_values("impact", ascending=False, kind="stable", na_position="last", ignore_index=True)


def _quantiles(draws: Floats, tail: float) -> Floats:
    """Ends of the middle of the draws (first axis), those without a value left out: (2, …)."""
    out = np.full((2, draws.shape[1]), np.nan)
    for column in range(draws.shape[1]):
        there = draws[np.isfinite(draws[:, column]), column]
        if len(there):
            out[:, column] = np.quantile(there, [tail, 1 - tail])
    return out


def _sides(p: float, r: float, sides: Floats, impact: float, reach: Floats) -> dict[str, float]:
    return {
        "penalty": p,
        "penalty_low": sides[0, 0],
        "penalty_high": sides[1, 0],
        "reward": r,
        "reward_low": sides[0, 1],
        "reward_high": sides[1, 1],
        "impact": impact,
        "impact_low": reach[0],
        "impact_high": reach[1],
    }


def _leaning(lean: float, skew: Floats) -> dict[str, float]:
    """IA and its two parts: SGP = (1 + IA) / 2, DGP = (1 - IA) / 2."""
    if not np.isfinite(lean):
        return {}
    low, high = float(skew[0]), float(skew[1])
    return {
        "asymmetry": lean,
        "asymmetry_low": low,
        "asymmetry_high": high,
        "sgp": (1 + lean) / 2,
        "sgp_low": (1 + low) / 2,
        "sgp_high": (1 + high) / 2,
        "dgp": (1 - lean) / 2,
        "dgp_low": (1 - high) / 2,
        "dgp_high": (1 - low) / 2,
    }


def _refusals(fitted: Regressed, j: int, p: float, r: float, fewest: int) -> list[kinds.Refusal]:
    """Why nothing is said of a driver; empty if something is."""
    counts = {
        kinds.Refusal.FEW_LOW: fitted.n_low[j],
        kinds.Refusal.FEW_MIDDLE: fitted.n_middle[j],
        kinds.Refusal.FEW_HIGH: fitted.n_high[j],
    }
    few = [reason for reason, n in counts.items() if n < fewest]
    return few or ([] if np.isfinite([p, r]).all() else [kinds.Refusal.DUPLICATE])


def _doubts(fitted: Regressed, j: int, p: float, r: float, spread: float) -> list[kinds.ClassDoubt]:
    tiny = kinds.ROUNDING * spread
    doubts = [kinds.ClassDoubt.PENALTY_ABOVE_ZERO] if p > tiny else []
    doubts += [kinds.ClassDoubt.REWARD_BELOW_ZERO] if r < -tiny else []
    return doubts + ([kinds.ClassDoubt.COLLINEAR] if fitted.vif[2 * j : 2 * j + 2].max() > HIGH_VIF else [])
