"""The numbers of the sample company, to the last digit: a change of structure must not change one."""

from __future__ import annotations

import json

import pytest

from tests.reference.plain_numbers import differences
from tests.reference.sample_company_calls import CALLS, FILE, made_with, numbers_of, sample

KEPT = json.loads(FILE.read_text(encoding="utf-8"))
#: Share of itself by which a number may be another one where processor or libraries are not those it was written with:
#: sums round otherwise, and a search for a maximum ends elsewhere (0.000015 at most, in the models of repeat buying).
NEAR = 1e-4
#: So many differences are shown.
SHOWN = 20


@pytest.fixture(scope="module")
def near():
    return None if made_with() == KEPT["made with"] else NEAR


@pytest.fixture(scope="module")
def found():
    """What a call gives now, computed once."""
    tables, known = sample(), {}

    def of(name):
        if name not in known:
            known[name] = numbers_of(name, tables)
        return known[name]

    return of


def told(lines):
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return "\n".join([*lines[:SHOWN], *more])


def test_every_call_is_kept():
    assert list(KEPT["calls"]) == list(CALLS)


def test_it_is_the_last_digit_that_is_compared(near):
    if near:
        pytest.skip(f"written with {KEPT['made with']}, here is {made_with()}: compared to a share of {NEAR}")


@pytest.mark.parametrize("name", CALLS)
def test_the_numbers_stay(name, found, near):
    lines = differences(KEPT["calls"][name]["numbers"], found(name)["numbers"], name, near=near)
    assert not lines, told(lines)


@pytest.mark.parametrize("name", CALLS)
def test_the_words_stay(name, found):
    lines = differences(KEPT["calls"][name]["words"], found(name)["words"], name)
    assert not lines, told(lines)
