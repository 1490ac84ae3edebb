"""Columns of a table by what was decided about them, and those an analysis takes where nobody names one."""

from __future__ import annotations

from typing import Final

from cxanalysis.columns.kinds import SCORES
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.multiple_choice import Choices
from cxanalysis.columns.scale import Scale
from cxanalysis.tables.decisions import Decisions
from cxanalysis.tables.table_rows import RowSource

#: A rating without an answer in more than this share of the rows is no driver unless somebody names it.
MOST_EMPTY: Final = 0.2


class ChosenColumns:
    """What a table knows about its columns."""

    __slots__ = ("decisions", "rows")

    def __init__(self, rows: RowSource, decisions: Decisions) -> None:
        self.rows: RowSource = rows
        #: All that is decided, as one value.
        self.decisions: Decisions = decisions

    # --- what was decided ---------------------------------------------------------------------------

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns: those read, then those made from cells with several answers."""
        return self.rows.columns

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return self.rows.n_rows

    @property
    def kind(self) -> str | None:
        """What a row is."""
        return self.decisions.kind

    @property
    def kind_reason(self) -> tuple[float, str]:
        """How sure that is (0…1), and why."""
        return self.decisions.kind_reason

    @property
    def roles(self) -> dict[str, str]:
        """Column → its role; one for every column."""
        return self.decisions.roles

    @property
    def reasons(self) -> dict[str, tuple[float, str]]:
        """Column → how sure its role is (0…1), and why."""
        return self.decisions.reasons

    @property
    def scales(self) -> dict[str, Scale]:
        """Column → its scale."""
        return self.decisions.scales

    @property
    def codes(self) -> tuple[MissingCode, ...]:
        """Values that stand for "no answer", applied or only proposed."""
        return self.decisions.codes

    @property
    def formats(self) -> dict[str, str]:
        """Column → how its texts are read as numbers or dates."""
        return self.decisions.formats

    @property
    def choices(self) -> dict[str, Choices]:
        """Questions with several answers."""
        return self.decisions.choices

    @property
    def labels(self) -> dict[str, str]:
        """Column → the question's full text."""
        return self.decisions.labels

    @property
    def notes(self) -> tuple[str, ...]:
        """All that was done on the way in, in order."""
        return self.decisions.notes

    @property
    def unsure(self) -> tuple[str, ...]:
        """Columns whose recognised role asks to be confirmed: less sure than 70 %, in file order."""
        return self.decisions.unsure

    def applied_codes(self) -> dict[str, tuple[str | float, ...]]:
        """Column → the values treated as no answer."""
        return self.decisions.applied_codes

    # --- what is chosen -----------------------------------------------------------------------------

    def columns_of(self, *roles: str) -> tuple[str, ...]:
        """Columns that have one of these roles, in file order."""
        return tuple(c for c in self.columns if self.roles[c] in roles)

    def column_of(self, role: str) -> str | None:
        """The one column that has this role; None if there is none or more than one."""
        columns = self.columns_of(role)
        return columns[0] if len(columns) == 1 else None

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
        return self.rows.empty_cells(columns)

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
    def customer(self) -> str | None:
        """The customer (or respondent) whose rows belong together; None if no column, or more than one, says so."""
        return self.column_of("customer")

    @property
    def score(self) -> str | None:
        """The column an analysis takes as outcome if none is named."""
        for role in SCORES:
            if columns := self.columns_of(role):
                return columns[0]
        return None
