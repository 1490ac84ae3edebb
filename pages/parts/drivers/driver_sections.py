"""What stands below the drivers' picture: one section at a time, each drawn from a step of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from pages.parts import problems, state
from pages.parts.drivers import driver_asymmetry, driver_map, driver_measures, driver_robustness
from pages.parts.drivers.driver_segments import show as show_segments
from pages.parts.drivers.driver_shown import Shown
from pages.parts.drivers.driver_table import show_table
from pages.parts.drivers.driver_what_if import draw as what_if


def _numbers(shown: Shown) -> None:
    show_table(shown.result)
    driver_measures.show(shown)


#: Section → what its button says, and what draws it.
SECTIONS: Final[dict[str, tuple[str, Callable[[Shown], None]]]] = {
    "numbers": ("All numbers", _numbers),
    "what_if": ("What if", what_if),
    "map": ("Important × good", driver_map.show),
    "asymmetry": ("Satisfies or only annoys?", driver_asymmetry.show),
    "segments": ("Segments", show_segments),
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
