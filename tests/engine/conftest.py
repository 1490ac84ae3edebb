"""Every engine test runs on every back end: `on(frame)` is the engine for the same rows elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from back_ends import BACK_ENDS, as_if_large, elsewhere

from cxanalysis.engine.engines import Engine, engine_of


@pytest.fixture(params=BACK_ENDS)
def on(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[pd.DataFrame], Engine]:
    as_if_large(monkeypatch, request.param)
    return lambda frame: engine_of(elsewhere(frame, request.param, tmp_path))
