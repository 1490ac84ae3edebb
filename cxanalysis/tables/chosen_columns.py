"""Columns of a table by their roles, and those an analysis takes where nobody names one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from cxanalysis.columns.content_token import empty_cells
from cxanalysis.columns.scale import Scale
from cxanalysis.tables.driver_choice import DriverLeftOut, driver_choice
from cxanalysis.tables.exclusions import Exclusion, exclusions_of, without
from cxanalysis.tables.outcome_evidence import best_outcome
from cxanalysis.tables.question import Question, answered, every_doubt, questions_of

if TYPE_CHECKING:
    import pandas as pd

    from cxanalysis.recognise.doubt import Doubt
    from cxanalysis.tables.table import Table

#: A rating without an answer in more than this share of the rows is no driver unless somebody names it.
MOST_EMPTY: Final = 0.2


class ChosenColumns:
    """The part of `Table` that chooses columns."""

    __slots__ = ()

    if TYPE_CHECKING:
        _frame: pd.DataFrame | None
        columns: tuple[str, ...]
        n_rows: int
        parquet: Path | None
        roles: dict[str, str]
        scales: dict[str, Scale]
        doubts: tuple[Doubt, ...]

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
        """The drivers an analysis takes if none is named: failures; else ratings that most people gave; else flags;
        else groups and amounts. What cannot drive is left out: see `left_out_drivers`.
        """
        return driver_choice(cast("Table", self), outcome).drivers

    def left_out_drivers(self, outcome: str) -> tuple[DriverLeftOut, ...]:
        """Columns that an analysis does not take as drivers by itself, each with its reason."""
        return driver_choice(cast("Table", self), outcome).left_out

    @property
    def customer(self) -> str | None:
        """The customer (or respondent) whose rows belong together; None if no column, or more than one, says so."""
        return self.column_of("customer")

    @property
    def score(self) -> str | None:
        """The column an analysis takes as outcome if none is named: sure, or confirmed. See `cx.outcomes`."""
        return best_outcome(cast("Table", self))

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked about the table before it is used: at most three questions, the one that matters most first."""
        return questions_of(cast("Table", self))

    def doubt_about(self, column: str) -> Doubt | None:
        """What has to be answered before anything is computed from a column by itself; None if it is sure."""
        return next(
            (one for one in every_doubt(cast("Table", self)) if one.column == column and one.what != "records"), None
        )

    def answered(self, answers: Mapping[Any, str]) -> Table:
        """The table with questions answered.

        Parameters
        ----------
        answers : mapping
            A `Question` (or its column) → one of its options.

        Examples
        --------
        >>> import cxanalysis as cx
        >>> table = cx.read(b"Zufriedenheit\\n" + b"1\\n2\\n6\\n3\\n5\\n4\\n" * 20)
        >>> table.score is None
        True
        >>> table = table.answered({"Zufriedenheit": "1 is the best answer"})
        >>> table.score, table.scales["Zufriedenheit"].describe(), table.questions
        ('Zufriedenheit', '1–6, low is good', ())
        """
        return answered(cast("Table", self), answers)

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """Answers that should not count (previews, tests, spam, unfinished ones), proposed with what they change."""
        return exclusions_of(cast("Table", self))

    def without(self, exclusions: Iterable[Exclusion]) -> Table:
        """The part of the table that is left without some of its `exclusions`."""
        return without(cast("Table", self), exclusions)
