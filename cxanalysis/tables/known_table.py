"""What is known of a table, for those that choose among its columns: the side of `Table` that they look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, Self

import pandas as pd

from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.multiple_choice import Choices
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.files.records.left_out_records import LeftOutRecords
from cxanalysis.recognise.doubt import Doubt


class KnownTable(Protocol):
    """A table as its columns are chosen from. `Table` is one."""

    name: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns."""

    @property
    def n_rows(self) -> int:
        """Number of rows."""

    @property
    def kind(self) -> str | None:
        """What a row is."""

    @property
    def kind_reason(self) -> tuple[float, str]:
        """How sure that is, and why."""

    @property
    def roles(self) -> dict[str, str]:
        """Column → its role."""

    @property
    def reasons(self) -> dict[str, tuple[float, str]]:
        """Column → how sure its role is, and why."""

    @property
    def scales(self) -> dict[str, Scale]:
        """Column → its scale."""

    @property
    def codes(self) -> tuple[MissingCode, ...]:
        """Values that stand for "no answer"."""

    @property
    def formats(self) -> dict[str, str]:
        """Column → how its texts are read."""

    @property
    def choices(self) -> dict[str, Choices]:
        """Questions with several answers."""

    @property
    def labels(self) -> dict[str, str]:
        """Column → the question's full text."""

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What was guessed below the sure line."""

    @property
    def records(self) -> tuple[LeftOutRecords, ...]:
        """Rows of the file that are no records."""

    @property
    def failures(self) -> tuple[str, ...]:
        """Yes/no columns in which "yes" is bad."""

    @property
    def hardly_answered(self) -> tuple[str, ...]:
        """Ratings that too few gave."""

    @property
    def unsure(self) -> tuple[str, ...]:
        """Columns whose role asks to be confirmed."""

    def columns_of(self, *roles: str) -> tuple[str, ...]:
        """Columns that have one of these roles."""

    def only(self, columns: Iterable[str]) -> pd.DataFrame:
        """Some columns of the rows as analysed."""

    def values(self, column: str) -> pd.Series:
        """A column as read."""

    def where(self, kept: Mapping[str, Any]) -> Self:
        """Some of the rows."""

    @property
    def with_(self) -> Callable[..., Self]:
        """The same rows under other decisions."""
