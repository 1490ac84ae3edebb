"""Resolution time: how long a case takes until it is closed, open cases included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.arguments import check_choice, check_confidence, check_resamples, check_seed
from cxanalysis.basis import Reason
from cxanalysis.engine.blocks import in_order
from cxanalysis.engine.frame_columns import to_arrow
from cxanalysis.engine.ids import Ids
from cxanalysis.engine.need import HASH_BLOCKS, ROWS_AS_BLOCKS
from cxanalysis.metrics.durations.kaplan_meier import (
    kaplan_meier,
    order_interval,
    percentile_interval,
    quantile_interval,
    resampled_curves,
    resampled_means,
    resampled_quantiles,
)
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import effective_number
from cxanalysis.metrics.log_end import LogEnd, log_end, needed_end
from cxanalysis.metrics.measured_by import may_be_opening
from cxanalysis.metrics.metric_table import MetricTable, duration_unit, lasting
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.rates.ratio import groups_of, span_of, units_of
from cxanalysis.metrics.row_values import Options, put_together
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN

Array = NDArray[np.float64]
#: What can be told of a resolution time: share of cases closed by then; None is the mean.
STATISTICS: Final[dict[str, float | None]] = {"median": 0.5, "p90": 0.9, "mean": None}


def resolution_time(
    cases: Any,
    *,
    opened: str | None = None,
    closed: str | None = None,
    statistic: str = "median",
    unit: str = "days",
    until: str | None = None,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    period: str | None = None,
    resamples: int = 1000,
    seed: int = 0,
) -> Estimates:
    """How long does it take until a case is closed?

    Open cases count: each has lasted at least until today. Leaving them out, as most tools do, makes a slow team look
    fast. With open cases, quantiles and mean are those of the Kaplan-Meier curve; a quantile that fewer cases have
    reached is "not reached" and has no value.

    Parameters
    ----------
    cases : Table or data frame
        One row a contact, complaint or ticket.
    opened, closed : str, optional
        Columns of the two moments; default: the table's columns of role "date" and "closed".
    statistic : str
        "median", "p90" (nine of ten cases are closed by then) or "mean"; all three are in `detail`.
    unit : str
        "days", "hours", "minutes" or "seconds".
    until : str, optional
        Until when open cases were watched; default: the end of the log, the last moment in either column that no
        implausible gap sets apart. Closings after it are planned: such cases are open.
    by, weight, confidence, period
        As in `nps`; the period is that in which the case was opened.
    cluster : str, optional
        Column whose cases belong together; left out: the table's customer, where customers have several cases. None:
        cases count as independent.
    resamples, seed : int
        For intervals with weights or clusters.

    Returns
    -------
    Estimates
        `detail` has `median, p90, mean`, each with `_low` and `_high`, and the numbers `closed` and `open`. Intervals:
        order statistics (nothing open), Brookmeyer-Crowley (open cases), Student's t (mean, nothing open), or
        resampled customers (weights or clusters).

    Raises
    ------
    Problem
        If a column is not known, or a case is closed before it was opened.

    Examples
    --------
    >>> import pandas as pd
    >>> cases = pd.DataFrame({"opened": pd.to_datetime(["2025-03-01"] * 20)})
    >>> cases["closed"] = cases["opened"] + pd.to_timedelta(range(1, 21), unit="D")
    >>> resolution_time(cases, opened="opened", closed="closed").table.to_dict("records")
    [{'value': 10.0, 'low': 6.0, 'high': 15.0, 'n': 20, 'n_missing': 0}]
    """
    check_choice(statistic, STATISTICS, "statistic")
    check_confidence(confidence)
    check_resamples(resamples)
    check_seed(seed)
    source, size = MetricTable.of(cases, "cases", "case"), duration_unit(unit)
    begin, end = source.first(opened, "date", "opened"), source.column(closed, "closed", "closed")
    if opened is None and source.table is not None and not may_be_opening(source.table, begin):
        raise Problem(
            f"it is not known on which day a case was opened: '{begin}' says something else",
            where=source.name,
            do="Name it with opened=",
        )
    options = Options(by, weight, source.cluster(cluster), confidence, begin, period)
    rows = source.rows([begin, end, *options.columns])
    rows[begin], rows[end] = source.moments(rows[begin]), source.moments(rows[end])
    usable, log = _watched(source, rows, begin, end, until)
    last = log.moment
    time = lasting(rows[end].where(rows[end] <= last, last), rows[begin], size)
    done = (rows[end].notna() & (rows[end] <= last)).to_numpy()
    groups, group = groups_of(rows, options)
    weights = np.ones(len(rows)) if weight is None else np.nan_to_num(source.amounts(rows, weight))
    if (weights < 0).any():
        raise Problem(f"{int((weights < 0).sum()):,} weights are negative", where=f"column '{weight}'")
    used = usable & (weights > 0) & (group >= 0)
    if not used.any():
        raise Problem("no case has a date on which it was opened", where=source.name)
    how = _How(options, resamples, seed, plain=weight is None and options.cluster is None)
    unit_of = _blocks(rows, options.cluster_column) if not how.plain else np.arange(len(rows))
    cells = [np.flatnonzero(used & (group == k)) for k in range(len(groups))]
    measured = [_measured(time[at], done[at], weights[at], unit_of[at], how) for at in cells]
    details = {name: np.array([one[name] for one in measured]) for name in measured[0]}
    name = {"median": "Median resolution time", "p90": "Resolution time of nine in ten cases"}
    lost = np.bincount(group[(group >= 0) & ~used], minlength=len(groups))
    is_open = bool(details["open"].sum())
    passport = Passport(
        name.get(statistic, "Average resolution time"),
        f"How long a case takes from being opened until it is closed{'' if is_open else '; none is open'}.",
        _formula(statistic, is_open),
        f"all cases; open ones count as open until {log.day}" if is_open else "all cases",
        unit,
        tuple(source.exclusions),
        says=unit,
    )
    basis = source.basis(**({} if how.plain else {"resamples": resamples, "seed": seed}))
    return put_together(
        groups,
        {
            "value": details[statistic],
            "low": details[f"{statistic}_low"],
            "high": details[f"{statistic}_high"],
            "n": np.array([len(at) for at in cells]),
            "n_missing": lost,
        },
        details,
        options,
        passport,
        basis,
        metric="resolution_time",
        score=f"{begin}, {end}",
        method=_method(statistic, is_open, how),
        span=span_of(rows[used], begin),
        notes=(*source.notes, *_notes(statistic, details, unit, is_open, how)),
    )


def _formula(statistic: str, is_open: bool) -> str:
    if statistic == "mean":
        return "area under the Kaplan-Meier curve" if is_open else "Σ(closed - opened)/cases"
    return f"the time by which {'half' if statistic == 'median' else 'nine of ten'} of the cases are closed"


class _How:
    """By which way intervals are made."""

    def __init__(self, options: Options, resamples: int, seed: int, *, plain: bool) -> None:
        self.options, self.resamples, self.seed, self.plain = options, resamples, seed, plain
        self.confidence = options.confidence


def _watched(
    source: MetricTable, rows: pd.DataFrame, begin: str, end: str, until: str | None
) -> tuple[NDArray[np.bool_], LogEnd]:
    """Which cases can be used, and the moment until which open ones were watched."""
    log = needed_end(log_end(rows[begin], rows[end], until=until, whole_day=True), f"{source.name}, column '{begin}'")
    last = log.moment
    planned = int((rows[end] > last).sum())
    source.notes.extend(replace(log, later=planned).notes("closings"))
    wrong = (rows[end] < rows[begin]).to_numpy()
    source.leave_out(wrong.sum(), Reason.OUT_OF_ORDER, end)
    later = (rows[begin] > last).to_numpy()
    source.leave_out(later.sum(), Reason.PLANNED, begin)
    undated = rows[begin].isna().to_numpy()
    source.leave_out(undated.sum(), Reason.NO_DATE, begin)
    return ~(wrong | later | undated), log


def _blocks(rows: pd.DataFrame, cluster: str | None) -> NDArray[np.int64]:
    """What is drawn: whole customers, or hash blocks of them in a large table."""
    if len(rows) <= ROWS_AS_BLOCKS:
        return units_of(rows, cluster)
    if cluster is None:
        return in_order(len(rows))
    blocks = Ids.of(to_arrow(nw.from_native(rows[cluster], series_only=True)), cluster).row_blocks()
    assert blocks.max(initial=0) < HASH_BLOCKS
    return blocks


def _measured(
    time: Array, done: NDArray[np.bool_], weight: Array, unit: NDArray[np.int64], how: _How
) -> dict[str, Any]:
    """Median, p90 and mean with their intervals, of one group."""
    out: dict[str, Any] = {"closed": int(done.sum()), "open": int((~done).sum())}
    if not len(time):
        return out | {f"{name}{end}": np.nan for name in STATISTICS for end in ("", "_low", "_high")} | {"n_eff": 0.0}
    curve = kaplan_meier(time, done, None if how.plain else weight)
    means = curve.mean()
    values = {"median": curve.quantile(0.5), "p90": curve.quantile(0.9), "mean": means[0]}
    if how.plain:
        ends = _plain(time, done, curve, means, how.confidence)
        n_eff = float(len(time))
    else:
        of_unit = np.bincount(np.unique(unit, return_inverse=True)[1], weight)
        units, n_eff = len(of_unit), float(effective_number(weight.sum(), (of_unit**2).sum(), len(of_unit)))
        times, curves, last = resampled_curves(time, done, weight, unit, how.resamples, how.seed)
        ends = {
            name: percentile_interval(
                resampled_means(times, curves, last) if q is None else resampled_quantiles(times, curves, q),
                how.confidence,
                n_eff,
            )
            for name, q in STATISTICS.items()
        }
        if units < 2:
            ends = dict.fromkeys(ends, (np.nan, np.nan))
    for name, value in values.items():
        low, high = ends[name]
        # A step of the resamples' times may lie just beyond the value itself.
        out |= {
            name: value,
            f"{name}_low": min(low, value),
            f"{name}_high": high if np.isnan(high) else max(high, value),
        }
        if np.isnan(value):
            out[f"{name}_low"] = low
    return out | {"n_eff": n_eff}


def _plain(
    time: Array, done: NDArray[np.bool_], curve: Any, means: tuple[float, float, float], confidence: float
) -> dict[str, tuple[float, float]]:
    n, ended = len(time), int(done.sum())
    if ended == n:
        se = time.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
        half = stats.t.ppf((1 + confidence) / 2, max(n - 1, 1)) * se if se > 0 else np.nan
        return {
            "median": order_interval(time, 0.5, confidence),
            "p90": order_interval(time, 0.9, confidence),
            "mean": (means[0] - half, means[0] + half),
        }
    half = stats.t.ppf((1 + confidence) / 2, max(ended - 1, 1)) * means[2] if means[2] > 0 else np.nan
    return {
        "median": quantile_interval(curve, 0.5, confidence),
        "p90": quantile_interval(curve, 0.9, confidence),
        "mean": (max(means[0] - half, 0.0), means[0] + half),
    }


def _method(statistic: str, is_open: bool, how: _How) -> str:
    if not how.plain:
        what = f"customers ('{how.options.cluster_column}')" if how.options.cluster else "cases"
        return f"{how.resamples:,} resamples of {what}" + (", Kaplan-Meier" if is_open else "")
    if statistic == "mean":
        return "area under Kaplan-Meier, t" if is_open else "t"
    return "Kaplan-Meier, Brookmeyer-Crowley" if is_open else "order statistics"


def _notes(statistic: str, details: dict[str, Any], unit: str, is_open: bool, how: _How) -> list[str]:
    out = []
    if is_open:
        out.append(f"{int(details['open'].sum()):,} cases are still open and count as lasting at least so long.")
        if statistic == "mean":
            out.append(
                "The mean counts no time beyond the longest case watched: with that case open it is a lower bound."
            )
    if nowhere := int((np.isnan(details[statistic]) & (details["closed"] + details["open"] > 0)).sum()):
        out.append(f"Not reached in {nowhere:,} of {len(details[statistic]):,} groups: too few cases are closed.")
    return out
