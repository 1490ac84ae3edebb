"""Control charts: is this period different, or does the metric just move?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.metrics.estimates import Estimates
from cxanalysis.monitor import calendar
from cxanalysis.monitor.baseline import Named, baseline_of, too_short
from cxanalysis.monitor.control_limits import runs, share_beyond, share_in_runs
from cxanalysis.monitor.control_result import ABOVE, BELOW, COLUMNS, RUN_ABOVE, RUN_BELOW, Control
from cxanalysis.monitor.expected_value import ExpectedValue, expect
from cxanalysis.monitor.rare_cases import FEW_CASES, CaseChart, is_rare
from cxanalysis.monitor.series import Series, group_columns, one_series, series_of
from cxanalysis.numbers import number
from cxanalysis.problem import Problem

#: Kinds of chart: "auto" takes Laney's where every value has an error of its own, else XmR.
CHARTS: Final = ("auto", "laney", "xmr")
RULES: Final = ("limits", "run")
#: So many values in a row on one side of the centre are a run.
RUN: Final = 8
#: Fewer false signals a year than this are none.
_NEVER: Final = 0.001
#: Ends of scales that limits cannot pass, by unit.
_NPS: Final = (-100.0, 100.0)
_SHARE: Final = (0.0, 100.0)
_FEW: Final = f"Fewer than {FEW_CASES} cases are usual in a {{}}: "
_RARE: Final = _FEW + (
    "limits as far above as below would be crossed too often. Each limit is half a case beyond the numbers that are not"
    " unlikely, by the exact chance of every number (beta-binomial, over what the baseline leaves open)."
)
_AUTOCORRELATED: Final = (
    "The number of false signals assumes independent {}s. With autocorrelation, which so short a baseline seldom shows,"
    " there are two to three times as many."
)
_SKEWED: Final = _FEW + (
    "such small numbers are skewed, and about a moving expectation there are more false signals than the rules say."
    " Longer periods help."
)


def control(
    data: Any,
    metric: str | None = None,
    *,
    every: str = "week",
    group: Mapping[str, Any] | None = None,
    baseline: Named = None,
    chart: str = "auto",
    rules: Sequence[str] = RULES,
    run: int = RUN,
    as_of: str | None = None,
    **options: Any,
) -> Control:
    """Which periods differ by more than noise?

    Limits come from a frozen baseline and say how far the metric moves when nothing happens. XmR: mean ± 2.66 · mean
    moving range. Laney's p' and its twin for NPS and means, where every period has its own n: z_i = (x_i - x̄)/se_i,
    σ_z = mean|z_i - z_{i-1}|/1.128, limits x̄ ± 3·se_i·σ_z (Laney 2002). A baseline with a trend or autocorrelation is
    charted by the residuals of exponential smoothing, and a note says so. Where fewer than five cases are usual in a
    period, limits come from the exact chance of every number of cases.

    Parameters
    ----------
    data : Table, frame or DuckDB relation; or Estimates made with `period=`
    metric : str, optional
        Name of a metric ("nps"); not needed for Estimates.
    every : str
        "day", "week", "month" or "quarter".
    group : mapping of column → value, optional
        Only this group; without it everybody.
    baseline : int or (from, to), optional
        The first so many complete periods, or first and last day. Default: the first 20 complete ones (28 days).
    chart : "auto", "laney" or "xmr"
        "auto": Laney's where every value has an error of its own (exact limits for rare cases), else XmR.
    rules : sequence of "limits" and "run"
        Beyond the limits; `run` values in a row on one side of the centre. The result states the
        false signals of each.
    run : int
        Length of a run.
    as_of : str, optional
        Day (ISO) until which the data are complete; without it the last dated answer. Periods that are not over by
        then, or begin before the first answer, are marked and not judged.
    **options
        As the metric takes them: score, weight, cluster, date, scale …; of a failure rate also `shows_within_days`: how
        long it takes until it is known whether it went wrong. Younger periods are marked and not judged. Default: found
        from the days on which failures happened, where the table has them.

    Returns
    -------
    Control
        With fewer than 20 complete periods `enough` is False and the headline says how many are missing.

    Raises
    ------
    Problem
        If the metric, period, group, chart or rule is not known.

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(0)
    >>> days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 7 * 30, 3000), unit="D")
    >>> answers = pd.DataFrame({"answered": days, "recommend": rng.integers(4, 11, 3000)})
    >>> cx.control(answers, "nps", score="recommend", date="answered").headline[:20]
    'NPS is −16 [−30, −1]'
    """
    _check(chart, rules, run)
    columns = group_columns(group)
    if columns and isinstance(data, Estimates) and set(columns) != set(data.by) - {"period"}:
        raise Problem("these estimates are of other groups", do="Name every group column in group=")
    series = series_of(data, metric, every=every, by=columns, as_of=as_of, **options)
    return control_of(one_series(series, group), baseline=baseline, chart=chart, rules=rules, run=run)


def control_of(
    series: Series,
    *,
    baseline: Named = None,
    chart: str = "auto",
    rules: Sequence[str] = RULES,
    run: int = RUN,
) -> Control:
    """The control chart of a series; see `control`."""
    base = baseline_of(series, baseline)
    why_not = too_short(series, base)
    laney = is_laney(series, base, chart)
    if why_not:
        return _result(series, base, None, "", why_not, np.full(len(series), ""), (), ())
    rare = laney and series.is_share and is_rare(series, base)
    # Among rare cases a little autocorrelation cannot be seen, and a model of it would have Laney's limits.
    expected = expect(series, base, laney, correlated=False if rare else None)
    if not (expected.baseline.sigma_z > 0 or (rare and chart == "auto")):
        why_not = "All values of the baseline are the same: they do not tell how far the metric moves by itself."
        return _result(series, base, None, "", why_not, np.full(len(series), ""), (), expected.notes)
    made = _limits(series, base, expected, chart, rules, run, rare)
    signal = _signals(series, expected.centre, made.ends, rules, run)
    notes = (*expected.notes, *made.notes, *(_rule_note(word, rate) for word, rate in made.false_signals))
    return _result(series, base, expected, made.chart, "", signal, made.false_signals, notes, made.ends)


@dataclass(frozen=True, slots=True, eq=False)
class _Limits:
    """Lower and upper limit of every period, what kind they are, and what each rule costs in false signals."""

    ends: tuple[NDArray[Any], NDArray[Any]]
    chart: str
    false_signals: tuple[tuple[str, float], ...]
    notes: list[str]


def _limits(
    series: Series,
    base: NDArray[np.bool_],
    expected: ExpectedValue,
    chart: str,
    rules: Sequence[str],
    run: int,
    rare: bool,
) -> _Limits:
    """Three standard deviations either way; exact ones for rare cases, unless Laney's are asked for."""
    periods, half = int(base.sum()), 3 * expected.error * expected.baseline.sigma_z
    ends = expected.centre - half, expected.centre + half
    name = ("Laney p'" if series.is_share else "Laney p' for means") if expected.laney else "XmR"
    name += " of residuals" if expected.modelled else ""
    notes, rates = _limit_notes(series, expected), _false_signals(series.every, periods, rules, run)
    if rare and expected.modelled:
        notes.append(_SKEWED.format(series.every))
    elif rare:
        cases = CaseChart.of(series, base, expected)
        if chart == "auto":
            ends, name, notes = cases.limits(share_beyond(periods) / 2), "Exact p", [_RARE.format(series.every)]
        rates = cases.false_signals(ends, rules, run)
    if not expected.modelled and rates:
        notes.append(_AUTOCORRELATED.format(series.every))
    return _Limits(ends, name, rates, notes)


