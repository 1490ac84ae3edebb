"""A metric over time: every period of it, gaps included, and which of them can be judged."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.arguments import check_confidence, check_mapping, check_text, shown
from cxanalysis.basis import Basis, LeftOut, Reason
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.metric import metric, metric_of
from cxanalysis.monitor import calendar
from cxanalysis.monitor.direction import Better, better
from cxanalysis.monitor.failure_delay import checked, failure_delay
from cxanalysis.monitor.measured_basis import measured_basis
from cxanalysis.numbers import count, plain
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: Name of the column that `period=` makes.
PERIOD: Final = "period"
#: What a missing group value is called.
NO_GROUP: Final = "not stated"
#: More series than this of one metric are not watched: nobody could look after them.
MOST_GROUPS: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One metric of one group, one element a period, in order, without a hole.

    Attributes
    ----------
    name : str
        "NPS", or "NPS · market B2B".
    metric : str
        The metric's name in the catalogue; `label` is what people call it, `unit` what it is counted in.
    says : str
        What stands behind a value in a sentence: "%", "days" or nothing.
    every : str
        "day", "week", "month" or "quarter".
    group : tuple of (column, value)
        Empty for everybody.
    better : "high" or "low"
    start : array (T,) of days
        First day of each period.
    value, low, high : arrays (T,)
        Missing where nobody answered.
    n : array (T,)
        Answers.
    weight : array (T,)
        Effective number of answers: what the value's precision is worth in plain answers.
    variance : array (T,)
        Of one answer within the period, so that variance/weight is the squared error of the value. Missing where
        the metric has none (a median, a ratio): such a series is judged by how its values move alone.
    complete : array (T,) of bool
        Whether the data cover the whole period.
    covered : (str, str)
        First and last day the data cover, ISO.
    basis : Basis
        Of this group: its answers, those left out, confidence of `low` and `high`, and whose rows they are.
    notes : tuple of str
    counts : str
        What n counts: "answer", "event" …, or one and many: "person, people".
    shows_within : int
        Days a failure takes to show: younger periods are not complete.
    """

    name: str
    metric: str
    label: str
    unit: str
    says: str
    every: str
    group: tuple[tuple[str, Any], ...]
    better: Better
    start: calendar.Days
    value: Array
    low: Array
    high: Array
    n: NDArray[np.int64]
    weight: Array
    variance: Array
    complete: NDArray[np.bool_]
    covered: tuple[str, str]
    basis: Basis
    notes: tuple[str, ...] = ()
    counts: str = "answer"
    shows_within: int = 0

    def __len__(self) -> int:
        return len(self.start)

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Complete periods in which somebody answered: only these are judged."""
        return self.complete & np.isfinite(self.value) & (self.n > 0)

    @property
    def covered_whole(self) -> NDArray[np.bool_]:
        """Periods that the data cover from the first day to the last, whether or not all has shown yet."""
        return _whole(self.start, self.every, self.covered)

    @property
    def is_share(self) -> bool:
        """Whether every answer counts 0 or 100, so that exact probabilities can be had."""
        return self.says == "%"

    def many(self, number: int) -> str:
        """The word for so many of what n counts; 0 for none of them."""
        return words_for(self.counts, number)

    def cut(self, keep: NDArray[Any]) -> Series:
        """Some of the periods."""
        arrays = ("start", "value", "low", "high", "n", "weight", "variance", "complete")
        return replace(self, **{name: getattr(self, name)[keep] for name in arrays})

    def left_out(self) -> tuple[str, ...]:
        """What is not judged, and why, in words."""
        out = []
        for at in np.flatnonzero(~self.covered_whole):
            end = calendar.after(self.start[at], self.every) - np.timedelta64(1, "D")
            why = "begin on" if str(self.start[at]) < self.covered[0] else "end on"
            day = self.covered[0] if why == "begin on" else self.covered[1]
            out.append(f"{self.every.capitalize()} {self.start[at]} to {end} is not complete: the data {why} {day}.")
        if young := int((self.covered_whole & ~self.complete).sum()):
            which = f"The newest {self.every} is" if young == 1 else f"The newest {count(young)} {self.every}s are"
            out.append(f"{which} not judged yet: a failure may take {count(self.shows_within)} days to show.")
        empty = int((self.complete & ~(np.isfinite(self.value) & (self.n > 0))).sum())
        if empty:
            which = f"{count(empty)} {self.every}{'s' if empty > 1 else ''}"
            out.append(f"{which} without {self.many(0)}: shown as gaps.")
        return tuple(out)


def series_of(
    data: Any,
    name: str | None,
    *,
    every: str,
    by: tuple[str, ...] = (),
    as_of: str | None = None,
    **options: Any,
) -> list[Series]:
    """A metric of a table over time, one series for everybody or one for each group.

    Parameters
    ----------
    data : Table, frame or DuckDB relation; or Estimates made with `period=`
    name : str
        Name of the metric; not needed for Estimates.
    every : str
    by : tuple of str
        Group columns.
    as_of : str, optional
        Until which day (ISO) the data are complete; without it, until the last dated answer.
    **options
        As the metric takes them; of a failure rate also `shows_within_days`, after how many days it is known whether
        it went wrong (default: found from the days on which failures happened, where the table has them).
    """
    asked = options.pop("shows_within_days", None)
    if asked is not None and (isinstance(data, Estimates) or name is None or metric_of(name).name != "failure_rate"):
        raise Problem("only a failure takes time to show", where="shows_within_days", do="Leave it out")
    if isinstance(data, Estimates):
        return _from_estimates(data, as_of, better(data.metric, None, data.score))
    calendar.checked(every)
    if name is None:
        raise Problem("it is not said which metric", where="metric", do="Name one, for example metric='nps'")
    check_text(name, "metric")
    if "period" not in inspect.signature(metric_of(name).function).parameters:
        raise Problem(f"the metric '{name}' has no values over time", do="Choose another metric")
    if "confidence" in options:
        check_confidence(options["confidence"])
    found = metric(name, data, by=list(by) or None, period=every, **options)
    way = better(found.metric, data, found.score, options.get("direction"))
    made = _from_estimates(found, as_of, way, data)
    return [_ripe(series, data, asked, options) for series in made] if found.metric == "failure_rate" else made


def _ripe(series: Series, data: Any, asked: int | None, options: Mapping[str, Any]) -> Series:
    """The series without the newest periods, in which failures may still show."""
    failure = options.get("failure")
    failure = failure if isinstance(failure, str) else dict(series.group).get("failure")
    days, column = (checked(asked), "") if asked is not None else failure_delay(data, str(failure), options.get("date"))
    ends = calendar.after(series.start, series.every)
    ripe = ends + np.timedelta64(days, "D") <= np.datetime64(series.covered[1]) + np.timedelta64(1, "D")
    said = f"'{failure}' shows within {count(days)} days, as '{column}' tells of 99 in 100."
    notes = (*series.notes, said) if column else series.notes
    return replace(series, complete=series.complete & ripe, shows_within=days, notes=notes)


def group_columns(group: Any) -> tuple[str, ...]:
    """The columns of a named group."""
    return () if group is None else tuple(check_mapping(group, "group", do="Write group={'market': 'B2B'}"))


def one_series(found: list[Series], group: Mapping[str, Any] | None) -> Series:
    """The series of one group; a `Problem` if there is none or no choice was made."""
    if not group:
        if len(found) == 1:
            return found[0]
        raise Problem(f"there are {len(found)} series", do="Name one with group={column: value}")
    wanted = {str(column): str(value) for column, value in group.items()}
    for one in found:
        if {column: str(group_word(value)) for column, value in one.group} == wanted:
            return one
    names = ", ".join(plain(" ".join(str(group_word(v)) for _, v in one.group), 40) for one in found[:8])
    raise Problem(f"there is no group {' '.join(wanted.values())}", do=f"The groups are: {names}")


def words_for(counts: str, number: int) -> str:
    """One of what n counts, many of it, or none.

    Examples
    --------
    >>> words_for("event", 1), words_for("event", 12), words_for("event", 0), words_for("person, people", 2)
    ('event', 'events', 'an event', 'people')
    """
    one, _, more = counts.partition(", ")
    if number == 0:
        return f"{'an' if one[:1] in 'aeiou' else 'a'} {one}"
    return one if number == 1 else more or f"{one}s"


def group_word(value: Any) -> Any:
    """A group's value, or the words for none."""
    return NO_GROUP if value is None or (isinstance(value, float) and np.isnan(value)) else value


