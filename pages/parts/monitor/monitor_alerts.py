"""The alerts of the monitor: what needs somebody, what was seen already, what is fine."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import numbers
from cxanalysis.monitor.alerts_result import sentence
from cxanalysis.monitor.calendar import after
from cxanalysis.workspace.watched import Seen
from pages.parts import problems, results, state
from pages.parts.run import run
from pages.parts.words import count, plain

#: Rates of false alarms a person may choose from, and what they mean.
RATES: Final = {0.01: "very quiet (1 % of looks)", 0.05: "usual (5 % of looks)", 0.1: "early (10 % of looks)"}
USUAL_RATE: Final = 0.05
#: Under this name the workspace keeps the last look, so that a refresh finds its rate again.
PLACE: Final = "monitor.look"
#: So many series that cannot be judged are told with the reason; the others are counted.
MOST_OPEN: Final = 3
#: Columns of the table that its sentences tell, or that repeat themselves.
_FOLDED: Final = frozenset({"table", "period", "change_low", "change_high", "counts", "unit"})
_NUMBER = st.column_config.NumberColumn


def look(workspace: cx.Workspace, tables: dict[str, cx.Table], every: str) -> tuple[cx.Step, cx.Alerts] | None:
    """The look at everything watched, by the chosen period."""
    rate = rate_of(workspace)
    step = workspace.watched.step(tables, every=every, **({"rate": rate} if rate != USUAL_RATE else {}))
    if step is None:
        return None
    workspace.steps.save(step, page=PLACE)
    return step, run(tables, step, "Holding the watched series against their baselines")


def rate_of(workspace: cx.Workspace) -> float:
    """How quiet it is to be: as chosen, else as in the last look."""
    if "monitor.rate" in st.session_state:
        return float(st.session_state["monitor.rate"])
    last = workspace.steps.last(PLACE)
    rate = last.arguments.get("rate", USUAL_RATE) if last else USUAL_RATE
    return rate if rate in RATES else USUAL_RATE


def split(workspace: cx.Workspace, found: cx.Alerts) -> tuple[list[dict[str, Any]], list[tuple[dict[str, Any], Seen]]]:
    """Alarms nobody has seen yet, and those somebody has."""
    new, known = [], []
    for place, row in enumerate(found.alarms.to_dict("records")):
        entry = {str(key): value for key, value in row.items()} | {"watch": found.watches[place]}
        since = seen_since(entry["period"], found)
        seen = workspace.watched.seen(entry["series"], found.every, entry["status"], since)
        if seen is None:
            new.append(entry)
        else:
            known.append((entry, seen))
    return new, known


def seen_since(period: Any, found: cx.Alerts) -> str:
    """The period as far back as the longest window reaches: an acknowledgement lasts that long."""
    return str(after(str(period.date()), found.every, -max(found.windows)))


def draw(page: state.Page, workspace: cx.Workspace, found: cx.Alerts) -> None:
    """Needs somebody; seen already; fine."""
    new, known = split(workspace, found)
    st.subheader("What needs somebody", anchor=False)
    if not new:
        results.say("Nothing: no watched series changed by more than noise that nobody has seen yet.")
    for place, entry in enumerate(new):
        _card(page, workspace, found, entry, f"monitor.alert.{place}")
    if known:
        with st.expander(f"Seen already ({len(known)})"):
            for place, (entry, seen) in enumerate(known):
                _known(page, workspace, entry, seen, f"monitor.seen.{place}", found.every)
    _fine(found)


def _card(page: state.Page, workspace: cx.Workspace, found: cx.Alerts, entry: dict[str, Any], key: str) -> None:
    """One alert: what changed, and the two things to do about it."""
    with st.container(border=True, key=key, gap="small"):
        colour = "orange" if entry["status"] == "worse" else "green"
        st.markdown(f":{colour}[**{entry['status'].capitalize()}**] **{plain(entry['series'], longest=120)}**")
        results.say(sentence(entry, found.every))
        with st.container(horizontal=True, vertical_alignment="center"):
            _show(page, entry, found.every, key)
            with st.popover("Acknowledge", key=f"{key}.ack"):
                _acknowledge(workspace, found, entry, key)


def _show(page: state.Page, entry: dict[str, Any], every: str, key: str) -> None:
    """A button that brings the series into the chart below."""
    st.button("Show", key=f"{key}.show", on_click=show_series, args=(page, entry["watch"], every))


def show_series(page: state.Page, watch: dict[str, Any], every: str) -> None:
    """Make a watched series the one that is charted."""
    arguments = {name: value for name, value in watch.items() if name != "table"} | {"every": every}
    page.forget("table", "score", "by", "value", "every", "point")
    st.session_state[page.key("step")] = cx.Step("control", (watch["table"],), arguments)


def _acknowledge(workspace: cx.Workspace, found: cx.Alerts, entry: dict[str, Any], key: str) -> None:
    """Who has seen it, and what they know about it."""
    state.seed_text(f"{key}.who", str(st.session_state.get("monitor.me", "")))
    who = st.text_input("Your name", key=f"{key}.who")
    note = st.text_area("What is known about it", key=f"{key}.note", placeholder="Cause, who does what until when")
    results.faint(
        f"It stays out of the way for {max(found.windows)} {found.every}s, and comes back if the change is still there."
    )
    st.button(
        "Seen",
        key=f"{key}.do",
        type="primary",
        disabled=not who.strip(),
        on_click=_seen,
        args=(workspace, found.every, entry, key, who, note),
    )


def _seen(workspace: cx.Workspace, every: str, entry: dict[str, Any], key: str, who: str, note: str) -> None:
    """Keep the acknowledgement; the next alert in this place must not inherit the note."""
    with problems.calmly("keeping the acknowledgement"):
        period = str(entry["period"].date())
        workspace.watched.acknowledge(entry["series"], every, entry["status"], period, who=who, note=note)
        st.session_state["monitor.me"] = who
        for widget in ("who", "note"):
            st.session_state.pop(f"{key}.{widget}", None)


def _known(page: state.Page, workspace: cx.Workspace, entry: dict[str, Any], seen: Seen, key: str, every: str) -> None:
    st.markdown(f"**{plain(entry['series'], longest=120)}** {plain(sentence(entry, every))}")
    note = f" “{plain(seen.note)}”" if seen.note else ""
    results.faint(f"Seen by {plain(seen.who, longest=60)} on {numbers.day(seen.at[:10])}.{note}")
    with st.container(horizontal=True):
        _show(page, entry, every, key)
        st.button("Not settled after all", key=f"{key}.back", on_click=workspace.watched.take_back, args=(seen,))


def _fine(found: cx.Alerts) -> None:
    """What did not change, and what cannot be told; the numbers folded away."""
    calm = found.table[found.table["status"] == "no change"]
    cannot = found.table[found.table["status"] == "cannot tell"]
    if len(calm) or cannot.empty:
        st.subheader("What is fine", anchor=False)
        moved = f"{count(len(calm), 'watched series', 'watched series')} moved no more than by noise."
        results.say(moved if len(calm) else "No watched series is calm at the moment.")
    if len(cannot):
        st.subheader("What cannot be judged yet", anchor=False)
        said = [
            f"**{plain(row['series'], longest=80)}**  \n{plain(row['remark'])}" for row in cannot.to_dict("records")
        ]
        more = f"\n\nand {len(said) - MOST_OPEN} more" if len(said) > MOST_OPEN else ""
        st.markdown("\n\n".join(said[:MOST_OPEN]) + more)
    with st.expander(f"All watched series ({len(found.table)})"):
        st.dataframe(
            found.table,
            hide_index=True,
            column_order=[c for c in found.table.columns if c not in _FOLDED],
            column_config={
                "series": st.column_config.TextColumn("Series", pinned=True),
                "status": "Status",
                "window": _NUMBER("Periods", help="How many of the last periods were taken together"),
                "value": _NUMBER("Now", format="%.1f"),
                "before": _NUMBER("Baseline", format="%.1f"),
                "change": _NUMBER("Change", format="%.1f"),
                "n": _NUMBER("n", format="localized"),
                "p_value": _NUMBER("p", format="%.4f"),
                "q_value": _NUMBER("q", format="%.3f", help="Below the chosen rate: hardly noise, among so many"),
                "remark": "Remark",
            },
            alt="Every watched series with its value, its baseline, the change and how likely noise alone is",
        )