def is_laney(series: Series, base: NDArray[np.bool_], chart: str = "auto") -> bool:
    """Whether the chart takes the sampling error of every period into account."""
    has = bool(np.isfinite(series.variance[base]).all() and (series.weight[base] > 0).all())
    if chart == "laney" and not has:
        raise Problem("these values have no error of their own", where="chart", do="Use 'xmr'")
    # A share that never moved from 0 or 100 % has its exact chances all the same.
    varies = bool(base.any()) and (series.is_share or bool(series.variance[base].any()))
    return chart != "xmr" and has and varies


def _check(chart: str, rules: Sequence[str], run: int) -> None:
    if chart not in CHARTS:
        raise Problem(f"{chart!r} is no kind of control chart", where="chart", do=f"Use one of: {', '.join(CHARTS)}")
    given = list(rules) if isinstance(rules, Sequence) and not isinstance(rules, str) else []
    unknown = [rule for rule in given if rule not in RULES]
    if unknown or not given:
        raise Problem(f"{unknown or rules!r} is no rule", where="rules", do=f"Use one or both of: {', '.join(RULES)}")
    if isinstance(run, bool) or not isinstance(run, int) or run < 5:
        raise Problem(f"a run of {run!r} is too short to mean anything", where="run", do="Use 5 or more; 8 is usual")


