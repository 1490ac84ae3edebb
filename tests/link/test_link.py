"""Linking answers to failures: against a slow plain reading of the rule, and case by case."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx


def bare(times):
    """Which times have no clock: midnights, unless at most a tenth of all are."""
    midnight = times == times.dt.normalize()
    return midnight if midnight.mean() > 0.1 else midnight & False


def slow(answers, events, window_days):
    """The rule, word for word: answered - window <= happened < answered; days where either has no clock."""
    window = pd.Timedelta(days=window_days)
    begin, end = events["at"].min().normalize(), events["at"].max().normalize() + pd.Timedelta(days=1)
    known_people = set(events.who)
    answers = answers.assign(bare=bare(answers["at"]))
    failures = events[events.failed == 1]
    failures = failures.assign(bare=bare(failures["at"]))
    counts = []
    for answer in answers.itertuples():
        start = answer.at.normalize() - window
        # In a log shorter than the window, it is enough that the window touches it.
        outside = answer.at < begin or start > end if end - begin < window else start < begin or answer.at > end
        if answer.who not in known_people or outside:
            counts.append(np.nan)
            continue
        seen = set()
        for event in failures.itertuples():
            one, other = answer.at, event.at
            if answer.bare or event.bare:
                one, other = one.normalize(), other.normalize()
            if event.who == answer.who and one - window <= other < one:
                seen.add(event.Index)
        counts.append(float(len(seen)))
    return counts


moment = st.tuples(st.integers(0, 40), st.sampled_from([0, 0, 6, 12, 18])).map(
    lambda t: pd.Timestamp("2024-01-01") + pd.Timedelta(days=t[0], hours=t[1])
)
row = st.tuples(st.sampled_from("abcd"), moment)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(row, min_size=1, max_size=12),
    st.lists(st.tuples(st.sampled_from("abc"), moment, st.integers(0, 1)), min_size=1, max_size=25),
    st.integers(1, 15),
)
def test_it_is_the_slow_rule(given_answers, given_events, window):
    answers = pd.DataFrame(given_answers, columns=["who", "at"])
    events = pd.DataFrame(given_events, columns=["who", "at", "failed"])
    try:
        linked = cx.link(answers, events, on="who", answered="at", happened="at", window_days=window, flags=["failed"])
    except cx.Problem:
        assert not set(answers.who) & set(events.who)
        return
    expected = slow(answers, events, window)
    frame = linked.table.frame
    np.testing.assert_array_equal(frame["failed_count"], expected)
    np.testing.assert_array_equal(frame["failed"], np.where(np.isnan(expected), np.nan, np.array(expected) > 0))
    pd.testing.assert_frame_equal(frame[["who", "at"]], answers)
    assert linked.summary.loc[0, "answers_hit"] == np.nansum(np.array(expected) > 0)


def frames(answers, events):
    return (
        pd.DataFrame(answers, columns=["who", "at"]).astype({"at": "datetime64[s]"}),
        pd.DataFrame(events, columns=["who", "at", "late"]).astype({"at": "datetime64[s]"}),
    )


#: Two rows that make the log cover all of 2024 without hitting anybody.
COVER = [("x", "2024-01-01", 0), ("x", "2024-12-31", 0)]


def linked(answers, events, window_days=30, **more):
    answers, events = frames(answers, events)
    return cx.link(answers, events, on="who", answered="at", happened="at", window_days=window_days, **more)


@pytest.mark.parametrize(
    ("happened", "flag"),
    [
        ("2024-06-30 11:59", 1),
        ("2024-06-30 12:00", 0),  # the same minute is not before
        ("2024-06-30 12:01", 0),  # after never
        ("2024-05-31 12:00", 1),  # the first moment of the window
        ("2024-05-31 11:59", 0),
    ],
)
def test_the_edges_of_the_window(happened, flag):
    result = linked([("a", "2024-06-30 12:00")], [("a", happened, 1), *COVER])
    assert result.table.frame["late"].tolist() == [flag]


def test_events_after_the_answer_change_nothing():
    rng = np.random.default_rng(5)
    answers, events = frames(
        [(f"c{i % 40}", f"2024-06-{1 + i % 28:02d} 12:00") for i in range(200)],
        [(f"c{rng.integers(40)}", f"2024-{rng.integers(3, 10):02d}-10 08:00", 1) for _ in range(400)] + COVER,
    )
    answers["at"] = pd.Timestamp("2024-06-15 12:00")
    ask = {"on": "who", "answered": "at", "happened": "at", "window_days": 90}
    everything = cx.link(answers, events, **ask).table.frame
    # the same log without its future, but for the row that says how far it reaches
    past = events[(events["at"] < "2024-06-15 12:00") | (events.late == 0)]
    known = cx.link(answers, past, **ask).table.frame
    both = known["late"].notna()
    assert both.sum() > 100
    pd.testing.assert_frame_equal(everything[both], known[both])


def test_a_day_without_a_clock_does_not_count_and_is_reported():
    result = linked(
        [("a", "2024-06-30 12:00"), ("b", "2024-06-30 12:00")], [("a", "2024-06-30", 1), ("b", "2024-06-29", 1), *COVER]
    )
    assert result.table.frame["late"].tolist() == [0, 1]
    assert result.same_day_moved == 1
    assert any("1 answers would change" in note for note in result.notes)


def test_one_answer_with_a_clock_does_not_switch_the_rule_of_the_day_off():
    """Of a hundred answers one has a clock; the failures of the others' own day still do not count, and are counted."""
    people = [f"p{k}" for k in range(100)]
    answers = [(who, "2024-06-30") for who in people[:-1]] + [(people[-1], "2024-06-30 18:00")]
    failures = [(who, "2024-06-30 09:00", 1) for who in people]
    result = linked(answers, [*failures, *COVER])
    assert result.table.frame["late"].tolist() == [0.0] * 99 + [1.0]
    assert result.same_day_moved == 99
    assert any("99 of 100 answers and 0 of 100 failures have no clock time" in note for note in result.notes)


