"""The app without a browser: pages run by AppTest on a small workspace made here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

import cxanalysis as cx

ROOT = Path(__file__).resolve().parents[2]
PAGES = {
    "data": "pages/collect/data.py",
    "links": "pages/collect/links.py",
    "quality": "pages/collect/quality.py",
    "answered": "pages/collect/answered.py",
    "overview": "pages/measure/overview.py",
    "metrics": "pages/measure/metrics.py",
    "monitor": "pages/measure/monitor.py",
    "drivers": "pages/explain/drivers.py",
}
#: Seconds a rerun may take on two busy cores.
PATIENCE = 60
#: Resamples in tests: enough to run through, not to be right.
FEW = 100

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace folder of its own, empty caches, and a server that only this computer can reach."""
    folder = tmp_path / "home"
    monkeypatch.setenv("CXANALYSIS_HOME", str(folder))
    monkeypatch.delenv("CXANALYSIS_SINGLE_USER", raising=False)
    monkeypatch.chdir(ROOT)
    address = config.get_option("server.address")
    config.set_option("server.address", "127.0.0.1")
    st.cache_data.clear()
    yield folder
    config.set_option("server.address", address)


@pytest.fixture
def open_page(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page in a new session, as a typed link or a refresh does."""

    def opened(name: str = "", step: str | None = None) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
        if name:
            # AppTest knows the pages only after a run; on an empty workspace that is a quick one.
            monkeypatch.setenv("CXANALYSIS_HOME", str(tmp_path / "nothing"))
            app.run()
            monkeypatch.setenv("CXANALYSIS_HOME", str(home))
            app.switch_page(PAGES[name])
        if step is not None:
            app.query_params["step"] = step
        return healthy(app.run())

    return opened


def healthy(app: AppTest) -> AppTest:
    """Nothing unexpected happened: no exception, no error box."""
    assert not app.exception, [error.message for error in app.exception]
    assert not [error.value for error in app.error]
    return app


def survey_frame(rows: int = 400) -> pd.DataFrame:
    """Answers of 300 customers; late delivery and damage cost satisfaction, a gift does nothing."""
    rng = np.random.default_rng(7)
    late, damaged, gift = (rng.binomial(1, share, rows) for share in (0.3, 0.2, 0.4))
    mood = 8.0 - 2.0 * late - 3.0 * damaged + rng.normal(0, 1.2, rows)
    return pd.DataFrame(
        {
            "answer": np.arange(rows),
            "customer": [f"c{number:03d}" for number in rng.integers(0, 300, rows)],
            "answered": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 365, rows), unit="D"),
            "recommend": np.clip(np.round(mood), 0, 10),
            "csat": np.clip(np.round(mood / 2), 1, 5),
            "market": rng.choice(["north", "south"], rows),
            "channel": rng.choice(["shop", "web", "phone"], rows),
            "late": late,
            "damaged": damaged,
            "gift": gift,
        }
    )


ROLES = {
    "answer": "id",
    "customer": "customer",
    "answered": "date",
    "recommend": "nps",
    "csat": "csat",
    "market": "category",
    "channel": "category",
    "late": "flag",
    "damaged": "flag",
    "gift": "flag",
}
SCALES = {"recommend": cx.Scale(0, 10), "csat": cx.Scale(1, 5)}


def survey(name: str = "survey", **renamed: str) -> cx.Table:
    """The answers as a table; columns may be called otherwise."""
    frame = survey_frame().rename(columns=renamed)
    roles = {renamed.get(column, column): role for column, role in ROLES.items()}
    scales = {renamed.get(column, column): scale for column, scale in SCALES.items()}
    return cx.Table(frame, name=name, kind="survey", roles=roles, scales=scales)


def orders() -> cx.Table:
    """Orders of the same customers, some late, some returned."""
    rng = np.random.default_rng(8)
    rows = 900
    ordered = pd.Timestamp("2023-09-01") + pd.to_timedelta(rng.integers(0, 480, rows), unit="D")
    frame = pd.DataFrame(
        {
            "order": np.arange(rows),
            "customer": [f"c{number:03d}" for number in rng.integers(0, 320, rows)],
            "ordered": ordered,
            "promised": ordered + pd.Timedelta("5D"),
            "arrived_late": rng.binomial(1, 0.3, rows),
            "sent_back": rng.binomial(1, 0.2, rows),
        }
    )
    roles = {"order": "id", "customer": "customer", "ordered": "date", "promised": "due"}
    return cx.Table(
        frame, name="orders", kind="operations", roles={**roles, "arrived_late": "flag", "sent_back": "flag"}
    )


@pytest.fixture
def workspace(home: Path) -> cx.Workspace:
    """A workspace with answers and orders."""
    made = cx.Workspace(home)
    made.add(survey())
    made.add(orders())
    return made


def drivers_step(**changed: object) -> str:
    """A driver step as the address bar holds it, quick to run."""
    arguments = {"outcome": "recommend", "drivers": ["late", "damaged", "gift"], "outcome_as": "nps", "resamples": FEW}
    return cx.Step("drivers", ("survey",), {**arguments, **changed}).to_json()


def texts(app: AppTest) -> str:
    """Everything a page says, without Markdown's backslashes and the invisible joiner."""
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.warning, *app.success]
    return "\n".join(str(part.value) for part in parts).replace("\\", "").replace("\u2060", "")