def _from_estimates(found: Estimates, as_of: str | None, way: Better, data: Any = None) -> list[Series]:
    if found.every is None or PERIOD not in found.by:
        raise Problem("these estimates are not by period", where=found.passport.name, do="Measure with period='week'")
    every = calendar.checked(found.every)
    if found.period is None:
        raise Problem("no answer has a date", where=found.passport.name, do="Name the date column with date=")
    covered = (found.period[0], _until(found.period[1], as_of))
    table = found.table.join(found.detail[[c for c in found.detail.columns if c not in found.table.columns]])
    columns = [column for column in found.by if column != PERIOD]
    basis = measured_basis(found, data)
    if not columns:
        return [_series(found, table, (), every, covered, way, basis)]
    out = []
    for key, rows in table.groupby(columns, sort=True, dropna=False):
        group = tuple(zip(columns, key if isinstance(key, tuple) else (key,), strict=True))
        out.append(_series(found, rows, group, every, covered, way, basis))
    if len(out) > MOST_GROUPS:
        raise Problem(
            f"{len(out)} groups are too many to watch (at most {MOST_GROUPS})",
            where=", ".join(columns),
            do="Choose a column with fewer groups",
        )
    return out


def _until(last: str, as_of: str | None) -> str:
    if as_of is None:
        return last
    return max(day_named(as_of, "as_of").date().isoformat(), last)


