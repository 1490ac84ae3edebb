"""Every registered call × what a number can rest on: its basis says it, its HTML says it, its chart's caption says it.

A part of the rows, weights, customers, rows left out, and a guess that nobody has confirmed. A new call is red here
until it has an example and says all that applies to it.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.basis import Basis
from cxanalysis.steps.call import Makes
from cxanalysis.steps.registry import CALLS

ROWS = 600
FLAGS = ["late", "returned"]
RATINGS = ["rate_speed", "rate_staff"]
WHERE = {"country": ["ES", "UK"]}
#: How the part reads, whatever is around it.
PART = "only rows where 'country' is ES or UK"


@dataclass(frozen=True)
class Example:
    """How a call is made in this test.

    `gap` is a column of the first table: without a value there, a row is left out of the result; None where a call
    leaves out no rows. `guessed` is a column the result depends on.
    """

    tables: tuple[str, ...] = ("survey",)
    arguments: dict[str, Any] = field(default_factory=dict)
    gap: str | None = None
    guessed: str = "csat"


DRIVERS = {"outcome": "csat", "outcome_as": "mean", "drivers": FLAGS}
FEW = {"resamples": 60, "seed": 1}
WEEKS = {"every": "week", "as_of": "2025-12-29"}
MARGINS = {"market": {"north": 0.4, "south": 0.4, "east": 0.2}}
WATCHED = {"table": "survey", "metric": "csat", "score": "csat"}
COMPONENTS = [
    {"column": "csat", "as": "mean", "worst": 1, "best": 5},
    {"column": "late", "as": "rate", "worst": 100, "best": 0, "name": "on time"},
]
EXAMPLES = {
    "nps": Example(arguments={"score": "recommend"}, gap="recommend", guessed="recommend"),
    "csat": Example(arguments={"score": "csat"}, gap="csat"),
    "ces": Example(arguments={"score": "ces"}, gap="ces", guessed="ces"),
    "metric": Example(arguments={"name": "csat", "score": "csat"}, gap="csat"),
    "definitions": Example(arguments={"name": "csat", "score": "csat"}, gap="csat"),
    "beside": Example(arguments={"name": "csat", "score": "csat", "weight": "w"}, gap="csat"),
    "unnecessary_rate": Example(("orders",), {"steps": "late", "customer": "customer"}, guessed="late"),
    "purchase_models": Example(
        ("orders",),
        {"customer": "customer", "date": "ordered", "amount": "amount", "resamples": 5},
        gap="ordered",
        guessed="amount",
    ),
    "response": Example(("invitations",), {"outcome": "outcome"}, guessed="outcome"),
    "answered": Example(("invitations",), {"outcome": "outcome", "fields": ["channel"]}, guessed="outcome"),
    "rake": Example(arguments={"margins": MARGINS}, gap="market", guessed="market"),
    "propensity_weights": Example(
        ("invitations", "survey"), {"on": "customer", "fields": ["channel"]}, guessed="customer"
    ),
    "quality": Example(arguments={"outcome": "csat", "today": "2026-01-01"}),
    "clean": Example(arguments={"columns": ["ces"], "today": "2026-01-01"}),
    "link": Example(
        ("survey", "orders"),
        {
            "on": "customer",
            "answered": "answered",
            "happened": "ordered",
            "window_days": 60,
            "flags": {"came late": "late"},
        },
        gap="customer",
        guessed="customer",
    ),
    "unnecessary": Example(("orders",), {"repeated": {"again": ["customer"]}, "date": "ordered"}, guessed="customer"),
    "drivers": Example(arguments=DRIVERS | FEW, gap="csat"),
    "what_if": Example(arguments={"drivers": DRIVERS | FEW, "changes": {"late": {"to": 0}}}, gap="csat"),
    "importance_performance": Example(arguments={"drivers": DRIVERS | FEW}, gap="csat"),
    "at_stake": Example(
        arguments={"loyalty": "renewed", "drivers": FLAGS, "base": 1000} | FEW, gap="renewed", guessed="renewed"
    ),
    "segments": Example(arguments=DRIVERS | FEW | {"by": "channel"}, gap="csat"),
    "robustness": Example(arguments=DRIVERS | FEW, gap="csat"),
    "models": Example(arguments=DRIVERS, gap="csat"),
    "linear_enough": Example(arguments={**DRIVERS, "drivers": RATINGS}, gap="csat"),
    "asymmetry": Example(arguments={**DRIVERS, "drivers": RATINGS} | FEW, gap="csat"),
    "relative_importance": Example(arguments=DRIVERS | FEW, gap="csat"),
    "elements": Example(arguments={"outcome": "csat", "failures": FLAGS} | FEW, gap="csat"),
    "control": Example(arguments={"metric": "csat", "score": "csat", **WEEKS}, gap="answered"),
    "forecast": Example(arguments={"metric": "csat", "score": "csat", **WEEKS}, gap="answered"),
    "alerts": Example(arguments={"watched": [WATCHED], **WEEKS}, gap="answered"),
    "behind": Example(arguments={"score": "csat", "period": "2025-06-02", "every": "week"}, gap="csat"),
    "index": Example(arguments={"components": COMPONENTS} | FEW, gap="csat"),
}


def survey(rng: np.random.Generator) -> pd.DataFrame:
    late, returned = rng.binomial(1, 0.3, ROWS), rng.binomial(1, 0.2, ROWS)
    speed, staff = rng.integers(1, 6, ROWS), rng.integers(1, 6, ROWS)
    mood = 2.2 + 0.3 * speed + 0.3 * staff - late - 0.8 * returned + rng.normal(0, 0.7, ROWS)
    return pd.DataFrame(
        {
            "answer": np.arange(ROWS),
            "customer": [f"c{number:03d}" for number in rng.integers(0, 250, ROWS)],
            "answered": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 360, ROWS), unit="D"),
            "market": rng.choice(["north", "south", "east"], ROWS),
            "country": rng.choice(["ES", "UK", "DE"], ROWS),
            "channel": rng.choice(["shop", "web"], ROWS),
            "w": rng.uniform(0.5, 2.0, ROWS).round(3),
            "recommend": np.clip(np.round(2 * mood), 0, 10),
            "csat": np.clip(np.round(mood), 1, 5),
            "ces": np.clip(np.round(mood + 1), 1, 7),
            "late": late,
            "returned": returned,
            "renewed": rng.binomial(1, np.clip(0.5 + 0.1 * mood - 0.2 * late, 0.05, 0.95)),
            **dict(zip(RATINGS, (speed, staff), strict=True)),
        }
    )


def orders(rng: np.random.Generator) -> pd.DataFrame:
    who, spends = rng.integers(0, 250, 2 * ROWS), rng.gamma(4.0, 12.0, 250)
    return pd.DataFrame(
        {
            "order": np.arange(2 * ROWS),
            "customer": [f"c{number:03d}" for number in who],
            "ordered": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, 2 * ROWS), unit="D"),
            "market": rng.choice(["north", "south", "east"], 2 * ROWS),
            "country": rng.choice(["ES", "UK", "DE"], 2 * ROWS),
            "amount": (spends[who] * rng.gamma(5.0, 0.2, 2 * ROWS)).round(2),
            "w": rng.uniform(0.5, 2.0, 2 * ROWS).round(3),
            "late": rng.binomial(1, 0.3, 2 * ROWS),
        }
    )


def invitations(rng: np.random.Generator) -> pd.DataFrame:
    number = np.arange(250)
    return pd.DataFrame(
        {
            "invitation": number,
            "customer": [f"c{one:03d}" for one in number],
            "sent": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 300, 250), unit="D"),
            "market": rng.choice(["north", "south", "east"], 250),
            "country": rng.choice(["ES", "UK", "DE"], 250),
            "channel": rng.choice(["shop", "web"], 250),
            "w": rng.uniform(0.5, 2.0, 250).round(3),
            "outcome": rng.choice(["answered", "unanswered", "bounced"], 250, p=[0.4, 0.5, 0.1]),
        }
    )


ROLES = {
    "answer": "id", "order": "id", "invitation": "id", "customer": "customer", "answered": "date", "ordered": "date",
    "sent": "date", "market": "category", "country": "category", "channel": "category", "w": "weight",
    "recommend": "nps", "csat": "csat",
    "ces": "ces", "late": "flag", "returned": "flag", "renewed": "flag", "amount": "amount", "outcome": "category",
    **dict.fromkeys(RATINGS, "rating"),
}  # fmt: skip
BAD = cx.Scale(0, 1, higher_is_better=False)
SCALES = {
    "recommend": cx.Scale(0, 10), "csat": cx.Scale(1, 5), "ces": cx.Scale(1, 7), "late": BAD, "returned": BAD,
    "renewed": cx.Scale(0, 1), **dict.fromkeys(RATINGS, cx.Scale(1, 5)),
}  # fmt: skip
KINDS = {"survey": (survey, "survey"), "orders": (orders, "operations"), "invitations": (invitations, "invitations")}


def tables_for(example: Example, *, gap: str | None = None, guessed: str | None = None) -> dict[str, cx.Table]:
    """The tables of an example; every tenth row of the first without a value in `gap`, the role of `guessed` unsure."""
    made = {}
    for place, name in enumerate(example.tables):
        build, kind = KINDS[name]
        frame = build(np.random.default_rng(17))
        if gap is not None and place == 0:
            frame[gap] = frame[gap].where(np.arange(len(frame)) % 10 != 3)
        there = set(frame.columns)
        sure = {column: (0.55 if column == guessed and place == 0 else 0.95, "by its values") for column in there}
        made[name] = cx.Table(
            frame,
            name=name,
            kind=kind,
            roles={column: role for column, role in ROLES.items() if column in there},
            scales={column: scale for column, scale in SCALES.items() if column in there},
            reasons=sure,
            kind_reason=(0.95, "by its name"),
        )
    return made


def step_of(name: str, **more: Any) -> cx.Step:
    """The step of an example with further arguments: those of the call it is made on, where it is made on one."""
    example, call = EXAMPLES[name], CALLS[name]
    arguments = dict(example.arguments)
    if name == "alerts" and set(more) & {"cluster", "weight"}:
        arguments["watched"] = [{**watch, **more} for watch in arguments["watched"]]
    elif call.on:
        arguments[call.on] = {**arguments[call.on], **more}
    else:
        arguments.update(more)
    return cx.Step(name, example.tables, arguments)


def asked_for(argument: str) -> list[str]:
    """Calls that, themselves or through the call they are made on, can be asked for it."""
    takers = []
    for name, call in CALLS.items():
        asked = CALLS[call.on or name]
        if asked.names(argument) or asked.options_of or name == "alerts":
            takers.append(name)
    return takers


def said(name: str, result: Any) -> list[str]:
    """What a reader sees: the HTML, and the caption where something draws it."""
    shown = [html.unescape(result._repr_html_())]
    if CALLS[name].chart:
        shown.append(html.unescape(cx.charts.caption_of(result)))
    return shown


def basis_of(result: Any) -> Basis:
    basis = result.basis
    assert isinstance(basis, Basis)
    return basis


EVERY = pytest.mark.parametrize("name", [name for name, call in CALLS.items() if call.makes is not Makes.TABLE])


def test_every_call_has_an_example():
    assert set(EXAMPLES) == set(CALLS)


@EVERY
def test_the_part(name):
    step = step_of(name)
    where = {CALLS[name].on: {**step.arguments[CALLS[name].on], "where": WHERE}} if CALLS[name].on else {"where": WHERE}
    step = cx.Step(name, step.tables, {**step.arguments, **where})
    result = step.run(tables_for(EXAMPLES[name]))
    assert basis_of(result).part == tuple({column: values} for column, values in WHERE.items())
    assert basis_of(result).sources[0].name == step.tables[0]
    for text in said(name, result):
        assert PART in text


@EVERY
def test_without_a_part_none_is_named(name):
    result = step_of(name).run(tables_for(EXAMPLES[name]))
    assert basis_of(result).part == ()
    assert basis_of(result).n is not None
    assert [source.name for source in basis_of(result).sources][: len(EXAMPLES[name].tables)] == list(
        EXAMPLES[name].tables
    )
    for text in said(name, result):
        assert "only rows where" not in text
        assert "not confirmed" not in text


@pytest.mark.parametrize("name", asked_for("weight"))
def test_the_weight(name):
    result = step_of(name, weight="w").run(tables_for(EXAMPLES[name]))
    assert basis_of(result).weight == "w"
    for text in said(name, result):
        assert "weighted by w" in text


@pytest.mark.parametrize("name", asked_for("cluster"))
def test_whose_rows_count_as_one(name):
    result = step_of(name, cluster="customer").run(tables_for(EXAMPLES[name]))
    cluster = basis_of(result).cluster
    assert cluster is not None
    assert (cluster.column, cluster.asked) == ("customer", True)
    for text in said(name, result):
        assert "rows of one customer count as one unit" in text


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if example.gap])
def test_what_is_left_out(name):
    gap = EXAMPLES[name].gap
    whole = step_of(name).run(tables_for(EXAMPLES[name]))
    result = step_of(name).run(tables_for(EXAMPLES[name], gap=gap))
    assert basis_of(result).n_left_out > basis_of(whole).n_left_out
    assert gap in {one.column for one in basis_of(result).left_out if one.rows} | {None}
    for text in said(name, result):
        assert "left out: " in text


@EVERY
def test_what_nobody_has_confirmed(name):
    guessed = EXAMPLES[name].guessed
    result = step_of(name).run(tables_for(EXAMPLES[name], guessed=guessed))
    assert guessed in {guess.column for guess in basis_of(result).guesses}
    for text in said(name, result):
        assert "not confirmed: " in text
        assert f"{guessed} is taken as" in text


@pytest.mark.parametrize("name", [name for name, call in CALLS.items() if call.makes is Makes.TABLE])
def test_a_table_says_of_which_rows_it_is_made(name):
    """A table has decisions and notes instead of a basis."""
    step = step_of(name, where=WHERE)
    made = step.run(tables_for(EXAMPLES[name]))
    assert any(PART.casefold() in note.casefold() for note in made.notes)
    assert PART.casefold() in html.unescape(made._repr_html_()).casefold()
