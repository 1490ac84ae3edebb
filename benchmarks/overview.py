"""The overview over a million answers and five million operations: `make benchmarks`.

Writes `benchmarks/overview.md`. What is timed is the page's own script on the server (Streamlit's AppTest), so every
call, cache and chart specification counts, the browser's drawing does not. A filter is changed to a value that was
never shown before, so nothing of it is in a cache; a warm page is drawn again without a change.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

import cxanalysis as cx

ROWS: Final = 1_000_000
OPERATIONS: Final = 5_000_000
CUSTOMERS: Final = 400_000
DAYS: Final = 730
ROOT: Final = Path(__file__).resolve().parents[1]
#: How often each failure happens, and what it costs on the 0-10 scale.
FAILURES: Final = ((0.18, 2.5), (0.09, 2.2), (0.10, 1.2), (0.02, 3.5), (0.05, 1.0), (0.05, 0.7), (0.06, 0.0))
RATINGS: Final = 6
REGIONS: Final = tuple(f"region {number}" for number in range(1, 13))
#: Filters changed for the first time, and redraws of a page that is there.
TIMES: Final = 7


def answers(rows: int, seed: int = 0) -> cx.Table:
    """Scores and ratings of customers hit by failures: one good mood behind all of a customer's answers."""
    rng = np.random.default_rng(seed)
    happened = {f"failure_{at}": rng.binomial(1, share, rows) for at, (share, _) in enumerate(FAILURES)}
    load = sum(cost * happened[f"failure_{at}"] for at, (_, cost) in enumerate(FAILURES))
    mood = rng.normal(0, 1, rows)

    def rated(middle: float, halo: float, hurt: float, low: int, high: int) -> np.ndarray:
        return np.clip(np.round(middle + halo * mood - hurt * load + rng.normal(0, 0.8, rows)), low, high)

    ratings = {f"rating_{at}": rated(4, 0.7, 0.2, 1, 5) for at in range(RATINGS)}
    for values in ratings.values():
        values[rng.random(rows) < 0.05] = np.nan
    frame = pd.DataFrame(
        {
            "customer": rng.integers(0, CUSTOMERS, rows),
            "answered": _days(rng, rows),
            "region": rng.choice(REGIONS, rows),
            "channel": rng.choice(["web", "shop", "phone", "app"], rows),
            "recommend": rated(8.5, 0.9, 1.0, 0, 10),
            "csat": rated(4.2, 0.4, 0.45, 1, 5),
            "ces": rated(5.5, 0.5, 0.6, 1, 7),
            **happened,
            **ratings,
        }
    )
    roles = {"customer": "customer", "answered": "date", "region": "category", "channel": "category"}
    roles |= {"recommend": "nps", "csat": "csat", "ces": "ces"}
    scales = {"recommend": cx.Scale(0, 10), "csat": cx.Scale(1, 5), "ces": cx.Scale(1, 7)}
    scales |= {name: cx.Scale(0, 1, higher_is_better=False) for name in happened}
    scales |= {name: cx.Scale(1, 5) for name in ratings}
    roles |= dict.fromkeys(happened, "flag") | dict.fromkeys(ratings, "rating")
    return cx.Table(frame, name="survey", kind="survey", roles=roles, scales=scales)


def operations(rows: int, seed: int = 1) -> cx.Table:
    """Orders of the same customers, four things that can go wrong."""
    rng = np.random.default_rng(seed)
    flags = [f"fault_{at}" for at in range(4)]
    frame = pd.DataFrame(
        {
            "order": np.arange(rows),
            "customer": rng.integers(0, CUSTOMERS, rows),
            "ordered": _days(rng, rows),
            **{name: rng.binomial(1, 0.05, rows).astype(np.int8) for name in flags},
        }
    )
    roles = {"order": "id", "customer": "customer", "ordered": "date", **dict.fromkeys(flags, "flag")}
    scales = {name: cx.Scale(0, 1, higher_is_better=False) for name in flags}
    return cx.Table(frame, name="orders", kind="operations", roles=roles, scales=scales)


