"""Reads one file of a statistics package in a process of its own, because a damaged one can end the process.

Run by `statistics_file` as `python statistics_process.py KIND FILE ROWS FACTS LIMIT`; imports nothing of the package.
The rows are written as Parquet, what the file says about its columns as JSON. Exit code 3: the file is damaged.
"""

from __future__ import annotations

import json
import math
import sys
import warnings
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pyreadstat

#: What pyreadstat raises for files that are damaged, by looking at a hundred thousand of them.
_DAMAGED = (
    pyreadstat.ReadstatError,
    ArithmeticError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
)


def main(kind: str, file: str, rows: str, facts: str, most_memory: str) -> int:
    """Read `file` and write `rows` and `facts`."""
    _bound_memory(int(most_memory))
    readers: dict[str, Any] = {
        "sav": pyreadstat.read_sav,
        "dta": pyreadstat.read_dta,
        "sas7bdat": pyreadstat.read_sas7bdat,
        "xpt": pyreadstat.read_xport,
    }
    extra = {} if kind == "xpt" else {"user_missing": True}
    warnings.simplefilter("ignore")
    try:
        frame, about = readers[kind](file, dates_as_pandas_datetime=True, **extra)
        frame.columns = [str(name) for name in frame.columns]
        tagged = {str(column): list(marks) for column, marks in about.missing_user_values.items()}
        # The same value types for all rows of a column: Parquet knows no others.
        frame = pd.DataFrame({name: _plain(frame[name], set(tagged.get(name, ()))) for name in frame.columns})
        frame.to_parquet(rows, index=False)
        with open(facts, "w", encoding="utf-8") as out:
            json.dump(_about(about, tagged), out)
    except _DAMAGED:
        return 3
    return 0


def _bound_memory(most: int) -> None:
    """A damaged file may claim to hold billions of rows."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _plain(column: pd.Series, tagged: set[str]) -> pd.Series:
    if column.dtype != object:
        return column
    return column.map(lambda value: _text(value, tagged), na_action="ignore").astype("str")


def _text(value: Any, tagged: set[str]) -> str:
    """A number as the package shows it; a tagged missing value with its point (Stata's `.a`)."""
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value.is_integer() else repr(value)
    return f".{value}" if value in tagged else str(value)


def _about(about: Any, tagged: Mapping[str, list[str]]) -> dict[str, Any]:
    return {
        "labels": {str(c): text for c, text in about.column_names_to_labels.items() if text},
        "values": {
            str(c): [[f".{v}" if v in tagged.get(str(c), ()) else v, str(text)] for v, text in words.items()]
            for c, words in about.variable_value_labels.items()
        },
        "missing": {str(c): [[r["lo"], r["hi"]] for r in ranges] for c, ranges in about.missing_ranges.items()},
        "tagged": {c: [f".{mark}" for mark in marks] for c, marks in tagged.items()},
    }


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
