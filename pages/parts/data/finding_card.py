"""One finding about the data's quality: what was found, what it does, what to do, and one button to act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

from pages.parts import results
from pages.parts.words import plain

#: What can be left out → the words on the button and its explanation.
BUTTONS: Final = {
    "rows": ("Leave them out", "Keeps a table without these rows beside this one, which stays as it is"),
    "values": ("Leave these values out", "Keeps a table without these values beside this one; all rows stay"),
    "columns": ("Set aside", "Keeps a table in which no analysis uses these columns, beside this one"),
}


def show(
    finding: Mapping[str, Any], is_left_out: bool, key: str, act: Callable[..., None], arguments: tuple[Any, ...]
) -> None:
    """Draw a finding.

    Parameters
    ----------
    finding : mapping
        A row of `Quality.table`.
    is_left_out : bool
        Whether it is left out already; the button then takes that back.
    key : str
        Begins the keys of its widgets.
    act : function
        Called with `arguments` when the button is pressed.
    """
    with st.container(border=True, key=f"card.{key}", gap="small"):
        st.markdown(f"**{plain(finding['finding'])}**")
        results.say(finding["effect"])
        results.faint(plain(finding["advice"]))
        if not finding["action"]:
            return
        word, explained = BUTTONS[finding["action"]]
        st.button(
            "Take them back" if is_left_out else word,
            key=f"{key}.act",
            on_click=act,
            args=arguments,
            type="tertiary" if is_left_out else "secondary",
            help="Uses them again" if is_left_out else explained,
        )
