"""What every result can do: say what it rests on, print itself, show itself in Jupyter, draw itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from html import escape
from importlib import import_module
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd

from cxanalysis.basis import Basis

#: Rows of a table that a printed result shows; Jupyter shows all of them.
ROWS_PRINTED: Final = 12
#: Characters of a printed line.
WIDTH: Final = 110


class Result:
    """The base of every result: a frozen dataclass with a `table`, a `headline`, `notes` and a `basis`.

    What an analysis rests on (n, what was left out, weight, cluster, period, confidence, seed, labels) is read from
    `basis`; nothing else carries these facts.

    Attributes
    ----------
    basis : Basis
    n, weight, cluster, period, confidence, resamples, seed, labels
        As in `basis`; `cluster` is the name of its column.
    n_excluded : int
        Rows left out, for all reasons.
    """

    __slots__ = ()

    basis: Basis
    #: Tables that are shown, in this order.
    shown_tables: ClassVar[tuple[str, ...]] = ("table",)

    @property
    def n(self) -> Any:
        """Rows or units used; a range where the columns have different ones."""
        return self.basis.n

    @property
    def n_excluded(self) -> int:
        """Rows left out, for all reasons."""
        return self.basis.n_left_out

    @property
    def weight(self) -> str | None:
        """The column of weights."""
        return self.basis.weight

    @property
    def cluster(self) -> str | None:
        """The column of the customer whose rows count as one unit."""
        return None if self.basis.cluster is None else self.basis.cluster.column

    @property
    def period(self) -> tuple[str, str] | None:
        """First and last date of the rows used, ISO."""
        return self.basis.period

    @property
    def confidence(self) -> Any:
        """Of all intervals, 0…1; None for a result without any."""
        return self.basis.confidence

    @property
    def resamples(self) -> int:
        """How many resamples were drawn."""
        return self.basis.resamples or 0

    @property
    def seed(self) -> int:
        """Of all that was drawn."""
        return self.basis.seed or 0

    @property
    def labels(self) -> Mapping[str, str]:
        """Column → what it is called in sentences and charts."""
        return self.basis.labels

    @property
    def facts(self) -> tuple[str, ...]:
        """The quiet line under the result: its basis in words, further figures, and its method."""
        method = str(getattr(self, "method", "") or "")
        return tuple(fact for fact in (*self.basis.facts, *self._further_facts(), method) if fact)

    def _further_facts(self) -> tuple[str, ...]:
        """Figures of this kind of result that belong into the quiet line."""
        return ()

    @property
    def further_sentences(self) -> tuple[str, ...]:
        """Sentences that stand under the headline, where a result has more than one thing to say."""
        return ()

    def plot(self, **options: Any) -> Any:
        """The result as an Altair chart; `options` as in its chart of `cx.charts`.

        Raises
        ------
        Problem
            If there is no chart of this kind of result.
        """
        return import_module("cxanalysis.charts").chart_of(self, **options)

    def __str__(self) -> str:
        lines = [str(getattr(self, "headline", "")), *self.further_sentences, ""]
        for name in self.shown_tables:
            table = getattr(self, name)
            if isinstance(table, pd.DataFrame):
                lines += [table.head(ROWS_PRINTED).to_string(index=False, max_colwidth=40, line_width=WIDTH)]
                if len(table) > ROWS_PRINTED:
                    lines.append(f"… {len(table) - ROWS_PRINTED:,} more rows in .{name}")
                break
        return "\n".join([*lines, " · ".join(self.facts)]).strip()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {getattr(self, 'headline', '') or ' · '.join(self.facts)}>"

    def _repr_html_(self) -> str:
        headline = str(getattr(self, "headline", ""))
        tables = [getattr(self, name) for name in self.shown_tables]
        shown = [t for t in tables if isinstance(t, pd.DataFrame) and (len(t) or t is tables[0])]
        notes = "".join(f"<li>{escape(str(note))}</li>" for note in getattr(self, "notes", ()))
        return "".join(
            [
                f"<p><b>{escape(headline)}</b></p>" if headline else "",
                *(f"<p>{escape(sentence)}</p>" for sentence in self.further_sentences),
                *(table.to_html(index=False, escape=True) for table in shown),
                f"<p>{escape(' · '.join(self.facts))}</p>",
                f"<ul>{notes}</ul>" if notes else "",
            ]
        )

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(_same(getattr(self, f.name), getattr(other, f.name)) for f in fields(self))  # type: ignore[arg-type]

    __hash__ = None  # type: ignore[assignment]  # tables change in place; equal results need not stay equal


def _same(one: Any, other: Any) -> bool:
    """Whether two fields of a result hold the same, tables and arrays by their content; gaps are equal."""
    if isinstance(one, pd.DataFrame | pd.Series):
        return type(one) is type(other) and bool(one.equals(other))  # type: ignore[arg-type]
    if isinstance(one, np.ndarray):
        return isinstance(other, np.ndarray) and bool(
            np.array_equal(one, other, equal_nan=np.issubdtype(one.dtype, np.floating))
        )
    if isinstance(one, Mapping):
        return isinstance(other, Mapping) and one.keys() == other.keys() and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, tuple | list):
        return type(one) is type(other) and len(one) == len(other) and all(map(_same, one, other))
    if is_dataclass(one) and not isinstance(one, type | Result):
        return type(one) is type(other) and all(
            _same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)
        )
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (one != one and other != other)
    return bool(one == other)
