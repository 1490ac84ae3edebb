"""The section "Segments" under the drivers: does a driver matter more for some customers than for others?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from cxanalysis.labels import in_words
from pages.parts import results, state
from pages.parts.run import run
from pages.parts.words import called, count, plain

if TYPE_CHECKING:
    from pages.parts.drivers.driver_shown import Shown

#: Under this name the workspace keeps the last comparison, so that a refresh finds it again.
PLACE: Final = "drivers.segments"
#: What may cut answers into segments.
CUTTING: Final = ("category", "flag")
STATUS: Final = {"differs": "differs", "not shown": "no difference shown", "too few": "too few to compare"}

_NUMBER = st.column_config.NumberColumn

#: Column of `Segments.table` → its heading and explanation, in the order shown.
COLUMNS: Final = {
    "segment": st.column_config.TextColumn("Segment", pinned=True),
    "driver": st.column_config.TextColumn("Driver", pinned=True),
    "told": st.column_config.TextColumn(
        "Told apart", help="Whether the difference to all other segments is more than chance"
    ),
    "effect": _NUMBER("Effect here", format="%.2f", help="Change of the outcome where it happens, in this segment"),
    "effect_low": _NUMBER("… low", format="%.2f", help="Lower end of the interval of the effect here"),
    "effect_high": _NUMBER("… high", format="%.2f", help="Upper end of the interval of the effect here"),
    "elsewhere": _NUMBER("Elsewhere", format="%.2f", help="The same in all other segments together"),
    "difference": _NUMBER("Difference", format="%.2f", help="Effect here less effect elsewhere"),
    "difference_low": _NUMBER("… low", format="%.2f", help="Lower end of the interval of the difference"),
    "difference_high": _NUMBER("… high", format="%.2f", help="Upper end of the interval of the difference"),
    "q_value": _NUMBER(
        "q", format="%.3f", help="Below 0.05: hardly chance, even though many differences were looked at"
    ),
    "share": _NUMBER(
        "Share of importance", format="percent", help="Its part of everything the drivers explain in this segment"
    ),
    "share_difference": _NUMBER(
        "… more than elsewhere", format="percent", help="That part less its part in all other segments; not tested"
    ),
    "share_difference_low": _NUMBER("… low", format="percent", help="Lower end of the interval of that difference"),
    "share_difference_high": _NUMBER("… high", format="percent", help="Upper end of the interval of that difference"),
    "mean": _NUMBER(
        "How often, or average", format="%.3f", help="A failure: share of answers it touches here. A rating: its mean"
    ),
    "n": _NUMBER("Answers", format="localized", help="Answers in this segment"),
    "cases": _NUMBER("Cases", format="localized", help="Answers in this segment that the failure touches"),
}


def show(shown: Shown) -> None:
    """The segment column, the sentence, the picture, the table."""
    st.subheader("Do some customers react differently?", anchor=False)
    table = shown.workspace.tables[shown.step.tables[0]]
    options = cutting(table, shown.step)
    if not options:
        results.say(
            "There is no column left that could cut the answers into segments, such as market or channel. Give a "
            "column the role “category” on the data page, or take one out of the drivers."
        )
        return
    step = choose(shown, table, options)
    name = called(table, [step.arguments["by"]])(step.arguments["by"])
    result = run(shown.workspace.tables, step, f"Comparing the segments of {name}")
    shown.workspace.steps.save(step, page=PLACE)
    results.say(result.headline)
    draw(shown, step, result)


def cutting(table: cx.Table, step: cx.Step) -> list[str]:
    """Columns that may cut the answers: groups first, then yes/no columns that are no driver."""
    taken = {step.arguments.get("outcome"), *step.arguments.get("drivers", ())}
    # A filter that keeps one value of a column leaves nothing to compare there.
    taken |= {column for column, kept in step.rows_kept().items() if isinstance(kept, list) and len(kept) == 1}
    return [c for role in CUTTING for c in table.columns_of(role) if c not in taken]


def choose(shown: Shown, table: cx.Table, options: list[str]) -> cx.Step:
    """The comparison that the widget and the analysis above stand for."""
    key = "drivers.segment_by"
    last = shown.workspace.steps.last(PLACE)
    told = last.arguments.get("by") if last is not None and last.tables == shown.step.tables else None
    state.seed(key, told, options)
    by = st.selectbox(
        "Segments by",
        options,
        key=key,
        format_func=called(table, options),
        help="Each segment is held against all others. Drivers, outcome and adjustments are those chosen above.",
    )
    # A column cannot be held equal and cut the answers at once.
    held_equal = shown.step.arguments.get("adjust_for", ())
    fewer = {"adjust_for": [column for column in held_equal if column != by]} if by in held_equal else {}
    return shown.step.carried_to("segments", by=by, **fewer)


def draw(shown: Shown, step: cx.Step, result: cx.Segments) -> None:
    """Picture, quiet line, actions, table and notes."""
    if result.table["effect"].notna().any():
        chart = cx.charts.segments(result, mode=results.mode(), caption=False)
        results.picture(chart, alt=cx.charts.describe(result), key="drivers.segments.chart")
    results.quiet(
        [
            f"n = {numbers.count(result.n)}",
            f"{result.n_excluded:,} left out" if result.n_excluded else "none left out",
            numbers.period(result.period),
            f"{result.confidence:.0%} intervals",
            count(result.comparisons, "comparison"),
            result.method,
        ]
    )
    if shown.step.arguments.get("missing", "complete") != "complete":
        results.faint(plain("Compared on the answers without a gap, whatever is chosen for missing answers above."))
    small = result.sizes[~result.sizes["compared"]]
    if len(small):
        told = "; ".join(f"{row.segment}: {row.why_not}" for row in small.itertuples())
        results.faint(plain(f"Too small to compare: {told}."))
    results.actions(shown.workspace, [step], "drivers.segments.actions", "segments")
    st.dataframe(
        in_words(result.table, result.labels).assign(told=result.table["status"].map(STATUS)),
        hide_index=True,
        column_order=list(COLUMNS),
        column_config=COLUMNS,
        height="content" if len(result.table) <= 12 else 460,
        alt=f"All numbers of the comparison of the segments of {result.by}",
        key="drivers.segments.table",
    )
    results.notes(result.notes)
