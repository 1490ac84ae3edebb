"""Start: the question this is all about, a place to drop files, and a company to try it on."""

from __future__ import annotations

import streamlit as st

from pages.parts import access, places, problems
from pages.parts.data import welcome


def page() -> None:
    """Draw the page; whoever has data already is led to it."""
    workspace = access.workspace()
    if workspace.tables:
        st.switch_page(places.OVERVIEW)
    if access.staging(workspace).tables:
        st.switch_page(places.DATA)
    welcome.show(workspace)


with problems.calmly("starting"):
    page()
