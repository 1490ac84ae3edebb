"""A large survey into the workspace, beside what DuckDB alone needs to load the same file: `make benchmarks`.

Writes `benchmarks/reading.md`. The file is made by a seeded generator. Each run is a process of its own, so that its
peak of memory is its own: the most that the operating system ever gave it, with Python and all libraries. Runs take
turns (DuckDB, ours, DuckDB, ours …), so that other work on the machine meets both. Compare ratios, not seconds.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

import cxanalysis as cx

ROWS: Final = 1_000_000
TIMES: Final = 3
THREADS: Final = 2
GRADES: Final = ("1", "2", "3", "4", "5", "N/A", "")
RATINGS: Final = ("speed", "quality", "price_value", "staff", "website", "delivery_rating", "packaging_rating")
STORY: Final = (
    "delivery arrived late driver was friendly the parcel damaged and nobody answered phone price fair website slow "
    "but support helped quickly would order again invoice wrong twice returned without problem packaging perfect "
    "waited three days for reply very happy with quality disappointed cannot find my account refund took weeks "
    "excellent"
)


def texts(rng: np.random.Generator, rows: int, words: tuple[int, int], empty: float, end: str = "") -> list[str]:
    """Sentences cut from one long story; some empty, one in twenty-five with an end of its own."""
    story = rng.choice(STORY.split(), 3_000_000)
    places = np.concatenate([[0], np.cumsum(np.char.str_len(story) + 1)])
    told = " ".join(story)
    first = rng.integers(0, len(story) - words[1], rows)
    last = first + rng.integers(*words, rows)
    starts, stops = places[first].tolist(), (places[last] - 1).tolist()
    gaps, ended = (rng.random(rows) < empty).tolist(), (rng.random(rows) < 0.04).tolist()
    return [
        "" if gap else told[start:stop] + (end if with_end else "")
        for start, stop, gap, with_end in zip(starts, stops, gaps, ended, strict=True)
    ]


def make(path: Path, rows: int, seed: int = 0) -> None:
    """Answers with ids, a date, groups, scores, ratings with "N/A" and gaps, failures, an amount and three comments."""
    rng = np.random.default_rng(seed)

    def pick(options: Sequence[str], p: Sequence[float] | None = None) -> np.ndarray:
        return np.array(options)[rng.choice(len(options), rows, p=p)]

    seconds = rng.integers(0, 2 * 365 * 86_400, rows).astype("timedelta64[s]")
    columns = {
        "response_id": [f"R{i:08d}" for i in range(rows)],
        "customer_id": [f"C{i:07d}" for i in rng.integers(0, rows * 2 // 5, rows).tolist()],
        "answered": np.char.replace(np.datetime_as_string(np.datetime64("2024-01-01T00:00:00") + seconds), "T", " "),
        "channel": pick(["web", "shop", "phone", "app"]),
        "country": pick(["Germany", "France", "Spain", "Portugal", "Ireland", "Austria", "Mexico"]),
        "segment": pick(["small business", "enterprise", "private"]),
        "likelihood_to_recommend": rng.integers(0, 11, rows).astype(str),
        "overall_satisfaction": rng.integers(1, 6, rows).astype(str),
        **{name: pick(GRADES, [0.05, 0.1, 0.2, 0.3, 0.25, 0.05, 0.05]) for name in RATINGS},
        "late": pick(["yes", "no"], [0.18, 0.82]),
        "returned": pick(["yes", "no"], [0.07, 0.93]),
        "order_amount": [f"{v / 100:.2f}" for v in rng.integers(500, 50_000, rows).tolist()],
        "order_id": [f"O{i:08d}" for i in rng.integers(0, 9 * rows, rows).tolist()],
        "comment": texts(rng, rows, (8, 40), 0.25),
        "improvement": texts(rng, rows, (4, 34), 0.33, ', really.\nSecond "line" here'),
        "agent_note": texts(rng, rows, (3, 14), 0.0),
    }  # fmt: skip
    pyarrow.csv.write_csv(pa.table(columns), path)


def with_duckdb(file: Path, folder: Path) -> dict[str, float]:
    """DuckDB alone: the file into a table of a database file, closed again."""
    start = time.perf_counter()
    connection = duckdb.connect(str(folder / "answers.duckdb"), config={"threads": THREADS})
    connection.execute(f"CREATE TABLE answers AS SELECT * FROM read_csv('{file}')")
    connection.close()
    return {"seconds": time.perf_counter() - start}


def ours(file: Path, folder: Path) -> dict[str, float]:
    """`cx.read` and `Workspace.add`: roles, scales and codes recognised, rows as read and as analysed on the disk."""
    start = time.perf_counter()
    kept = cx.Workspace(folder / "workspace").add(cx.read(file, name="answers"))
    seconds = time.perf_counter() - start
    assert cx.Workspace(folder / "workspace").damaged == ()
    assert kept.n_rows > 0
    assert kept.roles["likelihood_to_recommend"] == "nps"
    assert kept.parquet is not None
    return {"seconds": seconds}


def analysed(file: Path, folder: Path) -> dict[str, float]:
    """NPS by segment and the drivers of it, straight from the Parquet file of the kept table."""
    table = cx.Workspace(folder / "workspace").tables["answers"]
    start = time.perf_counter()
    cx.nps(table, by="segment")
    cx.drivers(table, "likelihood_to_recommend", ["late", "returned"], outcome_as="nps")
    seconds = time.perf_counter() - start
    assert not table.rows.loaded  # the rows stayed where they are
    return {"seconds": seconds}


def with_pandas(file: Path, folder: Path) -> dict[str, float]:
    """pandas alone: the file into memory."""
    start = time.perf_counter()
    pd.read_csv(file)
    return {"seconds": time.perf_counter() - start}


RUNS: Final[dict[str, Callable[[Path, Path], dict[str, float]]]] = {
    "duckdb": with_duckdb, "ours": ours, "analysed": analysed, "pandas": with_pandas,
}  # fmt: skip
WORDED: Final = {
    "duckdb": "DuckDB alone: `CREATE TABLE … AS SELECT * FROM read_csv(…)`, two threads",
    "ours": "`cx.read` + `Workspace.add`: recognised, kept as read and as analysed",
    "analysed": "`cx.nps` by segment + `cx.drivers` with all intervals, from the kept file",
    "pandas": "`pandas.read_csv` alone, nothing kept",
}


def measured(run: str, file: Path, folder: Path) -> dict[str, float]:
    """One run in a process of its own: seconds on the clock and of the processor, GB."""
    command = [sys.executable, __file__, run, str(file), str(folder)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    print(run, told, flush=True)
    return dict(told)


def one(run: str, file: Path, folder: Path) -> None:
    """One run, told as JSON."""
    if run in ("ours", "analysed"):
        _ = cx.read, cx.Workspace, cx.nps, cx.drivers  # loaded when first asked for; imports are not timed
    before = time.process_time()
    found = RUNS[run](file, folder)
    # Linux counts in kB, macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(json.dumps({**found, "processor": time.process_time() - before, "gigabytes": peak / 1e9}))


def main() -> None:
    """Make the file, run everything in turns, write the table."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "answers.csv"
        # A child begins with the peak of memory of the process that started it, so this one must stay small.
        subprocess.run([sys.executable, __file__, "make", str(file), name], check=True)
        size = file.stat().st_size / 1e6
        found: dict[str, list[dict[str, float]]] = {run: [] for run in RUNS}
        for _ in range(TIMES):
            with tempfile.TemporaryDirectory(dir=name) as folder:
                for run in RUNS:
                    found[run].append(measured(run, file, Path(folder)))
    median = {run: {key: statistics.median(got[key] for got in runs) for key in runs[0]} for run, runs in found.items()}
    lines = [
        "# A large survey into the workspace", "",
        f"{ROWS:,} answers x 22 columns, a CSV file of {size:,.0f} MB (ids, a date, groups, scores, ratings with",
        f"\"N/A\" and gaps, three comments, some over two lines). Medians of {TIMES} runs in turns, each a process of",
        "its own, on two cores of a machine shared with other work; imports are not in the seconds, but in the memory.",
        "Made by `make benchmarks` (`python benchmarks/reading.py`).", "",
        "| work | seconds | to DuckDB | processor seconds | to DuckDB | peak memory, GB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    duck = median["duckdb"]
    for run, got in median.items():
        clock, work = (f"{got[key] / duck[key]:.2f}" for key in ("seconds", "processor"))
        lines.append(
            f"| {WORDED[run]} | {got['seconds']:.1f} | {clock} | {got['processor']:.1f} | {work} "
            f"| {got['gigabytes']:.2f} |"
        )
    (Path(__file__).parent / "reading.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]), ROWS)
    elif len(sys.argv) > 1:
        one(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
