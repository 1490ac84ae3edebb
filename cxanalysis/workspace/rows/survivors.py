"""Which rows of several imports make up a table: later rows replace earlier ones by id, none comes twice.

The imports lie on disk, each a Parquet file; DuckDB compares them there, so millions of rows need little memory.
Two cells are the same if they say the same: 5, 5.0 and "5" are, "05" is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cxanalysis.columns.cell_text import cell_text
from cxanalysis.problem import Problem
from cxanalysis.workspace.rows.as_read import forms_of, places_of
from cxanalysis.workspace.rows.cell_marks import all_unmarked

#: Nothing may be fetched from outside while a query runs.
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_BLANKS: Final = "[ \\t\\r\\n\\f\\v\u00a0\u202f\u2007]+"
#: What DuckDB calls the number of a row in its file.
_LINE: Final = "file_row_number"
#: What is done with rows that are there already and have no id that would tell.
REPEATED: Final = ("add", "leave out")


@dataclass(frozen=True, slots=True)
class ImportedRows:
    """One import as it joins the others.

    Attributes
    ----------
    path : Path
        Its rows as read.
    n_rows : int
    by : str or None
        Column of ids; None where rows have none.
    no_id : tuple of str
        Values of that column that stand for "no id".
    repeated : str
        "add" or "leave out": what becomes of rows without an id that are there already, word for word.
    """

    path: Path
    n_rows: int
    by: str | None = None
    no_id: tuple[str, ...] = ()
    repeated: str = "add"


@dataclass(frozen=True, slots=True)
class Joining:
    """What became of the rows of one import.

    Attributes
    ----------
    rows : int
        Rows of it that are in the table when all imports have joined.
    added, replaced, unchanged : int
        When it joined: new rows; rows that took the place of one with the same id; rows that were there already and
        add nothing.
    overlapping : int
        Rows without an id that were there already, word for word, and were added all the same.
    twice : int
        Rows whose id stands in a later row of the same file, which counts instead.
    """

    rows: int
    added: int
    replaced: int = 0
    unchanged: int = 0
    overlapping: int = 0
    twice: int = 0


Mask = NDArray[np.bool_]


def survivors(parts: Sequence[ImportedRows], columns: Sequence[str]) -> tuple[list[Mask], list[Joining]]:
    """Rows of each part that are in the table, and what became of each part when it joined.

    Parameters
    ----------
    parts : sequence of ImportedRows
        In the order in which they came.
    columns : sequence of str
        The table's own columns; two rows are the same if all of these say the same.

    Returns
    -------
    masks : list of array of bool, shape (rows of the part,)
    joined : list of Joining
    """
    with duckdb.connect(config=_OFFLINE) as connection:
        fold = _Fold(connection, parts, columns)
        joined = [fold.join(number) for number in range(len(parts))]
        masks = [fold.mask(number) for number in range(len(parts))]
    return masks, [
        Joining(int(mask.sum()), one.added, one.replaced, one.unchanged, one.overlapping, one.twice)
        for mask, one in zip(masks, joined, strict=True)
    ]


class _Fold:
    """The imports joined one after the other; the table `state` holds the rows that are in."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, parts: Sequence[ImportedRows], columns: Sequence[str]
    ) -> None:
        self.connection, self.parts, self.columns = connection, parts, columns
        self.keyed_by: tuple[str, tuple[str, ...]] | None = None
        self.run("CREATE TEMP TABLE state (part INTEGER, line BIGINT, id VARCHAR)")
        self.cells = [cells_of(connection, part.path) for part in parts]

    def run(self, statement: str) -> duckdb.DuckDBPyConnection:
        return self.connection.execute(statement)

    def number(self, question: str) -> int:
        return int(self.run(question).fetchall()[0][0])

    def mask(self, number: int) -> Mask:
        mask = np.zeros(self.parts[number].n_rows, dtype=bool)
        lines = self.run(f"SELECT line FROM state WHERE part = {number}").fetchnumpy()["line"]
        mask[np.asarray(lines, dtype=np.int64)] = True
        return mask

    def join(self, number: int) -> Joining:
        part = self.parts[number]
        if part.by is None:
            self.run(f"CREATE OR REPLACE TEMP TABLE file AS {self._lines(number, None, ())}")
            return self._join_without_id(number, 0, 0, 0)
        if self.keyed_by != (part.by, part.no_id):
            self._key(number)
        return self._join_by_id(number)

    def _key(self, number: int) -> None:
        """Give the rows that are in the ids of the column by which the next import joins."""
        part = self.parts[number]
        for earlier in range(number):
            self.run(
                f"UPDATE state SET id = k.id FROM ({self._lines(earlier, part.by, part.no_id)}) AS k "
                f"WHERE state.part = {earlier} AND state.line = k.line"
            )
        self.keyed_by = (str(part.by), part.no_id)

    def _join_by_id(self, number: int) -> Joining:
        part = self.parts[number]
        self.run(f"CREATE OR REPLACE TEMP TABLE file AS {self._lines(number, part.by, part.no_id)}")
        self.run(
            "CREATE OR REPLACE TEMP TABLE earlier AS SELECT line FROM file WHERE id IS NOT NULL "
            "QUALIFY row_number() OVER (PARTITION BY id ORDER BY line DESC) > 1"
        )
        self.run("DELETE FROM file WHERE line IN (SELECT line FROM earlier)")
        self.run(
            "CREATE OR REPLACE TEMP TABLE met AS SELECT file.line AS new, state.part, state.line AS old "
            "FROM file JOIN state USING (id)"
        )
        met = self.number("SELECT count(DISTINCT new) FROM met")
        unchanged = self._unchanged(number) if met else 0
        if met:
            self.run("DELETE FROM file WHERE line IN (SELECT new FROM same)")
            self.run(
                "DELETE FROM state USING met WHERE state.part = met.part AND state.line = met.old "
                "AND met.new NOT IN (SELECT new FROM same)"
            )
        twice = self.number("SELECT count(*) FROM earlier")
        return self._join_without_id(number, met - unchanged, unchanged, twice)

    def _unchanged(self, number: int) -> int:
        """Rows whose id is known and that say what the known row says; they are put into the table `same`."""
        parts = [int(row[0]) for row in self.run("SELECT DISTINCT part FROM met ORDER BY part").fetchall()]
        old = " UNION ALL ".join(
            self._marks(part, f"line IN (SELECT old FROM met WHERE part = {part})") for part in parts
        )
        new = self._marks(number, "line IN (SELECT new FROM met)")
        self.run(
            f"CREATE OR REPLACE TEMP TABLE same AS SELECT met.new FROM met JOIN ({old}) AS o ON o.part = met.part "
            f"AND o.line = met.old JOIN ({new}) AS n ON n.line = met.new GROUP BY met.new "
            "HAVING bool_and(o.mark = n.mark)"
        )
        return self.number("SELECT count(*) FROM same")

    def _join_without_id(self, number: int, replaced: int, unchanged: int, twice: int) -> Joining:
        """What the file still holds joins; of rows without an id those that are there already are counted."""
        leave = self.parts[number].repeated == "leave out"
        overlapping = self._overlapping(number)
        if overlapping and leave:
            self.run("DELETE FROM file WHERE line IN (SELECT line FROM there)")
            unchanged += overlapping
        total = self.number("SELECT count(*) FROM file")
        self.run(f"INSERT INTO state SELECT {number}, line, id FROM file")
        return Joining(0, total - replaced, replaced, unchanged, 0 if leave else overlapping, twice)

    def _overlapping(self, number: int) -> int:
        """Rows without an id that are there as often already; they are put into the table `there`."""
        keyed = self.parts[number].by is not None
        without = " AND id IS NULL" if keyed else ""
        if not self.number(f"SELECT count(*) FROM file WHERE true{without}"):
            return 0
        parts = [
            int(row[0])
            for row in self.run(f"SELECT DISTINCT part FROM state WHERE true{without} ORDER BY part").fetchall()
        ]
        if not parts:
            return 0
        old = " UNION ALL ".join(
            self._marks(part, f"line IN (SELECT line FROM state WHERE part = {part}{without})") for part in parts
        )
        new = self._marks(number, f"line IN (SELECT line FROM file WHERE true{without})")
        self.run(
            f"CREATE OR REPLACE TEMP TABLE there AS WITH old AS (SELECT mark, count(*) AS times FROM ({old}) GROUP BY "
            f"mark), new AS (SELECT line, mark, row_number() OVER (PARTITION BY mark ORDER BY line) AS nth FROM ({new})"
            ") SELECT new.line FROM new JOIN old USING (mark) WHERE nth <= times"
        )
        return self.number("SELECT count(*) FROM there")

    # --- sources --------------------------------------------------------------------------------------

    def _lines(self, number: int, by: str | None, no_id: Sequence[str]) -> str:
        """Line and id of every row of a part."""
        cell = self.cells[number].get(by) if by is not None else None
        key = "CAST(NULL AS VARCHAR)" if cell is None else cell
        if cell is not None and no_id:
            key = f"CASE WHEN {cell} IN ({', '.join(map(_quoted, no_id))}) THEN NULL ELSE {cell} END"
        return f"SELECT file_row_number AS line, {key} AS id FROM {self._rows(number)}"

    def _marks(self, number: int, where: str) -> str:
        """Part, line and a fingerprint (128 bits) of what every cell of the row says."""
        texts = [self.cells[number].get(column, "NULL") for column in self.columns]
        cells = [f"coalesce(length({text})::VARCHAR || ':' || {text}, '-')" for text in texts]
        mark = f"md5({' || '.join(cells)})" if cells else "''"
        return (
            f"SELECT {number} AS part, line, mark FROM (SELECT file_row_number AS line, {mark} AS mark "
            f"FROM {self._rows(number)}) WHERE {where}"
        )

    def _rows(self, number: int) -> str:
        return f"read_parquet({_quoted(str(self.parts[number].path))}, file_row_number = true)"


