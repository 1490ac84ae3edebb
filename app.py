"""The app: what the server serves. `streamlit run app.py` finds `app` here.

The server runs the frame in `pages/parts/frame.py`, not this file: Streamlit takes a folder `pages` beside the script
it runs for an app of the old kind, and answers the first deep link on a cold server with "Page not found".
"""

from __future__ import annotations

import streamlit as st

from pages.parts import frame, places

if __name__ == "__main__":
    # Run as a plain script, as tests do.
    frame.draw()
else:
    app = st.App(places.FRAME)
