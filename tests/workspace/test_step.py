"""A step is refused unless it prints as valid Python that means the same, and comes back from JSON as it was."""

import ast
import json
import math
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx
from cxanalysis.steps.plain_names import checked_name, may_name_a_table, plain_name
from cxanalysis.steps.registry import CALLS

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text("abc \n'\"", max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(arguments=st.dictionaries(st.sampled_from(["outcome", "drivers", "by", "groups"]), PLAIN, max_size=4))
def test_code_is_python_that_makes_the_same_call(arguments):
    step = cx.Step("drivers", ("survey",), arguments)
    for width in (40, 100, 10_000):
        call = ast.parse(step.code(width=width), mode="eval").body
        assert ast.unparse(call.func) == "cx.drivers"
        assert [ast.unparse(word) for word in call.args] == ["survey"]
        assert {word.arg: ast.literal_eval(word.value) for word in call.keywords} == step.arguments
    assert cx.Step.from_json(step.to_json()) == step


def test_long_calls_are_wrapped_and_short_ones_are_not():
    short = cx.Step("nps", ("survey",), {"by": "market"})
    long = cx.Step("drivers", ("survey",), {"outcome": "csat", "drivers": [f"failure number {i}" for i in range(12)]})
    assert "\n" not in short.code()
    assert max(map(len, long.code().splitlines())) <= 100
    assert "\n" not in long.code(width=10_000)


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        {1: 2},
        {"a": {1: 2}},
        {1, 2},
        b"x",
        object(),
        pd.Timestamp("2026-01-01"),
        "\ud800",
        [[math.nan]],
    ],
)
def test_values_that_are_no_plain_json_are_refused(value):
    with pytest.raises(cx.Problem):
        cx.Step("nps", ("survey",), {"score": value})


def test_numbers_of_other_libraries_become_plain_ones():
    step = cx.Step("nps", ("survey",), {"a": np.int64(2), "b": np.float64(0.5), "c": (1, 2)})
    assert step.code() == "cx.nps(survey, a=2, b=0.5, c=[1, 2])"


@pytest.mark.parametrize(
    "name", ["class", "None", "a b", "1a", "", "a;b", "ﬁle", "cx", "workspace", "result_2", "_", "print"]
)
def test_names_that_cannot_be_a_table_are_refused_and_a_working_one_is_offered(name):
    with pytest.raises(cx.Problem):
        cx.Step("nps", (name,), {})
    with pytest.raises(cx.Problem, match="Call it"):
        checked_name(name)
    assert may_name_a_table(plain_name(name))


@pytest.mark.parametrize("name", ["class", "a b", "", "ﬁle"])
def test_argument_names_that_would_print_as_something_else_are_refused(name):
    with pytest.raises(cx.Problem):
        cx.Step("nps", ("survey",), {name: 1})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"nps"',
        "{}",
        '{"call":"nps","tables":"survey","arguments":{}}',
        '{"call":"nps","tables":["survey"],"arguments":[]}',
        '{"call":"nps","tables":["survey"],"arguments":{"by":NaN}}',
        '{"call":"nps","tables":["survey"],"arguments":{},"more":1}',
        '{"call":"nps","tables":["survey","orders"],"arguments":{}}',
        '{"call":"link","tables":["survey"],"arguments":{}}',
        '{"call":"read","tables":["survey"],"arguments":{}}',
        '{"call":["nps"],"tables":["survey"],"arguments":{}}',
        '{"call":"nps","tables":[1],"arguments":{}}',
        "[" * 100_000,
        '{"call":"nps","tables":["survey"],"arguments":{"by":' + "[" * 50 + "]" * 50 + "}}",
    ],
)
def test_what_is_no_step_is_a_problem(text):
    with pytest.raises(cx.Problem):
        cx.Step.from_json(text)


def test_equal_steps_have_equal_hashes_and_keys_whatever_the_order_of_arguments():
    one = cx.Step("nps", ("survey",), {"by": "market", "score": "recommend"})
    two = cx.Step("nps", ("survey",), {"score": "recommend", "by": "market"})
    tokens = {"survey": "t1"}
    assert one == two
    assert hash(one) == hash(two)
    assert one.key(tokens) == two.key(tokens)
    assert one.key(tokens) != one.key({"survey": "t2"})
    assert one.key(tokens) != cx.Step("nps", ("survey",), {"by": "market"}).key(tokens)
    with pytest.raises(cx.Problem, match="no table 'survey'"):
        one.key({})


def replace_function(monkeypatch, call, function):
    """What a step finds in place of a registered call."""
    monkeypatch.setattr(import_module(CALLS[call].module), call, function)


def test_run_calls_the_function_and_explains_wrong_arguments(monkeypatch):
    replace_function(monkeypatch, "nps", lambda data, score=None: (data, score))
    replace_function(monkeypatch, "metric", lambda name, data, **options: (name, data, options))
    assert cx.Step("nps", ("survey",), {"score": "a"}).run({"survey": 1}) == (1, "a")
    assert cx.Step("metric", ("t",), {"days": 3, "name": "churn"}).run({"t": 1}) == ("churn", 1, {"days": 3})
    assert cx.Step("metric", ("t",), {"days": 3, "name": "churn"}).code() == "cx.metric('churn', t, days=3)"
    with pytest.raises(cx.Problem, match="unexpected keyword argument 'colour'"):
        cx.Step("nps", ("survey",), {"colour": "red"}).run({"survey": 1})
    with pytest.raises(cx.Problem, match="no table 'survey'"):
        cx.Step("nps", ("survey",), {}).run({})


def test_an_error_inside_the_call_is_not_mistaken_for_a_wrong_argument(monkeypatch):
    def broken(data):
        raise TypeError("inside")

    replace_function(monkeypatch, "nps", broken)
    with pytest.raises(TypeError, match="inside"):
        cx.Step("nps", ("survey",), {}).run({"survey": 1})


def test_a_step_does_not_follow_changes_of_the_callers_objects():
    drivers = ["late"]
    step = cx.Step("drivers", ("survey",), {"drivers": drivers})
    drivers.append("returned")
    assert json.loads(step.to_json())["arguments"] == {"drivers": ["late"]}


def test_a_step_on_another_takes_its_result_where_it_is_there(monkeypatch):
    frame = pd.DataFrame({"late": [0, 0, 1, 1, 0, 0, 1, 0] * 10, "csat": [5, 4, 2, 3, 5, 4, 2, 5] * 10})
    table = cx.Table(frame, name="survey")
    inner = {"outcome": "csat", "drivers": ["late"], "resamples": 50}
    step = cx.Step("importance_performance", ("survey",), {"drivers": inner, "goal": 90})
    assert step.inner() == cx.Step("drivers", ("survey",), inner)
    assert cx.Step("drivers", ("survey",), inner).inner() is None
    made = step.inner().run({"survey": table})
    whole = step.run({"survey": table})
    replace_function(monkeypatch, "drivers", None)
    assert step.run({"survey": table}, made=made).table.equals(whole.table)
    assert step.code(width=200).endswith(", survey, goal=90)")
