"""Forms for a metric: add one by hand, change one, archive one."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis import vocabulary
from pages.parts import access, problems, state
from pages.parts.metrics.metric_import import FIELDS
from pages.parts.words import listed, plain, short

#: Fields of one line, in the order of the form; those that a step fills in are left to it.
LINES: Final = ("definition", "formula", "denominator", "unit", "source", "department", "owner", "tracked_by", "scale",
                "cut_off", "note")  # fmt: skip
OF_THE_STEP: Final = frozenset({"definition", "formula", "denominator", "unit"})
GOOD: Final = {"high": "more is better", "low": "less is better"}


def add(workspace: cx.Workspace) -> None:
    """Add what the tables give, or one by hand."""
    found = {_offered(entry): entry for entry in cx.computable(workspace.tables, workspace.catalogue.entries)}
    if found:
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        state.seed("metrics.add.which", None, list(found))
        which = left.selectbox("Computed here", list(found), key="metrics.add.which", format_func=short)
        right.button("Add this one", key="metrics.add.computed", on_click=_keep, args=(found[which],), width="stretch")
    with st.form("metrics.new", border=False, clear_on_submit=True):
        st.text_input("Name of a metric computed elsewhere", key="metrics.new.name")
        st.form_submit_button("Add it", on_click=_keep_named)


def _offered(entry: cx.Entry) -> str:
    """A metric that the tables give, with where from: two tables may have the same score."""
    assert entry.step is not None  # that is what computable means
    column = entry.step.arguments.get("score")
    return f"{entry.name} of {listed(entry.step.tables)}{f': {column}' if column else ''}"


def _keep(entry: cx.Entry) -> None:
    with problems.calmly("adding the metric"):
        st.session_state["metrics.open"] = access.workspace().catalogue.add(entry).key


def _keep_named() -> None:
    with problems.calmly("adding the metric"):
        _keep(cx.Entry(st.session_state["metrics.new.name"]))


def edit(workspace: cx.Workspace, entry: cx.Entry) -> None:
    """Change an entry: what is saved is a new version, the old one stays."""
    number = len(workspace.catalogue.history(entry.key))

    def key(field: str) -> str:
        # A field's key names the version it was filled from: another version is another form.
        return f"metrics.form.{entry.key}.{number}.{field}"

    with st.form(f"metrics.form.{entry.key}.{number}", border=False):
        values: dict[str, Any] = {"name": st.text_input("Name", entry.name, key=key("name"))}
        sides = st.columns(2)
        lines = [name for name in LINES if entry.step is None or name not in OF_THE_STEP]
        for place, name in enumerate(lines):
            values[name] = sides[place % 2].text_input(FIELDS[name], getattr(entry, name), key=key(name)).strip()
        values |= _choices(entry, sides, key)
        saved = st.form_submit_button("Save as a new version", type="primary", key=key("save"))
    if saved:
        with problems.calmly("saving the metric"):
            access.workspace().catalogue.change(entry.key, **values)
            st.rerun()
    st.button(
        "Archive it",
        key=key("archive"),
        on_click=_archive,
        args=(entry.key,),
        type="tertiary",
        help="Sets it aside with its history; it can be restored",
    )


def _choices(entry: cx.Entry, sides: Any, key: Any) -> dict[str, Any]:
    """Fields that are chosen, not written."""
    left, right = sides
    reviewed = dt.date.fromisoformat(entry.reviewed) if entry.reviewed else None
    branches, elements = [None, *vocabulary.BRANCHES], [None, *vocabulary.ELEMENTS]
    branch = left.selectbox(
        "Branch", branches, index=branches.index(entry.branch), key=key("branch"), format_func=_or_none
    )
    element = right.selectbox(
        "Element", elements, index=elements.index(entry.element), key=key("element"), format_func=_or_none
    )
    day = left.date_input("Last review", reviewed, key=key("reviewed"), format="YYYY-MM-DD")
    every = right.number_input(
        "Review every (days)", value=entry.review_every_days, min_value=1, max_value=36_000, step=1, key=key("every")
    )
    good = left.selectbox(
        "Good end", list(GOOD), index=list(GOOD).index(entry.direction), key=key("good"), format_func=GOOD.__getitem__
    )
    return {
        "branch": branch,
        "element": element,
        "reviewed": day.isoformat() if day else None,
        "review_every_days": every,
        "direction": good,
    }


def _or_none(value: str | None) -> str:
    return "none" if value is None else plain(value)


def _archive(key: str) -> None:
    with problems.calmly("archiving the metric"):
        access.workspace().catalogue.archive(key)
