"""When something cannot be done: one calm sentence, and the rest of the page stays."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

import cxanalysis as cx
from pages.parts.words import plain

_LOG = logging.getLogger("cxanalysis.app")


def say(problem: cx.Problem) -> None:
    """Show what is wrong, where, and what to do."""
    st.warning(plain(problem))


def record(doing: str, error: Exception) -> None:
    """Write an unexpected error to the server's log: its kind and place, never its message, which may quote data."""
    places = [f"{Path(at.filename).name}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)]
    _LOG.error("unexpected %s while %s: %s", type(error).__name__, doing, " > ".join(places[-12:]))


@contextmanager
def calmly(doing: str) -> Iterator[None]:
    """Run a part of a page; what goes wrong in it becomes one sentence, and the parts after it still run.

    Parameters
    ----------
    doing : str
        What is being done, in words that finish "Something unexpected happened while …".
    """
    try:
        yield
    except cx.Problem as problem:
        say(problem)
    except Exception as error:  # noqa: BLE001 - the page's last line of defence; Streamlit's own control flow is no Exception
        record(doing, error)
        st.error(
            f"Something unexpected happened while {plain(doing)}. Nothing was changed. "
            "Try another choice, or reload the page; the server's log says where it happened."
        )
