"""Under all numbers: other measures of importance, for comparison, from a step of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from cxanalysis import numbers
from cxanalysis.labels import in_words
from pages.parts import results
from pages.parts.run import run

if TYPE_CHECKING:
    from pages.parts.drivers.driver_shown import Shown

_KEY: Final = "drivers.measures"

_NUMBER = st.column_config.NumberColumn
#: Measure → its heading and explanation.
COLUMNS: Final = {
    "driver": st.column_config.TextColumn("Driver", pinned=True),
    "shapley": _NUMBER("Shapley", format="%.4f", help="Mean gain in R² over all orders of entry; adds up to R²"),
    "johnson": _NUMBER("Johnson", format="%.4f", help="Relative weights; add up to R²"),
    "first": _NUMBER("First", format="%.4f", help="R² of the driver alone; counts what others explain too"),
    "last": _NUMBER("Last", format="%.4f", help="Gain in R² when all others are in already"),
    "beta2": _NUMBER("Beta²", format="%.4f", help="Squared standardised coefficient; adds up to nothing"),
    "pratt": _NUMBER("Pratt", format="%.4f", help="Coefficient × correlation; adds up to R², may be negative"),
    "car": _NUMBER("CAR", format="%.4f", help="Squared correlation with uncorrelated drivers; adds up to R²"),
}


def show(shown: Shown) -> None:
    """A switch, and the table it brings."""
    if not st.toggle("Compare with other measures of importance", key=f"{_KEY}.on"):
        return
    step = shown.step.carried_to("relative_importance")
    result = run(shown.workspace.tables, step, "Measuring importance in seven ways")
    results.say(result.headline)
    st.dataframe(
        in_words(result.wide(), shown.result.labels),
        hide_index=True,
        column_order=list(COLUMNS),
        column_config=COLUMNS,
        height="content" if len(result.wide()) <= 12 else 460,
        key=f"{_KEY}.table",
        alt=f"Importance by seven measures, {result.outcome}",
    )
    results.quiet([f"n = {numbers.count(result.n)}", "all in R²", "with intervals in the notebook"])
    results.notes(result.notes, "What each measure is")
    results.actions(shown.workspace, [step], f"{_KEY}.actions", "relative_importance")
