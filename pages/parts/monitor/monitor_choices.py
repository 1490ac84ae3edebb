"""Which series the monitor shows: table, metric, group, period; and the steps that these choices stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import vocabulary
from pages.parts import state
from pages.parts.data import some_rows
from pages.parts.run import run
from pages.parts.words import called, plain, short

#: Role of a column → the metric made of it. A failure is measured as the share of answers it hit; in a table of orders,
#: contacts or complaints it is a failure rate.
METRICS: Final = {"nps": "nps", "csat": "csat", "ces": "ces", "rating": "rating", "flag": "rating"}
SCORES: Final = {"nps": "NPS", "csat": "CSAT", "ces": "CES", "rating": "Rating", "flag": "Share with"}
FAILURE_RATE: Final = "failure_rate"
EVERY: Final = {"day": "Days", "week": "Weeks", "month": "Months", "quarter": "Quarters"}
#: More values than these of a group column are not offered.
MOST_VALUES: Final = 100
_SHOWS: Final = "shows_within_days"
LONGEST_DELAY: Final = 3660
#: Arguments of `cx.control` that are about the chart; all others are the metric's own.
CHART: Final = frozenset({"metric", "every", "group", "baseline", "chart", "rules", "run", "as_of", _SHOWS})
#: Arguments that name the column a metric is made of.
_COLUMN: Final = frozenset({"score", "failure"})


def tables_with_dates(workspace: cx.Workspace) -> dict[str, cx.Table]:
    """Tables in which something can be followed over time: scores first, those that know what went wrong before all."""
    dated = [t for t in workspace.tables.values() if t.columns_of("date")]
    found = [t for t in dated if t.columns_of("nps", "csat", "ces") or t.has_failure_rates]
    return {t.name: t for t in sorted(found, key=lambda t: (t.has_failure_rates, -len(t.failures)))}


def choose(page: state.Page, tables: dict[str, cx.Table], held: cx.Step | None) -> cx.Step:
    """The control step that the widgets stand for."""
    names = list(tables)
    state.seed(page.key("table"), held.tables[0] if held else names[0], names)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(names) > 1:
            st.selectbox("Table", names, key=page.key("table"), on_change=page.forget, args=("score", "by", "value"))
        table = tables[st.session_state[page.key("table")]]
        given = dict(held.arguments) if held and held.tables == (table.name,) else {}
        columns = _columns(table)
        words = called(table, columns, 40)
        state.seed(page.key("score"), measured(given), columns)
        score = st.selectbox(
            "Metric",
            columns,
            key=page.key("score"),
            format_func=lambda column: f"{_metric_words(table, column)}: {words(column)}",
        )
        state.seed(page.key("every"), given.get("every", "week"), list(vocabulary.WATCHED_PERIODS))
        every = st.selectbox(
            "By", list(vocabulary.WATCHED_PERIODS), key=page.key("every"), format_func=EVERY.__getitem__
        )
        what = _metric_of(table, score)
        own = _own(table, given)
        group = _group(page, table, tables, what, given, own)
        shows = _shows(page, table, what["failure"], own, given) if what["metric"] == FAILURE_RATE else {}
    arguments: dict[str, Any] = {**what, "every": every, **own, **shows}
    arguments |= {"group": group} if group else {}
    kept = CHART - {"group", _SHOWS}
    arguments |= {name: value for name, value in given.items() if name in kept and name not in arguments}
    return cx.Step("control", (table.name,), arguments)


def _columns(table: cx.Table) -> list[str]:
    """What can be followed: scores, ratings and flags; where rows are events, what went wrong comes first."""
    first = list(table.failures) if table.has_failure_rates else []
    return list(dict.fromkeys([*first, *(c for role in METRICS for c in table.columns_of(role))]))


def _metric_of(table: cx.Table, column: str) -> dict[str, Any]:
    """The metric made of a column, with the argument that names the column."""
    if table.has_failure_rates and column in table.failures:
        return {"metric": FAILURE_RATE, "failure": column}
    return {"metric": METRICS[table.roles[column]], "score": column}


def _metric_words(table: cx.Table, column: str) -> str:
    """What is measured of a column."""
    is_rate = _metric_of(table, column)["metric"] == FAILURE_RATE
    return "Failures" if is_rate else SCORES[table.roles[column]]


def _shows(
    page: state.Page, table: cx.Table, failure: str, own: dict[str, Any], given: dict[str, Any]
) -> dict[str, int]:
    """After how many days a failure is known; nothing where that is what the table itself tells."""
    usual = _delay(table.token, failure, own.get("date") or "", table)
    key = page.key(f"shows.{table.name}.{failure}")
    told = given.get(_SHOWS) if given.get("failure") == failure else None
    state.seed_number(key, told, 0, LONGEST_DELAY, usual)
    days = st.number_input(
        "Shows within days",
        0,
        LONGEST_DELAY,
        key=key,
        help="Periods whose failures have not had so much time are shown and not judged: what was ordered yesterday "
        "cannot have been returned yet.",
    )
    return {} if days == usual else {_SHOWS: int(days)}


@st.cache_data(max_entries=some_rows.FOUND_KEPT, show_spinner=False)
def _delay(token: str, failure: str, date: str, _table: cx.Table) -> int:
    return cx.failure_delay(_table, failure, date or None)[0]


def measured(arguments: Mapping[str, Any]) -> Any:
    """The column that a metric is made of: its score, or its failure."""
    return arguments.get("score") or arguments.get("failure")


def _own(table: cx.Table, given: dict[str, Any]) -> dict[str, Any]:
    """The metric's own arguments: as they were; at first, answers of one customer belong together."""
    if given:
        return {name: value for name, value in given.items() if name not in CHART and name not in _COLUMN}
    cluster = {"cluster": customer} if (customer := table.column_of("customer")) else {}
    return cluster | ({} if table.column_of("date") else {"date": table.columns_of("date")[0]})


