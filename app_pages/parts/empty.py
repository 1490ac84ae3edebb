"""Nothing to show yet: one sentence and one button."""

from __future__ import annotations

import streamlit as st

from app_pages.parts.words import plain

#: Where files come in, from the folder of app.py.
DATA_PAGE = "app_pages/collect/data.py"


def point_to_data(why: str) -> None:
    """Say why there is nothing, and lead to the data page."""
    st.header(plain(why), anchor=False)
    if st.button("Go to the data page", type="primary", key="empty.data"):
        st.switch_page(DATA_PAGE)
