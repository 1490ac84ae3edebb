"""The registry is true: every call is there with its tables, its result, its chart, and what it carries on."""

import inspect
import subprocess
import sys
from dataclasses import replace
from typing import get_type_hints

import pytest

import cxanalysis as cx
from cxanalysis.steps.call import Makes, Takes
from cxanalysis.steps.registry import CALLS

EVERY = pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
POSITIONAL = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.VAR_POSITIONAL,
)


@EVERY
def test_it_is_the_public_function_of_that_name(call):
    assert CALLS[call.name] is call
    assert call.load() is getattr(cx, call.name)
    assert call.load().__module__ == call.module


@EVERY
def test_it_returns_the_class_that_the_registry_names(call):
    assert call.result_class() is get_type_hints(call.load())["return"]
    assert getattr(cx, call.result_class().__name__) is call.result_class()
    makes_table = call.makes is Makes.TABLE
    assert (call.result_class() is cx.Table) == makes_table


@EVERY
def test_a_result_with_a_table_says_so(call):
    if call.result_class() is not cx.Table:
        annotation = get_type_hints(call.result_class()).get(call.table_in)
        assert (annotation is cx.Table) == (call.makes is Makes.RESULT_WITH_TABLE)


@EVERY
def test_what_stands_first_in_the_call_stands_first_in_the_function(call):
    parameters = [p for p in call.signature().parameters.values() if p.kind in POSITIONAL]
    names = [p.name for p in parameters]
    before = [*call.leading, *([call.on] if call.on else [])]
    assert names[: len(before)] == before
    tables = parameters[len(before) :] if call.with_rows else []
    if call.takes in (Takes.TWO_OR_MORE, Takes.ONE_OR_MORE):
        assert any(p.kind is p.VAR_POSITIONAL for p in tables)
    elif call.with_rows:
        assert len(tables) >= (2 if call.takes is Takes.ONE_OR_TWO else 1)


@EVERY
def test_a_chart_that_draws_it_is_there_and_takes_it(call):
    if call.chart:
        assert call.chart in cx.charts.__all__
        first = next(iter(inspect.signature(getattr(cx.charts, call.chart)).parameters))
        taken = get_type_hints(getattr(cx.charts, call.chart))[first]
        assert call.result_class() is taken or call.result_class() in getattr(taken, "__args__", ())


@pytest.mark.parametrize("argument", sorted(set().union(*(call.carries for call in CALLS.values()))))
def test_what_is_carried_goes_from_one_call_to_another(argument):
    """A name that no two functions have would carry nothing."""
    assert (
        sum(argument in call.carries and (call.names(argument) or bool(call.options_of)) for call in CALLS.values()) > 1
    )


@EVERY
def test_the_heading_is_about_an_argument_that_it_has(call):
    assert call.heading
    if call.about:
        assert call.names(call.about) or call.options_of


@EVERY
def test_options_go_to_the_metric_that_an_argument_names(call):
    hands_on = any(p.kind is p.VAR_KEYWORD for p in call.signature().parameters.values())
    assert hands_on == bool(call.options_of)
    if call.options_of:
        assert call.names(call.options_of)


def test_a_new_call_is_a_step_with_code_a_heading_and_a_table_in_the_notebook(monkeypatch, tmp_path):
    """One entry is enough: nothing else lists calls."""
    place = "cxanalysis.tables.protect:protect"
    made = replace(CALLS["unnecessary"], name="protect", function=place, heading="Protected", about="")
    monkeypatch.setitem(CALLS, "protect", made)
    step = cx.Step("protect", ("survey",), {"choices": {"mail": "mask"}})
    assert step.makes_table
    assert step.code() == "cx.protect(survey, choices={'mail': 'mask'})"
    assert b"## Protected in survey" in cx.notebook(step)
    assert cx.Step.from_json(step.to_json()) == step


def test_reading_the_list_loads_no_analysis():
    script = (
        "import sys, cxanalysis.steps.registry; print(sorted(m for m in sys.modules if m.startswith('cxanalysis.')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.strip("[]\n").replace("'", "").split(", "))
    assert not {name for name in loaded if name.count(".") > 1 and not name.startswith("cxanalysis.steps")}
