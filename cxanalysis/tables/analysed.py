"""Rows of text under the decisions about them, as Arrow columns: what `resolve` does, from distinct texts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from cxanalysis.columns.multiple_choice import Choices, marks_of, unticked
from cxanalysis.columns.resolve import NUMERIC, TEMPORAL, resolve_column
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.text_columns import MANY, OwnTexts, TextColumn, as_series, decoded, in_arrow
from cxanalysis.columns.text_rows import TextRows, in_turn

Codes = tuple[str | float, ...]


def analysed(
    rows: TextRows,
    roles: Mapping[str, str],
    scales: Mapping[str, Scale],
    codes: Mapping[str, Codes],
    formats: Mapping[str, str],
    choices: Mapping[str, Choices],
) -> pa.Table:
    """Every column under its role, then the columns made from cells with several answers.

    Numbers are float64, dates timestamps; texts and what is ignored dictionaries of text, or text where hardly two rows
    are alike.
    """

    def column(name: str) -> pa.Array:
        role, of_column = roles.get(name, "ignore"), codes.get(name, ())
        return resolved(rows[name], role, scales.get(name), of_column, formats.get(name))

    columns = dict(zip(rows.columns, in_turn(column, rows.columns), strict=True))
    for source, one in choices.items():
        if one.separator is not None:
            made = marks_of(rows[source].texts, rows[source].places, one, codes.get(source, ()))
            columns |= {
                name: _under(marks, roles.get(name, "ignore"), scales.get(name), codes.get(name, ()))
                for name, marks in made.items()
            }
    return pa.table({**columns, **_ticked(columns, choices, roles)})


def _under(marks: NDArray[np.float64], role: str, scale: Scale | None, codes: Codes) -> pa.Array:
    """A made yes/no column under its role."""
    return pa.Array.from_pandas(resolve_column(pd.Series(marks), role, scale, codes))


def resolved(column: TextColumn, role: str, scale: Scale | None, codes: Codes, written: str | None) -> pa.Array:
    """A column under its role."""
    if role == "ignore" or (not codes and role not in NUMERIC | TEMPORAL and column.texts is column.given):
        return column.cells
    values = column.resolved(role, scale, codes, written)
    if role in NUMERIC:
        return pa.array(column.of_rows(values.to_numpy("float64"), np.nan), from_pandas=True)
    if role in TEMPORAL:
        return pa.array(column.of_rows(values.to_numpy("datetime64[us]"), np.datetime64("NaT")))
    if isinstance(column, OwnTexts):
        return in_arrow(values)
    if len(values) > MANY:  # such are kept as plain texts, whether or not two of them are alike
        return pa.DictionaryArray.from_arrays(column.cells.indices, in_arrow(values))
    return _recoded(values, column.places)


def _recoded(texts: pd.Series, places: NDArray[np.int32]) -> pa.DictionaryArray:
    """The same dictionary of texts without those that are missing, alike ones put together."""
    new, distinct = pd.factorize(texts)
    rows = np.append(new, -1).astype("int32")[places]
    return pa.DictionaryArray.from_arrays(
        pa.array(rows, mask=rows < 0), pa.array(distinct, pa.large_string(), from_pandas=True)
    )


def _ticked(
    columns: Mapping[str, pa.Array], choices: Mapping[str, Choices], roles: Mapping[str, str]
) -> dict[str, pa.Array]:
    """Tick columns, blanks read as "not ticked" where another answer of the question is ticked."""
    names = [
        name for one in choices.values() if one.separator is None for name in one.columns if roles.get(name) == "flag"
    ]
    if not names:
        return {}
    filled = unticked(pd.DataFrame({name: columns[name].to_pandas() for name in names}), choices, roles)
    return {name: pa.Array.from_pandas(filled[name]) for name in names}


def as_frame(table: pa.Table) -> pd.DataFrame:
    """The columns of `analysed` in pandas: float64, datetime64[us], texts."""
    return pd.DataFrame({name: _in_pandas(table.column(name)) for name in table.column_names})


def _in_pandas(column: pa.ChunkedArray) -> pd.Series:
    array = column.combine_chunks()
    array = array if isinstance(array, pa.Array) else pa.concat_arrays(array.chunks)
    return as_series(decoded(array)) if pa.types.is_dictionary(array.type) else pd.Series(array.to_pandas())
