"""A table as its quality is looked at: rows, outcome, blocks of ratings, and how a finding is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis import numbers
from cxanalysis.arguments import check_column, check_confidence, shown
from cxanalysis.labels import labels_of
from cxanalysis.problem import Problem
from cxanalysis.quality.change_of_mean import change_of_mean
from cxanalysis.quality.quality_result import Mask, QualityFinding
from cxanalysis.tables.as_table import as_table
from cxanalysis.tables.table import Table

#: Kinds of source in which a row is what somebody said.
SAID: Final = frozenset({"survey", "reviews", "employee_feedback"})
#: Roles whose values are grades on a scale.
GRADES: Final = ("nps", "csat", "ces", "rating")
#: Roles an analysis takes numbers or groups from.
ANALYSED: Final = (*GRADES, "flag", "number", "amount", "category")
#: So many questions on one scale are a block in which giving one answer throughout is conspicuous.
BLOCK: Final = 5
#: One digit more than the interval deserves, so that before and after can be told apart; but no more than this.
_MOST_DIGITS: Final = 3
#: Fewer rows than this share are too few to distort anything by themselves.
_NEGLIGIBLE: Final = 0.005


@dataclass(frozen=True, eq=False)
class Examined:
    """What the checks look at. No slots: what several checks need is worked out once and kept.

    Attributes
    ----------
    table : Table
    outcome : str or None
    today : Timestamp
    confidence : float
    """

    table: Table
    outcome: str | None
    today: pd.Timestamp
    confidence: float

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows with all decisions applied."""
        return self.table.frame

    @cached_property
    def n(self) -> int:
        """Rows."""
        return self.table.n_rows

    @cached_property
    def y(self) -> NDArray[np.float64] | None:
        """The outcome, NaN where there is none; None without an outcome."""
        if self.outcome is None:
            return None
        return self.frame[self.outcome].to_numpy("float64", na_value=np.nan)

    @cached_property
    def hashes(self) -> NDArray[np.int64]:
        """A number a row as the file had it: equal rows, equal numbers."""
        return row_hashes(self.table.raw)

    @cached_property
    def said(self) -> bool:
        """Whether a row is what somebody said."""
        return self.table.kind in SAID or (self.table.kind is None and bool(self.table.columns_of(*GRADES)))

    @cached_property
    def blocks(self) -> list[list[str]]:
        """Neighbouring questions on one scale, five or more; comments and ignored columns between them do not count."""
        runs: list[list[str]] = [[]]
        scale: Any = None
        for column in self.table.columns:
            role = self.table.roles[column]
            if role in ("text", "ignore"):
                continue
            found = self.table.scales.get(column) if role in GRADES else None
            here = (found.low, found.high, found.step) if found else None
            if here is None or here != scale:
                runs.append([])
            if here is not None:
                runs[-1].append(column)
            scale = here
        return [run for run in runs if len(run) >= BLOCK]

    def called(self, column: object) -> str:
        """What a column is called in a sentence."""
        return self._called.get(str(column)) or numbers.plain(column, 40)

    @cached_property
    def _called(self) -> dict[str, str]:
        return {name: numbers.plain(word, 40) for name, word in labels_of(self.table, self.table.columns).items()}

    def listed(self, columns: Sequence[str], most: int = 4) -> str:
        """What columns are called, as a sentence holds them."""
        return listed([self.called(column) for column in columns], most)

    def numbers_of(self, column: str) -> NDArray[np.float64]:
        """A numeric column as an array."""
        return self.frame[column].to_numpy("float64", na_value=np.nan)

    def change(self, leave: Mask, unit: NDArray[np.int64] | None = None) -> tuple[float, float, float]:
        """By how much the mean of the outcome changes without these rows."""
        if self.y is None:
            return np.nan, np.nan, np.nan
        return change_of_mean(self.y, ~leave, unit, self.confidence)

    def moved(self, change: tuple[float, float, float], without: str = "them") -> str:
        """The change in words; empty without an outcome."""
        value, low, high = change
        if self.y is None or not numbers.known(value):
            return ""
        there = self.y[~np.isnan(self.y)]
        name = self.called(self.outcome)
        if not numbers.known(low, high):
            return f"Without {without} the mean of {name} changes by {numbers.number(value, 2, sign=True)}."
        mean, digits = float(there.mean()), min(_MOST_DIGITS, numbers.digits(low, high) + 1)
        before, after = (numbers.number(m, digits) for m in (mean, mean + value))
        by, lowest, highest = (numbers.number(v, digits, sign=True) for v in change)
        return f"Without {without} the mean of {name} goes from {before} to {after}: {by} [{lowest}, {highest}]."

    def weigh(self, matters: str, share: float) -> str:
        """How much it matters: a few rows in a thousand distort nothing."""
        return "to know" if share < _NEGLIGIBLE else matters

    def about_rows(
        self,
        check: str,
        leave: Mask,
        *,
        finding: str,
        effect: str,
        advice: str,
        matters: str,
        columns: tuple[str, ...] = (),
        unit: NDArray[np.int64] | None = None,
    ) -> list[QualityFinding]:
        """A finding about rows that can be left out; none if there is no such row."""
        rows = int(leave.sum())
        if not rows:
            return []
        change, share = self.change(leave, unit), rows / self.n
        words = f"{effect} {self.moved(change)}".strip()
        return [
            QualityFinding(
                check, columns, rows, share, finding, words, advice, self.weigh(matters, share), change, leave=leave
            )
        ]

    def about_values(
        self, check: str, empty: Mapping[str, Mask], *, finding: str, effect: str, advice: str
    ) -> list[QualityFinding]:
        """A finding about values that can be emptied; none if there is no such value."""
        found = {column: mask for column, mask in empty.items() if mask.any()}
        if not found:
            return []
        rows = int(np.logical_or.reduce(list(found.values())).sum())
        share = rows / self.n
        return [
            QualityFinding(
                check, tuple(found), rows, share, finding, effect, advice, self.weigh("distorts", share), empty=found
            )
        ]


