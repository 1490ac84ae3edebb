"""The grid in which the roles and scales of a table's columns are changed by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import vocabulary
from pages.parts.words import plain

#: Roles that are ratings: they have a scale from a low to a high end.
RATED: Final = ("nps", "csat", "ces", "rating")
#: From this confidence on a recognised role is called sure, and likely.
SURE: Final = 0.9
LIKELY: Final = 0.6
#: Height of one row of the grid in pixels, and of the tallest grid.
ROW_HEIGHT: Final = 35
TALLEST: Final = 460

Row = dict[str, Any]
#: What keeps a changed table.
Apply = Callable[[cx.Table], object]


def how_sure(confidence: float) -> str:
    """Confidence in a word."""
    return "sure" if confidence >= SURE else "likely" if confidence >= LIKELY else "please check"


def rows_of(table: cx.Table) -> list[Row]:
    """One row of the grid a column of the table."""
    return [_row(table, column) for column in table.columns]


def _row(table: cx.Table, column: str) -> Row:
    role, scale = table.roles[column], table.scales.get(column)
    rated = scale if role in RATED else None
    confidence, why = table.reasons.get(column, (0.0, ""))
    return {
        "column": column,
        "role": role,
        "low": rated.low if rated else None,
        "high": rated.high if rated else None,
        "low_is_good": not rated.higher_is_better if rated else False,
        "sure": how_sure(confidence) if why else "",
        "why": why,
        "question": table.labels.get(column, ""),
    }


def grid(table: cx.Table, key: str, apply: Apply) -> None:
    """Draw the grid; whatever is changed in it is handed to `apply` at once.

    The grid shows the columns as they stood when it was first drawn and keeps its edits beside them: a grid
    that is fed its own output loses every second edit. Where a change says more than was typed (a role that
    brings its scale) or is refused, a new grid shows the table as it now is.
    """
    shown: list[Row] = st.session_state.setdefault(f"{key}.rows", rows_of(table))
    order = ["column", "role", "low", "high", "low_is_good", "sure", "why"]
    st.data_editor(
        shown,
        key=_widget(key),
        width="stretch",
        height=min(ROW_HEIGHT * (len(shown) + 1) + 3, TALLEST),
        hide_index=True,
        num_rows="fixed",
        disabled=["column", "sure", "why", "question"],
        column_order=[*order, "question"] if table.labels else order,
        column_config=_CONFIG,
        alt=f"Columns of {table.name} with their role and scale",
    )
    for sentence in st.session_state.get(f"{key}.said", []):
        st.warning(sentence)
    if edits := st.session_state[_widget(key)]["edited_rows"]:
        _take(table, key, [{**shown[int(index)], **edit} for index, edit in sorted(edits.items())], apply)


_CONFIG: Final = {
    "column": st.column_config.TextColumn("Column", pinned=True, width=150),
    "role": st.column_config.SelectboxColumn(
        "Role",
        options=list(vocabulary.ROLES),
        required=True,
        width=100,
        help="What a column holds.\n\n"
        + "\n".join(f"- {role}: {meaning}" for role, meaning in vocabulary.ROLES.items()),
    ),
    "low": st.column_config.NumberColumn("Lowest", help="Lowest possible answer; only for ratings", width=85),
    "high": st.column_config.NumberColumn("Highest", help="Highest possible answer; only for ratings", width=85),
    "low_is_good": st.column_config.CheckboxColumn(
        "Low is good", help="The lowest answer is the best one (school grades, effort where 1 is easy)", width=100
    ),
    "sure": st.column_config.TextColumn("Recognised", width=100),
    "why": st.column_config.TextColumn("Why", width=400),
    "question": st.column_config.TextColumn("Question", width="large"),
}


def _widget(key: str) -> str:
    return f"{key}.grid.{st.session_state.get(f'{key}.round', 0)}"


def fresh(key: str) -> None:
    """The next time, show the table as it then is."""
    st.session_state.pop(f"{key}.rows", None)
    st.session_state[f"{key}.round"] = st.session_state.get(f"{key}.round", 0) + 1


def _take(table: cx.Table, key: str, wanted: list[Row], apply: Apply) -> None:
    """Keep what the edits change, say what is refused, and draw the page anew if anything is different now."""
    changed, refused = decided(table, wanted)
    now = {row["column"]: row for row in rows_of(changed)}
    if refused or any(_differs(row, now[row["column"]]) for row in wanted if complete(row)):
        st.session_state[f"{key}.said"] = [plain(problem) for problem in refused]
        fresh(key)
    elif changed is table:
        return
    else:
        st.session_state.pop(f"{key}.said", None)
    if changed is not table:
        apply(changed)
    st.rerun()


def _differs(wanted: Row, now: Row) -> bool:
    return any(wanted[name] != now[name] for name in ("role", "low", "high", "low_is_good"))


def complete(row: Row) -> bool:
    """Whether a row of the grid is ready: both ends of a scale, or none."""
    return (row["low"] is None) == (row["high"] is None)


def decided(table: cx.Table, rows: Iterable[Row]) -> tuple[cx.Table, list[cx.Problem]]:
    """The table under the decisions of these rows, and what was refused; the same table if nothing differs."""
    refused: list[cx.Problem] = []
    for row in rows:
        try:
            table = _decide(table, row)
        except cx.Problem as problem:
            refused.append(problem)
    return table, refused


def _decide(table: cx.Table, row: Row) -> cx.Table:
    column, role = row["column"], row["role"]
    known = table.scales.get(column)
    if role != table.roles[column]:
        # Without a scale of its own the column's values say which one it has.
        table = table.with_(roles={column: role})
        known = table.scales.get(column)
    if role not in RATED or not complete(row) or row["low"] is None:
        return table
    scale = _scale(row, known)
    if scale == known:
        return table
    return table.with_(scales={column: scale})


def _scale(row: Row, known: cx.Scale | None) -> cx.Scale:
    if row["low"] >= row["high"]:
        raise cx.Problem(
            "the lowest answer of a scale must be below its highest",
            where=f"column '{row['column']}'",
            do="Change one of the two",
        )
    step, labels = (known.step, known.labels) if known else (1.0, ())
    return cx.Scale(
        float(row["low"]), float(row["high"]), higher_is_better=not row["low_is_good"], step=step, labels=labels
    )
