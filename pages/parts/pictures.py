"""A chart of a step's result, made once: building and checking its specification costs more than drawing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from pages.parts import results

#: Specifications kept in memory, over all sessions; one is some ten thousand characters.
SPECIFICATIONS_KEPT: Final = 500


@st.cache_data(max_entries=SPECIFICATIONS_KEPT, show_spinner=False)
def _specification(key: str, name: str, mode: str, _build: Callable[[str], Any]) -> dict[str, Any]:
    # Every kind of chart is checked against the schema by the tests; doing so again takes longer than building it.
    return dict(_build(mode).to_dict(validate=False))


def show(
    tables: Mapping[str, cx.Table], step: cx.Step, name: str, build: Callable[[Any], Any], *, alt: str, key: str
) -> None:
    """Draw a chart of the house.

    Parameters
    ----------
    tables : mapping of name → Table
    step : Step
        Whose result it shows.
    name : str
        Which chart of that result.
    build : function of "light" or "dark"
        Makes the chart from the result; called only if this chart was not made before.
    alt : str
        The same in words.
    key : str
        The element's key.
    """
    tokens = {table: tables[table].token for table in step.tables}
    specification = _specification(step.key(tokens), name, results.mode(), build)
    st.vega_lite_chart(specification, theme=None, width="stretch", key=key, alt=alt)
