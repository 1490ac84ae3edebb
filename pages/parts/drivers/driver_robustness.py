"""The section "Does it survive?" under the drivers: the same question in every other way that is as good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from cxanalysis.labels import in_words
from pages.parts import problems, results
from pages.parts.run import run
from pages.parts.words import count, plain

if TYPE_CHECKING:
    from pages.parts.drivers.driver_shown import Shown

#: Under this name the workspace keeps the last panel, so that a refresh finds it again.
PLACE: Final = "drivers.robustness"

#: What is being done, for those who wait.
WAYS: Final = "Analysing in every way that makes a difference (1 of 2)"
LINE: Final = "Holding the straight line against a model that is free to bend (2 of 2)"

_NUMBER = st.column_config.NumberColumn

#: Column of `Robustness.survival` → its heading and explanation, in the order shown.
COLUMNS: Final = {
    "driver": st.column_config.TextColumn("Driver", pinned=True),
    "first": _NUMBER("First in", format="%d", help="In so many ways it is the most important driver"),
    "variants": _NUMBER("… of ways", format="%d", help="Ways to analyse that could be worked out"),
    "rank_asked": _NUMBER("Rank as asked", format="%d", help="Its place in the analysis above"),
    "rank_best": _NUMBER("Best rank", format="%d", help="Its best place in any way"),
    "rank_worst": _NUMBER("Worst rank", format="%d", help="Its worst place in any way"),
    "effect": _NUMBER("Effect as asked", format="%.2f", help="Change of the outcome where it happens"),
    "effect_least": _NUMBER("… lowest", format="%.2f", help="The lowest effect in any way, in the same points"),
    "effect_most": _NUMBER("… highest", format="%.2f", help="The highest effect in any way, in the same points"),
    "at_stake": _NUMBER("Points at stake as asked", format="%.2f", help="Points of the outcome lost to it"),
    "at_stake_least": _NUMBER("… lowest", format="%.2f", help="The fewest points at stake in any way"),
    "at_stake_most": _NUMBER("… highest", format="%.2f", help="The most points at stake in any way"),
    "sign_changes": _NUMBER("Turns round in", format="%d", help="In so many ways its effect has the other sign"),
}
#: Column of `Robustness.confounding` → its heading and explanation.
HIDDEN: Final = {
    "driver": st.column_config.TextColumn("Driver", pinned=True),
    "partial_r2": _NUMBER("Explains", format="percent", help="Of what the other drivers leave of the outcome"),
    "rv": _NUMBER("To bring it to zero", format="percent", help="What a hidden cause must explain of driver and score"),
    "rv_interval": _NUMBER(
        "… into doubt", format="percent", help="The same to bring zero into the effect's interval; 0 %: it is there now"
    ),
}
#: Column of `Robustness.left_out` → its heading.
LEFT_OUT: Final = {
    "reason": st.column_config.TextColumn("Why it could not be worked out", width="large"),
    "missing": st.column_config.TextColumn("Missing answers"),
    "method": st.column_config.TextColumn("Importance by"),
    "outcome_as": st.column_config.TextColumn("Measured as"),
    "rows": st.column_config.TextColumn("Answers"),
    "weighted": st.column_config.CheckboxColumn("Weighted"),
    "adjusted": st.column_config.CheckboxColumn("Held equal"),
    "window": st.column_config.TextColumn("Window"),
}


def show(shown: Shown) -> None:
    """The button, and what it brings."""
    st.subheader("Does it survive?", anchor=False)
    step, straight = steps(shown.step)
    if shown.workspace.steps.last(PLACE) != step:
        results.say(
            "Nobody is forced to analyse it this way. Missing answers, the way importance is worked out, weights, "
            "outliers and how the score is read could all be chosen differently. Try them all: it takes seconds."
        )
        if not st.button("Try every way", type="primary", key="drivers.robustness.try"):
            return
        run(shown.workspace.tables, step, WAYS)
        shown.workspace.steps.save(step, page=PLACE)
        st.rerun()  # without the button; the result is kept
    tables = shown.workspace.tables
    result = run(tables, step, WAYS)
    results.say(result.headline)
    draw(shown, [step, straight], result)
    st.markdown("#### Could a hidden cause explain it?")
    hidden(result)
    st.markdown("#### Is a straight line enough?")
    with problems.calmly("holding the straight line against a model that may bend"):
        line = run(tables, straight, LINE)
        results.say(line.headline)
        results.quiet([f"n = {numbers.count(line.n)}", line.method])
        results.notes(line.notes, "How the straight line was checked")
    below(result)


def steps(step: cx.Step) -> tuple[cx.Step, cx.Step]:
    """The panel and the check of the straight line for the analysis above."""
    return step.carried_to("robustness"), step.carried_to("linear_enough")


def draw(shown: Shown, made: list[cx.Step], result: cx.Robustness) -> None:
    """Picture, quiet line and actions."""
    with problems.calmly("drawing the ranks"):
        chart = cx.charts.robustness(result, mode=results.mode(), caption=False)
        results.picture(chart, alt=cx.charts.describe(result), key="drivers.robustness.chart")
    results.quiet(
        [
            f"n = {numbers.count(result.n)}",
            f"{count(result.variants, 'way')} worked out",
            f"{count(len(result.left_out), 'way')} could not be worked out" if len(result.left_out) else "",
            "the larger a circle, the more ways give that rank; the dot is the analysis above",
        ]
    )
    results.actions(shown.workspace, made, "drivers.robustness.actions", "robustness")
    if result.permutation_sentence:
        results.say(result.permutation_sentence)


def hidden(result: cx.Robustness) -> None:
    """How strong a cause that nobody measured would have to be."""
    if result.confounding_sentences:
        results.say(result.confounding_sentences[0])
        st.markdown("\n".join(f"- {plain(text)}" for text in result.confounding_sentences[1:]))
    else:
        results.say("No driver has an effect that a hidden cause would have to explain.")
    if len(result.confounding):
        with st.expander("For every driver"):
            st.dataframe(
                in_words(result.confounding, result.labels),
                hide_index=True,
                column_order=list(HIDDEN),
                column_config=HIDDEN,
                height="content",
                alt="How strong a hidden cause would have to be, by driver",
            )


def below(result: cx.Robustness) -> None:
    """The tables and notes."""
    st.markdown("#### Each driver over all ways")
    st.dataframe(
        in_words(result.survival, result.labels),
        hide_index=True,
        column_order=list(COLUMNS),
        column_config=COLUMNS,
        height="content" if len(result.survival) <= 12 else 460,
        alt="Each driver over all ways to analyse",
    )
    if len(result.left_out):
        with st.expander(f"Ways that could not be worked out ({len(result.left_out)})"):
            st.dataframe(
                result.left_out,
                hide_index=True,
                column_order=list(LEFT_OUT),
                column_config=LEFT_OUT,
                alt="Ways that could not be worked out, and why",
            )
    results.notes(result.notes, "Which ways there are, and what was left out")
