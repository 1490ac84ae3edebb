"""Stopped at any point, the workspace holds all of a table or none of it."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx

WRITER = """
import sys, numpy as np, pandas as pd, cxanalysis as cx
workspace = cx.Workspace(sys.argv[1])
print("ready", flush=True)
for number in range(100_000):  # from 0 each time: what was cut short is written again
    values = np.random.default_rng(number).random(300_000)  # large, so that many kills fall into a write
    table = cx.Table(pd.DataFrame({"recommend": values}), name="t" + str(number % 7), roles={"recommend": "nps"})
    workspace.add(table, replace=True, origin=cx.FileOrigin.of(str(number), b"", when=""))
    workspace.steps.save(cx.Step("nps", (table.name,), {"n": number}), page="overview")
"""
#: How often the writer is killed; CXANALYSIS_KILLS=50 for the long run.
KILLS = int(os.environ.get("CXANALYSIS_KILLS", "8"))


def expected(number):
    return np.random.default_rng(number).random(300_000)


def check_whole(path):
    workspace = cx.Workspace(path)
    assert workspace.damaged == ()
    for name, table in workspace.tables.items():
        origin = workspace.origin(name)
        values = expected(int(origin.file))
        assert np.array_equal(table.raw["recommend"], values)
        assert np.array_equal(pd.read_parquet(table.parquet)["recommend"], values)
        assert [v.in_use for v in workspace.history(name)].count(True) == 1
    assert (workspace.steps.last("overview") is None) == (len(workspace.steps) == 0)
    return workspace


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX matter")
def test_killed_while_adding(tmp_path):
    pauses = random.Random(20260131)
    for _ in range(KILLS):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        time.sleep(pauses.uniform(0.02, 0.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        check_whole(tmp_path)
    workspace = check_whole(tmp_path)
    assert len(workspace.tables) > 0


def test_leftovers_of_a_crash_are_swept_when_old_and_spared_when_young(tmp_path, monkeypatch):
    workspace = cx.Workspace(tmp_path)
    workspace.add(cx.Table(pd.DataFrame({"a": [1]}), name="kept"))

    def stop(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(cx.Workspace, "_write_version", stop)
        with pytest.raises(KeyboardInterrupt):
            workspace.add(cx.Table(pd.DataFrame({"a": [2]}), name="lost"))
    rows = tmp_path / "rows"
    (rows / "raw-x.parquet.abc.tmp").write_bytes(b"half")
    assert len(list(rows.iterdir())) == 5
    cx.Workspace(tmp_path)
    assert len(list(rows.iterdir())) == 5  # another process may be just writing them
    monkeypatch.setattr("cxanalysis.workspace.store.WRITING_SECONDS", -60)
    assert list(cx.Workspace(tmp_path).tables) == ["kept"]
    assert len(list(rows.iterdir())) == 2
    assert cx.Workspace(tmp_path).tables["kept"].frame["a"].tolist() == [1]