def day_named(value: Any, argument: str) -> pd.Timestamp:
    """A day that somebody named: an ISO text, or a date.

    Raises
    ------
    Problem
        If it is none.

    Examples
    --------
    >>> day_named("2025-06-30", "as_of").date().isoformat()
    '2025-06-30'
    """
    readable = isinstance(value, str | dt.date | np.datetime64)
    when = pd.to_datetime(str(value), errors="coerce") if readable else pd.NaT
    if pd.isna(when):
        raise Problem(f"{shown(value)} is no date", where=argument, do="Write it as 2025-06-30")
    return when if when.tz is None else when.tz_localize(None)


def _series(
    found: Estimates,
    rows: pd.DataFrame,
    group: tuple[tuple[str, Any], ...],
    every: str,
    covered: tuple[str, str],
    way: Better,
    basis: Basis,
) -> Series:
    answered = rows[rows["n"] > 0]
    if answered.empty:
        answered = rows
    at = calendar.days(answered[PERIOD].to_numpy())
    ends = calendar.after(calendar.all_between(at.min(), calendar.days(covered[1]), every)[-1:], every)
    start = calendar.all_between(at.min(), max(at.max(), calendar.after(ends, every, -1)[0]), every)
    placed = pd.DataFrame(answered.to_numpy(), index=at, columns=answered.columns).reindex(start)
    number = {c: pd.to_numeric(placed[c], errors="coerce").to_numpy(float) for c in ("value", "low", "high", "n")}
    n = np.nan_to_num(number["n"])
    weight, variance = _precision(placed, number, n, found.confidence)
    label = found.passport.name
    return Series(
        name=series_name(label, group),
        metric=found.metric,
        label=label,
        unit=found.passport.unit,
        says=found.passport.says,
        every=every,
        group=group,
        better=way,
        start=start,
        value=np.where(n > 0, number["value"], np.nan),
        low=number["low"],
        high=number["high"],
        n=n.astype(np.int64),
        weight=weight,
        variance=variance,
        complete=_whole(start, every, covered),
        covered=covered,
        basis=_of_group(basis, rows, found.score) if group else basis,
        notes=found.notes,
        counts="value" if found.passport.is_count else found.basis.counts,
    )


def series_name(label: str, group: tuple[tuple[str, Any], ...]) -> str:
    """A label with the group it is of.

    Examples
    --------
    >>> series_name("NPS", (("market", "B2B"),)), series_name("NPS", ())
    ('NPS · market B2B', 'NPS')
    """
    return " · ".join([label, *(f"{plain(column, 40)} {plain(group_word(value), 40)}" for column, value in group)])


def _of_group(basis: Basis, rows: pd.DataFrame, score: str) -> Basis:
    """The basis of one group: its own answers, and its own rows without one."""
    missing = int(rows["n_missing"].sum())
    left_out = (LeftOut(missing, Reason.NO_ANSWER, score),) if missing else ()
    return basis.with_(n=int(rows["n"].sum()), left_out=left_out)


def _whole(start: calendar.Days, every: str, covered: tuple[str, str]) -> NDArray[np.bool_]:
    """Which periods lie between two days, both included."""
    ends = calendar.after(start, every) <= np.datetime64(covered[1]) + np.timedelta64(1, "D")
    return np.asarray((start >= np.datetime64(covered[0])) & ends)


def _precision(placed: pd.DataFrame, number: Mapping[str, Array], n: Array, confidence: float) -> tuple[Array, Array]:
    """Effective answers and the variance of one, from the metric's own error, else from its interval."""
    if "se" in placed:
        se = pd.to_numeric(placed["se"], errors="coerce").to_numpy(float)
    else:
        se = (number["high"] - number["low"]) / 2 / stats.norm.ppf((1 + confidence) / 2)
    weight = n.copy()
    if "n_eff" in placed:
        effective = pd.to_numeric(placed["n_eff"], errors="coerce").to_numpy(float)
        weight = np.where(np.isfinite(effective) & (effective > 0), effective, n)
    return weight, se**2 * weight