def test_one_failure_with_a_clock_does_not_switch_the_rule_of_the_day_off():
    people = [f"p{k}" for k in range(50)]
    answers = [(who, "2024-06-30 12:00") for who in people]
    failures = [(who, "2024-06-30", 1) for who in people[:-1]] + [(people[-1], "2024-06-30 09:00", 1)]
    result = linked(answers, [*failures, *COVER])
    assert result.table.frame["late"].tolist() == [0.0] * 49 + [1.0]
    assert result.same_day_moved == 49
    yesterday = linked(answers, [(who, "2024-06-29", 1) for who in people[:-1]] + [failures[-1], *COVER])
    assert yesterday.table.frame["late"].tolist() == [1.0] * 50
    assert yesterday.same_day_moved == 0
    # Of the last day of a window of 30 days a failure without a clock counts, of the day before it does not.
    first, before = (
        linked([("a", "2024-06-30 12:00")] * 2, [("a", day, 1), ("b", "2024-06-01 10:00", 1), *COVER])
        for day in ("2024-05-31", "2024-05-30")
    )
    assert first.table.frame["late"].tolist() == [1.0, 1.0]
    assert before.table.frame["late"].tolist() == [0.0, 0.0]


def test_an_absent_key_is_not_no_failure_unless_said():
    answers = [("a", "2024-06-30"), ("nobody", "2024-06-30"), (None, "2024-06-30")]
    events = [("a", "2024-06-20", 1), *COVER]
    result = linked(answers, events)
    assert result.table.frame["late"].tolist()[0] == 1
    assert result.table.frame["late"].isna().tolist() == [False, True, True]
    assert (result.unmatched, result.match_rate) == (2, pytest.approx(1 / 3))
    told = linked(answers, events, absent="none")
    assert told.table.frame["late"].tolist() == [1, 0, 0]


def test_an_answer_the_log_does_not_cover_is_censored():
    answers = [("a", "2024-01-15"), ("a", "2024-01-31"), ("a", "2025-02-01"), ("a", None)]
    result = linked(answers, [("a", "2024-01-10", 1), *COVER])
    assert result.table.frame["late"].isna().tolist() == [True, False, True, True]
    assert (result.censored, result.undated) == (2, 1)


def test_a_log_shorter_than_the_window_counts_what_it_has_and_says_so():
    answers = [("a", "2024-01-10"), ("b", "2024-01-10"), ("a", "2024-06-10")]
    result = linked(answers, [("a", "2024-01-05", 1), ("a", "2024-01-12", 1), ("b", "2024-01-12", 1)])
    assert result.table.frame["late"].fillna(-1).tolist() == [1, 0, -1]
    assert result.censored == 1
    assert any("fewer days than the window" in note for note in result.notes)


def test_a_promise_for_the_future_does_not_stretch_the_log():
    answers, _ = frames([("a", "2024-06-30"), ("a", "2024-07-20")], [])
    orders = cx.Table(
        pd.DataFrame(
            {
                "who": ["a", "a"],
                "ordered": pd.to_datetime(["2024-05-01", "2024-07-01"]),
                "promised": pd.to_datetime(["2024-06-25", "2024-08-30"]),
                "late": [1, 0],
            }
        ),
        name="orders",
        roles={"ordered": "date", "promised": "due", "late": "flag"},
    )
    result = cx.link(answers, orders, on="who", answered="at", happened="promised", window_days=30)
    assert result.table.frame["late"].fillna(-1).tolist() == [1, -1]


