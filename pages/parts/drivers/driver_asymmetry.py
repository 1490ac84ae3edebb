"""The section "Satisfies or only annoys?": what low answers cost against what high answers bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from cxanalysis.labels import in_words
from pages.parts import results, state
from pages.parts.run import run
from pages.parts.words import called, count, listed, plain

if TYPE_CHECKING:
    from pages.parts.drivers.driver_shown import Shown

#: Under this name the workspace keeps the last analysis, so that a refresh finds it again.
PLACE: Final = "drivers.asymmetry"
_KEY: Final = "drivers.asymmetry"
#: Roles with answers between low and high.
RATED: Final = ("rating", "csat", "ces", "nps")
#: Fewer resamples than this are too few for its intervals.
LEAST: Final = 50
USUAL_RESAMPLES: Final = 1000
#: How many answers count as bad or good; 0 stands for the usual number of the scale.
MORE: Final = "enough"
_USUAL: Final[dict[int | str, str]] = {0: "as usual for the scale", MORE: "more, until enough gave one"}
LOW: Final = {**_USUAL, 1: "only the worst one", 2: "the two worst", 3: "the three worst"}
HIGH: Final = {**_USUAL, 1: "only the best one", 2: "the two best", 3: "the three best"}
SIGNS: Final = {"undetermined": "leave the class open", "zero": "count as no effect"}
SUPPORTS: Final = (0.8, 0.9, 0.95)

_NUMBER = st.column_config.NumberColumn
#: Column of `Asymmetry.table` → its heading and explanation, in the order shown.
COLUMNS: Final = {
    "driver": st.column_config.TextColumn("Attribute", pinned=True),
    "class": st.column_config.TextColumn(
        "Class", help="Basic: annoys more. Performance: both alike. Excitement: pleases more"
    ),
    "support": _NUMBER(
        "In resamples", format="percent", help="Share of the resamples in this class, or in the nearest"
    ),
    "nearest": st.column_config.TextColumn("Nearest class", help="The class that most resamples fall in"),
    "penalty": _NUMBER("Low answers", format="%.2f", help="Points against the answers in between, others held equal"),
    "penalty_low": _NUMBER("… low", format="%.2f", help="Lower end of that interval"),
    "penalty_high": _NUMBER("… high", format="%.2f", help="Upper end of that interval"),
    "reward": _NUMBER("High answers", format="%.2f", help="Points against the answers in between, others held equal"),
    "reward_low": _NUMBER("… low", format="%.2f", help="Lower end of that interval"),
    "reward_high": _NUMBER("… high", format="%.2f", help="Upper end of that interval"),
    "impact": _NUMBER("Impact (RIOCS)", format="%.2f", help="From low to high answers: reward and penalty together"),
    "impact_low": _NUMBER("… low", format="%.2f", help="Lower end of the interval of the impact"),
    "impact_high": _NUMBER("… high", format="%.2f", help="Upper end of the interval of the impact"),
    "asymmetry": _NUMBER("Asymmetry (IA)", format="%.2f", help="−1 only annoys, 0 both alike, +1 only pleases"),
    "asymmetry_low": _NUMBER("… low", format="%.2f", help="Lower end of the interval of the asymmetry"),
    "asymmetry_high": _NUMBER("… high", format="%.2f", help="Upper end of the interval of the asymmetry"),
    "sgp": _NUMBER("SGP", format="%.2f", help="Part of the impact that comes from high answers"),
    "dgp": _NUMBER("DGP", format="%.2f", help="Part of the impact that comes from low answers"),
    "n_low": _NUMBER("Low", format="localized", help="So many gave a low answer"),
    "n_middle": _NUMBER("Between", format="localized", help="So many gave an answer in between"),
    "n_high": _NUMBER("High", format="localized", help="So many gave a high answer"),
    "low": st.column_config.TextColumn("Low means"),
    "high": st.column_config.TextColumn("High means"),
    "flags": st.column_config.ListColumn("Remarks", help="Explained in the notes"),
}


def show(shown: Shown) -> None:
    """The sentence, the picture, the choices and the table."""
    st.subheader("Satisfies or only annoys?", anchor=False)
    table = shown.workspace.tables[shown.step.tables[0]]
    options = [c for c in table.columns_of(*RATED) if c != shown.step.arguments["outcome"]]
    if not options:
        results.say(
            "This needs ratings of single attributes, such as delivery or price, with answers between bad and good. "
            "This table has none."
        )
        return
    answer = st.container()
    step = choose(shown, table, options)
    with answer:
        if step is None:
            results.say("Choose at least one attribute.")
            return
        names = step.arguments["drivers"]
        result = run(shown.workspace.tables, step, f"Setting bad against good answers to {count(len(names), 'rating')}")
        shown.workspace.steps.save(step, page=PLACE)
        results.say(result.headline)
        draw(shown, step, result)
    below(result)


def usual(shown: Shown, table: cx.Table, options: list[str]) -> list[str]:
    """The ratings among the drivers above; without any, the ratings of the table that most people gave."""
    chosen = [c for c in shown.step.arguments["drivers"] if c in options]
    answered = [c for c in table.columns_of("rating") if c in options and c not in table.hardly_answered]
    return chosen or answered or options


def choose(shown: Shown, table: cx.Table, options: list[str]) -> cx.Step | None:
    """The step that the widgets and the analysis above stand for; None without an attribute."""
    last = shown.workspace.steps.last(PLACE)
    mine = last is not None and last.tables == shown.step.tables
    given: dict[str, Any] = dict(last.arguments) if last is not None and mine else {}
    above = [c for c in shown.step.arguments["drivers"] if c in options]
    # Ratings chosen above are the ones meant; only where there are none does this section keep its own.
    told = above or [c for c in given.get("drivers", ()) if c in options] or usual(shown, table, options)
    # Whatever is chosen above starts the choice anew: its names are part of the widget's key.
    state.seed_many(f"{_KEY}.{'|'.join(above)}", told, options)
    names = st.multiselect("Attributes", options, key=f"{_KEY}.{'|'.join(above)}", format_func=called(table, options))
    with st.expander("Which answers are bad and good"):
        own = _adjusted(given)
    if not names:
        return None
    if shown.step.arguments.get("resamples", LEAST) < LEAST:
        own["resamples"] = USUAL_RESAMPLES
    held_equal = list(shown.step.arguments.get("adjust_for", ()))
    if above:  # failures and categories among the drivers are held equal, as they are above
        held_equal += [c for c in shown.step.arguments["drivers"] if c not in options]
    if held_equal:
        own["adjust_for"] = held_equal
    return shown.step.carried_to("asymmetry", drivers=names, **own)


def _adjusted(given: dict[str, Any]) -> dict[str, Any]:
    """What nobody agrees on, as far as it differs from the usual."""
    left, right = st.columns(2)
    with left:
        low = _end("low", "Bad answers", LOW, given)
        about = "Or good ones with a worse score: usually chance. Leaving it open is the careful choice."
        sign = _one_of("wrong_sign", "If bad answers go with a better score", SIGNS, given, "undetermined", about)
    with right:
        high = _end("high", "Good answers", HIGH, given)
        about = "With fewer a class is given more easily, and is wrong more often."
        support = _one_of(
            "support", "Give a class if so many resamples agree", dict.fromkeys(SUPPORTS), given, 0.9, about
        )
    key = f"{_KEY}.standardised"
    if key not in st.session_state:
        st.session_state[key] = given.get("standardised") is True
    weighed = st.toggle("Weigh by how common bad and good answers are (standardised coefficients)", key=key)
    chosen = {"low": low, "high": high, "wrong_sign": sign, "support": support, "standardised": weighed}
    usual_values = {"low": 0, "high": 0, "wrong_sign": "undetermined", "support": 0.9, "standardised": False}
    return {name: value for name, value in chosen.items() if value != usual_values[name]}


def _end(name: str, label: str, words: dict[int | str, str], given: dict[str, Any]) -> int | str:
    key, value = f"{_KEY}.{name}", given.get(name)
    state.seed(key, value if isinstance(value, int | str) else 0, list(words))
    about = "Usually 2 of 5 or 7 answers, 3 of 10 or 11. There is no consensus: try another choice."
    return st.selectbox(label, list(words), key=key, format_func=words.__getitem__, help=about)


def _one_of(name: str, label: str, words: dict[Any, Any], given: dict[str, Any], usual_value: Any, about: str) -> Any:
    key = f"{_KEY}.{name}"
    state.seed(key, given.get(name, usual_value), list(words))
    return st.selectbox(
        label, list(words), key=key, format_func=lambda value: words[value] or f"{value:.0%}", help=about
    )


def draw(shown: Shown, step: cx.Step, result: cx.Asymmetry) -> None:
    """Picture, quiet line and actions."""
    if result.table["penalty"].notna().any():
        chart = cx.charts.asymmetry(result, mode=results.mode(), caption=False)
        results.picture(chart, alt=cx.charts.describe(result), key=f"{_KEY}.chart")
    results.quiet(
        [
            f"n = {numbers.count(result.n)}",
            f"{result.n_excluded:,} left out" if result.n_excluded else "none left out",
            numbers.period(result.period),
            f"{result.confidence:.0%} intervals",
            result.method,
        ]
    )
    if not set(step.arguments["drivers"]) & set(shown.step.arguments["drivers"]):
        results.faint("The drivers above have no good and bad side, so this is about the ratings of the same answers.")
    if held := step.arguments.get("adjust_for"):
        results.faint(plain(f"Held equal: {listed(held)}."))
    results.actions(shown.workspace, [step], f"{_KEY}.actions", "asymmetry")


def below(result: cx.Asymmetry) -> None:
    """The notes and the table."""
    results.notes(result.notes)
    st.dataframe(
        in_words(result.table, result.labels),
        hide_index=True,
        column_order=list(COLUMNS),
        column_config=COLUMNS,
        height="content" if len(result.table) <= 12 else 460,
        key=f"{_KEY}.table",
        alt=f"All numbers of the asymmetry analysis of {result.outcome}",
    )
