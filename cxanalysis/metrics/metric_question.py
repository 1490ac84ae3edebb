"""What is asked of a metric: which column, of which groups, how weighted; and how its answer is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.arguments import check_column, check_columns, check_confidence, shown
from cxanalysis.basis import Basis, Cluster, LeftOut, Reason
from cxanalysis.columns.kinds import SCORES
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.engines import Engine, engine_of
from cxanalysis.engine.frame_columns import not_a_number
from cxanalysis.engine.need import PERIODS, Measure, Need, Period
from cxanalysis.link.window import NEVER, microseconds
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import FEW_CLUSTERS, Precision
from cxanalysis.metrics.passport import Passport
from cxanalysis.numbers import number
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import opened
from cxanalysis.tables.table import Table

#: Columns of `Estimates.table` after the groups.
RESULT_COLUMNS: Final = ("value", "low", "high", "n", "n_missing")
#: More different answers than this are no rating scale.
MANY_LEVELS: Final = 200
#: Name of the group column made by `period=`.
PERIOD: Final = "period"


@dataclass(slots=True, eq=False)
class MetricQuestion:
    """One question to one table; notes are gathered on the way.

    Attributes
    ----------
    engine : Engine
    table : Table or None
        None for a plain frame.
    score : str
    by : tuple of str or Period
    weight, date : str or None
    cluster : Cluster or None
    confidence : float
    basis : Basis
        Of the answer, but for what only the sums tell.
    value_missing : Reason
        Why a row without a value has none.
    missing_in : str or None
        The columns that say so; default: the score.
    notes : list of str
    """

    engine: Engine
    table: Table | None
    score: str
    by: tuple[str | Period, ...]
    weight: str | None
    cluster: Cluster | None
    date: str | None
    confidence: float
    basis: Basis
    value_missing: Reason = Reason.NO_ANSWER
    missing_in: str | None = None
    notes: list[str] = field(default_factory=list)

    def levels(self) -> list[tuple[float, int]]:
        """Different answers and how often each was given."""
        levels = self.engine.levels(self.score, MANY_LEVELS)
        words = [value for value, _ in levels if not isinstance(value, (int, float))]
        if words:
            raise not_a_number(self.score, words[0])
        if not levels:
            raise no_answers(self.score)
        return [(float(value), count) for value, count in levels]

    def sums(self, measures: Sequence[Measure]) -> Aggregates:
        """One query; rows without a date fall out of periods, and are counted as left out."""
        cluster = None if self.cluster is None else self.cluster.column
        sums = self.engine.aggregate(Need(tuple(measures), self.by, weight=self.weight, cluster=cluster, pairs=False))
        if self.by and isinstance(self.by[-1], Period):
            undated = [group for group in sums.groups if group[-1] is None]
            rows = sum(int(sums.group(group).rows.sum()) for group in undated)
            if rows:
                self.leave_out(rows, Reason.NO_DATE, self.by[-1].column)
                sums = sums.where([group for group in sums.groups if group[-1] is not None])
        if sums.count.sum() == 0 and sums.unweighted.sum():
            raise Problem(
                "every weight is zero or missing, so no answer counts",
                where=f"weight, column '{self.weight}'",
                do="Name another column, or leave weight= out",
            )
        if sums.count.sum() == 0:
            raise no_answers(self.score)
        return sums

    def leave_out(self, rows: int, why: Reason, column: str | None) -> None:
        """Count rows as left out of the answer."""
        if rows:
            self.basis = self.basis.with_(left_out=(*self.basis.left_out, LeftOut(rows, why, column)))

    def estimates(
        self,
        sums: Aggregates,
        precision: Precision,
        value: NDArray[Any],
        interval: tuple[NDArray[Any], NDArray[Any]],
        *,
        metric: str,
        method: str,
        passport: Passport,
        parts: Mapping[str, NDArray[Any]],
    ) -> Estimates:
        """The answer: a row a group, what it is made of, and what was left out."""
        missing = sums.n_missing[:, 0] + sums.unweighted[:, 0]
        n = precision.n.astype(int)
        groups = pd.DataFrame(
            {
                name: pd.Series([g[at] for g in sums.groups], dtype=object).infer_objects()
                for at, name in enumerate(sums.by)
            },
            index=range(len(n)),
        )
        result = dict(zip(RESULT_COLUMNS, (value, *interval, n, missing), strict=True))
        detail = {
            "n_eff": precision.n_eff,
            "n_kish": precision.n_kish,
            "se": precision.se,
            "deff": precision.deff,
            **parts,
        }
        return Estimates(
            table=groups.assign(**result),
            detail=groups.assign(**detail),
            metric=metric,
            score=self.score,
            by=sums.by,
            method=method,
            passport=passport,
            basis=self._basis(sums, precision),
            notes=(*self.notes, *self._cautions(precision, interval[0])),
            every=self.by[-1].every if self.by and isinstance(self.by[-1], Period) else None,
        )

    def _basis(self, sums: Aggregates, precision: Precision) -> Basis:
        out = [
            LeftOut(int(sums.n_missing[:, 0].sum()), self.value_missing, self.missing_in or self.score),
            LeftOut(int(sums.unweighted.sum()), Reason.NO_WEIGHT, self.weight),
        ]
        return self.basis.with_(
            n=int(precision.n.sum()),
            left_out=(*self.basis.left_out, *(some for some in out if some.rows)),
            weight=self.weight,
            cluster=counted_cluster(self.cluster, precision),
            period=self._span(),
            confidence=self.confidence,
        )

    def _span(self) -> tuple[str, str] | None:
        if self.date is None:
            return None
        first, last = self.engine.span(self.date, self.score)
        return None if first is None else (first.date().isoformat(), last.date().isoformat())

    def _cautions(self, precision: Precision, low: NDArray[Any]) -> list[str]:
        out = []
        if self.weight is None and self.table is not None and (unused := self.table.column_of("weight")):
            out.append(f"Unweighted: the table's weights in '{unused}' are used when named.")
        if precision.effective is not None and self.cluster is not None:
            out += few_clusters(self.cluster.column, precision.effective[precision.n > 0], len(low))
        if nothing := int((precision.n == 0).sum()):
            out.append(f"{nothing:,} of {len(low):,} groups have no answer.")
        bare = int((np.isnan(low) & (precision.n > 0)).sum())
        if bare:
            where = "There is no interval" if len(low) == 1 else f"{bare:,} of {len(low):,} groups have no interval"
            out.append(
                f"{where}: too few answers or clusters, or answers that are all the same, do not tell how they vary."
            )
        return out


def counted_cluster(cluster: Cluster | None, precision: Precision) -> Cluster | None:
    """The cluster with how many there are, where there is one group; a cluster may be in several."""
    if cluster is None or precision.clusters is None or len(precision.clusters) != 1:
        return cluster
    effective = None if precision.effective is None else float(precision.effective[0])
    return replace(cluster, n=int(precision.clusters[0]), effective=effective)


def few_clusters(column: str, effective: NDArray[Any], groups: int) -> list[str]:
    """What to say where few clusters tell how clusters differ: by their effective number, not their count."""
    few = effective < FEW_CLUSTERS
    if not few.any():
        return []
    if groups == 1:
        many = f"as {number(float(effective[0]), 1)} of equal size"
        return [f"The interval rests on few '{column}': they tell as much {many}, and it is the wider for it."]
    return [
        f"In {int(few.sum()):,} of {groups:,} groups fewer than {FEW_CLUSTERS} '{column}' of equal size would tell as "
        "much: their intervals are the wider for it."
    ]


def question(
    data: Any,
    score: str | None,
    role: str | None,
    *,
    by: str | Sequence[str] | None,
    weight: str | None,
    cluster: Any,
    confidence: float,
    date: str | None,
    period: str | None,
    counts: str = "answer",
) -> MetricQuestion:
    """Check and complete what was asked, from what the table knows about its columns.

    Raises
    ------
    Problem
        If a column is not there, is not named and cannot be known, or the confidence is not between 0 and 1.
    """
    source = opened(data)
    engine, table = source.engine, source.table
    columns = engine.columns()
    check_confidence(confidence)
    names = check_columns(by, columns, "by")
    score = score if score is not None else _column_of_role(table, role, "score")
    if date is None and table is not None:
        date = table.column_of("date")
    if period is not None and date is None:
        date = _column_of_role(table, "date", "date")
    for argument, name in (("score", score), ("weight", weight), ("date", date)):
        if name is not None:
            check_column(name, columns, argument)
    if weight is not None and engine.kind_of(weight) not in ("number", "empty"):
        raise Problem("weights must be numbers", where=f"weight, column '{weight}'", do="Name a column of numbers")
    if period is not None and not (isinstance(period, str) and period in PERIODS):
        raise Problem(f"{shown(period)} is no period", where="period", do=f"Use one of: {', '.join(PERIODS)}")
    items: list[str | Period] = list(names)
    if period is not None and date is not None:
        items.append(Period(date, period, PERIOD))
    _check_names([item if isinstance(item, str) else item.name for item in items])
    unit = source.cluster(cluster)
    used = [score, *names, weight, unit.column if unit else None, date]
    basis = source.basis([name for name in used if name is not None], counts=counts)
    if date is not None and engine.kind_of(date) == "text":
        engine = _dated(engine, [name for name in used if name is not None], date)
    return MetricQuestion(engine, table, score, tuple(items), weight, unit, date, confidence, basis)


def _dated(engine: Engine, columns: Sequence[str], date: str) -> Engine:
    """The same rows with a column of ISO texts read as dates, as every other metric reads them."""
    rows = pd.DataFrame(engine.values(list(dict.fromkeys(columns))))
    times, _ = microseconds(rows[date], f"date, column '{date}'")
    rows[date] = np.where(times == NEVER, np.datetime64("NaT"), times.astype("datetime64[us]"))
    return engine_of(rows)


def column_of_role(data: Any, role: str) -> str:
    """The one column of a role in a table; a problem if there is none, or a choice."""
    return _column_of_role(data if isinstance(data, Table) else None, role, "score")


def _column_of_role(table: Table | None, role: str | None, argument: str) -> str:
    """The one column of a role; a problem if there is none, or a choice."""
    columns = table.columns_of(role) if table is not None and role is not None else ()
    if table is not None and len(columns) == 1 and role in SCORES:
        doubt = table.doubt_about(columns[0])
        if doubt is not None:
            answers = " or ".join(f"'{answer.words}'" for answer in doubt.answers)
            raise Problem(
                doubt.ask,
                where=f"{table.name}, column '{columns[0]}'",
                do=f"Answer {answers} (table.answered), or name the column with {argument}=",
            )
    if len(columns) == 1:
        return columns[0]
    if len(columns) > 1:
        raise Problem(
            f"{len(columns)} columns have the role '{role}': {', '.join(columns)}", do=f"Name one with {argument}="
        )
    missing = f"no column is known to hold the {argument}" if role is None else f"no column has the role '{role}'"
    raise Problem(missing, where=table.name if table is not None else None, do=f"Name one with {argument}=")


def _check_names(names: list[str]) -> None:
    taken = [name for name in names if name in RESULT_COLUMNS or names.count(name) > 1]
    if taken:
        raise Problem(
            f"the result cannot have two columns called '{taken[0]}'",
            where="by",
            do="Name each group column once, and rename one that is called like a result",
        )


def no_answers(score: str) -> Problem:
    """The problem of a score nobody gave."""
    return Problem("there is no valid answer in it", where=f"column '{score}'", do="Name another column, or other rows")
