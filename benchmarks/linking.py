"""Linking twenty million operations to a million answers, beside what a user would write.

Run by `python benchmarks/linking.py`.

It writes `benchmarks/linking.md`. Each run is a process of its own, so that its peak of memory is its own: the most
that the operating system ever gave it, with Python and all libraries. Compare ratios, not seconds: machines differ.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd
import pyarrow.parquet as pq

import cxanalysis as cx

ANSWERS: Final = 1_000_000
EVENTS: Final = 20_000_000
WINDOW_DAYS: Final = 90
#: Failure → the date at which it happens.
HAPPENED: Final = {"late": "promised", "returned": "ordered", "second_contact": "ordered"}
ROLES: Final = {
    "answers": {"answer": "id", "customer": "customer", "answered": "date", "recommend": "nps"},
    "orders": {
        "order": "id", "customer": "customer", "ordered": "date", "promised": "due",
        "late": "flag", "returned": "flag", "second_contact": "flag",
    },
}  # fmt: skip


def make(folder: Path, answers: int, events: int) -> None:
    """Orders of 80 % of the customers over three years, 18 % late, 6 % returned; answers from the middle of it."""
    seconds = 3 * 365 * 86_400
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(
        f"""COPY (SELECT 'o' || i AS "order", 'c' || (hash(i) % {answers * 4 // 5}) AS customer,
        TIMESTAMP '2022-01-01' + to_seconds((hash(i * 7) % {seconds})::BIGINT) AS ordered,
        TIMESTAMP '2022-01-06' + to_days((hash(i * 7) % {seconds} // 86400)::INTEGER) AS promised,
        (hash(i * 11) % 100 < 18)::INTEGER::DOUBLE AS late, (hash(i * 13) % 100 < 6)::INTEGER::DOUBLE AS returned,
        (hash(i * 17) % 100 < 9)::INTEGER::DOUBLE AS second_contact FROM range({events}) t(i))
        TO '{folder / "orders.parquet"}' (COMPRESSION zstd)"""
    )
    connection.execute(
        f"""COPY (SELECT 'a' || i AS answer, 'c' || (hash(i * 3) % {answers}) AS customer,
        TIMESTAMP '2022-06-01' + to_seconds((hash(i * 19) % {seconds * 2 // 3})::BIGINT) AS answered,
        (hash(i * 23) % 11)::DOUBLE AS recommend FROM range({answers}) t(i))
        TO '{folder / "answers.parquet"}' (COMPRESSION zstd)"""
    )


def opened(folder: Path, name: str) -> cx.Table:
    """A table as the workspace opens it: its rows stay in the file until somebody asks for them."""
    path = folder / f"{name}.parquet"
    file = pq.ParquetFile(path)
    return cx.Table(
        lambda: pd.read_parquet(path),
        name=name,
        kind="survey" if name == "answers" else "operations",
        roles=ROLES[name],
        columns=file.schema_arrow.names,
        n_rows=file.metadata.num_rows,
        raw_token=name,
        parquet=path,
    )


def ours(folder: Path) -> dict[str, float]:
    """`cx.link`: three failures with flags, counts, five windows, orphans and all else; then the linked rows."""
    linked = cx.link(
        opened(folder, "answers"), opened(folder, "orders"),
        on="customer", answered="answered", happened=HAPPENED, window_days=WINDOW_DAYS,
    )  # fmt: skip
    assert len(linked.table.frame) == linked.n_answers
    return dict(zip(linked.summary["failure"], map(float, linked.summary["answers_hit"]), strict=True))


def in_memory(folder: Path) -> dict[str, float]:
    """The same call with both tables as frames."""
    linked = cx.link(
        pd.read_parquet(folder / "answers.parquet"), pd.read_parquet(folder / "orders.parquet"),
        on="customer", answered="answered", happened=HAPPENED, window_days=WINDOW_DAYS, flags=list(HAPPENED),
    )  # fmt: skip
    return dict(zip(linked.summary["failure"], map(float, linked.summary["answers_hit"]), strict=True))


def merge_asof(folder: Path) -> dict[str, float]:
    """What a user would write: the last failure before each answer, by pandas; flags only."""
    answers = pd.read_parquet(folder / "answers.parquet").sort_values("answered")
    events = pd.read_parquet(folder / "orders.parquet")
    found = {}
    for failure, happened in HAPPENED.items():
        hits = events.loc[events[failure] == 1, ["customer", happened]].sort_values(happened)
        near = pd.merge_asof(
            answers, hits, left_on="answered", right_on=happened, by="customer",
            tolerance=pd.Timedelta(days=WINDOW_DAYS), allow_exact_matches=False,
        )  # fmt: skip
        found[failure] = float(near[happened].notna().sum())
    return found


RUNS: Final = {"ours": ours, "in_memory": in_memory, "merge_asof": merge_asof}


def measured(run: str, folder: Path) -> tuple[float, float, float]:
    """Seconds on the clock (without imports), processor seconds and GB of one run in a process of its own."""
    command = [sys.executable, __file__, run, str(folder)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    print(run, told, flush=True)
    return told["seconds"], told["processor"], told["gigabytes"]


def main() -> None:
    """Make both sizes, run everything, write the table."""
    lines = [
        "# Linking at scale", "",
        f"{EVENTS:,} operations (seven columns) and {ANSWERS:,} answers as Parquet, three failures,",
        f"a window of {WINDOW_DAYS} days; one run each on two cores of a machine shared with other work; peak memory",
        "and processor seconds of the whole process, imports too, as the operating system says.",
        "Made by `python benchmarks/linking.py`.", "",
        "| work | seconds | processor seconds | peak memory, GB |", "| --- | --- | --- | --- |",
    ]  # fmt: skip
    tenth = f"{EVENTS // 10:,} operations, {ANSWERS // 10:,} answers"
    plan = [
        (1, "ours", f"`cx.link` on files, {EVENTS:,} operations, {ANSWERS:,} answers"),
        (10, "ours", f"`cx.link` on files, {tenth}"),
        (10, "in_memory", f"`cx.link` on frames, {tenth}"),
        (10, "merge_asof", f"`pandas.merge_asof`, {tenth}: flags only, no counts, coverage or windows"),
    ]
    with tempfile.TemporaryDirectory() as name:
        for part in (1, 10):
            folder = Path(name) / str(part)
            folder.mkdir()
            # A child begins with the peak of memory of the process that started it, so this one must stay small.
            sizes = [str(ANSWERS // part), str(EVENTS // part)]
            subprocess.run([sys.executable, __file__, "make", str(folder), *sizes], check=True)
            for of, run, words in plan:
                if of == part:
                    seconds, processor, gigabytes = measured(run, folder)
                    lines.append(f"| {words} | {seconds:.1f} | {processor:.1f} | {gigabytes:.2f} |")
    (Path(__file__).parent / "linking.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def one(run: str, folder: Path) -> None:
    """One run, told as JSON."""
    start = time.perf_counter()
    found = RUNS[run](folder)
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Linux counts in kB, macOS in bytes.
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    processor = used.ru_utime + used.ru_stime
    print(json.dumps({"seconds": seconds, "processor": processor, "gigabytes": peak / 1e9, "found": found}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    elif len(sys.argv) > 1:
        one(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
