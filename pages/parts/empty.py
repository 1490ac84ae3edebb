"""Nothing to show yet: one sentence and one button."""

from __future__ import annotations

import streamlit as st

from pages.parts import places
from pages.parts.words import plain


def point_to_data(why: str) -> None:
    """Say why there is nothing, and lead to the data page."""
    st.header(plain(why), anchor=False)
    if st.button("Go to the data page", type="primary", key="empty.data"):
        st.switch_page(places.DATA)
