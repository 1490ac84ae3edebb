"""Wrong calls of the monitor, the catalogue, links, quality and drift: one sentence that names the argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx

#: What nobody means, of every type.
NONSENSE = [1, "x", {"a": 1}, ["a"], 3.5, True, object(), float("nan"), [], {}, (1, 2), b"x", float("inf"), -1]
COMPONENTS = [{"column": "score", "as": "nps"}, {"column": "amount", "as": "mean", "worst": 0, "best": 10}]


def rows() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 200, 300), "D")
    columns = {"answered": days, "score": rng.integers(0, 11, 300), "market": rng.choice(["a", "b"], 300)}
    columns |= {"who": rng.integers(0, 150, 300).astype(str), "late": rng.integers(0, 2, 300)}
    return pd.DataFrame({**columns, "amount": rng.random(300) * 10})


def survey() -> cx.Table:
    roles = {"answered": "date", "score": "nps", "market": "category", "who": "customer", "late": "flag"}
    return cx.Table(rows(), name="survey", kind="survey", roles=roles, scales={"score": cx.Scale(0, 10)})


def events() -> pd.DataFrame:
    return rows().rename(columns={"late": "fault", "answered": "at"})


LINK = {"on": "who", "answered": "answered", "happened": "at", "window_days": 30, "flags": ["fault"]}
WATCHED = [{"metric": "nps", "score": "score"}]

#: Call → (how it is made, the arguments that are spoiled one by one).
CALLS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "alerts": (
        lambda **wrong: cx.alerts(survey(), **{"watched": WATCHED, **wrong}),
        ("watched", "every", "rate", "windows", "baseline", "as_of", "confidence"),
    ),
    "control": (
        lambda **wrong: cx.control(survey(), **{"metric": "nps", "score": "score", **wrong}),
        ("metric", "every", "group", "baseline", "chart", "rules", "run", "as_of", "confidence"),
    ),
    "forecast": (
        lambda **wrong: cx.forecast(survey(), **{"metric": "nps", "score": "score", **wrong}),
        ("metric", "every", "group", "horizon", "n", "confidence", "as_of"),
    ),
    "behind": (
        lambda **wrong: cx.behind(survey(), **{"score": "score", "period": "2024-02-05", **wrong}),
        ("score", "period", "every", "group", "date", "limit", "confidence"),
    ),
    "index": (
        lambda **wrong: cx.index(survey(), **{"components": COMPONENTS, "weightings": 5, **wrong}),
        ("components", "weights", "outcome", "by", "weight", "cluster", "confidence", "date", "weightings",
         "concentration", "resamples", "seed"),
    ),
    "link": (lambda **wrong: cx.link(survey(), events(), **{**LINK, **wrong}), (*LINK, "absent", "other_windows")),
    "quality": (lambda **wrong: cx.quality(survey(), **wrong), ("outcome", "today", "confidence")),
    "clean": (lambda **wrong: cx.clean(survey(), **wrong), ("drop", "columns", "outcome", "today")),
    "drift": (
        lambda new=None, known=None, **wrong: cx.drift(new or survey(), known or survey(), **wrong),
        ("new", "known", "renamed"),
    ),
    "audit": (
        lambda **wrong: cx.audit([cx.Entry("NPS")], **wrong),
        ("tables", "departments", "today", "review_days"),
    ),
    "status": (
        lambda estimates=None, **wrong: cx.status(estimates or cx.nps(survey(), "score"), 40, **wrong),
        ("estimates", "benchmarks", "power", "today"),
    ),
    "unnecessary": (
        lambda **wrong: cx.unnecessary(events(), **{"repeated": {"again": ["who"]}, "date": "at", **wrong}),
        ("repeated", "changed", "within_days", "date"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("call", sorted(CALLS))
def test_nonsense_gets_one_problem_that_names_the_argument(call):
    made, arguments = CALLS[call]
    refused: list[tuple[str, Any, str]] = []
    for argument in arguments:
        for value in NONSENSE:
            try:
                made(**{argument: value})
            except cx.Problem as problem:
                refused.append((argument, value, str(problem)))
    assert len(refused) > len(arguments)
    # A metric's own options are named by the metric.
    unnamed = [case for case in refused if case[0] not in case[2] and "no column" not in case[2]]
    assert not unnamed
    assert not [case for case in refused if case[2].count(". ") > 2]


def test_columns_that_a_frame_calls_by_numbers_are_named_so():
    frame = rows().rename(columns={"score": 1, "answered": 0})
    with pytest.raises(cx.Problem, match="score: a text is needed, not 1"):
        cx.behind(frame, 1, period="2024-02-05", date="answered")
    with pytest.raises(cx.Problem, match="answered, answers: a column is named by a text, not by 0"):
        cx.link(frame, events(), **{**LINK, "answered": 0})


def test_dates_written_as_texts_are_read_where_points_of_a_chart_are_opened_and_linked():
    texts = rows().assign(answered=rows()["answered"].dt.strftime("%Y-%m-%d"))
    asked = {"score": "score", "period": "2024-02-05", "date": "answered"}
    assert cx.behind(texts, **asked).n == cx.behind(rows(), **asked).n > 0
    one, two = (cx.link(answers, events(), **LINK).summary for answers in (texts, rows()))
    pd.testing.assert_frame_equal(one, two)
    with pytest.raises(cx.Problem, match="'market' holds no dates"):
        cx.behind(rows(), "score", period="2024-02-05", date="market")
