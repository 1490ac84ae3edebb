"""What is asked of a metric: which column, of which groups, how weighted; and how its answer is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.columns.kinds import SCORES
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.engines import Engine, engine_of
from cxanalysis.engine.frame_columns import not_a_number, unknown_column
from cxanalysis.engine.need import Measure, Need, Period
from cxanalysis.metrics.estimates import Estimates, Passport
from cxanalysis.metrics.intervals import FEW_CLUSTERS, Precision
from cxanalysis.problem import Problem
from cxanalysis.tables.part import Part
from cxanalysis.tables.table import Table

#: Columns of `Estimates.table` after the groups.
RESULT_COLUMNS: Final = ("value", "low", "high", "n", "n_missing")
#: More different answers than this are no rating scale.
MANY_LEVELS: Final = 200
#: Name of the group column made by `period=`.
PERIOD: Final = "period"


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One question to one table.

    Attributes
    ----------
    engine : Engine
    table : Table or None
        None for a plain frame.
    score : str
    by : tuple of str or Period
    weight, cluster, date : str or None
    confidence : float
    notes : list of str
        Gathered on the way.
    """

    engine: Engine
    table: Table | None
    score: str
    by: tuple[str | Period, ...]
    weight: str | None
    cluster: str | None
    date: str | None
    confidence: float
    notes: list[str] = field(default_factory=list)

    def levels(self) -> list[tuple[float, int]]:
        """Different answers and how often each was given."""
        found = self.engine.levels(self.score, MANY_LEVELS)
        words = [value for value, _ in found if not isinstance(value, (int, float))]
        if words:
            raise not_a_number(self.score, words[0])
        if not found:
            raise no_answers(self.score)
        return [(float(value), count) for value, count in found]

    def sums(self, measures: Sequence[Measure]) -> Aggregates:
        """One query; rows without a date fall out of periods, and are noted."""
        sums = self.engine.aggregate(
            Need(tuple(measures), self.by, weight=self.weight, cluster=self.cluster, pairs=False)
        )
        if self.by and isinstance(self.by[-1], Period):
            undated = [group for group in sums.groups if group[-1] is None]
            rows = sum(int(sums.group(group).rows.sum()) for group in undated)
            if rows:
                self.notes.append(f"{rows:,} rows without a date in '{self.by[-1].column}' are in no period.")
                sums = sums.where([group for group in sums.groups if group[-1] is not None])
        if sums.count.sum() == 0:
            raise no_answers(self.score)
        return sums

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
            confidence=self.confidence,
            method=method,
            weight=self.weight,
            cluster=self.cluster,
            period=self._span(),
            n=int(n.sum()),
            n_missing=int(missing.sum()),
            passport=replace(
                passport,
                exclusions=(*passport.exclusions, *self._exclusions(sums)),
                sources=passport.sources or sources_of(self.table),
            ),
            notes=(*self.notes, *self._cautions(precision, interval[0])),
            every=self.by[-1].every if self.by and isinstance(self.by[-1], Period) else None,
        )

    def _span(self) -> tuple[str, str] | None:
        if self.date is None:
            return None
        first, last = self.engine.span(self.date, self.score)
        return None if first is None else (first.date().isoformat(), last.date().isoformat())

    def _exclusions(self, sums: Aggregates) -> list[str]:
        rows, out = int(sums.rows.sum()), list(part_of(self.table))
        if missing := int(sums.n_missing[:, 0].sum()):
            out.append(f"{missing:,} of {rows:,} rows have no answer in '{self.score}'.")
        if unweighted := int(sums.unweighted.sum()):
            out.append(f"{unweighted:,} of {rows:,} rows have no weight, or weight 0, in '{self.weight}'.")
        return out

    def _cautions(self, precision: Precision, low: NDArray[Any]) -> list[str]:
        out = []
        if self.weight is None and self.table is not None and (unused := self.table.column_of("weight")):
            out.append(f"Unweighted: the table's weights in '{unused}' are used when named.")
        if precision.clusters is not None:
            few = int(((precision.clusters < FEW_CLUSTERS) & (precision.n > 0)).sum())
            if few:
                where = "" if len(low) == 1 else f" in {few:,} of {len(low):,} groups"
                out.append(f"Fewer than {FEW_CLUSTERS} clusters ('{self.cluster}'){where}: t with clusters - 1.")
        if nothing := int((precision.n == 0).sum()):
            out.append(f"{nothing:,} of {len(low):,} groups have no answer.")
        bare = int((np.isnan(low) & (precision.n > 0)).sum())
        if bare:
            where = "There is no interval" if len(low) == 1 else f"{bare:,} of {len(low):,} groups have no interval"
            out.append(
                f"{where}: too few answers or clusters, or answers that are all the same, do not tell how they vary."
            )
        return out


def ask(
    data: Any,
    score: str | None,
    role: str | None,
    *,
    by: str | Sequence[str] | None,
    weight: str | None,
    cluster: str | None,
    confidence: float,
    date: str | None,
    period: str | None,
) -> Asked:
    """Check and complete what was asked, from what the table knows about its columns.

    Raises
    ------
    Problem
        If a column is not there, is not named and cannot be known, or the confidence is not between 0 and 1.
    """
    engine, table = engine_of(data), data if isinstance(data, Table) else None
    if not 0 < confidence < 1:
        raise Problem(f"a confidence of {confidence:g} is not between 0 and 1", do="Use 0.95 for 95 %")
    names = [by] if isinstance(by, str) else list(by or ())
    score = score if score is not None else _by_role(table, role, "score")
    if date is None and table is not None:
        date = table.column_of("date")
    if period is not None and date is None:
        date = _by_role(table, "date", "date")
    for name in (score, weight, cluster, date, *names):
        if name is not None and name not in engine.columns():
            raise unknown_column(name, engine.columns())
    items: list[str | Period] = list(names)
    if period is not None and date is not None:
        items.append(Period(date, period, PERIOD))
    _check_names([item if isinstance(item, str) else item.name for item in items])
    return Asked(engine, table, score, tuple(items), weight, cluster, date, confidence)


def by_role(data: Any, role: str) -> str:
    """The one column of a role in a table; a problem if there is none, or a choice."""
    return _by_role(data if isinstance(data, Table) else None, role, "score")


def _by_role(table: Table | None, role: str | None, argument: str) -> str:
    """The one column of a role; a problem if there is none, or a choice."""
    found = table.columns_of(role) if table is not None and role is not None else ()
    if table is not None and len(found) == 1 and role in SCORES and (asked := table.doubt_about(found[0])) is not None:
        answers = " or ".join(f"'{answer.words}'" for answer in asked.answers)
        raise Problem(
            asked.ask,
            where=f"{table.name}, column '{found[0]}'",
            do=f"Answer {answers} (table.answered), or name the column with {argument}=",
        )
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise Problem(
            f"{len(found)} columns have the role '{role}': {', '.join(found)}", do=f"Name one with {argument}="
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


def part_of(*tables: Table | None) -> tuple[str, ...]:
    """For each of these that is only part of a table, the sentence that says which part."""
    return tuple(table.said for table in tables if isinstance(table, Part))


def sources_of(*tables: Table | None) -> tuple[str, ...]:
    """The tables a value was computed from: name, and the first digits of the content's token."""
    return tuple(f"{table.name} {table.token[:8]}" for table in tables if table is not None)


def no_answers(score: str) -> Problem:
    """The problem of a score nobody gave."""
    return Problem("there is no valid answer in it", where=f"column '{score}'", do="Name another column, or other rows")