def cells_of(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """Column → SQL for what its cells say, as text; blank cells are missing."""
    schema = pq.read_schema(path)
    if any(name.casefold() == _LINE for name in schema.names):
        raise Problem(f"a column is called '{_LINE}', as the rows' own numbers are", do="Give it another name")
    forms = forms_of(schema)
    # DuckDB renames one of "Late" and "late"; the order of the columns is the file's.
    called = connection.read_parquet(str(path)).columns
    known = dict(zip(schema.names, called, strict=True))
    return {
        name: _cell(schema.field(place), _column(known[place]), forms.get(name, {}))
        for name, place in places_of(schema).items()
    }


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cell(field: pa.Field, column: str, form: Mapping[str, Any]) -> str:
    if "levels" in form:
        levels = cell_text(pd.Series(all_unmarked(form["levels"]), dtype=object))
        texts = ", ".join("NULL" if level != level else _quoted(str(level)) for level in levels)
        return f"([{texts}]::VARCHAR[])[{column}::INTEGER + 1]"
    if form.get("marked"):
        whole = f"regexp_replace({_clean(f'substr({column}, 2)')}, '^(-?[0-9]+)[.]0$', '\\1')"
        return f"nullif(trim(regexp_replace({whole}, '[ T]00:00:00$', '')), '')"
    if pa.types.is_floating(field.type):
        whole = f"CASE WHEN {column} = round({column}) AND abs({column}) < 1e15 THEN {column}::BIGINT::VARCHAR"
        return f"CASE WHEN isnan({column}) THEN NULL ELSE {whole} ELSE {column}::DOUBLE::VARCHAR END END"
    if pa.types.is_timestamp(field.type) or pa.types.is_date(field.type):
        return f"regexp_replace({column}::VARCHAR, ' 00:00:00$', '')"
    if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
        return f"nullif(trim({_clean(column)}), '')"
    return f"{column}::VARCHAR"


def _clean(text: str) -> str:
    return f"regexp_replace({text}, '{_BLANKS}', ' ', 'g')"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
