"""A ratio of two sums, Σa/Σb, with the interval of the delta method over customers or periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.arguments import check_confidence
from cxanalysis.basis import Basis, LeftOut, Reason
from cxanalysis.engine.aggregates import ratio
from cxanalysis.engine.engines import engine_of
from cxanalysis.engine.frame_engine import FrameEngine
from cxanalysis.engine.need import Period
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import cluster_quantile, effective_number
from cxanalysis.metrics.metric_question import PERIOD, few_clusters
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.row_values import Options, put_together
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: Columns of what stands above and below the line.
ABOVE: Final = "above\x1f"
BELOW: Final = "below\x1f"


def ratios(
    above: Array, below: Array, group: NDArray[np.int64], unit: NDArray[np.int64], groups: int, confidence: float
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Σa/Σb in every group.

    Parameters
    ----------
    above, below : arrays (n,)
    group, unit : int arrays (n,)
        Each row's group, and the unit (customer, period) whose rows belong together.
    groups : int
        Number of groups G.
    confidence : float

    Returns
    -------
    value, low, high, se, units, effective : arrays (G,)
        R = Σa/Σb over units; Var = Σ(a - Rb)²/(Σb)² · U/(U - 1); Student's t with U* - 1 for the effective
        number of units U* = (Σb)²/Σb², see `cluster_quantile`. No interval where units do not differ.

    Examples
    --------
    >>> import numpy as np
    >>> who = np.arange(4)
    >>> value, low, high, se, units, effective = ratios(np.array([1., 0, 2, 1]), np.ones(4), who * 0, who, 1, 0.95)
    >>> value.tolist(), units.tolist(), effective.tolist()
    ([1.0], [4.0], [4.0])
    """
    _, cell = np.unique(np.column_stack([group, unit]), axis=0, return_inverse=True)
    cell = cell.ravel()
    of_group = np.zeros(cell.max(initial=-1) + 1, dtype=np.int64)
    of_group[cell] = group
    a, b = np.bincount(cell, above), np.bincount(cell, below)
    some = (a != 0) | (b != 0)
    a, b, of_group = a[some], b[some], of_group[some]
    total = np.bincount(of_group, b, minlength=groups)
    value = ratio(np.bincount(of_group, a, minlength=groups), total)
    units = np.bincount(of_group, minlength=groups).astype(float)
    away = np.bincount(of_group, (a - value[of_group] * b) ** 2, minlength=groups)
    effective = effective_number(total, np.bincount(of_group, b**2, minlength=groups), units)
    se = np.sqrt(ratio(away * units, units - 1)) / np.where(total > 0, total, np.nan)
    se = np.where((units > 1) & (se > 0), se, np.nan)
    half = cluster_quantile(effective, units, confidence) * se
    return value, value - half, value + half, se, units, effective


def groups_of(rows: pd.DataFrame, options: Options) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """The groups asked for, a row each, and each row's place among them; -1 where the date of a period is missing."""
    engine = engine_of(rows)
    assert isinstance(engine, FrameEngine)  # rows is a pandas frame
    by: list[str | Period] = list(options.names)
    if options.period is not None and options.date is not None:
        by.append(Period(options.date, options.period, PERIOD))
    found, at = engine.groups(tuple(by))
    names = [item if isinstance(item, str) else item.name for item in by]
    keep = np.array([options.period is None or group[-1] is not None for group in found])
    place = np.where(keep, np.cumsum(keep) - 1, -1)
    kept = [group for group, stays in zip(found, keep, strict=True) if stays]
    frame = pd.DataFrame(
        {name: pd.Series([g[k] for g in kept], dtype=object).infer_objects() for k, name in enumerate(names)},
        index=range(len(kept)),
    )
    return frame, place[at]