def examine(data: Any, outcome: str | None, today: Any, confidence: float) -> Examined:
    """Take in what is to be looked at, and refuse what cannot be."""
    table = as_table(data, "table")
    if table.n_rows == 0:
        raise Problem("it has no rows", where=table.name)
    if outcome is None:
        outcome = table.score
    if outcome is not None:
        check_column(outcome, table.columns, f"outcome, {table.name}")
        if not pd.api.types.is_numeric_dtype(table.frame[outcome]):
            raise Problem(
                "it does not hold numbers, so it cannot be the outcome",
                where=f"column '{outcome}'",
                do="Choose a score, a rating or a yes/no column",
            )
    readable = isinstance(today, str | dt.date)
    moment = pd.Timestamp.now().normalize() if today is None else pd.to_datetime(str(today), errors="coerce")
    if pd.isna(moment) or not (readable or today is None):
        raise Problem(f"{shown(today)} is no date", where="today", do="Write it as 2026-12-31")
    check_confidence(confidence)
    return Examined(table, outcome, moment.normalize(), confidence)


def row_hashes(raw: pd.DataFrame) -> NDArray[np.int64]:
    """A number a row: equal rows, equal numbers."""
    texts = {str(c): raw[c].map(repr) if raw[c].dtype == object else raw[c] for c in raw.columns}
    frame = pd.DataFrame(texts, index=raw.index)
    return pd.util.hash_pandas_object(frame, index=False).to_numpy().view("int64")


def listed(columns: tuple[str, ...] | list[str], most: int = 4) -> str:
    """Column names as a sentence holds them.

    >>> listed(["a", "b", "c"]), listed(["a", "b"], most=1)
    ('a, b and c', 'a and 1 more')
    """
    names = [numbers.plain(column, 40) for column in columns]
    if len(names) > most:
        names = [*names[:most], f"{len(columns) - most} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def rows_said(n: int, noun: str = "row") -> str:
    """A count with its noun.

    >>> rows_said(1), rows_said(1200, "answer")
    ('1 row', '1,200 answers')
    """
    return f"{n:,} {noun if n == 1 else noun + 's'}"