def _days(rng: np.random.Generator, rows: int) -> pd.DatetimeIndex:
    return pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, DAYS * 86_400, rows), unit="s")


def seconds(work: Callable[[], Any]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def plain_pandas(frame: pd.DataFrame, region: str) -> None:
    """What one would write by hand over a frame in memory: scores and months of one region; no interval, no drivers."""
    part = frame[frame["region"] == region]
    coded = np.select([part["recommend"] >= 9, part["recommend"] >= 7], [100, 0], -100)
    month = part["answered"].dt.to_period("M")
    pd.Series(coded, index=part.index).groupby(month).mean()
    for column in ("csat", "ces"):
        part[column].groupby(month).mean()
    part.groupby("channel")["recommend"].mean()
    part[[name for name in part if name.startswith(("failure", "rating"))]].mean()


def page(home: str) -> AppTest:
    """The overview page on this workspace."""
    os.environ["CXANALYSIS_HOME"] = home
    sys.path.insert(0, str(ROOT))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
    app.run()
    return app.switch_page("pages/measure/overview.py").run()


def checked(app: AppTest) -> AppTest:
    """The page as it should be: six elements drawn, nothing wrong."""
    if app.exception or app.warning or not any("What weighs most" in one.value for one in app.markdown):
        raise SystemExit(f"the page is not whole: {[one.value for one in (*app.exception, *app.warning)]}")
    return app


def main() -> None:
    """Time the page and write the table."""
    with tempfile.TemporaryDirectory() as home:
        workspace = cx.Workspace(home)
        survey = workspace.add(answers(ROWS))
        orders = workspace.add(operations(OPERATIONS))
        frame = survey.frame
        app = None

        def first() -> None:
            nonlocal app
            app = checked(page(home))

        at_first = seconds(first)
        assert app is not None
        changed = []
        for region in REGIONS[:TIMES]:
            chosen = app.multiselect(key="overview.only.region").set_value([region])
            changed.append(seconds(lambda chosen=chosen: checked(chosen.run())))
        half = []
        for first_of in range(TIMES):
            chosen = app.multiselect(key="overview.only.region").set_value(list(REGIONS[first_of : first_of + 6]))
            half.append(seconds(lambda chosen=chosen: checked(chosen.run())))
        warm = [seconds(lambda: checked(app.run())) for _ in range(TIMES)]
        again = []
        for region in REGIONS[:TIMES]:
            chosen = app.multiselect(key="overview.only.region").set_value([region])
            again.append(seconds(lambda chosen=chosen: checked(chosen.run())))
        rates = [
            seconds(lambda day=day: cx.metric("failure_rate", orders.where({"ordered": {"from": day}})))
            for day in ("2023-02-01", "2023-03-01", "2023-04-01")
        ]
        peer = [seconds(lambda region=region: plain_pandas(frame, region)) for region in REGIONS[:TIMES]]
    by_hand = statistics.median(peer)
    lines = [
        "# The overview at a million answers and five million operations", "",
        "Medians in seconds of the page's script on the server, two cores, and their ratio to plain pandas over a",
        "frame in memory in the same run (scores and means of one region by month, no interval, no drivers). The page",
        "has three scores with clustered intervals and trends, all groups, and the six elements with two driver",
        "analyses. Made by `make benchmarks`.", "",
        "| work | seconds | times plain pandas |", "| --- | --- | --- |",
    ]  # fmt: skip
    for work, took in (
        ("first visit, nothing in any cache", at_first),
        ("filter changed to a value never shown before, a twelfth of the rows", statistics.median(changed)),
        ("the same, half of the rows", statistics.median(half)),
        ("filter changed to a value shown before", statistics.median(again)),
        ("the page drawn again", statistics.median(warm)),
        (f"failure rates of {OPERATIONS:,} operations since a day, clustered", statistics.median(rates)),
        ("plain pandas", by_hand),
    ):
        lines.append(f"| {work} | {took:.2f} | {took / by_hand:.1f} |")
    print("\n".join(lines))
    (Path(__file__).parent / "overview.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
