"""The app: page set-up, the gate, navigation; nothing else."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app_pages.parts import access

HERE = Path(__file__).parent

# The icon is a file: a ":material/…:" icon would make the browser ask an outside host for it.
st.set_page_config(
    page_title="Customer experience",
    page_icon=str(HERE / "app_pages" / "parts" / "mark.svg"),
    layout="centered",
    initial_sidebar_state="auto",
)

access.gate()

st.navigation(
    {
        "": [st.Page("app_pages/collect/start.py", title="Start", url_path="start", default=True, visibility="hidden")],
        "Collect": [
            st.Page("app_pages/collect/data.py", title="Data", url_path="data"),
            st.Page("app_pages/collect/links.py", title="Links", url_path="links"),
        ],
        "Measure": [st.Page("app_pages/measure/overview.py", title="Overview", url_path="overview")],
        "Explain": [st.Page("app_pages/explain/drivers.py", title="Drivers", url_path="drivers")],
    }
).run()