def _signals(
    series: Series, centre: NDArray[Any], limits: tuple[NDArray[Any], NDArray[Any]], rules: Sequence[str], run: int
) -> NDArray[Any]:
    """The signal of every period, limits before runs; periods that are not usable have none."""
    away = np.where(series.usable, series.value - centre, 0.0)
    out = np.full(len(series), "", dtype=object)
    if "run" in rules:
        long = runs(np.sign(away).astype(int), run)
        out[long & (away > 0)], out[long & (away < 0)] = RUN_ABOVE, RUN_BELOW
    if "limits" in rules:
        out[series.usable & (series.value > limits[1])] = ABOVE
        out[series.usable & (series.value < limits[0])] = BELOW
    return out


def _false_signals(every: str, periods: int, rules: Sequence[str], run: int) -> tuple[tuple[str, float], ...]:
    """False signals a year of each rule, if nothing ever changes."""
    a_year = calendar.A_YEAR[every]
    shares = {
        "limits": ("beyond the limits", share_beyond(periods)),
        "run": (f"{run} in a row on one side", share_in_runs(run, periods)),
    }
    return tuple((shares[rule][0], a_year * shares[rule][1]) for rule in RULES if rule in rules)


def _rule_note(word: str, rate: float) -> str:
    if rate < _NEVER:
        return f"Rule “{word}”: if nothing ever changed, it would practically never give a signal."
    often = f"about {number(rate, 1)} times a year" if rate >= 0.95 else f"about once in {number(1 / rate, 1)} years"
    return f"Rule “{word}”: if nothing ever changed, it would still give a signal {often}."


def _limit_notes(series: Series, expected: ExpectedValue) -> list[str]:
    if not expected.laney:
        return ["Single values (XmR): limits are the mean ± 2.66 × the mean moving range of the baseline."]
    sigma = expected.baseline.sigma_z
    if expected.modelled:
        return [f"σ_z of the residuals is {number(sigma, 2)}."]
    what = "more than" if sigma > 1.2 else "less than" if sigma < 0.8 else "about as much as"
    return [f"σ_z = {number(sigma, 2)}: periods differ {what} the sampling of their {series.many(2)} explains."]


def _result(
    series: Series,
    base: NDArray[np.bool_],
    expected: ExpectedValue | None,
    chart: str,
    why_not: str,
    signal: NDArray[Any],
    false_signals: tuple[tuple[str, float], ...],
    notes: tuple[str, ...],
    limits: tuple[NDArray[Any], NDArray[Any]] | None = None,
) -> Control:
    nothing = np.full(len(series), np.nan)
    # No limits where nothing is judged: a day at the end of the data would have some as wide as the scale.
    lower, upper = (np.where(series.usable, limit, np.nan) for limit in limits or (nothing, nothing))
    centre = nothing if expected is None else np.where(series.usable, expected.centre, np.nan)
    ends = _SHARE if series.is_share else _NPS if series.metric == "nps" else (-np.inf, np.inf)
    columns = (
        pd.to_datetime(series.start),
        series.value,
        series.low,
        series.high,
        series.n,
        centre,
        np.clip(lower, *ends),
        np.clip(upper, *ends),
        signal,
        series.complete,
        base,
    )
    return Control(
        table=pd.DataFrame(dict(zip(COLUMNS, columns, strict=True))),
        name=series.name,
        metric=series.metric,
        label=series.label,
        unit=series.unit,
        every=series.every,
        better=series.better,
        chart=chart,
        enough=not why_not,
        why_not=why_not,
        sigma_z=expected.baseline.sigma_z if expected is not None and expected.laney else float("nan"),
        rules=false_signals,
        basis=series.basis.with_(n=int(series.n.sum())),
        notes=(*series.left_out(), *notes, *series.notes),
        counts=series.counts,
    )
