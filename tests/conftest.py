"""What every test shares: a workspace of its own, and no memory of the test before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _workspace_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test ever reads or writes the workspace of the person who runs it."""
    before = os.environ.get("CXANALYSIS_HOME")
    os.environ["CXANALYSIS_HOME"] = str(tmp_path_factory.mktemp("home"))
    yield
    if before is None:
        del os.environ["CXANALYSIS_HOME"]
    else:
        os.environ["CXANALYSIS_HOME"] = before


@pytest.fixture(autouse=True)
def _app_forgets(request: pytest.FixtureRequest) -> None:
    """Streamlit's caches are one per process, so one AppTest would see what another had cached."""
    if "app" in Path(request.node.path).parent.parts:
        import streamlit as st

        st.cache_data.clear()
        st.cache_resource.clear()
