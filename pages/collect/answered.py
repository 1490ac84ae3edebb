"""Who answered: response rates beside the published ones, answerers against the others, and weights."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers, vocabulary
from pages.parts import empty, problems, results, state
from pages.parts.access import workspace as my_workspace
from pages.parts.data import answer_fields
from pages.parts.data.answer_tables import differences, rates, shares
from pages.parts.run import run
from pages.parts.words import called, count, plain, short

PAGE: Final = state.Page("answered", frozenset({"response"}))
#: The page's second step, kept in the workspace under this name: the weights.
WEIGHTS: Final = "answered.weights"
#: Limits for a single weight, as multiples of the average.
#: What an outcome may mean; "" as long as nobody has said it.
LETTERS: Final = ["", *vocabulary.DISPOSITIONS]
#: Arguments that a step from elsewhere may bring and that have no widget here.
KEPT: Final = frozenset({"e", "cluster", "confidence", "published"})
LIMITS: Final = {0.0: "no limit", 2.0: "2 times the average", 3.0: "3 times the average", 5.0: "5 times the average"}


def page() -> None:
    """Draw the page."""
    results.title("Whom do the answers speak for?")
    workspace = my_workspace()
    tables = dict(workspace.tables.items())
    invitations = [t for t in tables.values() if t.kind == "invitations"]
    held = PAGE.arrive(tables, lambda: workspace.steps.last(PAGE.name))
    everybody = [t for t in tables.values() if t.kind in ("invitations", "customers")]
    if not everybody:
        empty.point_to_data(
            "To tell for whom the answers speak, a table of the invitations or of all customers is needed."
        )
        return
    if invitations:
        with problems.calmly("showing response rates"):
            response(workspace, {t.name: t for t in invitations}, held)
    else:
        results.sentence("Response rates need a table of the invitations; what is known of all customers is below.")
    others(workspace, tables, everybody)
    with problems.calmly("weighting the answers"):
        weights(workspace, tables, everybody)


def response(workspace: cx.Workspace, tables: dict[str, cx.Table], held: cx.Step | None) -> None:
    """Response rates with the published ones."""
    answer = st.container()
    step = choose_rate(tables, held)
    PAGE.leave(step)
    with answer:
        found = run(tables, step, f"Counting {count(tables[step.tables[0]].n_rows, 'invitation')}")
        workspace.steps.save(step, page=PAGE.name)
        results.sentence(found.headline)
        chart = cx.charts.response(found, mode=results.mode(), caption=False)
        results.picture(chart, alt=cx.charts.describe(found), key="answered.rates")
        results.quiet(
            [
                f"n = {found.n:,} invitations",
                numbers.period(found.period),
                f"{found.confidence:.0%} intervals ({found.method})",
                found.passport.formula,
                f"invitations of one {short(found.cluster, 30)} kept together" if found.cluster else "",
            ]
        )
    results.actions(workspace, [step], "answered.actions", "response-rate")
    results.notes([*results.left_out(found), *found.notes])
    rates(found)


def choose_rate(tables: dict[str, cx.Table], held: cx.Step | None) -> cx.Step:
    """The step that the widgets stand for."""
    names = list(tables)
    state.seed(PAGE.key("table"), held.tables[0] if held else names[0], names)
    if len(names) > 1:
        st.selectbox("Invitations", names, key=PAGE.key("table"))
    table = tables[st.session_state[PAGE.key("table")]]
    given = dict(held.arguments) if held and held.tables == (table.name,) else {}
    left, right = st.columns(2)
    arguments = what_became(table, given) | {n: v for n, v in given.items() if n in KEPT}
    offered = [c for c in table.columns_of("category", "flag") if c != arguments.get("outcome")]
    usual = list(cx.invitation_fields(table).groups)
    state.seed_many(PAGE.key("by"), given.get("by", [] if given else usual), offered)
    by = left.multiselect("By", offered, key=PAGE.key("by"), format_func=called(table, offered))
    state.seed(PAGE.key("rate"), given.get("rate", "RR1"), list(vocabulary.RESPONSE_RATES))
    rate = right.selectbox(
        "Counted as",
        list(vocabulary.RESPONSE_RATES),
        key=PAGE.key("rate"),
        format_func=lambda name: name if name.startswith("RR") else f"answers over {name}",
        help="RR1 to RR6 are the definitions of the American Association for Public Opinion Research; "
        "the other two are the everyday rates. All of them stand in the table.",
    )
    return cx.Step("response", (table.name,), {**arguments, "rate": rate, **({"by": by} if by else {})})


def what_became(table: cx.Table, given: dict[str, Any]) -> dict[str, Any]:
    """Which column says what became of an invitation, and what its words mean; only what differs from the usual."""
    columns = list(table.columns_of("category", "flag", "text"))
    told = cx.invitation_fields(table).outcome
    if not columns:
        return {}
    with st.expander("What the words mean", expanded=told is None):
        state.seed(PAGE.key("outcome"), given.get("outcome", told), columns)
        column = st.selectbox(
            "What became of each invitation", columns, key=PAGE.key("outcome"), format_func=called(table, columns)
        )
        said, meant = dict(given.get("dispositions") or {}), {}
        for word, usual in cx.outcome_meanings(table, column).items():
            key = PAGE.key(f"{table.name}.{column}.{word}")
            state.seed(key, said.get(word, usual), LETTERS)
            letter = st.selectbox(
                plain(f"“{word}”", longest=60),
                LETTERS,
                key=key,
                format_func=lambda x: vocabulary.DISPOSITIONS.get(x, "Not said yet"),
            )
            if letter and letter != usual:
                meant[word] = letter
    return {**({"outcome": column} if column != told else {}), **({"dispositions": meant} if meant else {})}


def others(workspace: cx.Workspace, tables: dict[str, cx.Table], everybody: list[cx.Table]) -> None:
    """Answerers against the others."""
    st.subheader("Are those who answered like the others?", anchor=False)
    with problems.calmly("comparing those who answered"):
        shown: cx.Step | None = st.session_state.get(PAGE.key("step"))
        steps = answer_fields.comparisons(everybody, tables, shown)
        if not steps:
            results.say("This needs invitations with their outcome, or customers that the answers name.")
            return
        names = list(steps)
        state.seed(PAGE.key("people"), names[0], names)
        if len(names) > 1:
            st.segmented_control("Among", names, key=PAGE.key("people"), required=True)
        step = steps[st.session_state[PAGE.key("people")] or names[0]]
        found = run(tables, step, f"Comparing {count(tables[step.tables[0]].n_rows, 'row')}")
        results.say(found.headline)
        results.picture(
            cx.charts.answered(found, mode=results.mode(), caption=False),
            alt=cx.charts.describe(found),
            key="answered.gaps",
        )
        results.quiet(
            [
                f"n = {found.n_answered + found.n_not:,}, of which {found.n_answered:,} answered",
                f"{found.confidence:.0%} intervals",
                f"all fields together: p {answer_fields.p_words(found.p_value)} ({found.test})" if found.test else "",
            ]
        )
        results.actions(workspace, [step], "answered.others.actions", "who-answered")
        results.notes(found.notes)
        differences(found)


def weights(workspace: cx.Workspace, tables: dict[str, cx.Table], everybody: list[cx.Table]) -> None:
    """Weights by raking, and the score with and without them."""
    st.subheader("What if everybody had answered?", anchor=False)
    sheets = answer_fields.sheets(tables)
    if not sheets:
        results.say("Weights need a table of answers with a score.")
        return
    answer = st.container()
    step = choose_weights(sheets, everybody, workspace.steps.last(WEIGHTS))
    if step is None:
        with answer:
            results.say("Choose at least one field that is known of the answers and of everybody.")
        return
    with answer:
        made = run(tables, step, f"Weighting {count(tables[step.tables[0]].n_rows, 'answer')}")
        workspace.steps.save(step, page=WEIGHTS)
        name = f"{step.tables[0]}_weighted"
        shown = answer_fields.side_by_side(made.answers, name)
        found = run({name: made.answers}, shown, "Weighting the score")
        results.say(found.headline)
        results.picture(
            cx.charts.beside(found, mode=results.mode(), caption=False),
            alt=cx.charts.describe(found),
            key="answered.beside",
        )
        results.quiet(
            [
                f"n = {found.n:,} weighted answers",
                f"{found.confidence:.0%} intervals",
                f"largest weight {made.largest:.2f}",
                f"design effect {made.deff:.2f}",
                f"as good as {made.n_kish:,.0f} answers without weights",
            ]
        )
    kept = name in tables and tables[name].token == made.answers.token
    results.actions(workspace, [step, shown] if kept else [step], "answered.weights.actions", "weights")
    keep(workspace, step, made, name, kept)
    results.notes([*made.notes, *found.notes])
    shares(made)


def choose_weights(sheets: list[cx.Table], everybody: list[cx.Table], held: cx.Step | None) -> cx.Step | None:
    """The raking that the widgets stand for; None without a field."""
    held = held if held and len(held.tables) == 2 else None
    first, second = st.columns(2)
    names = [t.name for t in sheets]
    state.seed(PAGE.key("sheet"), held.tables[0] if held else names[0], names)
    sheet = next(t for t in sheets if t.name == first.selectbox("Answers", names, key=PAGE.key("sheet")))
    known = [t.name for t in everybody]
    state.seed(PAGE.key("everybody"), held.tables[1] if held else known[0], known)
    picked = second.selectbox(
        "To speak for all in",
        known,
        key=PAGE.key("everybody"),
        help="The answers are weighted until they have the same shares as this table.",
    )
    whole = next(t for t in everybody if t.name == picked)
    given = dict(held.arguments) if held and held.tables == (sheet.name, whole.name) else {}
    offered = answer_fields.shared(sheet, whole)
    state.seed_many(PAGE.key(f"{whole.name}.fields"), given.get("fields", offered), offered)
    fields = st.multiselect(
        "Same shares of", offered, key=PAGE.key(f"{whole.name}.fields"), format_func=called(sheet, offered)
    )
    state.seed(PAGE.key("trim"), given.get("trim", 0.0), list(LIMITS))
    trim = st.selectbox(
        "Largest weight",
        list(LIMITS),
        key=PAGE.key("trim"),
        format_func=LIMITS.__getitem__,
        help="A limit keeps a few answers from speaking for very many; the shares may then not be met exactly.",
    )
    if not fields:
        return None
    arguments = {"fields": fields, **({"trim": trim} if trim else {})}
    return cx.Step("rake", (sheet.name, whole.name), arguments)


def keep(workspace: cx.Workspace, step: cx.Step, made: cx.Weights, name: str, kept: bool) -> None:
    """One click keeps the weighted table; then other pages can use it."""
    if kept:
        st.markdown(f"These weights are in the workspace, in the table {plain(name)}.")
        return
    if st.button(
        "Use these weights",
        type="primary",
        key=PAGE.key("use"),
        help=f"Keeps the answers with weights as {plain(name)}",
    ):
        workspace.add(made.answers, name=name, replace=True, origin=step)
        st.rerun()


with problems.calmly("showing who answered"):
    page()
