"""Columns of a table by their roles, and those an analysis takes where nobody names one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cxanalysis.columns.content_token import empty_cells
from cxanalysis.columns.kinds import ANSWER_KINDS, SCORES
from cxanalysis.columns.scale import Scale

if TYPE_CHECKING:
    import pandas as pd

#: A rating without an answer in more than this share of the rows is no driver unless somebody names it.
MOST_EMPTY: Final = 0.2
#: A column with more groups than this is none to compare by.
MOST_GROUPS: Final = 12
#: So many columns are looked at for one with few groups.
COLUMNS_LOOKED_AT: Final = 20


class ChosenColumns:
    """The part of `Table` that chooses columns."""

    __slots__ = ()

    if TYPE_CHECKING:
        _frame: pd.DataFrame | None
        columns: tuple[str, ...]
        kind: str | None
        n_rows: int
        parquet: Path | None
        roles: dict[str, str]
        scales: dict[str, Scale]

        @property
        def unsure(self) -> tuple[str, ...]:
            """Columns whose recognised role asks to be confirmed."""

        def levels(self, column: str, most: int = 50) -> list[Any]:
            """The different values of a column."""

        def only(self, columns: Iterable[str]) -> pd.DataFrame:
            """Some columns of the table's frame."""

    def columns_of(self, *roles: str) -> tuple[str, ...]:
        """Columns that have one of these roles, in file order."""
        return tuple(c for c in self.columns if self.roles[c] in roles)

    def column_of(self, role: str) -> str | None:
        """The one column that has this role; None if there is none or more than one."""
        found = self.columns_of(role)
        return found[0] if len(found) == 1 else None

    @property
    def failures(self) -> tuple[str, ...]:
        """Yes/no columns in which "yes" is bad: what went wrong. A flag that nobody gave a direction counts as one."""
        flags = self.columns_of("flag")
        return tuple(c for c in flags if c not in self.scales or not self.scales[c].higher_is_better)

    @property
    def has_failure_rates(self) -> bool:
        """Whether its rows are events in which something may go wrong, not answers."""
        return bool(self.failures) and self.kind is not None and self.kind not in ANSWER_KINDS

    @property
    def hardly_answered(self) -> tuple[str, ...]:
        """Ratings so often without an answer that, as drivers, they would leave hardly any complete row."""
        ratings = self.columns_of("rating")
        empty = self.empty_cells(ratings)
        return tuple(c for c in ratings if empty[c] > MOST_EMPTY * self.n_rows)

    def empty_cells(self, columns: tuple[str, ...]) -> dict[str, int]:
        """How many rows have no value, by column."""
        if self.parquet is not None and self._frame is None:
            return empty_cells(self.parquet, columns)
        frame = self.only(columns)
        return {column: int(frame[column].isna().sum()) for column in columns}

    def usual_drivers(self, outcome: str) -> tuple[str, ...]:
        """The drivers an analysis takes if none is named: failures; else ratings that most people gave; else flags."""
        ratings = tuple(c for c in self.columns_of("rating") if c not in {outcome, *self.hardly_answered})
        failures = tuple(c for c in self.failures if c != outcome)
        return (
            failures
            or (ratings if len(ratings) > 1 else ())
            or tuple(c for c in self.columns_of("flag", "rating") if c != outcome)
        )

    @property
    def outcome_columns(self) -> tuple[str, ...]:
        """Columns that can be the outcome of a driver analysis, the likeliest first.

        Without a score, the one yes/no answer that is no failure ("would order again") comes before the ratings.
        """
        good = [column for column in self.columns_of("flag") if column not in self.failures]
        if self.score is None and len(good) == 1:
            return (*good, *(column for column in self.columns_of("rating", "flag") if column not in good))
        return tuple(column for role in (*SCORES, "rating", "flag") for column in self.columns_of(role))

    @property
    def has_answers(self) -> bool:
        """Whether it holds a score or ratings."""
        return bool(self.columns_of(*SCORES, "rating"))

    @property
    def usual_group(self) -> str | None:
        """The column to compare by if nobody has said so: few groups, and a role that does not ask to be confirmed."""
        unsure = set(self.unsure)
        columns = sorted(self.columns_of("category"), key=lambda column: column in unsure)
        few = (c for c in columns[:COLUMNS_LOOKED_AT] if 1 < len(self.levels(c, MOST_GROUPS + 1)) <= MOST_GROUPS)
        return next(few, None)

    @property
    def customer(self) -> str | None:
        """The customer (or respondent) whose rows belong together; None if no column, or more than one, says so."""
        return self.column_of("customer")

    @property
    def score(self) -> str | None:
        """The column an analysis takes as outcome if none is named."""
        for role in SCORES:
            if found := self.columns_of(role):
                return found[0]
        return None
