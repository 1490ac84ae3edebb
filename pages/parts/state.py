"""The step a page is about: from the address, the session, the workspace, or its default; and back again.

A page's widgets take their values from the step and make the next step. Widget state in Streamlit ends with
the page; the step does not: it stands in the address, in the session and in the workspace.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

import cxanalysis as cx
from cxanalysis.metrics.metric import metric_of
from cxanalysis.steps.step import WHERE
from pages.parts import problems
from pages.parts.words import listed

#: The address's parameter that holds the step as JSON.
PARAMETER: Final = "step"
#: The page of this run and of the run before, kept by the frame.
PAGE_NOW: Final = "page.now"
PAGE_BEFORE: Final = "page.before"
#: What this session itself wrote there last, on whichever page: nobody has to be told about that.
_WRITTEN: Final = "address.written"


@dataclass(frozen=True, slots=True)
class Page:
    """A page with a step.

    Attributes
    ----------
    name : str
        Its address ("drivers"), which also begins the keys of its widgets.
    calls : frozenset of str
        The calls its step may make.
    """

    name: str
    calls: frozenset[str]

    def key(self, widget: str) -> str:
        """The session's key of one of the page's widgets."""
        return f"{self.name}.{widget}"

    def arrive(self, tables: Iterable[str], last: Callable[[], cx.Step | None]) -> cx.Step | None:
        """The step to show now; None if there is none yet and the page's defaults apply.

        A step in the address wins if it is new; then the session's; then the workspace's `last`.
        What is wrong with a step in the address is said in one sentence, and the page goes on without it.
        """
        asked = st.query_params.get(PARAMETER)
        if asked is not None and asked != st.session_state.get(_WRITTEN):
            st.session_state[_WRITTEN] = asked
            try:
                step = self._admit(cx.Step.from_json(asked), set(tables))
            except cx.Problem as problem:
                problems.say(problem)
            else:
                self._adopt(step)
                st.session_state[self.key("asked")] = step
                return step
        held = st.session_state.get(self.key("step"))
        if held is None and (held := last()) is not None:
            if _unknown(held):  # kept by an older version, whose calls took other arguments
                return None
            self._adopt(held)
        if held is None or not set(held.tables) <= set(tables):
            return None
        return held

    def leave(self, step: cx.Step) -> None:
        """Keep the step that the widgets now stand for: in the session and in the address."""
        asked: cx.Step | None = st.session_state.pop(self.key("asked"), None)
        if asked is not None and asked != step:
            self._say_what_was_left_out(asked, step)
        text = step.to_json()
        st.session_state[self.key("step")] = step
        if self._gone_back(text):
            return
        st.session_state[_WRITTEN] = text
        if st.query_params.get(PARAMETER) != text:
            st.query_params[PARAMETER] = text

    def _gone_back(self, text: str) -> bool:
        """Whether somebody went back to this page's bare address: to write there again would hold them on the page."""
        stayed = st.session_state.get(PAGE_BEFORE) == st.session_state.get(PAGE_NOW)
        return stayed and PARAMETER not in st.query_params and text == st.session_state.get(_WRITTEN)

    def forget(self, *widgets: str) -> None:
        """Let these widgets take their default again, because what they were chosen for has changed."""
        for widget in widgets:
            st.session_state.pop(self.key(widget), None)

    def _admit(self, step: cx.Step, tables: set[str]) -> cx.Step:
        if step.call not in self.calls:
            raise cx.Problem(
                f"the step in the address is a '{step.call}', which this page does not show",
                do="The page shows its own last step instead",
            )
        if unknown := _unknown(step):
            raise cx.Problem(
                f"the step in the address has an argument '{unknown[0]}', which cx.{step.call} does not know",
                do="The page shows its own last step instead",
            )
        missing = [name for name in step.tables if name not in tables]
        if missing:
            raise cx.Problem(
                f"the step in the address needs the table '{missing[0]}', which is not in this workspace",
                do="Add it on the data page, or choose from the tables that are there",
            )
        return step

    def _say_what_was_left_out(self, asked: cx.Step, step: cx.Step) -> None:
        usual = {name: given.default for name, given in inspect.signature(getattr(cx, step.call)).parameters.items()}
        now = {**usual, **step.arguments}
        differs = [name for name, value in asked.arguments.items() if now.get(name) != value]
        if differs:
            problems.say(
                cx.Problem(
                    f"what the address asks for as {listed(differs)} does not fit {step.tables[0]}",
                    do="The choices below are what is shown",
                )
            )

    def _adopt(self, step: cx.Step) -> None:
        """Take a step from outside: forget what the widgets said, so that they follow it."""
        for key in [k for k in st.session_state if str(k).startswith(f"{self.name}.")]:
            del st.session_state[key]
        st.session_state[self.key("step")] = step


def _unknown(step: cx.Step) -> list[str]:
    """Arguments that neither every step has nor its call takes, nor the metric to which the call hands them on."""
    known = dict(inspect.signature(getattr(cx, step.call)).parameters)
    if any(given.kind is given.VAR_KEYWORD for given in known.values()):
        with suppress(cx.Problem):  # of a metric that is not there the call itself says more
            known |= inspect.signature(metric_of(str(step.arguments.get("metric"))).function).parameters
    return [name for name in step.arguments if name not in known and name != WHERE]


def seed(key: str, value: object, options: Sequence[Any]) -> None:
    """Before a widget is drawn: give it the step's value if it has none, or one that is no longer on offer."""
    if key not in st.session_state or st.session_state[key] not in options:
        st.session_state[key] = value if value in options else options[0]


def seed_many(key: str, values: object, options: Sequence[Any]) -> None:
    """The same for a widget with several values: what is no longer on offer is dropped."""
    offered = values if isinstance(values, list | tuple) else ()
    chosen: list[Any] = list(st.session_state[key]) if key in st.session_state else list(offered)
    st.session_state[key] = [value for value in chosen if value in options]


def seed_number(key: str, value: object, low: float, high: float, usual: float) -> None:
    """The same for a number between two bounds; what is no number gives way to the usual one."""
    if key not in st.session_state:
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else usual
        st.session_state[key] = type(usual)(min(max(number, low), high))


def seed_text(key: str, value: str) -> None:
    """The same for a line of text."""
    if key not in st.session_state:
        st.session_state[key] = value
