"""Taking in a list of metrics: the file waits on the disk until it is said what its columns mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import vocabulary
from pages.parts import access, problems, results
from pages.parts.words import count, listed, plain, short

TYPES: Final = ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "txt"]
#: Field of a metric → what it is called on the page.
FIELDS: Final = {
    "name": "Name",
    "definition": "Definition",
    "formula": "Formula",
    "denominator": "Counted over",
    "unit": "Unit",
    "source": "Source system",
    "department": "Department",
    "tracked_by": "Tracked by",
    "owner": "Answers for it",
    "reviewed": "Last review",
    "review_every_days": "Review every",
    "scale": "Scale",
    "cut_off": "Counts from",
    "branch": "Branch",
    "element": "Element",
    "note": "Note",
}
#: Calls that measure a score: what is offered first.
SCORES: Final = frozenset({"nps", "csat", "ces"})
#: So many are named where there is no score.
FIRST: Final = 3
#: Below this a recognised heading should be looked at.
SURE: Final = 0.9
_ROUND: Final = "metrics.upload.round"
_COLUMNS: Final = "metrics.columns"


def begin(workspace: cx.Workspace) -> None:
    """No metric yet: what can be done about it."""
    found = cx.computable(workspace.tables)
    scores = [entry for entry in found if entry.step is not None and entry.step.call in SCORES] or list(found[:FIRST])
    names = listed([plain(entry.name) for entry in scores])
    if found:
        more = ": " if len(scores) == len(found) else ", such as "
        st.header(
            f"The catalogue is empty; {count(len(found), 'metric')} of your tables can be added{more}{names}.",
            anchor=False,
        )
    else:
        st.header("There is no metric in the catalogue yet.", anchor=False)
    results.say(
        "Hand in the list of metrics your organisation keeps, however it looks. It says what each number means, who "
        "answers for it, and what is wrong with it."
    )
    receive(workspace)
    with st.container(horizontal=True):
        if found:
            st.button(
                f"Add {names}",
                type="primary",
                key="metrics.add_computed",
                on_click=_add_computed,
                args=(len(scores),),
            )
            if len(found) > len(scores):
                st.button(
                    f"Add all {len(found)}",
                    key="metrics.add_all",
                    on_click=_add_computed,
                    args=(len(found),),
                    help="Each is measured once for its passport; a lifetime value by model takes a while",
                )
        st.button(
            "Take the sample company's list",
            key="metrics.sample",
            on_click=_stage_sample,
            help="A spreadsheet that grew over years, in three languages, with faults",
        )


def receive(workspace: cx.Workspace) -> None:
    """The uploader for a list of metrics."""
    given = st.file_uploader(
        "List of metrics (Excel, OpenDocument, CSV)",
        type=TYPES,
        key=f"metrics.upload.{st.session_state.get(_ROUND, 0)}",
    )
    if given is not None:
        stage(workspace, given.name, given.getvalue())
        # Another key is another widget: Streamlit lets go of the bytes of the old one.
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.rerun()


def stage(workspace: cx.Workspace, name: str, content: bytes) -> None:
    """Keep a file on the disk until it is confirmed, so that a refresh loses nothing."""
    folder = _folder(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / (Path(name).name or "list.xlsx")).write_bytes(content)
    st.session_state.pop(_COLUMNS, None)


def waiting(workspace: cx.Workspace) -> bool:
    """Whether a list waits to be confirmed."""
    return _staged(workspace) is not None


def confirm(workspace: cx.Workspace) -> None:
    """How the list was understood; what each column means can be changed, then it is taken in."""
    path = _staged(workspace)
    assert path is not None  # the page has asked waiting()
    changed: dict[str, str | None] = st.session_state.setdefault(_COLUMNS, {})
    found: cx.Inventory | None = None
    with problems.calmly("reading the list"):
        found = cx.inventory(path, columns=changed)
    if found is None:
        st.button("Put it aside", key="metrics.discard", on_click=_discard)
        return
    st.header(plain(found.headline), anchor=False)
    with st.container(horizontal=True):
        st.button("Take it in", type="primary", key="metrics.take", on_click=_take, args=(changed,))
        st.button("Put it aside", key="metrics.discard", on_click=_discard)
    st.subheader("What the columns mean", anchor=False)
    _columns(found)
    st.subheader("The metrics", anchor=False)
    st.dataframe(
        found.table, hide_index=True, column_config=dict(FIELDS), alt=f"The {len(found.entries)} metrics that were read"
    )
    results.quiet([f"sheet {found.sheet}", f"file {found.source}"])
    results.notes(found.notes, "What was left out and assumed")


def _columns(found: cx.Inventory) -> None:
    """One line a column: its heading, an example, and what it is taken for."""
    options = [None, *vocabulary.INVENTORY_FIELDS]
    sides = st.columns(2, gap="medium")
    for place, row in enumerate(found.columns.to_dict("records")):
        name, field = str(row["column"]), row["field"]
        key = f"metrics.column.{name}"
        now = field if isinstance(field, str) else None
        st.session_state[key] = now
        doubt = "" if now is None or row["sure"] >= SURE else " · please check"
        example = f" · {short(row['example'], 36)}" if row["example"] else ""
        with sides[place % 2]:
            st.selectbox(
                short(name, 40),
                options,
                key=key,
                format_func=_field,
                on_change=_changed,
                args=(name, key),
            )
            results.faint(plain(f"{count(row['filled'], 'cell')} filled{doubt}{example}"))


def _field(field: str | None) -> str:
    return "leave out" if field is None else FIELDS[field]


def _changed(name: str, key: str) -> None:
    st.session_state[_COLUMNS] = {**st.session_state.get(_COLUMNS, {}), name: st.session_state[key]}


def _take(columns: dict[str, str | None]) -> None:
    workspace = access.workspace()
    path = _staged(workspace)
    if path is None:  # another tab was quicker
        return
    with problems.calmly("taking the list in"):
        counts = workspace.catalogue.take(cx.inventory(path, columns=columns))
        _discard()
        happened = {"added": "added", "changed": "changed", "unchanged": "left as they were"}
        st.toast(f"{listed([f'{counts[key]} {said}' for key, said in happened.items() if counts[key]])}.")


def _discard() -> None:
    path = _staged(access.workspace())
    if path is not None:
        path.unlink(missing_ok=True)
    st.session_state.pop(_COLUMNS, None)


def _add_computed(first: int) -> None:
    workspace = access.workspace()
    with st.spinner("Writing the passports"):
        for entry in cx.computable(workspace.tables, workspace.catalogue.entries)[:first]:
            with problems.calmly(f"adding {entry.name}"):
                workspace.catalogue.add(entry)


def _stage_sample() -> None:
    with problems.calmly("opening the sample's list"):
        path = cx.sample_path("inventory")
        stage(access.workspace(), path.name, path.read_bytes())


def _folder(workspace: cx.Workspace) -> Path:
    return access.staging(workspace).path / "metrics"


def _staged(workspace: cx.Workspace) -> Path | None:
    folder = _folder(workspace)
    return next((path for path in sorted(folder.iterdir()) if path.is_file()), None) if folder.is_dir() else None


def code(workspace: cx.Workspace, lines: Any, key: str) -> None:
    """The lines of Python behind a section that is no step: they ask the workspace's own lists."""
    if st.toggle("Show the code", key=key, help="The lines of Python that give these same results"):
        source = "\n".join([cx.code([], workspace=workspace), *lines])
        st.code(source, language="python", wrap_lines=True)
