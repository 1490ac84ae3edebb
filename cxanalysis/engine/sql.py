"""Columns, codings, periods and ids as DuckDB SQL. Names and values are always quoted, whatever they contain."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from cxanalysis.engine.blocks import HASH_DIGITS
from cxanalysis.engine.need import HASH_BLOCKS, Measure

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_WHOLE_TYPES = frozenset([*_WHOLE, *(f"U{name}" for name in _WHOLE)])


#: Name under which a query sees the rows.
ROWS: Final = "cx_rows"


def name(column: str) -> str:
    """A column's name, quoted, and qualified: a column may be called like an alias of ours."""
    return f"{ROWS}." + '"' + column.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text, quoted."""
    return "'" + value.replace("'", "''") + "'"


def literal(value: Any, kind: str) -> str:
    """A value of a given SQL type; numbers with all their digits."""
    if value is None:
        return f"CAST(NULL AS {kind})"
    shown = value.isoformat(sep=" ") if isinstance(value, dt.datetime) else str(value)
    return f"CAST({text(shown)} AS {kind})"


def kind_of(kind: str) -> str:
    """Kind of a DuckDB type, as in `columns.kind_of`."""
    if kind in _WHOLE_TYPES or kind in ("BOOLEAN", "FLOAT", "DOUBLE") or kind.startswith("DECIMAL"):
        return "number"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return "time"
    if kind in ('"NULL"', "NULL"):
        return "empty"
    return "text" if kind == "VARCHAR" or kind.startswith("ENUM") else "other"


def number(column: str, kind: str) -> str:
    """A column of numbers or flags as DOUBLE; NaN is missing."""
    if kind_of(kind) == "empty":
        return "CAST(NULL AS DOUBLE)"
    cast = f"CAST({name(column)} AS DOUBLE)"
    return f"CASE WHEN isnan({name(column)}) THEN NULL ELSE {cast} END" if kind in ("FLOAT", "DOUBLE") else cast


def moment(column: str, kind: str) -> str:
    """A column of dates as TIMESTAMP without zone (UTC)."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        # Plain arithmetic instead of a cast: that would follow the session's time zone.
        return f"make_timestamp(epoch_us({name(column)}))"
    return f"CAST({name(column)} AS TIMESTAMP)"


def grouped(column: str, kind: str) -> tuple[str, str]:
    """A column as a group value, and the SQL type of that value."""
    if kind_of(kind) == "empty":
        return "CAST(NULL AS VARCHAR)", "VARCHAR"
    if kind in _WHOLE_TYPES or kind == "BOOLEAN":
        return name(column), kind
    if kind_of(kind) == "number":
        return number(column, kind), "DOUBLE"
    if kind_of(kind) == "time":
        return moment(column, kind), "TIMESTAMP"
    return f"CAST({name(column)} AS VARCHAR)", "VARCHAR"


def measured(measure: Measure, kind: str) -> str:
    """A measure's number in each row."""
    against: Any = measure.against
    if measure.coding == "equals":
        value = number(measure.column, kind) if kind_of(kind) == "number" else grouped(measure.column, kind)[0]
        comparable = isinstance(against, str) == (kind_of(kind) in ("text", "other")) and kind_of(kind) != "time"
        same = f"{value} = {_constant(against)}" if comparable else "FALSE"
        return f"CASE WHEN {value} IS NULL THEN NULL WHEN {same} THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END"
    value = number(measure.column, kind)
    if measure.coding == "value":
        return value
    if measure.coding == "nps":
        best, middle = f"{value} >= 9", f"WHEN {value} >= 7 THEN 0.0::DOUBLE"
        return f"CASE WHEN {value} IS NULL THEN NULL WHEN {best} THEN 100.0::DOUBLE {middle} ELSE -100.0::DOUBLE END"
    sign = ">=" if measure.coding == "at_least" else "<="
    hit = f"{value} {sign} {_constant(against)}"
    return f"CASE WHEN {value} IS NULL THEN NULL WHEN {hit} THEN 100.0::DOUBLE ELSE 0.0::DOUBLE END"


def _constant(value: Any) -> str:
    return text(value) if isinstance(value, str) else literal(float(value), "DOUBLE")


def id_text(column: str, kind: str) -> str:
    """The id's canonical text, as `values.id_text` writes it."""
    quoted = name(column)
    if kind_of(kind) == "empty":
        return "CAST(NULL AS VARCHAR)"
    if kind == "BOOLEAN":
        return f"CAST(CAST({quoted} AS INTEGER) AS VARCHAR)"
    if kind_of(kind) == "number" and kind not in _WHOLE_TYPES:
        return f"CAST(CAST({number(column, kind)} AS HUGEINT) AS VARCHAR)"
    if kind_of(kind) == "time":
        return f"CAST(epoch_us({moment(column, kind)}) AS VARCHAR)"
    return f"CAST({quoted} AS VARCHAR)"


def fraction(column: str, kind: str) -> str:
    """The id where it is a number with a fraction, and so no id; else missing."""
    if kind in _WHOLE_TYPES or kind_of(kind) != "number" or kind == "BOOLEAN":
        return "CAST(NULL AS DOUBLE)"
    value = number(column, kind)
    return f"CASE WHEN {value} <> floor({value}) THEN {value} END"


def block(id_: str, row: str) -> str:
    """The block of an id; a row without id is dealt out by its number."""
    hashed = f"CAST('0x' || substr(md5({id_}), 1, {HASH_DIGITS}) AS BIGINT) % {HASH_BLOCKS}"
    return f"CASE WHEN {id_} IS NULL THEN {row} % {HASH_BLOCKS} ELSE {hashed} END"
