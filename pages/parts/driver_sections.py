"""What stands below the drivers' picture: one section at a time, each drawn from a step of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

import cxanalysis as cx
from pages.parts import driver_robustness, problems, state
from pages.parts.driver_table import show_table


@dataclass(frozen=True, slots=True)
class Shown:
    """What a section is about: the analysis above it.

    Attributes
    ----------
    workspace : Workspace
    step : Step
        The step of the driver analysis that is shown; a section makes its own step from its tables and arguments.
    result : Drivers
    """

    workspace: cx.Workspace
    step: cx.Step
    result: cx.Drivers


def _numbers(shown: Shown) -> None:
    show_table(shown.result)


#: Section → what its button says, and what draws it.
SECTIONS: Final[dict[str, tuple[str, Callable[[Shown], None]]]] = {
    "numbers": ("All numbers", _numbers),
    "robustness": ("Does it survive?", driver_robustness.show),
}


def draw(page: state.Page, shown: Shown) -> None:
    """The buttons, and the section that was chosen."""
    names = list(SECTIONS)
    key = page.key("section")
    state.seed(key, names[0], names)
    if len(names) > 1:
        st.segmented_control(
            "Look closer", names, key=key, format_func=lambda name: SECTIONS[name][0], label_visibility="collapsed"
        )
    chosen = st.session_state[key] or names[0]
    with problems.calmly("drawing this section"):
        SECTIONS[chosen][1](shown)