def orders_table(**more):
    return cx.Table(
        pd.DataFrame(
            {
                "order": ["o1", "o1", "o2", "o3"],
                "who": ["a", "a", "b", "z"],
                "promised": pd.to_datetime(["2024-06-10", "2024-06-10", "2024-06-28", "2024-01-01"]),
                "delivered": pd.to_datetime(["2024-06-20", "2024-06-20", "2024-07-05", "2024-12-31"]),
                "late": [1, 1, 1, 0],
                **more,
            }
        ),
        name="orders",
        kind="operations",
        roles={"order": "id", "who": "customer", "promised": "due", "delivered": "closed", "late": "flag"},
    )


def test_an_event_id_counts_once_and_both_dates_are_reported():
    answers, _ = frames([("a", "2024-06-30"), ("b", "2024-06-30")], [])
    result = cx.link(answers, orders_table(), on="who", answered="at", happened={"late": "promised"}, window_days=30)
    assert result.table.frame["late_count"].tolist() == [1, 1]
    assert result.duplicate_events == 1
    summary = result.summary.iloc[0]
    assert (summary["if_due"], summary["if_closed"]) == (2, 1)
    assert any("hits 2 answers if it happens at 'promised', 1 if at 'delivered'" in note for note in result.notes)
    assert summary["event_prevalence"] == pytest.approx(2 / 3)
    assert summary["customer_prevalence"] == pytest.approx(2 / 3)


def test_two_actual_times_do_not_silence_the_promised_one():
    frame = orders_table().frame.assign(invoiced=pd.to_datetime("2024-06-02"))
    table = cx.Table(frame, name="orders", kind="operations", roles={**orders_table().roles, "invoiced": "closed"})
    answers, _ = frames([("a", "2024-06-30"), ("b", "2024-06-30")], [])
    result = cx.link(answers, table, on="who", answered="at", happened={"late": "promised"}, window_days=30)
    timings = result.timings.set_index("column")
    assert timings["answers_hit"].to_dict() == {"promised": 2, "delivered": 1, "invoiced": 2}
    assert timings["is_used"].to_dict() == {"promised": True, "delivered": False, "invoiced": False}
    assert (result.summary.loc[0, "if_due"], result.summary.loc[0, "if_closed"]) == (2, 1)
    assert any(
        "hits 2 answers if it happens at 'promised', 1 if at 'delivered', 2 if at 'invoiced'" in note
        for note in result.notes
    )


def test_failures_that_fell_on_no_answer_are_counted():
    result = linked(
        [("a", "2024-06-30"), ("a", "2024-07-30")],
        [("a", "2024-06-20", 1), ("a", "2024-08-20", 1), ("a", "2024-03-01", 1), ("z", "2024-06-20", 1), *COVER],
    )
    assert (result.orphans, result.after_answer) == (3, 1)
    assert result.repeat_answers == 2


def test_no_fan_out_however_many_events():
    answers, events = frames([("a", "2024-06-30")] * 3, [("a", "2024-06-20", 1)] * 50 + COVER)
    result = cx.link(answers, events, on="who", answered="at", happened="at", window_days=30)
    assert len(result.table) == 3
    assert result.table.frame["late_count"].tolist() == [50, 50, 50]


def test_the_table_keeps_what_is_known_and_names_the_failures():
    answers, events = frames([("a", "2024-06-30")], [("a", "2024-06-20", 1), *COVER])
    survey = cx.Table(
        answers.assign(score=[99]),
        name="survey",
        kind="survey",
        roles={"who": "customer", "at": "date", "score": "csat"},
        scales={"score": cx.Scale(1, 5)},
        codes=[cx.MissingCode("score", 99, 1, "not on the scale")],
    )
    table = cx.link(survey, events, on="who", answered="at", happened="at", window_days=30).table
    assert table.roles == {"who": "customer", "at": "date", "score": "csat", "late": "flag", "late_count": "number"}
    assert table.scales == {"score": cx.Scale(1, 5), "late": cx.Scale(0, 1, higher_is_better=False)}
    assert table.frame["score"].isna().all()
    assert (table.name, table.kind) == ("survey_linked", "survey")