def ratio_of(
    rows: pd.DataFrame,
    options: Options,
    passport: Passport,
    basis: Basis,
    *,
    metric: str,
    score: str,
    per: float = 1.0,
    least: float | None = 0.0,
    most: float | None = None,
    parts: Mapping[str, str] | None = None,
    count: str | None = None,
    notes: Sequence[str] = (),
) -> Estimates:
    """Σ `ABOVE` / Σ `BELOW` × `per` of the rows, by group and period.

    Parameters
    ----------
    rows : DataFrame
        With both columns; a row lacking either is left out and counted.
    options : Options
        `cluster` names the unit; without one a row is a unit.
    per : float
    least, most : float, optional
        What the value cannot go beyond.
    parts : mapping of name → column, optional
        Sums to report in `detail`.
    count : str, optional
        Column whose sum is n, where a row is not what n counts.
    """
    check_confidence(options.confidence)
    groups, group = groups_of(rows, options)
    a, b = (rows[column].to_numpy(float) for column in (ABOVE, BELOW))
    w = np.ones(len(rows)) if options.weight is None else np.nan_to_num(rows[options.weight].to_numpy(float))
    if (w < 0).any():
        raise Problem(f"{int((w < 0).sum()):,} weights are negative", where=f"column '{options.weight}'")
    there = ~np.isnan(a) & ~np.isnan(b) & (w > 0) & (group >= 0)
    unit = units_of(rows, options.cluster_column)
    size = len(groups)
    if not there.any() or not (w * b)[there].sum() > 0:
        raise Problem("nothing stands below the line to divide by", where=passport.name, do="Check the columns named")
    estimated = ratios((w * a)[there], (w * b)[there], group[there], unit[there], size, options.confidence)
    value, low, high = (per * end for end in estimated[:3])
    low = low if least is None else np.maximum(low, np.minimum(least, value))
    high = high if most is None else np.minimum(high, np.maximum(most, value))
    details: dict[str, Any] = {"n_eff": estimated[5], "se": per * estimated[3], "units": estimated[4]}
    for name, column in (parts or {}).items():
        details[name] = np.bincount(group[there], rows[column].to_numpy(float)[there], minlength=size)
    n = np.bincount(group[there], None if count is None else rows[count].to_numpy(float)[there], minlength=size)
    lost = np.bincount(group[(group >= 0) & ~there], minlength=size)
    out = (
        LeftOut(int(lost.sum()), Reason.NO_VALUE, score or None),
        LeftOut(int((group < 0).sum()), Reason.NO_DATE, options.date),
    )
    basis = basis.with_(left_out=(*basis.left_out, *(some for some in out if some.rows)))
    return put_together(
        groups,
        {"value": value, "low": low, "high": high, "n": n, "n_missing": lost},
        details,
        options,
        passport,
        basis,
        metric=metric,
        score=score,
        method="ratio, delta method" + (f" clustered by {options.cluster_column}" if options.cluster else ""),
        span=span_of(rows, options.date),
        notes=(*notes, *_cautions(estimated[5], low, options)),
    )


def units_of(rows: pd.DataFrame, cluster: str | None) -> NDArray[np.int64]:
    """Code of each row's unit; a row without one is a unit of its own."""
    if cluster is None:
        return np.arange(len(rows))
    codes = pd.factorize(rows[cluster])[0].astype(np.int64)
    return np.where(codes >= 0, codes, codes.max(initial=0) + 1 + np.arange(len(codes)))


def span_of(rows: pd.DataFrame, date: str | None) -> tuple[str, str] | None:
    """First and last day of the rows."""
    if date is None or not rows[date].notna().any():
        return None
    return (pd.Timestamp(rows[date].min()).date().isoformat(), pd.Timestamp(rows[date].max()).date().isoformat())


def _cautions(effective: Array, low: Array, options: Options) -> list[str]:
    out = few_clusters(options.cluster_column or "rows", effective, len(effective))
    if bare := int(np.isnan(low).sum()):
        out.append(f"{bare:,} of {len(low):,} values have no interval: units that are all alike tell no spread.")
    return out
