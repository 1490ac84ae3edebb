"""A large text table: kept as read and as analysed without a data frame, and analysed from the disk."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import duckdb
import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.columns.text_rows import TextRows
from cxanalysis.engine.engines import ROWS_IN_MEMORY

WRITER = """
import sys, cxanalysis as cx
workspace = cx.Workspace(sys.argv[1])
print("ready", flush=True)
for number in range(1000):
    workspace.add(cx.read(sys.argv[2], name="t" + str(number)))
    print("added", flush=True)
"""
KILLS = int(os.environ.get("CXANALYSIS_KILLS", "6"))
ROWS = ROWS_IN_MEMORY + 10_000


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    rng = np.random.default_rng(3)
    slow = rng.random(ROWS) < 0.2
    score = np.clip(rng.normal(8 - 2 * slow, 2).round(), 0, 10).astype(int)
    words = np.array(["fine", "too  late", "never again", 'a "word"', "two\nlines"])
    frame = pd.DataFrame(
        {
            "id": [f"A{at:06d}" for at in range(ROWS)],
            "recommend": score,
            "late": np.where(slow, "yes", "no"),
            "wrong invoice": rng.choice(["yes", "no", ""], ROWS),
            "speed": rng.choice(["1", "2", "3", "4", "5", "N/A"], ROWS),
            "staff": rng.choice(["1", "2", "3", "4", "5", ""], ROWS),
            "price": rng.choice(["1", "2", "3", "4", "5"], ROWS),
            "answered": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 3e7, ROWS), unit="s"),
            "comment": [f"{words[at % 5]} {at}" for at in rng.integers(0, 2 * ROWS, ROWS)],
        }
    )
    path = tmp_path_factory.mktemp("large") / "answers.csv"
    frame.to_csv(path, index=False)
    return path


def test_what_is_kept_is_what_was_read(file, tmp_path):
    table = cx.read(file, name="answers")
    kept = cx.Workspace(tmp_path).add(table)
    assert not table.rows.loaded
    assert (kept.token, kept.raw_token, kept.n_rows) == (table.token, table.raw_token, ROWS)
    assert (kept.roles, kept.scales, kept.codes, kept.notes) == (table.roles, table.scales, table.codes, table.notes)
    pd.testing.assert_frame_equal(kept.frame, table.frame)
    pd.testing.assert_frame_equal(kept.raw, table.raw)
    same = cx.Table.restored(table.raw, name="answers", decisions=table.decisions.to_json())
    pd.testing.assert_frame_equal(kept.frame, same.frame)
    kinds = {row[0]: row[1] for row in duckdb.sql(f"DESCRIBE SELECT * FROM '{kept.parquet}'").fetchall()}
    assert kinds["comment"] == kinds["id"] == "VARCHAR"
    assert kinds["recommend"] == kinds["speed"] == "DOUBLE"
    assert kinds["answered"].startswith("TIMESTAMP")


def test_analysed_from_the_disk_without_its_rows_in_memory(file, tmp_path):
    table = cx.read(file, name="answers")
    kept = cx.Workspace(tmp_path).add(table)
    nps, drivers = cx.nps(kept), cx.drivers(kept, "recommend", ["late", "wrong invoice"], resamples=50)
    assert kept.hardly_answered == ()
    assert not kept.rows.loaded
    pd.testing.assert_frame_equal(nps.table, cx.nps(table).table)
    here = cx.drivers(table, "recommend", ["late", "wrong invoice"], resamples=50).table
    assert drivers.table["driver"].tolist() == here["driver"].tolist() == ["late", "wrong invoice"]
    np.testing.assert_allclose(drivers.table["importance"], here["importance"], rtol=1e-9)


def test_decisions_changed_after_reopening_give_the_same_frame(file, tmp_path):
    workspace = cx.Workspace(tmp_path)
    kept = workspace.add(cx.read(file, name="answers"))
    assert isinstance(kept.as_read, TextRows)
    changed = workspace.update(kept.with_(roles={"price": "category", "comment": "ignore"}))
    read_again = cx.read(file, name="answers").with_(roles={"price": "category", "comment": "ignore"})
    assert changed.token == read_again.token
    pd.testing.assert_frame_equal(changed.frame, read_again.frame)


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX matter")
def test_killed_while_a_large_file_comes_in(file, tmp_path):
    truth = cx.read(file, name="t0")
    with writing(tmp_path / "measured", file) as process:
        start = time.monotonic()
        assert process.stdout.readline() == "added\n"
        takes = time.monotonic() - start  # so that kills fall into an import, however fast this machine is
    pauses, path = random.Random(20260131), tmp_path / "killed"
    for _ in range(KILLS):
        with writing(path, file):
            time.sleep(pauses.uniform(0, 1.5 * takes))
        workspace = cx.Workspace(path)
        assert workspace.damaged == ()
        for table in workspace.tables.values():
            assert table.raw_token == truth.raw_token
            assert table.parquet is not None
            assert len(pd.read_parquet(table.parquet)) == len(table.raw) == ROWS
    assert workspace.add(truth).token == truth.token


@contextmanager
def writing(path, file):
    """A process that reads and keeps the file again and again; killed at the end."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(file)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    yield process
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
