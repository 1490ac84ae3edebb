"""The models behind lifetime value: which one counts, what each says, and how well each foresaw purchases kept back."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from pages.parts import pictures, problems, results
from pages.parts.metrics import metric_passport
from pages.parts.run import run
from pages.parts.words import plain

METRIC: Final = "lifetime_value"
#: Key of the choice → how customers buy, in their words, and the options that stand for it.
WAYS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "BG/NBD": ("At any time, and they leave after a purchase (BG/NBD)", {}),
    "Pareto/NBD": ("At any time, and they leave at any time (Pareto/NBD)", {"model": "Pareto/NBD"}),
    "year": ("Once a year at most (BG/BB)", {"model": "BG/BB", "opportunity": "year"}),
    "quarter": ("Once a quarter at most (BG/BB)", {"model": "BG/BB", "opportunity": "quarter"}),
    "month": ("Once a month at most (BG/BB)", {"model": "BG/BB", "opportunity": "month"}),
}
_WAY: Final = "lifetime.way"
_COLUMNS: Final[dict[str, Any]] = {
    "model": st.column_config.TextColumn("Model", pinned=True),
    "value": st.column_config.TextColumn("Value of a customer"),
    "purchases": st.column_config.TextColumn("Purchases ahead"),
    "active": st.column_config.TextColumn("Still customers"),
    "off": st.column_config.TextColumn("Off, purchases kept back"),
    "error": st.column_config.TextColumn("Off per customer, purchases"),
}


def chosen() -> dict[str, str]:
    """Options of the model that was chosen, for the tile; none for the usual one."""
    return dict(WAYS.get(str(st.session_state.get(_WAY)), WAYS["BG/NBD"])[1])


def show(workspace: cx.Workspace, row: dict[Any, Any]) -> list[cx.Step]:
    """A switch; the choice of the model and the comparison, if it is on. Hands back what was run."""
    if not st.toggle("Compare the models behind lifetime value", key="lifetime.open", persist_state="session"):
        return []
    with st.container(border=True, key="lifetime"):
        st.subheader("Which lifetime value can we believe?", anchor=False)
        way = st.selectbox(
            "Our customers buy",
            list(WAYS),
            key=_WAY,
            format_func=lambda key: WAYS[key][0],
            persist_state="session",
            help="The tile above follows this choice",
        )
        options = WAYS[way][1]
        asked = {"opportunity": options["opportunity"]} if "opportunity" in options else {}
        step = cx.Step("purchase_models", tuple(row["tables"])[:1], {**row["arguments"], **asked})
        with problems.calmly("comparing the models of lifetime value"):
            result = run(workspace.tables, step, "Fitting each model to all of the log, and to all but its last third")
            _draw(workspace, step, result, options.get("model", "BG/NBD"))
            return [step]
    return []


def _draw(workspace: cx.Workspace, step: cx.Step, result: cx.PurchaseModels, model: str) -> None:
    st.markdown(f"**{plain(result.headline)}**")
    if result.table["off"].notna().any():
        pictures.show(
            workspace.tables,
            step,
            "purchase_models",
            lambda mode: cx.charts.purchase_models(result, mode=mode, caption=False),
            alt=cx.charts.describe(result),
            key="lifetime.picture",
        )
    results.quiet(
        [
            f"n = {numbers.count(result.n)} customers",
            f"{result.confidence:.0%} intervals",
            "Grey: everybody buys on at the rate of their past. A model must beat that.",
        ]
    )
    st.dataframe(
        [_words(row) for row in result.table.to_dict("records")],
        hide_index=True,
        column_config=_COLUMNS,
        alt="Value, purchases ahead, share still customers and the check, a row a model",
    )
    found = result.estimates.get(model)
    if found is not None:
        results.say(found.passport.definition)
        metric_passport.formula(found.passport.formula)
        results.notes(results.left_out(found), "What was left out")
    results.notes(result.notes)


def _words(row: dict[Any, Any]) -> dict[str, str]:
    """A model as its row of the table."""
    share = [row[name] / 100 for name in ("active", "active_low", "active_high")]
    return {
        "model": row["model"],
        "value": numbers.points(row["value"], row["low"], row["high"]),
        "purchases": numbers.points(row["purchases"], row["purchases_low"], row["purchases_high"]),
        "active": numbers.percent(*share),
        "off": numbers.percent(row["off"], row["off_low"], row["off_high"]),
        "error": numbers.number(row["error"], 1),
    }
