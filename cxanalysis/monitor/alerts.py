"""Alerts: out of all series that are watched, which changed by more than noise?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from cxanalysis.arguments import check_confidence, check_number, shown
from cxanalysis.basis import Basis
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.monitor import calendar
from cxanalysis.monitor.alert_test import (
    WINDOWS,
    AlertTest,
    MonitoredSeries,
    alert_test,
    variance_prior,
    with_baseline,
)
from cxanalysis.monitor.alerts_result import COLUMNS, Alerts
from cxanalysis.monitor.baseline import Named, baseline_of, too_short
from cxanalysis.monitor.expected_value import autocorrelation
from cxanalysis.monitor.series import Series, group_word, series_name, series_of
from cxanalysis.numbers import number
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

#: Share of looks that may raise any alarm if nothing ever changes.
RATE: Final = 0.05
#: What a watch says about itself and not to its metric.
_OWN: Final = frozenset({"metric", "table", "by"})
#: A series whose data end so many periods before the newest is out of date.
STALE: Final = 2
#: Fewer series together cannot tell an autocorrelation of 0.3 from none.
ENOUGH_TO_POOL: Final = 5


def alerts(
    *data: Any,
    watched: Sequence[Mapping[str, Any]] | None = None,
    every: str = "week",
    rate: float = RATE,
    windows: Sequence[int] | None = None,
    baseline: Named = None,
    as_of: str | None = None,
    confidence: float = 0.95,
) -> Alerts:
    """Which of the watched series changed by more than noise, at this look?

    One p per series: its last complete periods against its own frozen baseline, with the sampling error of both and the
    overdispersion of the baseline (Laney 2002). Over all series the false-discovery rate is controlled (Benjamini and
    Hochberg 1995), so that watching many raises no more false alarms than watching one.

    Parameters
    ----------
    *data : one or more Tables (or one frame); or one mapping of name → Estimates made with `period=`
    watched : list of mappings, with tables
        Each names a `metric` and its options (score, weight …), the columns `by` whose groups are watched one by one,
        and, where there are several tables, its `table`.
    every : str
        "day", "week", "month" or "quarter"; Estimates bring their own, the same for all.
    rate : float
        Share of looks that may raise any alarm if nothing ever changes.
    windows : sequence of int, optional
        How many of the last periods are taken together; default 1, 4 and 13 weeks (days: 1, 7, 28; months: 1, 3, 6;
        quarters: 1, 2, 4). The smallest p counts, times the number of windows.
    baseline : int or (from, to), optional
        As in `cx.control`.
    as_of : str, optional
        Day (ISO) until which the data are complete.
    confidence : float
        Of the interval of each change.

    Returns
    -------
    Alerts

    Raises
    ------
    Problem
        If nothing is watched, or a watch names a table, metric or column that is not there.

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(1)
    >>> week = np.repeat(np.arange(30), 100)
    >>> score = np.where(week < 28, rng.integers(6, 11, 3000), rng.integers(0, 9, 3000))
    >>> answers = pd.DataFrame({"answered": pd.Timestamp("2024-01-01") + pd.to_timedelta(7 * week, "D"), "nps": score})
    >>> watched = [{"metric": "nps", "score": "nps", "date": "answered"}]
    >>> cx.alerts(answers, watched=watched, as_of="2024-07-28").table["status"].tolist()
    ['worse']
    """
    check_number(rate, "rate", low=0, high=1, open_low=True, open_high=True, do="Use 0.05 for one look in twenty")
    check_confidence(confidence)
    calendar.checked(every)
    series, watches = _all_series(data, _watches(watched), every, as_of)
    everies = sorted({one.every for one in series})
    if not everies:
        raise Problem("no watched series has an answer", where="watched", do="Watch another metric or group")
    if len(everies) > 1:
        raise Problem(f"series by {' and by '.join(everies)} cannot be tested in one look", do="Use one period for all")
    sizes = WINDOWS[everies[0]] if windows is None else _windows(windows)
    tests = alert_tests(series, windows=sizes, baseline=baseline, confidence=confidence)
    return _result(tests, watches, everies[0], rate, sizes, confidence)


def _watches(watched: Any) -> Sequence[Mapping[str, Any]]:
    """What is watched, each entry a mapping."""
    if watched is None:
        return ()
    if isinstance(watched, Mapping | str) or not isinstance(watched, Sequence):
        example = "[{'metric': 'nps', 'score': 'recommend'}]"
        raise Problem(f"a list of watches is needed, not {shown(watched)}", where="watched", do=f"Write {example}")
    for watch in watched:
        if not isinstance(watch, Mapping) or not all(isinstance(key, str) for key in watch) or "metric" not in watch:
            raise Problem(f"{shown(watch)} names no metric", where="watched", do="Write {'metric': 'nps', …}")
    return watched


def _windows(windows: Any) -> tuple[int, ...]:
    """Numbers of periods, smallest first."""
    sizes = list(windows) if isinstance(windows, Sequence | set) and not isinstance(windows, str) else []
    if not sizes or not all(isinstance(size, int) and not isinstance(size, bool) and size >= 1 for size in sizes):
        raise Problem(f"{shown(windows)} are no numbers of periods", where="windows", do="Use for example [1, 4, 13]")
    return tuple(sorted(set(sizes)))


def alert_tests(
    watched: Sequence[Series], *, windows: Sequence[int], baseline: Named = None, confidence: float = 0.95
) -> list[AlertTest]:
    """A test of every series; series that are out of date are not tested."""
    newest = max(
        (series.start[series.covered_whole].max() for series in watched if series.covered_whole.any()), default=None
    )
    correlated = pooled_autocorrelation(watched, baseline)
    monitored = []
    for series in watched:
        last = series.start[series.covered_whole].max() if series.covered_whole.any() else None
        if last is not None and newest is not None and calendar.after(last, series.every, STALE) <= newest:
            why_not = f"No new data: the last complete {series.every} began on {last}."
            monitored.append(MonitoredSeries(series, why_not=why_not))
        else:
            monitored.append(with_baseline(series, baseline, correlated))
    prior = variance_prior(monitored)
    return [alert_test(one, windows=windows, confidence=confidence, prior=prior) for one in monitored]


def pooled_autocorrelation(watched: Sequence[Series], baseline: Named = None) -> bool | None:
    """Whether the baselines together show autocorrelation that each alone is too short to show.

    The mean of the r₁, each of which is -1/m on average and √(1/m) wide where there is none (Kendall 1954), is more
    than two standard errors above that. None where there are too few series to say.
    """
    r, expected, variance = [], [], []
    for series in watched:
        base = baseline_of(series, baseline)
        if not too_short(series, base):
            m = int(base.sum())
            r.append(autocorrelation(series, base)[0])
            expected.append(-1 / m)
            variance.append(1 / m)
    if len(r) < ENOUGH_TO_POOL:
        return None
    return bool(np.mean(r) - np.mean(expected) > 2 * np.sqrt(np.sum(variance)) / len(r))


def _all_series(
    data: tuple[Any, ...], watched: Sequence[Mapping[str, Any]], every: str, as_of: str | None
) -> tuple[list[Series], list[dict[str, Any]]]:
    """Every series, and for each what `cx.control` needs to show it."""
    if len(data) == 1 and isinstance(data[0], Mapping):
        of_estimates = [
            _renamed(series, str(name))
            for name, estimates in data[0].items()
            for series in series_of(_measured(estimates, str(name)), None, every=every, as_of=as_of)
        ]
        return of_estimates, [{} for _ in of_estimates]
    if not data or not watched:
        raise Problem("nothing is watched", do="Hand over tables with watched=[…], or a mapping of name → Estimates")
    tables = {table.name: table for table in data if isinstance(table, Table)}
    all_series: list[Series] = []
    watches: list[dict[str, Any]] = []
    sources: list[Any] = []
    for watch in watched:
        table = _table(watch, tables, data)
        by = _by(watch)
        options = {key: value for key, value in watch.items() if key not in _OWN}
        scores = {str(other.get("score")) for other in watched if other.get("metric") == watch["metric"]}
        for series in series_of(table, watch["metric"], every=every, by=by, as_of=as_of, **options):
            known = zip(all_series, sources, strict=True)
            if not series.n.any() or any(_same(series, table, other, source) for other, source in known):
                continue  # a group nobody answered in, or one that holds all answers and is watched as a whole already
            shown_as = {"table": watch.get("table"), "metric": watch["metric"], **options} | _failure(series, options)
            groups = {column: str(group_word(value)) for column, value in series.group}
            if groups := {column: value for column, value in groups.items() if shown_as.get(column) != value}:
                shown_as["group"] = groups
            score = str(watch.get("score") or "")
            needs_score = len(scores) > 1 and score and score not in series.label
            all_series.append(_renamed(series, f"{series.label} {score}" if needs_score else series.label))
            watches.append(shown_as)
            sources.append(table)
    return all_series, watches


def _by(watch: Mapping[str, Any]) -> tuple[str, ...]:
    """The group columns of a watch."""
    by = watch.get("by")
    names = (by,) if isinstance(by, str) else () if by is None else by
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise Problem(f"a column or a list of columns is needed, not {shown(by)}", where="watched, by")
    return tuple(names)


def _failure(series: Series, options: Mapping[str, Any]) -> dict[str, str]:
    """Which failure a series is of, where several are watched at once: a series each."""
    several = series.metric == "failure_rate" and not isinstance(options.get("failure"), str)
    return {column: str(value) for column, value in series.group if several and column == "failure"}


def _same(one: Series, table: Any, other: Series, source: Any) -> bool:
    """Whether two series are the same answers under two names."""
    alike = table is source and one.label == other.label and one.start.shape == other.start.shape
    return bool(alike and np.array_equal(one.n, other.n) and np.array_equal(one.value, other.value, equal_nan=True))


def _renamed(series: Series, label: str) -> Series:
    """The series under another label, its group behind it."""
    return replace(series, name=series_name(label, series.group))


def _measured(value: Any, name: str) -> Estimates:
    if not isinstance(value, Estimates):
        raise Problem(f"a {type(value).__name__} is no metric over time", where=name, do="Measure with period='week'")
    return value


def _table(watch: Mapping[str, Any], tables: Mapping[str, Table], data: tuple[Any, ...]) -> Any:
    name = watch.get("table")
    if name is None and len(data) == 1:
        return data[0]
    if name in tables:
        return tables[str(name)]
    known = ", ".join(tables) or "none that has a name"
    raise Problem(f"a watch is on the table {name!r}, which is not handed over", do=f"The tables are: {known}")


def _result(
    tests: list[AlertTest],
    watches: list[dict[str, Any]],
    every: str,
    rate: float,
    windows: tuple[int, ...],
    confidence: float,
) -> Alerts:
    p = np.array([test.p_value for test in tests], dtype=float)
    tested = np.isfinite(p)
    q = np.full(len(p), np.nan)
    if tested.any():
        q[tested] = multipletests(p[tested], method="fdr_bh")[1]
    rows = [_row(test, value, watch, rate) for test, value, watch in zip(tests, q, watches, strict=True)]
    order = {"worse": 0, "better": 1, "no change": 2, "cannot tell": 3}
    ranked = sorted(range(len(rows)), key=lambda at: (order[rows[at][2]], np.nan_to_num(p[at], nan=2.0), at))
    a_year = calendar.A_YEAR[every]
    return Alerts(
        table=pd.DataFrame([rows[at] for at in ranked], columns=list(COLUMNS)),
        watches=tuple(watches[at] for at in ranked),
        every=every,
        rate=rate,
        looks_a_year=a_year,
        false_a_year=rate * a_year,
        windows=windows,
        basis=_basis([test.series.basis for test in tests], int(tested.sum()), confidence),
        notes=_notes(tests, every, rate, a_year),
    )


def _basis(of_series: Sequence[Basis], tested: int, confidence: float) -> Basis:
    """The basis of a look: all tables, what all series have in common, and the longest period."""
    first, *others = of_series
    periods = [basis.period for basis in of_series if basis.period is not None]
    return first.joined(*others).with_(
        n=tested,
        counts="series",
        left_out=tuple(dict.fromkeys(rows for basis in of_series for rows in basis.left_out)),
        weight=first.weight if all(basis.weight == first.weight for basis in others) else None,
        cluster=first.cluster if all(basis.cluster == first.cluster for basis in others) else None,
        period=(min(start for start, _ in periods), max(end for _, end in periods)) if periods else None,
        confidence=confidence,
    )


def _row(test: AlertTest, q: float, watch: Mapping[str, Any], rate: float) -> tuple[Any, ...]:
    status = "cannot tell" if not np.isfinite(q) else "no change" if q > rate else "better" if test.better else "worse"
    complete = test.series.start[test.series.complete]
    last = pd.Timestamp(complete.max()) if len(complete) else pd.NaT
    remark = test.why_not or ("" if np.isfinite(test.p_value) else "The baseline's values are all the same.")
    return (
        test.series.name,
        watch.get("table") or "",
        status,
        last,
        test.window,
        test.value,
        test.centre,
        test.change,
        test.low,
        test.high,
        test.n,
        test.series.counts,
        "%" if test.series.is_share else "",
        test.p_value,
        q,
        remark,
    )


def _notes(tests: list[AlertTest], every: str, rate: float, a_year: float) -> tuple[str, ...]:
    out = [
        f"If nothing ever changed, at most {100 * rate:g} % of looks would raise any alarm: with a look every {every}, "
        f"about {number(rate * a_year, 1)} a year, however many series are watched."
    ]
    if modelled := sum(test.modelled for test in tests):
        out.append(
            f"{modelled} of {len(tests)} series have a trend or autocorrelation in the baseline: they are compared "
            "with what exponential smoothing expects, which finds a jump, and gets used to a slow change."
        )
    if unknown := sum(test.autocorrelation_unknown for test in tests):
        out.append(
            f"So few {every}s cannot estimate autocorrelation. For {unknown} of {len(tests)} series no others help, so "
            "p is averaged over its possible values, which takes real changes longer to show. With strong "
            "autocorrelation (0.8 from one to the next) there are up to twice as many false alarms."
        )
    return tuple(out)
