"""Wrong calls get one sentence that names the argument, never a library's traceback and never a false number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cxanalysis as cx
from cxanalysis.problem import Problem

FRAME = pd.DataFrame(
    {"r": [10.0, 9, 3, 7, 8, 0] * 10, "c": [5.0, 4, 1, 3, 2, 5] * 10, "t": list("abcdef") * 10,
     "w": np.zeros(60), "day": pd.Timestamp("2025-01-05"), "ok": [1, 0, 1, 1, 0, 1] * 10, "s": np.arange(60.0)}
)  # fmt: skip
TABLE = cx.Table(FRAME, name="survey", kind="survey", roles={"r": "nps", "c": "csat"}, scales={"c": cx.Scale(1, 5)})

WRONG = [
    (lambda: cx.nps(FRAME, "r", weight="t"), "weight, column 't': weights must be numbers"),
    (lambda: cx.nps(FRAME, "r", weight="w"), "every weight is zero or missing"),
    (lambda: cx.nps(FRAME, "r", weight=3), "weight: a column is named by a text"),
    (lambda: cx.nps(FRAME, "r", confidence="0.95"), "confidence: a number is needed, not '0.95'"),
    (lambda: cx.nps(FRAME, "r", confidence=True), "confidence: a number is needed"),
    (lambda: cx.nps(FRAME, "r", by=5), "by: a column or a list"),
    (lambda: cx.nps(FRAME, "r", by={"t": 1}), "by: a column or a list"),
    (lambda: cx.nps(FRAME, "r", by=["t", "t"]), "by: 't' is named twice"),
    (lambda: cx.nps(FRAME, "r", cluster=False), "cluster: a column is named by a text"),
    (lambda: cx.nps(FRAME, "r", period="moon", date="day"), "'moon' is no period"),
    (lambda: cx.nps(FRAME, "r", per="house"), "per: .*not counted per 'house'"),
    (lambda: cx.nps(FRAME, 1), "score: a column is named by a text, not by 1"),
    (lambda: cx.nps(pd.DataFrame({0: [9.0, 3], 1: [4.0, 2]}), 1), "score: a column is named by a text, not by 1"),
    (lambda: cx.nps(FRAME, "c"), "not those of a scale of 0 to 10"),
    (lambda: cx.nps(TABLE, "c"), "asked on a scale of 0 to 10, and this one is"),
    (lambda: cx.nps(pd.DataFrame({"r": [2.0, 3, 4, 5] * 9}), "r"), "answers from 2 to 5 are not those"),
    (lambda: cx.csat(FRAME, "c", scale="1-5"), "scale: '1-5' is no scale"),
    (lambda: cx.csat(FRAME, "c", scale=(1, "5")), "scale: a number is needed"),
    (lambda: cx.csat(FRAME, "c", scale=(1, 5), top="two"), "top: a number is needed"),
    (lambda: cx.csat(FRAME, "c", scale=(1, 5), top=1.5), "top: a whole number"),
    (lambda: cx.csat(FRAME, "c", scale=(1, 5), neutral=3), "neutral: 3 does not say"),
    (lambda: cx.metrics(TABLE), "tables: several tables are needed"),
    (lambda: cx.metrics(FRAME), "tables: a list of tables is needed"),
    (lambda: cx.metrics([FRAME]), "tables: a DataFrame is no table"),
    (lambda: cx.metric(7, FRAME), "name: a text is needed"),
    (lambda: cx.metric("resolution_time", FRAME, opened="day", closed="day", seed="one"), "seed: a number is needed"),
    (lambda: cx.metric("resolution_time", FRAME, opened="day", closed="day", resamples=0.5), "resamples: 0.5 is below"),
    (lambda: cx.metric("resolution_time", FRAME, opened="day", closed="day", statistic="mode"), "statistic: 'mode'"),
    (lambda: cx.metric("handle_time", FRAME), "Name it with seconds="),
    (lambda: cx.metric("handle_time", FRAME, seconds="s", by=4), "by: a column or a list"),
    (lambda: cx.metric("fcr", FRAME, solved="ok", window_days="7", how="gross", per=2), "per: 2 is none"),
    (lambda: cx.metric("failure_rate", FRAME, failure=7), "failure: a column or a list"),
    (lambda: cx.response(FRAME, "t", dispositions=["I"]), "dispositions: names with a value each"),
    (lambda: cx.response(FRAME, "t", e="all"), "e: a number is needed"),
    (lambda: cx.rake(FRAME, {"t": dict.fromkeys("abcdef", "50%")}), r"margins\['t'\]: a number is needed"),
    (lambda: cx.rake(FRAME, {"ok": {"1": 0.5, "0": 0.4}}), r"margins\['ok'\]: the shares add up to 0.9, not to 1"),
    (lambda: cx.rake(FRAME, {"ok": {"1": 50.5, "0": 30.0}}), "the shares add up to 80.5, not to 100"),
    (lambda: cx.rake(FRAME, {"ok": 0.5}), r"margins\['ok'\]: a margin is a share for each"),
    (lambda: cx.rake(FRAME, {"ok": {"1": 0.5, "0": 0.5}}, trim="five"), "trim: a number is needed"),
    (lambda: cx.rake(FRAME, {"ok": {"1": 0.5, "0": 0.5}}, column=5), "column: a text is needed"),
    (lambda: cx.beside("nps", FRAME, score="r", weight="nothing"), "weight: there is no column 'nothing'"),
    (lambda: cx.beside("churn", FRAME), "name: 'churn' is none of its choices"),
    (lambda: cx.definitions("csat", FRAME, score="c", variants=["a", "b"]), "variants: names with a value each"),
    (lambda: cx.unnecessary_rate(FRAME, steps=3, customer="t"), "steps: a column or a list"),
    (lambda: cx.unnecessary_rate(FRAME, steps="ok", customer=("t", "t", "t")), "customer: one column is needed"),
    (lambda: cx.answered(FRAME, FRAME, on=3, fields=["t"]), "which column names the same person"),
    (lambda: cx.purchase_models(FRAME, customer="t", date="day", amount="s", seed=-1), "seed: -1 is below 0"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "words"), WRONG)
def test_a_wrong_call_names_the_argument(call, words):
    with pytest.raises(Problem, match=words) as caught:
        call()
    assert str(caught.value).count(". ") <= 1


def test_columns_called_by_numbers_are_called_by_their_texts():
    assert cx.nps(pd.DataFrame({0: [9.0, 3], 1: [4.0, 2]}), "0").n == 2


@pytest.mark.parametrize("shares", [{"1": 33, "0": 66}, {"1": 0.333, "0": 0.666}, {"1": 33.3, "0": 66.7}])
def test_counts_rounded_shares_and_percent_are_shares(shares):
    assert cx.rake(FRAME, {"ok": shares}).n == 60


def contacts(**columns) -> cx.Table:
    frame = pd.DataFrame({"who": list("aabb") * 30, **columns})
    roles = {"who": "customer"} | {
        name: "date" if "Date" in name else "closed" if "Resolved" in name else "number" for name in columns
    }
    return cx.Table(frame, name="tickets", kind="contacts", roles=roles)


def test_a_metric_needs_a_reason_beyond_the_type():
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.arange(120), unit="D")
    table = contacts(**{"Customer Age": np.arange(120.0), "Date of Purchase": days, "Resolved": days})
    rows = cx.metrics([table]).table.set_index("metric")
    assert not rows.loc["handle_time", "measurable"]
    assert "say it with seconds=" in rows.loc["handle_time", "missing"]
    assert not rows.loc["resolution_time", "measurable"]
    assert "'Date of Purchase' says something else" in rows.loc["resolution_time", "missing"]
    with pytest.raises(Problem, match="handled time is not known"):
        cx.metric("handle_time", table)
    with pytest.raises(Problem, match="'Date of Purchase' says something else"):
        cx.metric("resolution_time", table)
    assert cx.metric("handle_time", table, seconds="Customer Age").n == 120  # who asks for it by name gets it
    named = contacts(**{"Talk Time (sec)": np.arange(120.0), "Date opened": days, "Resolved": days})
    rows = cx.metrics([named]).table.set_index("metric")
    assert rows.loc["handle_time", "arguments"] == {"seconds": "Talk Time (sec)"}
    assert rows.loc["resolution_time", "measurable"]


def test_counts_of_votes_are_no_satisfaction():
    frame = pd.DataFrame({"helpful_votes": [1.0, 5, 2, 3] * 9, "stars": [5.0, 1, 4, 3] * 9})
    votes = cx.Table(frame, name="reviews", kind="reviews", roles={"helpful_votes": "csat"})
    assert not cx.metrics([votes]).table.set_index("metric").loc["csat", "measurable"]
    with pytest.raises(Problem, match="nothing but its numbers says"):
        cx.csat(votes)
    stars = cx.Table(frame, name="reviews", kind="reviews", roles={"stars": "csat"}, scales={"stars": cx.Scale(1, 5)})
    assert cx.metrics([stars]).table.set_index("metric").loc["csat", "measurable"]
    assert cx.csat(stars).n == 36


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=True), st.text(max_size=6), st.just({"a": 1}),
    st.lists(st.one_of(st.integers(), st.text(max_size=3)), max_size=3), st.just(b"x"), st.just(FRAME),
)  # fmt: skip
CALLS = {
    "nps": (lambda **k: cx.nps(FRAME, **({"score": "r"} | k)), ["score", "by", "weight", "cluster", "confidence",
            "date", "period", "per", "customer"]),
    "csat": (lambda **k: cx.csat(FRAME, **({"score": "c", "scale": (1, 5)} | k)), ["scale", "top", "neutral", "by",
             "confidence", "date", "period"]),
    "ces": (lambda **k: cx.ces(FRAME, **({"score": "c", "scale": (1, 5)} | k)), ["direction", "scale", "by", "weight"]),
    "handle_time": (lambda **k: cx.metric("handle_time", FRAME, **({"seconds": "s"} | k)), ["seconds", "handled",
                    "unit", "by", "weight", "cluster", "confidence", "date", "period"]),
    "fcr": (lambda **k: cx.metric("fcr", FRAME, **({"solved": "ok"} | k)), ["how", "solved", "eligible", "per", "by",
            "window_days", "confidence", "customer", "reason", "until"]),
    "resolution_time": (lambda **k: cx.metric("resolution_time", FRAME, **({"opened": "day", "closed": "day",
                        "resamples": 5} | k)), ["opened", "closed", "statistic", "unit", "until", "by", "seed",
                        "confidence"]),
    "failure_rate": (lambda **k: cx.metric("failure_rate", FRAME, **({"failure": "ok"} | k)), ["failure", "by",
                     "weight", "cluster", "confidence", "date", "period"]),
    "response": (lambda **k: cx.response(FRAME, **({"outcome": "ok"} | k)), ["outcome", "dispositions", "rate", "by",
                 "e", "published", "cluster", "confidence", "date", "period"]),
    "rake": (lambda **k: cx.rake(FRAME, **({"margins": {"ok": {"1": 0.5, "0": 0.5}}} | k)), ["margins", "trim",
             "column", "fields"]),
    "beside": (lambda **k: cx.beside("rating", FRAME, **({"score": "s", "weight": "ok"} | k)), ["score", "weight",
               "cluster", "confidence"]),
    "metric": (lambda **k: cx.metric(k.get("name", "nps"), FRAME, score="r"), ["name"]),
    "metrics": (lambda **k: cx.metrics(k["tables"]), ["tables"]),
}  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_wrong_argument_ends_in_anything_but_a_problem(data):
    call, arguments = CALLS[data.draw(st.sampled_from(sorted(CALLS)))]
    name = data.draw(st.sampled_from(arguments))
    value = data.draw(ODD)
    try:
        call(**{name: value})
    except Problem as problem:
        message = str(problem)
        assert "Traceback" not in message
        assert len(message) < 600
