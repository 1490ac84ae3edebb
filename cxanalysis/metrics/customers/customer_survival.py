"""How many customers are still there after a year: cohort survival by Kaplan-Meier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from cxanalysis import numbers
from cxanalysis.arguments import check_confidence, check_number
from cxanalysis.basis import Basis, Reason
from cxanalysis.metrics.durations.kaplan_meier import kaplan_meier, quantile_interval, survival_interval
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.log_end import needed_end, register_end
from cxanalysis.metrics.metric_table import UNITS, MetricTable, day_of, lasting
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.rates.ratio import groups_of, span_of
from cxanalysis.metrics.row_values import Options, put_together, stacked
from cxanalysis.problem import Problem
from cxanalysis.wording import counted

#: Columns of `detail` with the median age.
MEDIAN: Final = ("median_days", "median_low", "median_high")


def survival(
    customers: Any,
    *,
    started: str | None = None,
    ended: str | None = None,
    after_days: float | Sequence[float] = 365.0,
    until: str | None = None,
    observed_from: str | None = None,
    by: str | Sequence[str] | None = None,
    confidence: float = 0.95,
    period: str | None = None,
) -> Estimates:
    """Of customers who came together, how many are still with us after a year?

    Kaplan-Meier over the time since each customer came; customers who are still there are censored, not lost.

    Parameters
    ----------
    customers : Table or data frame
        One row a customer, with the day they came and, if they left, the day they left.
    started, ended : str, optional
        Default: the table's columns of role "date" and "closed".
    after_days : float or list of float
        Days since the customer came; several make a row each (a curve).
    until : str, optional
        The last day of the register; default: the last day in either column.
    observed_from : str, optional
        The first day of which it is known who left. Customers who came before are counted from their age on that day
        on (left truncation): those of their cohort who had left by then are not in the register at all, and without
        this the others would make retention look better than it is.
    by, confidence
        As in `nps`.
    period : str, optional
        Cohorts by when they came: "month", "quarter", "year".

    Returns
    -------
    Estimates
        `value` in % still there; interval on the scale log(-log S) with Greenwood's variance. `detail` has
        `median_days` with interval (NaN: not reached), `left` and `at_risk`, the customers watched up to that age.

    Raises
    ------
    Problem
        If a date is not known, or nobody can be watched.

    References
    ----------
    Kaplan & Meier (1958) JASA 53; Kalbfleisch & Prentice (2002) for the interval.

    Examples
    --------
    >>> import pandas as pd
    >>> came = pd.to_datetime(["2023-01-01"] * 10)
    >>> left = pd.to_datetime(["2023-03-01", "2023-09-01", "2024-08-01"] + [None] * 7)
    >>> there = survival(pd.DataFrame({"came": came, "left": left}), started="came", ended="left", until="2024-12-31")
    >>> there.table.round(1).to_dict("records")
    [{'value': 80.0, 'low': 40.9, 'high': 94.6, 'n': 10, 'n_missing': 0}]
    """
    check_confidence(confidence)
    given = after_days if isinstance(after_days, list | tuple) and after_days else [after_days]
    ages = [check_number(age, "after_days", low=0, open_low=True, do="Use 365 for a year") for age in given]
    source = MetricTable.of(customers, "customers", "customer")
    came, gone = source.first(started, "date", "started"), source.column(ended, "closed", "ended")
    options = Options(by, None, None, confidence, came, period)
    rows = source.rows([came, gone, *options.columns], once=False)
    rows[came], rows[gone] = source.moments(rows[came]), source.moments(rows[gone])
    end = needed_end(register_end(rows[came], rows[gone], until), f"{source.name}, column '{came}'")
    source.notes.extend(replace(end, later=int((rows[gone] > end.moment).sum())).notes("customers' ends"))
    last = end.moment
    left = (rows[gone].notna() & (rows[gone] <= last)).to_numpy()
    time = lasting(rows[gone].where(left, last), rows[came], UNITS["days"])
    entry = np.zeros(len(rows))
    if observed_from is not None:
        entry = np.maximum(lasting(day_of(observed_from, "observed_from"), rows[came], UNITS["days"]), 0.0)
    used = ~np.isnan(time) & (time >= 0) & (time > entry) | (~np.isnan(time) & (time == 0) & (entry == 0))
    if not used.any():
        raise Problem("nobody can be watched", where=source.name, do="Check the dates named")
    _count_left_out(source, rows, came, gone, used, observed_from)
    basis = source.basis()
    groups, group = groups_of(rows, options)
    cells = [np.flatnonzero(used & (group == k)) for k in range(len(groups))]
    late = observed_from is not None
    # Where nobody was watched from the first day on, the curve begins at a later age and says nothing of the first.
    curves = [
        kaplan_meier(time[at], left[at], entry=entry[at] if late else None) if len(at) and not entry[at].min() else None
        for at in cells
    ]
    lost = np.bincount(group[(group >= 0) & ~used], minlength=len(groups))
    parts = []
    for age in ages:
        points = [_at(curve, age, confidence) for curve in curves]
        counts = {"left": np.array([int((left[at] & (time[at] <= age)).sum()) for at in cells], dtype=float)}
        counts["at_risk"] = np.array([int(((time[at] >= age) & (entry[at] < age)).sum()) for at in cells], dtype=float)
        medians = {name: np.array([point[name] for point in points]) for name in MEDIAN}
        values = {name: np.array([point[name] for point in points]) for name in ("value", "low", "high")}
        sizes = np.array([len(at) for at in cells])
        parts.append(
            (
                int(age) if age.is_integer() else age,
                put_together(
                    groups,
                    {**values, "n": sizes, "n_missing": lost},
                    {
                        "se": np.array([point["se"] for point in points]),
                        "n_eff": sizes.astype(float),
                        **counts,
                        **medians,
                    },
                    options,
                    _passport(source, age if len(ages) == 1 else None, last),
                    basis,
                    metric="survival",
                    score=f"{came}, {gone}",
                    method="Kaplan-Meier, log(-log)",
                    span=span_of(rows[used], came),
                    notes=(*source.notes, *_notes(values["value"], sizes, age)),
                ),
            )
        )
    return parts[0][1] if len(parts) == 1 else _curve(parts, basis)


def _curve(parts: list[tuple[float, Estimates]], basis: Basis) -> Estimates:
    """Several ages as one table; the sentence speaks of the last, or of all where there are no groups."""
    whole, last = stacked(parts, "days", basis, last=True, same_rows=True), parts[-1][1]
    whole = replace(whole, basis=whole.basis.with_(n=last.n), is_curve=True)
    if last.by:
        return replace(whole, sentence=f"After {parts[-1][0]} days: {last.headline}")
    shares = ", ".join(
        f"{numbers.percent(*(answer.table[end].iloc[0] / 100 for end in ('value', 'low', 'high')))} after {age} days"
        for age, answer in parts
    )
    sentence = f"Of customers who came, there still are: {shares} ({counted(last.n, last.basis.counts)})."
    return replace(whole, sentence=sentence)


def _at(curve: Any, age: float, confidence: float) -> dict[str, float]:
    if curve is None:
        return dict.fromkeys(("value", "low", "high", "se", *MEDIAN), np.nan)
    share, variance = curve.at(age)
    low, high = survival_interval(share, variance, confidence)
    median = quantile_interval(curve, 0.5, confidence)
    return {
        "value": 100 * share,
        "low": 100 * low,
        "high": 100 * high,
        "se": 100 * share * np.sqrt(variance) if np.isfinite(variance) else np.nan,
        "median_days": curve.quantile(0.5),
        "median_low": median[0],
        "median_high": median[1],
    }


def _count_left_out(
    source: MetricTable, rows: pd.DataFrame, came: str, gone: str, used: Any, observed_from: str | None
) -> None:
    undated, backwards = rows[came].isna().to_numpy(), (rows[gone] < rows[came]).to_numpy()
    source.leave_out((~used & undated).sum(), Reason.NO_DATE, came)
    source.leave_out((~used & backwards).sum(), Reason.OUT_OF_ORDER, gone)
    source.leave_out((~used & ~undated & ~backwards).sum(), Reason.NOT_COVERED, gone)
    first_left, first_came = rows[gone].min(), rows[came].min()
    if observed_from is None and pd.notna(first_left) and (first_left - first_came).days > 90:
        source.notes.append(
            f"Customers came from {first_came.date().isoformat()} on, and the first who left did on "
            f"{first_left.date().isoformat()}: if those who left earlier are not in the register, say "
            f"observed_from='{first_left.date().isoformat()}'."
        )


def _passport(source: MetricTable, age: float | None, last: pd.Timestamp) -> Passport:
    when = "so many days" if age is None else f"{age:g} days"
    return Passport(
        "Customers still there" if age is None else f"Customers still there after {when}",
        f"Share of customers who are still there {when} after they came; who is there today is not counted as lost.",
        "100 × Π(1 - left/at risk) over the days on which somebody left",
        f"customers watched until {last.date().isoformat()}",
        "% of customers",
        tuple(source.exclusions),
        says="%",
        decimals=0,
        plural=True,
    )


def _notes(value: Any, sizes: Any, age: float) -> list[str]:
    short = int((np.isnan(value) & (sizes > 0)).sum())
    return (
        [f"{short:,} of {len(value):,} groups were not watched from the first to day {age:g}: no value."]
        if short
        else []
    )
