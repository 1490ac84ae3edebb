"""A folder of Parquet files that together are one table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cxanalysis.files.column_files import read_columnar
from cxanalysis.files.reading import Reading, checked
from cxanalysis.files.source_file import SourceFile
from cxanalysis.problem import Problem


def read_folder(folder: Path) -> Reading:
    """All Parquet files of a folder and the folders in it, one below the other in the order of their names.

    Raises
    ------
    Problem
        If there are none, one is damaged, or their columns do not agree.
    """
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".parquet", ".pq") and _is_data(p, folder))
    if not files:
        raise Problem("this is a folder without Parquet files", where=folder.name, do="Name one of the files in it")
    names = [p.relative_to(folder).as_posix() for p in files]
    frames = [
        read_columnar(SourceFile(name, path=path), "parquet").rows for name, path in zip(names, files, strict=True)
    ]
    for name, frame in zip(names[1:], frames[1:], strict=True):
        _agree(folder, names[0], frames[0], name, frame)
    rows = pd.concat([frame[frames[0].columns] for frame in frames], ignore_index=True)
    note = f"{len(files):,} Parquet file{'s' if len(files) > 1 else ''} of the folder, one below the other."
    return checked(Reading(folder.resolve().name, rows, {}, (note,)), folder.name)


def _is_data(path: Path, folder: Path) -> bool:
    """Programs that write folders put marks and drafts beside the data, with names that begin with _ or a point."""
    return path.is_file() and not any(part.startswith(("_", ".")) for part in path.relative_to(folder).parts)


def _agree(folder: Path, first: str, a: pd.DataFrame, other: str, b: pd.DataFrame) -> None:
    odd = set(a.columns) ^ set(b.columns)
    if odd:
        column = sorted(odd)[0]
        has, lacks = (first, other) if column in a.columns else (other, first)
        more = f" (and {len(odd) - 1} more)" if len(odd) > 1 else ""
        raise Problem(
            f"the files do not have the same columns: '{column}'{more} is in {has} and not in {lacks}",
            where=folder.name,
            do="Read the files one by one, or write them again with the same columns",
        )
    for column in a.columns:
        if a[column].notna().any() and b[column].notna().any() and _sort(a[column]) != _sort(b[column]):
            raise Problem(
                f"'{column}' is {_sort(a[column])} in {first} and {_sort(b[column])} in {other}",
                where=folder.name,
                do="Read the files one by one, or write them again with the same types",
            )


def _sort(values: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(values):
        return "yes or no"
    if pd.api.types.is_numeric_dtype(values):
        return "a number"
    return "a date" if pd.api.types.is_datetime64_any_dtype(values) else "text"
