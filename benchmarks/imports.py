"""A month of answers joins a million: by id in the workspace, beside the same in plain DuckDB and in pandas.

Run: python benchmarks/imports.py [rows]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

import cxanalysis as cx

RATED = [f"q{number:02d}" for number in range(16)]
ROLES = {"answer": "id", "customer": "customer", "answered": "date", "market": "category", "recommend": "nps"}


def answers(first: int, rows: int, seed: int) -> pd.DataFrame:
    """Answers with ids from `first` on: 22 columns."""
    rng = np.random.default_rng(seed)
    frame = {
        "answer": np.arange(first, first + rows),
        "customer": rng.integers(0, rows, rows),
        "answered": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 365, rows), unit="D"),
        "market": rng.choice(["north", "south", "east", "west"], rows),
        "recommend": rng.integers(0, 11, rows),
        "late": rng.integers(0, 2, rows),
    }
    return pd.DataFrame(frame | {name: rng.integers(1, 6, rows) for name in RATED})


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main(rows: int) -> None:
    """Time it and say so."""
    month = rows // 20
    old, new = answers(0, rows, 1), answers(rows - month // 2, month, 2)
    roles = {**ROLES, "late": "flag", **dict.fromkeys(RATED, "rating")}
    scales = {"recommend": cx.Scale(0, 10), **dict.fromkeys(RATED, cx.Scale(1, 5))}
    with tempfile.TemporaryDirectory() as folder:
        workspace = cx.Workspace(folder)
        table = cx.Table(old, name="survey", kind="survey", roles=roles, scales=scales)
        print(f"{rows:,} answers x {old.shape[1]} columns added: {timed(lambda: workspace.add(table)):.1f} s")
        remembered = timed(lambda: workspace.remember("survey"))
        print(f"their shape remembered, once: {remembered:.1f} s")
        april = cx.Table(new, name="april")
        took = timed(lambda: workspace.append(april, "survey", accept=True))
        done = workspace.imports("survey")[-1]
        print(f"{month:,} rows join ({done.added:,} added, {done.replaced:,} replaced): {took:.1f} s")
        print(f"again, adding nothing: {timed(lambda: workspace.append(april, 'survey')):.2f} s")
        may = cx.Table(answers(rows + month, month, 3), name="may")
        print(f"a third month: {timed(lambda: workspace.append(may, 'survey', accept=True)):.1f} s")
        print(f"one of the middle undone: {timed(lambda: workspace.undo('survey', 2)):.1f} s")
        print(f"peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
        paths = [Path(folder) / f"{name}.parquet" for name in ("old", "new", "joined")]
        old.to_parquet(paths[0])
        new.to_parquet(paths[1])
        plain = timed(
            lambda: duckdb.sql(
                f"COPY (SELECT * FROM '{paths[0]}' ANTI JOIN '{paths[1]}' USING (answer) UNION ALL "
                f"SELECT * FROM '{paths[1]}') TO '{paths[2]}' (FORMAT parquet, COMPRESSION zstd)"
            )
        )
        print(f"the same rows by DuckDB alone, one file, no history: {plain:.1f} s")

        def in_pandas() -> None:
            both = pd.concat([pd.read_parquet(paths[0]), pd.read_parquet(paths[1])])
            both.drop_duplicates("answer", keep="last").to_parquet(paths[2], compression="zstd")

        print(f"the same rows by pandas: {timed(in_pandas):.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
