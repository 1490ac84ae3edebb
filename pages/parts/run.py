"""Run a page's step: from the cache if it was run before on the same rows, and noted in the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

import cxanalysis as cx

#: Results kept in memory, over all sessions; a result is a few hundred rows, a linked table as long as its answers.
RESULTS_KEPT: Final = 200
LINKS_KEPT: Final = 8


@st.cache_data(max_entries=RESULTS_KEPT, show_spinner=False)
def _result(key: str, _step: cx.Step, _tables: Mapping[str, cx.Table], _made: Any) -> Any:
    return _step.run(_tables, made=_made)


@st.cache_data(max_entries=LINKS_KEPT, show_spinner=False)
def _linked(key: str, _step: cx.Step, _tables: Mapping[str, cx.Table], _made: Any) -> Any:
    return _step.run(_tables, made=_made)


def run(tables: Mapping[str, cx.Table], step: cx.Step, doing: str) -> Any:
    """The result of a step on these tables.

    Parameters
    ----------
    tables : mapping of name → Table
    step : Step
    doing : str
        What is being done, shown if it takes longer than a moment (plain text, not Markdown from a file).

    Raises
    ------
    Problem
        Whatever the call has to say about its arguments; nothing is cached then.
    """
    # A step on the result of another finds that result in the cache: a slider does not work it out again.
    inner = step.inner()
    made = run(tables, inner, doing) if inner else None
    key = step.key({name: tables[name].token for name in step.tables if name in tables})
    cached = _linked if step.makes_table else _result
    with st.spinner(doing, show_time=True):
        return cached(key, step, tables, made)
