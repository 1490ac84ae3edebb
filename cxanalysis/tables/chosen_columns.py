"""Columns of a table by what was decided about them, and those an analysis takes where nobody names one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Self

import pandas as pd

from cxanalysis.columns.kinds import ANSWER_KINDS, SCORES
from cxanalysis.columns.layout import Layout
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.multiple_choice import Choices
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.files.records.left_out_records import LeftOutRecords
from cxanalysis.recognise.doubt import Doubt
from cxanalysis.tables.decisions import Decisions
from cxanalysis.tables.exclusion import Exclusion, exclusions_of
from cxanalysis.tables.outcomes.driver_choice import driver_choice
from cxanalysis.tables.outcomes.driver_left_out import DriverLeftOut
from cxanalysis.tables.outcomes.outcome_evidence import best_outcome
from cxanalysis.tables.question import Question, every_doubt, questions_of
from cxanalysis.tables.table_rows import RowSource

#: A rating without an answer in more than this share of the rows is no driver unless somebody names it.
MOST_EMPTY: Final = 0.2
#: A column with more groups than this is none to compare by.
MOST_GROUPS: Final = 12
#: So many columns are looked at for one with few groups.
COLUMNS_LOOKED_AT: Final = 20


class ChosenColumns:
    """What a table knows about its columns."""

    __slots__ = ("decisions", "rows")

    if TYPE_CHECKING:  # what `Table` adds, for those who choose among its columns
        name: str

        def only(self, columns: Iterable[str]) -> pd.DataFrame:
            """Some columns of the rows as analysed."""

        def values(self, column: str) -> pd.Series:
            """A column as read."""

        def where(self, kept: Mapping[str, Any]) -> Self:
            """Some of the rows."""

        @property
        def with_(self) -> Callable[..., Self]:
            """The same rows under other decisions."""

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
    def records(self) -> tuple[LeftOutRecords, ...]:
        """RowSource of the file that are no records: left out, or suspected and still in."""
        return self.decisions.records

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What else was guessed below the sure line (direction, ends of a scale, codes) and nobody has confirmed."""
        return self.decisions.doubts

    @property
    def layout(self) -> Layout | None:
        """What a row stands for, where that is surely not one record."""
        return self.decisions.layout

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
        return self.rows.empty_cells(columns)

    def usual_drivers(self, outcome: str) -> tuple[str, ...]:
        """The drivers an analysis takes if none is named: failures; else ratings that most people gave; else flags;
        else groups and amounts. What cannot drive is left out: see `left_out_drivers`.
        """
        return driver_choice(self, outcome).drivers

    def left_out_drivers(self, outcome: str) -> tuple[DriverLeftOut, ...]:
        """Columns that an analysis does not take as drivers by itself, each with its reason."""
        return driver_choice(self, outcome).left_out

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

    def levels(self, column: str, most: int = 50) -> list[Any]:
        """The different values of a column, the most frequent first, at most so many; missing ones left out.

        >>> import pandas as pd, cxanalysis as cx
        >>> cx.Table(pd.DataFrame({"market": ["B2B", "B2C", "B2C", None]}), name="survey").levels("market")
        ['B2C', 'B2B']
        """
        counts = self.rows.only([column])[column].value_counts()
        return sorted(counts.index[:most], key=lambda value: (-counts[value], str(value)))

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
        """The column an analysis takes as outcome if none is named: sure, or confirmed. See `cx.outcomes`."""
        return best_outcome(self)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked about the table before it is used: at most three questions, the one that matters most first."""
        return questions_of(self)

    def doubt_about(self, column: str) -> Doubt | None:
        """What has to be answered before anything is computed from a column by itself; None if it is sure."""
        return next((one for one in every_doubt(self) if one.column == column and one.what != "records"), None)

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """Answers that should not count (previews, tests, spam, unfinished ones), proposed with what they change."""
        return exclusions_of(self)