def test_several_tables_as_a_list_or_one_after_the_other():
    answers, events = frames(
        [("a", "2024-06-30"), ("b", "2024-06-30")], [("a", "2024-06-20", 1), ("b", "2024-06-01", 0), *COVER]
    )
    log = pd.DataFrame({"client": ["b", "x", "x"], "day": pd.to_datetime(["2024-06-29", "2024-01-01", "2024-12-31"])})
    ask = {
        "on": ["who", ["who", "client"]],
        "answered": "at",
        "happened": ["at", "day"],
        "window_days": 30,
        "flags": [None, {"complaint": None}],
        "absent": ["missing", "none"],
    }
    first = cx.link(answers, events, log, **ask)
    assert first.table.frame[["late", "complaint"]].to_numpy().tolist() == [[1, 0], [0, 1]]
    second = cx.link(answers, [events, log], **ask)
    assert first.table.token == second.table.token
    once = cx.link(answers, events, on="who", answered="at", happened="at", window_days=30)
    more = {"flags": {"complaint": None}, "absent": "none"}
    again = cx.link(once.table, log, on=("who", "client"), answered="at", happened="day", window_days=30, **more)
    pd.testing.assert_frame_equal(again.table.frame, first.table.frame)


def test_half_and_double_the_window():
    days = [5, 20, 50, 50]
    answers = [(f"c{i}", "2024-06-30") for i in range(4)]
    hits = [(f"c{i}", str(dt.date(2024, 6, 30) - dt.timedelta(days=d)), 1) for i, d in enumerate(days)]
    summary = linked(answers, [*hits, *COVER]).summary.iloc[0]
    assert summary[["prevalence_half", "prevalence", "prevalence_double"]].tolist() == [0.25, 0.5, 1.0]


@pytest.mark.parametrize("maker", ["polars", "pyarrow", "duckdb"])
def test_any_frame(maker):
    answers, events = frames([("a", "2024-06-30 10:00")], [("a", "2024-06-20", 1), *COVER])
    if maker == "polars":
        import polars as pl

        pair = pl.from_pandas(answers), pl.from_pandas(events)
    elif maker == "pyarrow":
        import pyarrow as pa

        pair = pa.Table.from_pandas(answers), pa.Table.from_pandas(events)
    else:
        import duckdb

        connection = duckdb.connect()
        pair = connection.from_df(answers), connection.from_df(events)
    result = cx.link(*pair, on="who", answered="at", happened="at", window_days=30)
    assert result.table.frame["late"].tolist() == [1]


def test_numbers_and_texts_are_the_same_customer():
    answers = pd.DataFrame({"who": [7.0, 8.0], "at": pd.to_datetime(["2024-06-30"] * 2)})
    events = pd.DataFrame(
        {"who": ["7", "8", "9"], "at": pd.to_datetime(["2024-06-20", "2024-01-01", "2024-12-31"]), "late": [1, 1, 0]}
    )
    result = cx.link(answers, events, on="who", answered="at", happened="at", window_days=30)
    assert result.table.frame["late"].tolist() == [1, 0]


def problem(match, answers=None, events=None, **changed):
    given_answers, given_events = frames([("a", "2024-06-30")], [("a", "2024-06-20", 1), *COVER])
    ask = {"on": "who", "answered": "at", "happened": "at", "window_days": 30, **changed}
    with pytest.raises(cx.Problem, match=match):
        cx.link(given_answers if answers is None else answers, given_events if events is None else events, **ask)


def test_problems_say_what_is_wrong():
    answers, events = frames([("a", "2024-06-30")], [("a", "2024-06-20", 1), *COVER])
    problem("'late' is already a column", answers=answers.assign(late=0))
    problem("'late_count' is already a column", answers=answers.assign(late_count=0))
    problem("no column 'customer'", on="customer")
    problem("no column 'day'", happened="day")
    problem("not said when 'late' happens", happened={"other": "at"})
    problem("0 or 1", events=events.assign(late=[1, 2, 0]), flags=["late"])
    problem("no yes/no column", events=events.drop(columns="late"))
    problem("no answer's 'who' is found", answers=answers.assign(who="nobody"))
    problem("window_days: 0 is not above 0", window_days=0)
    problem("as a date", events=events.assign(at="soon"))
    problem("time zone", answers=answers.assign(at=answers["at"].dt.tz_localize("UTC")))
    problem("'perhaps' is not known", absent="perhaps")
    problem("list is no table|dict is no table", events={"a": 1})
    problem("one entry for each of the 2", events=[events, events], flags=["late"])


def test_answers_and_events_are_not_changed():
    answers, events = frames([("a", "2024-06-30")], [("a", "2024-06-20", 1), *COVER])
    before = answers.copy(), events.copy()
    cx.link(answers, events, on="who", answered="at", happened="at", window_days=30)
    pd.testing.assert_frame_equal(answers, before[0])
    pd.testing.assert_frame_equal(events, before[1])
