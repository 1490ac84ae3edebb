"""Alerts: out of all series that are watched, which changed by more than noise?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from cxanalysis.metrics.estimates import Estimates
from cxanalysis.monitor import calendar
from cxanalysis.monitor.alert_test import WINDOWS, Held, Verdict, hold, judge, prior_of
from cxanalysis.monitor.alerts_result import COLUMNS, Alerts
from cxanalysis.monitor.baseline import Named, baseline_of, too_short
from cxanalysis.monitor.expected_value import autocorrelation
from cxanalysis.monitor.series import Series, group_word, series_of
from cxanalysis.numbers import number
from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

#: Share of looks that may raise any alarm if nothing ever changes.
RATE: Final = 0.05
#: What a watch says about itself and not to its metric.
_OWN: Final = frozenset({"metric", "table", "by"})
#: A series whose data end so many periods before the newest is out of date.
STALE: Final = 2
#: So many series together tell an autocorrelation of 0.3 from none.
TOLD_TOGETHER: Final = 5


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
    if not 0 < rate < 1:
        raise Problem(f"a rate of {rate:g} is not between 0 and 1", do="Use 0.05 for one look in twenty")
    found = _all_series(data, watched, every, as_of)
    everies = sorted({series.every for series, _ in found})
    if len(everies) > 1:
        raise Problem(f"series by {' and by '.join(everies)} cannot be judged in one look", do="Use one period for all")
    chosen = tuple(sorted(set(windows))) if windows is not None else WINDOWS[everies[0]]
    if not chosen or not all(isinstance(size, int) and size >= 1 for size in chosen):
        raise Problem(f"{windows!r} are no numbers of periods", where="windows", do="Use for example [1, 4, 13]")
    verdicts = look([series for series, _ in found], windows=chosen, baseline=baseline, confidence=confidence)
    return _result(verdicts, [watch for _, watch in found], everies[0], rate, chosen, confidence)


def look(
    found: Sequence[Series], *, windows: Sequence[int], baseline: Named = None, confidence: float = 0.95
) -> list[Verdict]:
    """A verdict on every series; series that are out of date are not judged."""
    newest = max(
        (series.start[series.covered_whole].max() for series in found if series.covered_whole.any()), default=None
    )
    together = correlated(found, baseline)
    held = []
    for series in found:
        last = series.start[series.covered_whole].max() if series.covered_whole.any() else None
        if last is not None and newest is not None and calendar.after(last, series.every, STALE) <= newest:
            held.append(Held(series, why_not=f"No new data: the last complete {series.every} began on {last}."))
        else:
            held.append(hold(series, baseline, together))
    prior = prior_of(held)
    return [judge(one, windows=windows, confidence=confidence, prior=prior) for one in held]


def correlated(found: Sequence[Series], baseline: Named = None) -> bool | None:
    """Whether the baselines together show autocorrelation that each alone is too short to show.

    The mean of the r₁, each of which is -1/m on average and √(1/m) wide where there is none (Kendall 1954), is more
    than two standard errors above that. None where there are too few series to say.
    """
    r, expected, variance = [], [], []
    for series in found:
        base = baseline_of(series, baseline)
        if not too_short(series, base):
            m = int(base.sum())
            r.append(autocorrelation(series, base)[0])
            expected.append(-1 / m)
            variance.append(1 / m)
    if len(r) < TOLD_TOGETHER:
        return None
    return bool(np.mean(r) - np.mean(expected) > 2 * np.sqrt(np.sum(variance)) / len(r))


def _all_series(
    data: tuple[Any, ...], watched: Sequence[Mapping[str, Any]] | None, every: str, as_of: str | None
) -> list[tuple[Series, dict[str, Any]]]:
    """Every series with what `cx.control` needs to show it."""
    if len(data) == 1 and isinstance(data[0], Mapping):
        return [
            (_renamed(series, str(name)), {})
            for name, estimates in data[0].items()
            for series in series_of(_measured(estimates, str(name)), None, every=every, as_of=as_of)
        ]
    if not data or not watched:
        raise Problem("nothing is watched", do="Hand over tables with watched=[…], or a mapping of name → Estimates")
    tables = {one.name: one for one in data if isinstance(one, Table)}
    out: list[tuple[Series, dict[str, Any], Any]] = []
    for watch in watched:
        table = _table(watch, tables, data)
        by = watch.get("by") or ()
        by = (by,) if isinstance(by, str) else tuple(by)
        options = {key: value for key, value in watch.items() if key not in _OWN}
        many = len({str(one.get("score")) for one in watched if one.get("metric") == watch.get("metric")}) > 1
        for series in series_of(table, watch.get("metric"), every=every, by=by, as_of=as_of, **options):
            if not series.n.any() or any(_same(series, table, other, where) for other, _, where in out):
                continue  # a group nobody answered in, or one that holds all answers and is watched as a whole already
            shown = {"table": watch.get("table"), "metric": watch.get("metric"), **options} | _failure(series, options)
            groups = {column: str(group_word(value)) for column, value in series.group}
            if groups := {column: value for column, value in groups.items() if shown.get(column) != value}:
                shown["group"] = groups
            score = str(watch.get("score") or "")
            needs_score = many and score and score not in series.label
            name = series.name.replace(series.label, f"{series.label} {score}", 1) if needs_score else series.name
            out.append((_renamed(series, name, replace_group=True), shown, table))
    return [(series, shown) for series, shown, _ in out]


def _failure(series: Series, options: Mapping[str, Any]) -> dict[str, str]:
    """Which failure a series is of, where several are watched at once: a series each."""
    several = series.metric == "failure_rate" and not isinstance(options.get("failure"), str)
    return {column: str(value) for column, value in series.group if several and column == "failure"}


def _same(one: Series, table: Any, other: Series, where: Any) -> bool:
    """Whether two series are the same answers under two names."""
    alike = table is where and one.label == other.label and one.start.shape == other.start.shape
    return bool(alike and np.array_equal(one.n, other.n) and np.array_equal(one.value, other.value, equal_nan=True))


def _renamed(series: Series, name: str, *, replace_group: bool = False) -> Series:
    words = series.name.removeprefix(series.label) if not replace_group else ""
    return replace(series, name=name + words)


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
    verdicts: list[Verdict],
    watches: list[dict[str, Any]],
    every: str,
    rate: float,
    windows: tuple[int, ...],
    confidence: float,
) -> Alerts:
    p = np.array([one.p_value for one in verdicts], dtype=float)
    known = np.isfinite(p)
    q = np.full(len(p), np.nan)
    if known.any():
        q[known] = multipletests(p[known], method="fdr_bh")[1]
    rows = [_row(one, value, watch, rate) for one, value, watch in zip(verdicts, q, watches, strict=True)]
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
        confidence=confidence,
        n=int(known.sum()),
        notes=_notes(verdicts, every, rate, a_year),
    )


def _row(one: Verdict, q: float, watch: Mapping[str, Any], rate: float) -> tuple[Any, ...]:
    status = "cannot tell" if not np.isfinite(q) else "no change" if q > rate else "better" if one.better else "worse"
    complete = one.series.start[one.series.complete]
    last = pd.Timestamp(complete.max()) if len(complete) else pd.NaT
    remark = one.why_not or ("" if np.isfinite(one.p_value) else "The baseline's values are all the same.")
    return (
        one.series.name, watch.get("table") or "", status, last, one.window, one.value, one.centre, one.change, one.low,
        one.high, one.n, one.series.counts, "%" if one.series.is_share else "", one.p_value, q, remark,
    )  # fmt: skip


def _notes(verdicts: list[Verdict], every: str, rate: float, a_year: float) -> tuple[str, ...]:
    out = [
        f"If nothing ever changed, at most {100 * rate:g} % of looks would raise any alarm: with a look every {every}, "
        f"about {number(rate * a_year, 1)} a year, however many series are watched."
    ]
    if modelled := sum(one.modelled for one in verdicts):
        out.append(
            f"{modelled} of {len(verdicts)} series have a trend or autocorrelation in the baseline: they are held "
            "against what exponential smoothing expects, which finds a jump, and gets used to a slow change."
        )
    if alone := sum(one.alone for one in verdicts):
        out.append(
            f"How alike neighbouring {every}s are, {alone} of {len(verdicts)} series have to tell alone, and so few "
            f"{every}s cannot: every possibility counts by how well it explains them, which takes real changes longer "
            f"to show. Where most of what makes {every}s differ lasts (0.8 of it into the next), up to twice as many "
            "false alarms must be expected."
        )
    return tuple(out)
