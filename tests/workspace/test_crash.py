"""Stopped at any point, the workspace holds all of a table or none of it."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

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
    print("added", flush=True)
"""
JOINER = """
import sys, numpy as np, pandas as pd, cxanalysis as cx
workspace = cx.Workspace(sys.argv[1])
print("ready", flush=True)
while True:
    held = workspace.imports("survey") if "survey" in workspace.tables else ()
    if len(held) == 5:  # take one of the middle out, then go on
        workspace.undo("survey", held[len(workspace.history("survey")) % 3 + 1].number)
        continue
    number = len(workspace.history("survey"))
    frame = pd.DataFrame({column: values for column, values in content(number).items()})
    roles = {"answer": "id", "recommend": "nps", "file": "number"}
    table = cx.Table(frame, name="survey", roles=roles, scales={"recommend": cx.Scale(0, 10)})
    origin = cx.FileOrigin.of(str(number), str(number).encode(), when="")
    if held:
        workspace.append(table, "survey", origin=origin, accept=True)
    else:
        workspace.add(table, origin=origin)
"""
CONTENT = """
def content(number, rows=20_000):
    values = np.random.default_rng(number).integers(0, 11, rows)
    ids = np.arange(rows) + (number % 6) * (rows // 2)  # half of them are in other files too, and are replaced
    return {"answer": ids, "recommend": values, "file": np.full(rows, number)}
"""
exec(CONTENT)  # the killed process and the check make the same files

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
    with writing(tmp_path / "measured") as process:
        start = time.monotonic()
        assert process.stdout.readline() == "added\n"
        takes = time.monotonic() - start  # so that kills fall into writes, however fast or busy this machine is
    pauses, path = random.Random(20260131), tmp_path / "killed"
    for _ in range(KILLS):
        with writing(path):
            time.sleep(pauses.uniform(0.05, 5) * takes)
        check_whole(path)
    workspace = check_whole(path)
    assert len(workspace.tables) > 0
    half = len(list((path / "rows").glob("*.tmp")))
    print(f"{KILLS} kills, one add takes {takes:.2f} s: {len(workspace.tables)} tables, {half} files half written")


@contextmanager
def writing(path):
    """A process that adds table after table; killed at the end."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    yield process
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def check_joined(path):
    """The table is just what its list of imports makes: each id once, from the last file that has it."""
    workspace = cx.Workspace(path)
    assert workspace.damaged == ()
    if "survey" not in workspace.tables:
        return 0
    table, imports = workspace.tables["survey"], workspace.imports("survey")
    files = [pd.DataFrame(content(int(one.file))) for one in imports]  # noqa: F821 - made by CONTENT
    expected = pd.concat(files).drop_duplicates("answer", keep="last").reset_index(drop=True)
    pd.testing.assert_frame_equal(table.raw, expected)
    pd.testing.assert_frame_equal(pd.read_parquet(table.parquet)[["recommend"]], expected[["recommend"]].astype(float))
    assert [one.rows for one in imports] == [int((expected["file"] == int(one.file)).sum()) for one in imports]
    assert [v.in_use for v in workspace.history("survey")].count(True) == 1
    return len(workspace.history("survey"))


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a POSIX matter")
def test_killed_while_files_join_and_are_taken_out(tmp_path):
    pauses, done = random.Random(20260228), []
    for _ in range(KILLS):
        command = [sys.executable, "-c", CONTENT + JOINER, str(tmp_path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        time.sleep(pauses.uniform(0.05, 3.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        done.append(check_joined(tmp_path))
    assert done[-1] > 0
    left_over = list((tmp_path / "rows").glob("*.tmp"))
    print(f"{KILLS} kills: {done[-1]} versions made, {len(left_over)} files half written, none of them in use")


def test_leftovers_of_a_crash_are_swept_when_old_and_spared_when_young(tmp_path, monkeypatch):
    workspace = cx.Workspace(tmp_path)
    workspace.add(cx.Table(pd.DataFrame({"a": [1]}), name="kept"))

    def stop(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(workspace.versions.store), "confirm", stop)
        with pytest.raises(KeyboardInterrupt):
            workspace.add(cx.Table(pd.DataFrame({"a": [2]}), name="lost"))
    rows = tmp_path / "rows"
    (rows / "raw-x.parquet.abc.tmp").write_bytes(b"half")
    assert len(list(rows.iterdir())) == 5
    cx.Workspace(tmp_path)
    assert len(list(rows.iterdir())) == 5  # another process may be just writing them
    monkeypatch.setattr("cxanalysis.workspace.rows.row_store.WRITING_SECONDS", -60)
    assert list(cx.Workspace(tmp_path).tables) == ["kept"]
    assert len(list(rows.iterdir())) == 2
    assert cx.Workspace(tmp_path).tables["kept"].frame["a"].tolist() == [1]
