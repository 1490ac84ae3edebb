"""Shares and means of a value worked out for each row, answered like any other metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.arguments import check_confidence, check_text, shown
from cxanalysis.basis import Basis, Cluster, LeftOut, Reason
from cxanalysis.engine.need import PERIODS, Measure
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import Precision, student, wilson
from cxanalysis.metrics.metric_question import MetricQuestion, question
from cxanalysis.metrics.passport import Passport
from cxanalysis.problem import Problem

#: Column of the worked-out value; the control character keeps it apart from any column of a user.
VALUE: Final = "value\x1f"


@dataclass(frozen=True, slots=True)
class Options:
    """What every metric can be asked for: see `nps`."""

    by: str | Sequence[str] | None = None
    weight: str | None = None
    cluster: Cluster | None = None
    confidence: float = 0.95
    date: str | None = None
    period: str | None = None

    def __post_init__(self) -> None:
        check_confidence(self.confidence)
        named = (self.by,) if isinstance(self.by, str) else () if self.by is None else self.by
        if not isinstance(named, list | tuple) or not all(isinstance(name, str) for name in named):
            raise Problem(f"a column or a list of columns is needed, not {shown(self.by)}", where="by")
        for argument, name in (("weight", self.weight), ("date", self.date)):
            if name is not None:
                check_text(name, argument, do="Name a column")
        if self.period is not None and not (isinstance(self.period, str) and self.period in PERIODS):
            raise Problem(f"{shown(self.period)} is no period", where="period", do=f"Use one of: {', '.join(PERIODS)}")

    @property
    def names(self) -> tuple[str, ...]:
        """Group columns."""
        return (self.by,) if isinstance(self.by, str) else tuple(self.by or ())

    @property
    def cluster_column(self) -> str | None:
        """Column of the unit."""
        return None if self.cluster is None else self.cluster.column

    @property
    def columns(self) -> tuple[str | None, ...]:
        """Columns these options need of the rows."""
        return (*self.names, self.weight, self.cluster_column, self.date)


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a row has no value, and which column says so."""

    why: Reason = Reason.NO_VALUE
    column: str | None = None


def question_of(rows: pd.DataFrame, options: Options, basis: Basis, missing: Missing) -> MetricQuestion:
    """The question put to rows that hold the value under `VALUE`; its basis is that of the tables they come from."""
    asked = question(
        rows,
        VALUE,
        None,
        by=options.by,
        weight=options.weight,
        cluster=options.cluster_column,
        confidence=options.confidence,
        date=options.date,
        period=options.period,
    )
    asked.basis, asked.cluster = basis, options.cluster
    asked.value_missing, asked.missing_in = missing.why, missing.column
    return asked


def share_of(
    rows: pd.DataFrame,
    options: Options,
    passport: Passport,
    basis: Basis,
    *,
    metric: str,
    score: str,
    missing: Missing = Missing(),
    notes: Sequence[str] = (),
) -> Estimates:
    """The share of rows in which `VALUE` is 100 rather than 0, with Wilson's interval.

    Parameters
    ----------
    rows : DataFrame
        With `VALUE`: 100, 0 or missing.
    options : Options
    passport : Passport
    basis : Basis
        Of the tables the rows come from, with what was left out before.
    metric, score : str
    missing : Missing
    notes : sequence of str
    """
    asked = question_of(rows, options, basis, replace(missing, column=missing.column or score))
    sums = asked.sums([Measure("value", VALUE)])
    precision = Precision.of_share(sums, "value")
    low, high = wilson(precision.mean / 100, precision.n_eff, precision.quantile(options.confidence))
    answer = asked.estimates(
        sums,
        precision,
        precision.mean,
        (100 * low, 100 * high),
        metric=metric,
        method="Wilson",
        passport=replace(passport, says="%", decimals=0),
        parts={"hits": np.rint(precision.mean * precision.n / 100) if options.weight is None else np.nan * precision.n},
    )
    return replace(answer, score=score, notes=(*notes, *answer.notes))


def mean_of(
    rows: pd.DataFrame,
    options: Options,
    passport: Passport,
    basis: Basis,
    *,
    metric: str,
    score: str,
    missing: Missing = Missing(),
    notes: Sequence[str] = (),
) -> Estimates:
    """The mean of `VALUE`, with Student's t interval; parameters as in `share_of`."""
    asked = question_of(rows, options, basis, replace(missing, column=missing.column or score))
    sums = asked.sums([Measure("value", VALUE)])
    precision = Precision.of(sums, "value")
    answer = asked.estimates(
        sums,
        precision,
        precision.mean,
        student(precision, options.confidence),
        metric=metric,
        method="t",
        passport=passport,
        parts={"sd": precision.variance**0.5},
    )
    return replace(answer, score=score, notes=(*notes, *answer.notes))


def put_together(
    groups: pd.DataFrame,
    values: Mapping[str, NDArray[Any]],
    details: Mapping[str, NDArray[Any]],
    options: Options,
    passport: Passport,
    basis: Basis,
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
        method=method,
        passport=passport,
        basis=basis.with_(
            n=int(table["n"].sum()),
            weight=options.weight,
            cluster=options.cluster,
            period=span,
            confidence=options.confidence,
        ),
        notes=tuple(notes),
        every=options.period,
    )


def stacked(
    answers: Sequence[tuple[Any, Estimates]], name: str, shared: Basis, *, last: bool = False, same_rows: bool = False
) -> Estimates:
    """Several answers as one table, told apart by a group column `name`, first or (`last`) after the other groups.

    Parameters
    ----------
    answers : sequence of (key, Estimates)
    name : str
    shared : Basis
        What all answers rest on: rows left out there count once, those of each answer are added up.
    last : bool
    same_rows : bool
        Whether all answers are of the same rows: then what each leaves out for the same reason is the same, too.
    """
    first = answers[0][1]
    by = (*first.by, name) if last else (name, *first.by)

    def tables(which: str) -> pd.DataFrame:
        whole = pd.concat([getattr(answer, which).assign(**{name: key}) for key, answer in answers], ignore_index=True)
        return whole[[*by, *(column for column in whole.columns if column not in by)]]

    spans = [answer.period for _, answer in answers if answer.period is not None]
    exclusions = tuple(dict.fromkeys(line for _, answer in answers for line in answer.passport.exclusions))
    table, detail = tables("table"), tables("detail")
    if last and first.by:
        order = table.assign(_at=range(len(table))).sort_values([*first.by, "_at"], kind="stable").index
        table, detail = (frame.loc[order].reset_index(drop=True) for frame in (table, detail))
    return replace(
        first,
        table=table,
        detail=detail,
        by=by,
        passport=replace(first.passport, exclusions=exclusions),
        basis=first.basis.with_(
            n=int(table["n"].sum()),
            left_out=_left_out([answer for _, answer in answers], shared, same_rows),
            period=(min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None,
        ),
        notes=tuple(dict.fromkeys(line for _, answer in answers for line in answer.notes)),
    )


def _left_out(answers: Sequence[Estimates], shared: Basis, same_rows: bool) -> tuple[LeftOut, ...]:
    rows: dict[tuple[Reason, str | None], int] = {}
    for answer in answers:
        for out in answer.basis.left_out[len(shared.left_out) :]:
            before = rows.get((out.why, out.column), 0)
            rows[out.why, out.column] = max(before, out.rows) if same_rows else before + out.rows
    return (*shared.left_out, *(LeftOut(n, *key) for key, n in rows.items()))
