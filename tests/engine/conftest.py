"""Every engine test runs on every back end: `on(frame)` is the engine for the same rows elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from back_ends import BACK_ENDS, elsewhere

from cxanalysis.engine import engines
from cxanalysis.engine.engines import Engine, engine_of


@pytest.fixture(params=BACK_ENDS)
def on(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[pd.DataFrame], Engine]:
    # Small as the tables of these tests are, a stored one is read by DuckDB.
    monkeypatch.setattr(engines, "ROWS_IN_MEMORY", -1)
    return lambda frame: engine_of(elsewhere(frame, request.param, tmp_path))
