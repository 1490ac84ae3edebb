"""Which rows an analysis is about: some values of a category, some days. What is chosen goes into the step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from pages.parts import state
from pages.parts.words import called, count, plain, short

#: Categories offered for choosing.
MOST_COLUMNS: Final = 6
#: Values of a category offered, the most frequent.
MOST_VALUES: Final = 50
#: Days of columns kept in memory, over all sessions.
FOUND_KEPT: Final = 200


@st.cache_data(max_entries=FOUND_KEPT, show_spinner=False)
def _levels(token: str, column: str, _table: cx.Table) -> list[Any]:
    return _table.levels(column, MOST_VALUES)


def choose(page: state.Page, table: cx.Table, given: object) -> dict[str, Any]:
    """Draw the choices; what `Table.where` is to be called with, empty for all rows."""
    told: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    columns = table.columns_of("category")[:MOST_COLUMNS]
    dates = table.columns_of("date")[:1]
    if not columns and not dates:
        return {}
    # What nobody can choose here but a step brought along stays.
    where = {
        column: kept for column, kept in told.items() if column not in {*columns, *dates} and column in table.roles
    }
    so_far = f" ({count(len(told), 'choice')})" if told else ""
    with st.expander(f"Only some answers{so_far}", expanded=bool(told)):
        for column in columns:
            where |= _values(page, table, column, told.get(column))
        for column in dates:
            where |= _days(page, table, column, told.get(column))
    return where


def _values(page: state.Page, table: cx.Table, column: str, told: object) -> dict[str, Any]:
    key = page.key(f"only.{column}")
    offered = _levels(table.token, column, table)
    before = told if isinstance(told, list) else [] if told is None else [told]
    state.seed_many(key, before, offered)
    name = called(table, [column], 60)(column)
    kept = st.multiselect(plain(name), offered, key=key, placeholder="all", format_func=short)
    return {column: list(kept)} if kept else {}


def _days(page: state.Page, table: cx.Table, column: str, told: object) -> dict[str, Any]:
    before: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    ends = {}
    for end, place in zip(("from", "to"), st.columns(2), strict=True):
        key = page.key(f"only.{column}.{end}")
        if key not in st.session_state:
            st.session_state[key] = _day(before.get(end))
        day = place.date_input(f"{plain(called(table, [column], 50)(column))} {end}", key=key, format="YYYY-MM-DD")
        if isinstance(day, dt.date):
            ends[end] = day.isoformat()
    return {column: ends} if ends else {}


def _day(text: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
