"""How strong would a cause that nobody measured have to be, to explain an effect away?

Cinelli & Hazlett (2020), "Making sense of sensitivity", JRSS-B 82(1):39-67. The same numbers as their program
sensemakr: of its Darfur example (t = 4.184, 783 degrees of freedom) the robustness value is 13.9 %, and 7.6 % for the
interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import pandas as pd
from scipy import stats

from cxanalysis.drivers.effects.regression import Fit
from cxanalysis.numbers import percent, plain

#: An R² above this leaves nothing over for an unmeasured cause to explain.
FITS: Final = 1 - 1e-12
#: Columns of `Robustness.confounding`, in order.
COLUMNS: Final = ("driver", "partial_r2", "t", "df", "rv", "rv_interval")


def robustness_value(t: float, df: float, *, confidence: float | None = None) -> float:
    """What an unmeasured cause must explain, of what is left of both driver and outcome, to bring an effect to zero.

    Parameters
    ----------
    t : float
        t of the effect in the ordinary regression.
    df : float
        Its residual degrees of freedom.
    confidence : float, optional
        If given: to bring zero into this interval instead.

    Returns
    -------
    float
        A fraction, 0…1: RV = ½(√(f⁴ + 4f²) - f²), f = |t| / √df; for the interval f less its critical value.

    Examples
    --------
    >>> round(robustness_value(4.18445, 783), 4), round(robustness_value(4.18445, 783, confidence=0.95), 4)
    (0.1388, 0.0763)
    """
    f = abs(t) / math.sqrt(df)
    critical = 0.0
    if confidence is not None:
        critical = float(stats.t.ppf(0.5 + confidence / 2, df - 1)) / math.sqrt(df - 1)
    if f <= critical:
        return 0.0
    if critical > 0 and f > 1 / critical:
        # So strong an effect that the cause's part of the outcome is bounded by one first (their equation for RV*).
        return (f**2 - critical**2) / (1 + f**2)
    g = f - critical
    return 0.5 * (math.sqrt(g**4 + 4 * g**2) - g**2)


def confounding_table(
    players: Sequence[tuple[str, Sequence[int]]], fit: Fit, n: int, confidence: float
) -> pd.DataFrame:
    """One row a driver of a single column, the strongest first.

    Parameters
    ----------
    players : sequence of (name, columns)
        Columns as numbered in `fit`.
    fit : Fit
    n : int
        Rows.
    confidence : float
    """
    df = n - int(fit.exists.sum()) - 1
    rows = []
    for name, columns in players:
        if len(columns) != 1 or not fit.exists[columns[0]] or df < 2 or fit.r_squared > FITS:
            continue
        f2 = fit.f_squared[columns[0]]
        t = math.copysign(math.sqrt(f2 * df), fit.slopes[columns[0]])
        rows.append(
            (name, f2 / (1 + f2), t, df, robustness_value(t, df), robustness_value(t, df, confidence=confidence))
        )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values("partial_r2", ascending=False, kind="stable", ignore_index=True)


def confounding_sentences(table: pd.DataFrame, drivers: Sequence[str], outcome: str) -> tuple[str, ...]:
    """What it means in plain words, with the strongest measured driver for scale; then one sentence a driver."""
    rows = [row for name in drivers for row in table[table["driver"] == name].to_dict("records")]
    if not rows:
        return ()
    strongest, score = table.iloc[0], plain(outcome, 60)
    first = (
        "A cause that nobody measured could explain an effect away only if it explained enough of what is left of both "
        f"that driver and {score}. For scale: the strongest measured driver, {plain(strongest['driver'], 60)}, "
        f"explains {percent(strongest['partial_r2'])} of what the others leave of {score}."
    )
    return (
        first,
        *(f"{plain(row['driver'], 60)}: it would take {percent(row['rv'])} or more of both." for row in rows),
    )
