"""Taking files in: each is read with progress and staged for confirmation; the upload is dropped after reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis.steps.plain_names import plain_name
from pages.parts import access, places, problems
from pages.parts.words import count, plain

#: What can be read, for the file dialog.
TYPES: Final = [
    *("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "xlsb", "ods", "parquet", "arrow", "feather"),
    *("json", "jsonl", "ndjson", "sav", "zsav", "dta", "sas7bdat", "xpt", "zip", "gz"),
]
#: What the last upload had to say, until the next one.
SAID: Final = "upload.said"
_ROUND: Final = "upload.round"


def receive(workspace: cx.Workspace, label: str) -> None:
    """The uploader; what it gets is read, staged, and dropped from memory."""
    files = st.file_uploader(
        label,
        type=TYPES,
        accept_multiple_files=True,
        key=f"upload.files.{st.session_state.get(_ROUND, 0)}",
        help="CSV, Excel, SPSS, Stata, SAS, JSON, Parquet. Nothing is added before you see what was recognised.",
    )
    if files:
        st.session_state[SAID] = stage(workspace, files)
        # Another key is another widget: Streamlit lets go of the bytes of the old one.
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        if access.staging(workspace).tables:
            st.switch_page(places.DATA)
        st.rerun()
    for sentence in st.session_state.get(SAID, []):
        st.warning(plain(sentence))


def stage(workspace: cx.Workspace, files: Iterable[Any]) -> list[str]:
    """Read files one after the other into the staging workspace; gives a sentence for each that cannot be read."""
    every, staged = list(files), access.staging(workspace)
    said: list[str] = []
    with st.status(f"Reading {count(len(every), 'file')}", expanded=True) as status:
        for place, file in enumerate(every, 1):
            status.update(label=f"Reading {plain(file.name)}, {place} of {len(every)}")
            try:
                _take_in(workspace, staged, file)
            except cx.Problem as problem:
                said.append(str(problem))
            except Exception as error:  # noqa: BLE001 - one unreadable file must not take the others with it
                problems.record("reading an upload", error)
                said.append(
                    f"{file.name}: this file could not be read. Save it again as CSV or Excel and try once more."
                )
        status.update(label=f"Read {count(len(every), 'file')}", state="complete", expanded=False)
    return said


def _take_in(workspace: cx.Workspace, staged: cx.Workspace, file: Any) -> None:
    """Read and stage one file. Its rows live no longer than this call: the next file finds the memory free."""
    read = cx.read(file)
    tables = read if isinstance(read, Mapping) else {read.name: read}
    for table in tables.values():
        name = plain_name(table.name, taken={*staged.tables, *workspace.tables})
        staged.add(table, name=name, origin=_origin(file, table, len(tables) > 1))
        st.write(f"{plain(file.name)}: {count(table.n_rows, 'row')}, {count(len(table.columns), 'column')}")


def _origin(file: Any, table: cx.Table, is_sheet: bool) -> cx.FileOrigin:
    return cx.FileOrigin.of(file.name, file, read={"sheet": table.name} if is_sheet else None)
