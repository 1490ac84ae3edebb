"""Shares and means of something worked out from the rows, answered like any other metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.engine.need import Measure
from cxanalysis.metrics.estimates import Estimates, Passport
from cxanalysis.metrics.intervals import Precision, student, wilson
from cxanalysis.metrics.metric_question import Asked, ask

#: Column of the worked-out value; the control character keeps it apart from any column of a user.
VALUE: Final = "value\x1f"


@dataclass(frozen=True, slots=True)
class Options:
    """What every metric can be asked for: see `nps`."""

    by: str | Sequence[str] | None = None
    weight: str | None = None
    cluster: str | None = None
    confidence: float = 0.95
    date: str | None = None
    period: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Group columns."""
        return (self.by,) if isinstance(self.by, str) else tuple(self.by or ())

    @property
    def columns(self) -> tuple[str | None, ...]:
        """Columns these options need of the rows."""
        return (*self.names, self.weight, self.cluster, self.date)


def asked_of(rows: pd.DataFrame, options: Options) -> Asked:
    """The question put to rows that hold the value under `VALUE`."""
    return ask(
        rows,
        VALUE,
        None,
        by=options.by,
        weight=options.weight,
        cluster=options.cluster,
        confidence=options.confidence,
        date=options.date,
        period=options.period,
    )


def share_of(
    rows: pd.DataFrame,
    options: Options,
    passport: Passport,
    *,
    metric: str,
    score: str,
    unknown: str = "",
    notes: Sequence[str] = (),
) -> Estimates:
    """The share of rows in which `VALUE` is 100 rather than 0, with Wilson's interval.

    Parameters
    ----------
    rows : DataFrame
        With `VALUE`: 100, 0 or missing.
    options : Options
    passport : Passport
    metric, score : str
    unknown : str
        Why a value is missing, to stand behind "12 contacts …".
    notes : sequence of str
    """
    asked = asked_of(rows, options)
    sums = asked.sums([Measure("value", VALUE)])
    precision = Precision.of(sums, "value")
    low, high = wilson(precision.mean / 100, precision.n_eff, precision.quantile(options.confidence))
    says = replace(passport, says="%", decimals=0)
    found = asked.estimates(
        sums, precision, precision.mean, (100 * low, 100 * high), metric=metric, method="Wilson", passport=says,
        parts={"hits": np.rint(precision.mean * precision.n / 100) if options.weight is None else np.nan * precision.n},
    )  # fmt: skip
    return in_names(found, passport, score, unknown, notes)


def mean_of(
    rows: pd.DataFrame,
    options: Options,
    passport: Passport,
    *,
    metric: str,
    score: str,
    unknown: str = "",
    notes: Sequence[str] = (),
) -> Estimates:
    """The mean of `VALUE`, with Student's t interval; parameters as in `share_of`."""
    asked = asked_of(rows, options)
    sums = asked.sums([Measure("value", VALUE)])
    precision = Precision.of(sums, "value")
    found = asked.estimates(
        sums, precision, precision.mean, student(precision, options.confidence), metric=metric, method="t",
        passport=passport, parts={"sd": precision.variance**0.5},
    )  # fmt: skip
    return in_names(found, passport, score, unknown, notes)


def in_names(found: Estimates, passport: Passport, score: str, unknown: str, notes: Sequence[str] = ()) -> Estimates:
    """What the working column stood for, in the user's names."""
    weightless = [line for line in found.passport.exclusions if "no weight" in line]
    missing = int(found.n_missing)
    told = [f"{passport.counted(missing)} {unknown}."] if missing and unknown else []
    exclusions = (*passport.exclusions, *told, *weightless)
    passport = replace(found.passport, exclusions=exclusions)
    return replace(found, score=score, passport=passport, notes=(*notes, *found.notes))


def put_together(
    groups: pd.DataFrame,
    values: Mapping[str, NDArray[Any]],
    details: Mapping[str, NDArray[Any]],
    options: Options,
    passport: Passport,
    *,
    metric: str,
    score: str,
    method: str,
    span: tuple[str, str] | None,
    notes: Sequence[str] = (),
) -> Estimates:
    """Estimates from arrays: `value, low, high, n, n_missing` in `values`, whatever is known besides in `details`."""
    blank = np.full(len(groups), np.nan)
    detail = {name: details.get(name, blank) for name in ("n_eff", "n_kish", "se", "deff")} | dict(details)
    table = groups.assign(**{name: values[name] for name in ("value", "low", "high")})
    table = table.assign(n=np.asarray(values["n"], dtype=int), n_missing=np.asarray(values["n_missing"], dtype=int))
    return Estimates(
        table=table,
        detail=groups.assign(**detail),
        metric=metric,
        score=score,
        by=tuple(groups.columns),
        confidence=options.confidence,
        method=method,
        weight=options.weight,
        cluster=options.cluster,
        period=span,
        n=int(table["n"].sum()),
        n_missing=int(table["n_missing"].sum()),
        passport=passport,
        notes=tuple(notes),
        every=options.period,
    )


def stacked(parts: Sequence[tuple[Any, Estimates]], name: str, *, last: bool = False) -> Estimates:
    """Several answers as one table, told apart by a group column `name`, first or (`last`) after the other groups."""
    one = parts[0][1]
    by = (*one.by, name) if last else (name, *one.by)

    def tables(which: str) -> pd.DataFrame:
        whole = pd.concat([getattr(found, which).assign(**{name: key}) for key, found in parts], ignore_index=True)
        return whole[[*by, *(column for column in whole.columns if column not in by)]]

    spans = [found.period for _, found in parts if found.period is not None]
    exclusions = tuple(dict.fromkeys(line for _, found in parts for line in found.passport.exclusions))
    table, detail = tables("table"), tables("detail")
    if last and one.by:
        order = table.assign(_at=range(len(table))).sort_values([*one.by, "_at"], kind="stable").index
        table, detail = (frame.loc[order].reset_index(drop=True) for frame in (table, detail))
    return replace(
        one,
        table=table,
        detail=detail,
        by=by,
        n=int(table["n"].sum()),
        n_missing=int(table["n_missing"].sum()),
        period=(min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None,
        passport=replace(one.passport, exclusions=exclusions),
        notes=tuple(dict.fromkeys(line for _, found in parts for line in found.notes)),
    )
