"""Values that may stand for "no answer": a switch for each, or, where there are many, for each value and one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

import cxanalysis as cx
from pages.parts import problems
from pages.parts.words import count, plain

#: Up to this many codes each has its own switch; above, those with the same value share one.
MOST_SWITCHES: Final = 8

#: What keeps a changed table.
Apply = Callable[[cx.Table], object]


def switches(table: cx.Table, key: str, apply: Apply) -> None:
    """Draw the switches for the codes of a table."""
    if len(table.codes) <= MOST_SWITCHES:
        for place, code in enumerate(table.codes):
            _switch(table, [place], f"{key}.code.{place}", _one(code), code.reason, apply)
        return
    for number, places in enumerate(_alike(table)):
        codes = [table.codes[place] for place in places]
        label = _one(codes[0]) if len(codes) == 1 else _several(codes)
        reasons = list(dict.fromkeys(code.reason for code in codes))
        _switch(table, places, f"{key}.codes.{number}", label, "; ".join(reasons[:3]), apply)
    with st.expander(f"Codes for no answer, one by one ({len(table.codes)})"):
        _grid(table, key, apply)


def _one(code: cx.MissingCode) -> str:
    times = "once" if code.count == 1 else f"{code.count:,} times"
    return f"“{plain(code.code, longest=40)}” appears {times} in {plain(code.column, longest=40)}."


def _several(codes: Sequence[cx.MissingCode]) -> str:
    times = sum(code.count for code in codes)
    return f"“{plain(codes[0].code, longest=40)}” appears {times:,} times in {count(len(codes), 'column')}."


def _alike(table: cx.Table) -> list[list[int]]:
    """Places of codes that are decided together: the same value, all applied or all only proposed."""
    groups: dict[tuple[str, bool], list[int]] = {}
    for place, code in enumerate(table.codes):
        groups.setdefault((str(code.code), code.applied), []).append(place)
    return sorted(groups.values(), key=lambda places: -len(places))


def _switch(table: cx.Table, places: list[int], key: str, label: str, reason: str, apply: Apply) -> None:
    st.session_state[key] = all(table.codes[place].applied for place in places)
    st.toggle(
        f"{label} Treat as no answer?",
        key=key,
        help=plain(reason),
        on_change=_switched,
        args=(table, places, key, apply),
    )


def _switched(table: cx.Table, places: list[int], key: str, apply: Apply) -> None:
    with problems.calmly("changing a code for no answer"):
        decide(table, dict.fromkeys(places, bool(st.session_state[key])), apply)


def decide(table: cx.Table, wanted: dict[int, bool], apply: Apply) -> None:
    """Switch the codes at these places on or off, and note it."""
    codes = [replace(code, applied=wanted.get(place, code.applied)) for place, code in enumerate(table.codes)]
    word = {True: "treated as no answer", False: "kept as an answer"}
    notes = [
        f"'{code.code}' in '{code.column}' is {word[code.applied]}, by hand."
        for code, before in zip(codes, table.codes, strict=True)
        if code != before
    ]
    if notes:
        apply(table.with_(codes=codes, notes=notes))


def _grid(table: cx.Table, key: str, apply: Apply) -> None:
    rows = [
        {
            "no_answer": code.applied,
            "column": code.column,
            "value": str(code.code),
            "times": code.count,
            "why": code.reason,
        }
        for code in table.codes
    ]
    # A grid never shows its own edits: each decision makes a new grid, named after all decisions.
    widget = f"{key}.codegrid.{''.join('1' if row['no_answer'] else '0' for row in rows)}"
    st.data_editor(
        rows,
        key=widget,
        hide_index=True,
        num_rows="fixed",
        height=300,
        disabled=["column", "value", "times", "why"],
        column_config=_CONFIG,
        alt=f"Codes for no answer in {table.name}",
    )
    edits = st.session_state[widget]["edited_rows"]
    if wanted := {int(row): bool(edit["no_answer"]) for row, edit in edits.items() if "no_answer" in edit}:
        decide(table, wanted, apply)
        st.rerun()


_CONFIG: Final = {
    "no_answer": st.column_config.CheckboxColumn("No answer", width="small"),
    "column": st.column_config.TextColumn("Column", width="medium"),
    "value": st.column_config.TextColumn("Value", width="small"),
    "times": st.column_config.NumberColumn("Times", format="localized", width="small"),
    "why": st.column_config.TextColumn("Why", width="large"),
}
