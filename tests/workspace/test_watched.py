"""What is watched and what was seen survive, and cannot be broken."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

import cxanalysis as cx


@pytest.fixture
def workspace(tmp_path):
    return cx.Workspace(tmp_path / "home")


def test_watches_survive_and_are_not_doubled(workspace):
    workspace.watched.add("survey", "nps", score="recommend", by=["market"])
    workspace.watched.add("survey", "nps", by=["market"], score="recommend")
    workspace.watched.add("survey", "csat", score="csat")
    again = cx.Workspace(workspace.path).watched
    assert [watch["metric"] for watch in again] == ["nps", "csat"]
    again.remove({"table": "survey", "metric": "nps", "score": "recommend", "by": ["market"]})
    assert [watch["metric"] for watch in workspace.watched] == ["csat"]


def test_the_step_names_only_tables_that_are_there(workspace):
    workspace.watched.add("survey", "nps", score="recommend")
    workspace.watched.add("gone", "nps", score="recommend")
    step = workspace.watched.step({"survey": None}, every="month")
    assert step.tables == ("survey",)
    assert step.arguments["every"] == "month"
    assert len(step.arguments["watched"]) == 1
    assert workspace.watched.step({"other": None}) is None


def test_who_saw_what_and_until_when_it_counts(workspace):
    watched = workspace.watched
    watched.acknowledge("NPS", "week", "worse", "2024-06-03", who="  Ada  Byron ", note="new carrier")
    seen = watched.seen("NPS", "week", "worse", "2024-05-27")
    assert (seen.who, seen.note, seen.period) == ("Ada Byron", "new carrier", "2024-06-03")
    assert watched.seen("NPS", "week", "worse", "2024-06-10") is None
    assert watched.seen("NPS", "week", "better", "2024-05-27") is None
    assert watched.seen("NPS", "day", "worse", "2024-05-27") is None
    watched.acknowledge("NPS", "week", "worse", "2024-06-03", who="Grace")
    assert [one.who for one in watched.acknowledged] == ["Grace"]
    watched.take_back(watched.acknowledged[0])
    assert watched.acknowledged == ()


def test_an_older_workspace_gets_the_tables_by_itself(workspace):
    workspace.add(cx.Table(pd.DataFrame({"recommend": [9]}), name="survey"))
    with sqlite3.connect(workspace.path / "workspace.sqlite") as file:
        file.execute("DROP TABLE watched")
        file.execute("DROP TABLE acknowledged")
    again = cx.Workspace(workspace.path)
    again.watched.add("survey", "nps")
    assert len(again.watched) == 1
    assert list(again.tables) == ["survey"]


def test_several_at_once(workspace):
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(lambda k: cx.Workspace(workspace.path).watched.add("survey", "nps", score=f"s{k % 5}"), range(20))
        )
    assert len(workspace.watched) == 5


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda w: w.add("no table", "nps"), "cannot be the name of a table"),
        (lambda w: w.add("survey", "nps", by=list("abcd")), "too many"),
        (lambda w: w.add("survey", "nps", score=object()), "no plain value"),
        (lambda w: w.remove({"table": "survey", "metric": "nps"}), "not watched so"),
        (lambda w: w.acknowledge("NPS", "week", "worse", "2024-06-03", who=" "), "nobody is named"),
        (lambda w: w.acknowledge("NPS", "week", "worse", "2024-06-03", who="A", note="x" * 3000), "3,000 characters"),
    ],
)
def test_what_cannot_be_kept_is_said(workspace, act, said):
    with pytest.raises(cx.Problem, match=said):
        act(workspace.watched)
    assert len(workspace.watched) == 0
