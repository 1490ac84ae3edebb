"""Linking from Parquet files gives what linking frames gives, to the last digit; and other windows say the truth."""

from __future__ import annotations

import dataclasses
import pickle
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx
from cxanalysis.link import event_rows
from cxanalysis.link.window import DAY, Timeline
from cxanalysis.link.window_shares import hit_share
from cxanalysis.workspace.rows_on_disk import frame_to_arrow


def on_disk(table: cx.Table, folder: str) -> cx.Table:
    """The same table as the workspace hands it out: its rows in a file."""
    path = Path(folder) / f"{table.name}.parquet"
    pq.write_table(frame_to_arrow(table.frame), path)
    more = {"decisions": table.decisions.to_json(), "n_rows": table.n_rows, "raw_token": table.raw_token}
    return cx.Table.restored(lambda: table.raw, name=table.name, columns=table.columns, parquet=path, **more)


def never(_keys, _source):
    raise AssertionError("the events were loaded as a frame")


def link_both(answers, orders, **ask):
    """Linked as frames and as files, or the two sentences that say why not."""
    results = []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for large in (False, True):
            pair = [on_disk(t, folder) for t in (answers, orders)] if large else [answers, orders]
            if large:
                patch.setattr(event_rows, "ROWS_IN_MEMORY", 0)
                patch.setattr(event_rows, "log_of_frame", never)
            try:
                results.append(cx.link(*pair, **ask))
            except cx.Problem as problem:
                results.append(str(problem))
        if not isinstance(results[1], str):
            _ = results[1].table.frame
    return results


def assert_same(first, second):
    if isinstance(first, str) or isinstance(second, str):
        assert first == second
        return
    for field in dataclasses.fields(cx.Linked):
        one, two = getattr(first, field.name), getattr(second, field.name)
        if field.name == "table":
            pd.testing.assert_frame_equal(one.frame, two.frame)
            assert (one.token, one.roles, one.notes) == (two.token, two.roles, two.notes)
        elif isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, two)
        else:
            assert one == two, field.name


who = st.sampled_from(["1", "2", "3", " 4", None])
maybe_day = st.one_of(st.none(), st.integers(0, 60))
hour = st.sampled_from([0, 0, 0, 7, 13])
order = st.tuples(
    st.sampled_from(["o1", "o2", "o3", "o4", "o5", "o6", None]),
    who,
    maybe_day,
    hour,
    maybe_day,
    st.sampled_from([0.0, 1.0, 1.0, np.nan]),
    st.booleans(),
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(who, st.one_of(st.none(), st.integers(20, 60)), hour), min_size=1, max_size=12),
    st.lists(order, min_size=1, max_size=25),
    st.integers(1, 12),
    st.sampled_from(["missing", "none"]),
    st.sampled_from(["text", "numbers"]),
    st.sampled_from(["promised", "ordered"]),
)
def test_files_and_frames_give_the_same(given_answers, given_orders, window, absent, keys, happened):
    def at(days, hours):
        return pd.to_datetime(pd.Series(days, dtype="Int64"), unit="D", origin="2024-01-01").astype(
            "datetime64[us]"
        ) + pd.to_timedelta(hours, unit="h")

    people, days, hours = zip(*given_answers, strict=True)
    sheet = pd.DataFrame({"who": pd.Series(people, dtype="str"), "at": at(days, list(hours))})
    if keys == "numbers":
        sheet["who"] = pd.to_numeric(sheet["who"])
    number, people, days, hours, promised, late, back = zip(*given_orders, strict=True)
    log = pd.DataFrame(
        {
            "order": pd.Series(number, dtype="str"),
            "who": pd.Series(people, dtype="str"),
            "ordered": at(days, list(hours)),
            "promised": at(promised, 0),
            "late": late,
            "back": back,
        }
    )
    roles = {"order": "id", "ordered": "date", "promised": "due", "late": "flag"}
    orders = cx.Table(log, name="orders", kind="operations", roles=roles)
    answers = cx.Table(sheet, name="answers", roles={"at": "date"})
    ask = {"on": "who", "answered": "at", "window_days": window, "absent": absent}
    ask |= {"flags": {"late": "late", "sent_back": "back", "order": None} if absent == "none" else ["late", "back"]}
    assert_same(*link_both(answers, orders, happened=happened, **ask))


def small_tables():
    answers = pd.DataFrame({"who": ["a", "b"], "at": pd.to_datetime(["2024-06-30"] * 2), "score": [3, 9]})
    events = pd.DataFrame(
        {"who": ["a", "x", "x"], "day": pd.to_datetime(["2024-06-20", "2024-01-01", "2024-12-31"]), "late": [1, 0, 0]}
    )
    return (
        cx.Table(answers, name="answers", roles={"at": "date"}),
        cx.Table(events, name="events", roles={"day": "date", "late": "flag"}),
    )


ASK = {"on": "who", "answered": "at", "happened": "day", "window_days": 30}


