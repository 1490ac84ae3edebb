"""Several tabs and several processes on one workspace."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd

import cxanalysis as cx

PROCESS = """
import sys, pandas as pd, cxanalysis as cx
who = int(sys.argv[2])
for number in range(6):
    workspace = cx.Workspace(sys.argv[1])
    table = cx.Table(pd.DataFrame({"a": [who, number]}), name="shared")
    workspace.add(table, replace=True)
    workspace.add(cx.Table(pd.DataFrame({"a": [who, number]}), name=f"own_{who}_{number}"))
    workspace.steps.save(cx.Step("nps", ("shared",), {"who": who, "number": number}), page=f"page{who}")
"""


def table(number):
    return cx.Table(pd.DataFrame({"a": [number]}), name=f"t{number}")


def test_two_processes_lose_nothing(tmp_path):
    running = [subprocess.Popen([sys.executable, "-c", PROCESS, str(tmp_path), str(who)]) for who in (1, 2)]
    assert [process.wait(120) for process in running] == [0, 0]
    workspace = cx.Workspace(tmp_path)
    assert set(workspace.tables) == {"shared", *(f"own_{who}_{n}" for who in (1, 2) for n in range(6))}
    for who in (1, 2):
        for number in range(6):
            assert workspace.tables[f"own_{who}_{number}"].frame["a"].tolist() == [who, number]
    history = workspace.history("shared")
    assert [v.number for v in history] == list(range(1, len(history) + 1))
    assert workspace.damaged == ()
    assert sum(look.times for look in workspace.steps) == 12


def test_many_threads_with_one_workspace(tmp_path):
    workspace = cx.Workspace(tmp_path)

    def work(number):
        workspace.add(table(number))
        workspace.add(table(0).with_(name="same"))
        workspace.steps.save(cx.Step("nps", ("same",), {}), page="overview")
        return workspace.tables[f"t{number}"].frame["a"].tolist()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(24))) == [[n] for n in range(24)]
    assert len(workspace.tables) == 25
    assert len(workspace.history("same")) == 1


def test_eight_threads_open_a_new_workspace_at_once(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: len(cx.Workspace(tmp_path / "new").tables), range(8)))
    assert opened == [0] * 8


def test_a_table_deleted_by_another_process_while_it_is_added_is_written_again(tmp_path, monkeypatch):
    workspace = cx.Workspace(tmp_path)
    workspace.add(table(1))
    keep, calls = type(workspace.versions.store).keep, []

    def keep_then_lose(store, added):
        kept = keep(store, added)
        calls.append(kept)
        if len(calls) == 1:
            cx.Workspace(tmp_path).forget("t1")  # drops whatever no version refers to yet
        return kept

    monkeypatch.setattr(type(workspace.versions.store), "keep", keep_then_lose)
    workspace.add(table(2))
    assert len(calls) == 2
    assert workspace.tables["t2"].frame["a"].tolist() == [2]
    assert workspace.damaged == ()
