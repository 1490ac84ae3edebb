"""What stands around every page: page set-up, the gate, navigation."""

from __future__ import annotations

import streamlit as st

from pages.parts import access, places, state


def draw() -> None:
    """Draw the frame and, in it, the page that the address names."""
    # The icon is a file: a ":material/…:" icon would make the browser ask an outside host for it.
    st.set_page_config(
        page_title="Customer experience",
        page_icon=str(places.MARK),
        layout="centered",
        initial_sidebar_state="auto",
    )
    access.gate()
    page = st.navigation(
        {
            "": [st.Page(places.START, title="Start", url_path="start", default=True, visibility="hidden")],
            "Collect": [
                st.Page(places.DATA, title="Data", url_path="data"),
                st.Page(places.LINKS, title="Links", url_path="links"),
                st.Page(places.QUALITY, title="Quality", url_path="quality"),
                st.Page(places.ANSWERED, title="Who answered", url_path="answered"),
            ],
            "Measure": [
                st.Page(places.OVERVIEW, title="Overview", url_path="overview"),
                st.Page(places.METRICS, title="Metrics", url_path="metrics"),
                st.Page(places.MONITOR, title="Monitor", url_path="monitor"),
            ],
            "Explain": [st.Page(places.DRIVERS, title="Drivers", url_path="drivers")],
        }
    )
    st.session_state[state.PAGE_BEFORE] = st.session_state.get(state.PAGE_NOW)
    st.session_state[state.PAGE_NOW] = page.url_path
    page.run()


if __name__ == "__main__":
    draw()