def _group(
    page: state.Page,
    table: cx.Table,
    tables: dict[str, cx.Table],
    what: dict[str, Any],
    given: dict[str, Any],
    own: dict[str, Any],
) -> dict[str, Any]:
    """The chosen group, {} for everybody."""
    told = given.get("group")
    told = told if isinstance(told, dict) and len(told) == 1 else {}
    fair = [None, *table.columns_of("category")]
    state.seed(page.key("by"), next(iter(told), None), fair)
    names = called(table, fair, 40)
    by = st.selectbox(
        "Group",
        fair,
        key=page.key("by"),
        placeholder="everybody",
        format_func=lambda column: "everybody" if column is None else f"by {names(column)}",
    )
    if by is None:
        return {}
    step = cx.Step("metric", (table.name,), _named(what) | {"by": by, **own})
    found = run(tables, step, "Looking for groups").table
    values = found[found["n"] > 0][by].astype(object).fillna(vocabulary.NO_GROUP).astype(str).tolist()[:MOST_VALUES]
    if not values:
        return {}
    state.seed(page.key("value"), str(told.get(by)), values)
    value = st.selectbox(short(names(by), 30), values, key=page.key("value"), format_func=short)
    return {by: value}


def _named(what: dict[str, Any]) -> dict[str, Any]:
    """The same metric as `cx.metric` takes it."""
    return {"name": what["metric"], **{name: value for name, value in what.items() if name in _COLUMN}}


def forecast_of(step: cx.Step) -> cx.Step:
    """The forecast of the same series."""
    return step.carried_to("forecast")


def behind_of(step: cx.Step, period: str) -> cx.Step:
    """The answers behind one of its periods."""
    return step.carried_to("behind", score=measured(step.arguments), period=period)


def watch_of(step: cx.Step) -> dict[str, Any]:
    """The chosen series as a watch: its metric, and all groups of its group column."""
    own = {n: v for n, v in step.arguments.items() if n not in CHART or n == _SHOWS}
    by = list(step.arguments.get("group") or {})
    return {"table": step.tables[0], "metric": step.arguments["metric"], **own} | ({"by": by} if by else {})


def watch_words(watch: dict[str, Any]) -> str:
    """A watch as people say it (Markdown, harmless)."""
    by = f", each {plain(' and '.join(watch['by']), longest=60)}" if watch.get("by") else ""
    metric = "Failure rate of" if watch["metric"] == FAILURE_RATE else watch["metric"].upper()
    return f"{plain(metric)} {plain(measured(watch) or '', longest=40)} in {plain(watch['table'])}{by}"