def test_problems_are_the_same_sentences():
    answers, events = small_tables()
    bad = cx.Table(events.frame.assign(late=[1, 2, 0]), name="events", roles={"day": "date"})
    for log in (bad, cx.Table(events.frame.assign(who="nobody"), name="events", roles=events.roles)):
        one, two = link_both(answers, log, **ASK, flags=["late"])
        assert isinstance(one, str)
        assert one == two


def test_dates_written_as_text_are_read_in_the_frame(tmp_path, monkeypatch):
    answers, events = small_tables()
    monkeypatch.setattr(event_rows, "ROWS_IN_MEMORY", 0)
    text = cx.Table(events.frame.assign(day=events.frame["day"].astype(str)), name="events", roles={"late": "flag"})
    result = cx.link(answers, on_disk(text, str(tmp_path)), **ASK)
    assert result.table.frame["late"].fillna(-1).tolist() == [1, -1]


def test_the_linked_table_stays_on_the_disk_until_asked_for(tmp_path):
    answers, events = small_tables()
    asked = []

    def raw():
        asked.append(1)
        return answers.raw

    path = on_disk(answers, str(tmp_path)).parquet
    more = {"columns": answers.columns, "n_rows": 2, "raw_token": answers.raw_token, "parquet": path}
    result = cx.link(cx.Table(raw, name="answers", roles=answers.roles, **more), events, **ASK)
    assert not asked
    assert result.table.columns == ("who", "at", "score", "late", "late_count")
    assert result.table.frame["score"].tolist() == [3, 9]
    assert asked


def test_a_linked_table_can_be_kept_by_a_cache():
    result = cx.link(*small_tables(), **ASK)
    again = pickle.loads(pickle.dumps(result))
    pd.testing.assert_frame_equal(again.table.frame, result.table.frame)
    assert again.table.token == result.table.token


def test_each_window_is_the_window_asked_for():
    rng = np.random.default_rng(3)

    def happening(n, first, days):
        at = pd.Timestamp(first) + pd.to_timedelta(rng.integers(0, days, n), "D")
        return pd.DataFrame({"who": rng.integers(0, 60, n), "at": at})

    answers, events = happening(200, "2024-06-01", 90), happening(400, "2024-01-01", 260).assign(late=1)
    ask = {"on": "who", "answered": "at", "happened": "at", "flags": ["late"]}
    windows = cx.link(answers, events, window_days=40, **ask).windows.set_index("times")
    assert windows["window_days"].tolist() == [10, 20, 40, 80, 160]
    for times in (1, 2, 4):  # shorter windows keep to the answers of the chosen one, so that they can be compared
        alone = cx.link(answers, events, window_days=40 * times, **ask).summary.iloc[0]
        assert windows.loc[times, "prevalence"] == pytest.approx(alone["prevalence"])
        assert windows.loc[times, "answers"] == alone["answers"]
    known = cx.link(answers, events, window_days=40, **ask).table.frame["late"].notna().to_numpy()
    half = cx.link(answers, events, window_days=20, **ask).table.frame["late"].to_numpy()
    assert windows.loc[0.5, "prevalence"] == pytest.approx(half[known].mean())
    assert (windows["low"] < windows["prevalence"]).all()
    assert (windows["prevalence"] < windows["high"]).all()
    assert windows["known_share"].tolist() == (windows["answers"] / 200).tolist()


moment = st.integers(0, 5 * DAY) | st.integers(0, 5).map(lambda day: day * DAY)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), moment), max_size=20),
    st.lists(st.tuples(st.integers(-1, 3), moment, moment), min_size=1, max_size=10),
    st.sampled_from([1, 2**40]),
)
def test_a_timeline_counts_as_a_loop_does(rows, asked, spread):
    # People far apart make numbers too large for times in microseconds, so that ranks take their place.
    codes, times = (np.array([row[at] for row in rows], dtype=np.int64) for at in (0, 1))
    line = Timeline.of(codes * spread, times)
    people, start, stop = (np.array([row[at] for row in asked], dtype=np.int64) for at in range(3))
    expected = [sum(c == who and first <= t < last for c, t in rows) for who, first, last in asked]
    assert line.count(people * spread, start, stop).tolist() == expected
    assert list(zip(*(values.tolist() for values in line.in_order()), strict=True)) == sorted(
        (c * spread, t) for c, t in rows
    )


def test_intervals_of_shares_cover_the_truth_when_answers_cluster():
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(400):
        people = np.repeat(np.arange(120), 1 + rng.poisson(2, 120))
        chance = rng.beta(1.5, 3.5, 120)  # mean 0.3; one person's answers share it
        hit = rng.random(len(people)) < chance[people]
        _, low, high = hit_share(hit, people)
        covered += low <= 0.3 <= high
    # Binomial noise of 400 runs around 95 % is ±2.2 %; persons of different size cost a little.
    assert 0.92 <= covered / 400 <= 0.98
