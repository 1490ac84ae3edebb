"""The grid in which the roles and scales of a table's columns are changed by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis.tables.kinds import ROLES
from pages.parts import problems

#: Roles that are ratings: they have a scale from a low to a high end.
RATED: Final = ("nps", "csat", "ces", "rating")

Row = dict[str, Any]


def rows_of(table: cx.Table) -> list[Row]:
    """One row of the grid a column of the table."""
    return [_row(table, column) for column in table.columns]


def _row(table: cx.Table, column: str) -> Row:
    role, scale = table.roles[column], table.scales.get(column)
    rated = scale if role in RATED else None
    return {
        "column": column,
        "role": role,
        "low": rated.low if rated else None,
        "high": rated.high if rated else None,
        "low_is_good": not rated.higher_is_better if rated else False,
    }


def grid(table: cx.Table, key: str, apply: Callable[[cx.Table], None]) -> None:
    """Draw the grid; whatever is changed in it is handed to `apply` at once.

    The grid shows the columns as they stood when it was first drawn and keeps its edits beside them: a grid
    that is fed its own output loses every second edit.
    """
    shown: list[Row] = st.session_state.setdefault(f"{key}.rows", rows_of(table))
    st.data_editor(
        shown,
        key=f"{key}.grid",
        width="stretch",
        height=min(38 + 35 * len(shown), 460),
        hide_index=True,
        num_rows="fixed",
        disabled=["column"],
        column_config=_CONFIG,
        on_change=_edited,
        args=(table, key, apply),
        alt=f"Columns of {table.name} with their role and scale",
    )
    st.caption("A role is what a column holds. The scale is from the lowest to the highest possible answer.")


_CONFIG: Final = {
    "column": st.column_config.TextColumn("Column", pinned=True, width="medium"),
    "role": st.column_config.SelectboxColumn(
        "Role", options=list(ROLES), required=True, format_func=lambda role: f"{role}: {ROLES[role]}", width="large"
    ),
    "low": st.column_config.NumberColumn("Lowest", help="Lowest possible answer; only for ratings", width="small"),
    "high": st.column_config.NumberColumn("Highest", help="Highest possible answer; only for ratings", width="small"),
    "low_is_good": st.column_config.CheckboxColumn(
        "Low is good", help="The lowest answer is the best one (school grades, effort where 1 is easy)", width="small"
    ),
}


def _edited(table: cx.Table, key: str, apply: Callable[[cx.Table], None]) -> None:
    shown: list[Row] = st.session_state[f"{key}.rows"]
    edits: Mapping[int, Row] = st.session_state[f"{key}.grid"].get("edited_rows", {})
    with problems.calmly("changing a column"):
        apply(decided(table, [{**shown[index], **edit} for index, edit in sorted(edits.items())]))


def decided(table: cx.Table, rows: list[Row]) -> cx.Table:
    """The table under the decisions of these rows of the grid; the same table if nothing differs."""
    roles: dict[str, str] = {}
    scales: dict[str, cx.Scale | None] = {}
    for row in rows:
        column, role = row["column"], row["role"]
        if role != table.roles[column]:
            roles[column] = role
        if role in RATED and (scale := _scale(row, table.scales.get(column))) != table.scales.get(column):
            scales[column] = scale
    if not roles and not scales:
        return table
    changed = [f"'{column}' is {role}, by hand." for column, role in roles.items()]
    changed += [f"'{column}' runs {scale.describe()}, by hand." for column, scale in scales.items() if scale]
    return table.with_(roles=roles, scales=scales, notes=changed)


def _scale(row: Row, known: cx.Scale | None) -> cx.Scale | None:
    """The scale a row of the grid asks for; a recommendation without one runs from 0 to 10."""
    low, high = row.get("low"), row.get("high")
    if low is None and high is None:
        return known or (cx.Scale(0, 10) if row["role"] == "nps" else None)
    if low is None or high is None or low >= high:
        raise cx.Problem(
            "the lowest answer of a scale must be below its highest",
            where=f"column '{row['column']}'",
            do="Fill in both, or leave both empty",
        )
    step, labels = (known.step, known.labels) if known else (1.0, ())
    return cx.Scale(float(low), float(high), higher_is_better=not row.get("low_is_good"), step=step, labels=labels)
