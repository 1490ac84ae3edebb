"""What stands around every result: the sentence, the quiet line, the notes, the actions, the picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

import cxanalysis as cx
from pages.parts.words import plain


def title(question: str) -> None:
    """The page's question."""
    st.title(question, anchor=False)


def sentence(text: str) -> None:
    """The answer, in one sentence; text from files in it stays text."""
    st.header(plain(text), anchor=False)


def say(text: str) -> None:
    """A sentence under a heading; text from files in it stays text."""
    st.markdown(plain(text))


def mode() -> Any:
    """ "light" or "dark", as the reader's browser shows the page."""
    return "dark" if st.context.theme.type == "dark" else "light"


def picture(chart: Any, alt: str, key: str) -> None:
    """A chart of the house, with the same words for those who cannot see it."""
    st.altair_chart(chart, theme=None, width="stretch", key=key, alt=alt)


def faint(markdown: str) -> None:
    """A quiet line. Not `st.caption`: its grey has a contrast of 4.2 : 1 on white, the theme's own has 5.9 : 1."""
    st.markdown(f":small[:gray[{markdown}]]")


def quiet(facts: Iterable[str]) -> None:
    """One quiet line of facts under a result; empty ones are left out."""
    faint(" · ".join(plain(fact) for fact in facts if fact))


def left_out(result: cx.Estimates) -> list[str]:
    """What a metric leaves out: rows with their reason, and what its definition excludes."""
    return [*(f"Left out: {rows.words}." for rows in result.basis.left_out), *result.passport.exclusions]


def notes(lines: Sequence[str], label: str = "What was done, and what to keep in mind") -> None:
    """A result's notes, folded away."""
    if lines:
        with st.expander(f"{label} ({len(lines)})"):
            st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def actions(workspace: cx.Workspace, steps: Sequence[cx.Step], key: str, file_name: str) -> None:
    """The small actions under a result: show the code, download the notebook."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=f"{key}.actions"):
        show = st.toggle("Show the code", key=f"{key}.code", help="The lines of Python that give these same numbers")
        st.download_button(
            "Notebook",
            data=lambda: cx.notebook(list(steps), workspace=workspace),
            file_name=f"{file_name}.ipynb",
            mime="application/x-ipynb+json",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
            key=f"{key}.notebook",
            help="A Jupyter notebook that runs and gives these same numbers",
        )
    if show:
        st.code(cx.code(steps, workspace=workspace), language="python", wrap_lines=True)
