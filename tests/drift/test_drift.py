"""A file of another shape is told from one of the same shape, and what differs is said before anything changes."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx
from cxanalysis.drift.fitted import fitted
from cxanalysis.drift.shape import Shape


def month(first, rows=60, day="2026-{m:02d}-{d:02d}", written="{:.2f}", **changed):
    """One month's answers as a CSV; `changed` are functions from row number to cell, or None to leave a column out."""
    cells = {
        "answer": lambda k: f"a{first + k:04d}",
        "answered": lambda k: day.format(m=1 + first // 100, d=1 + k % 28),
        "recommend": lambda k: k % 11,
        "csat": lambda k: 1 + k % 5,
        "late": lambda k: "yes" if k % 4 == 0 else "no",
        "market": lambda k: ["north", "south", "east"][k % 3],
        "spend": lambda k: written.format(10 + k * 1.25),
        "why": lambda k: f"because of {k} and what came after, said customer {first + k}",
    } | {name: cell for name, cell in changed.items() if cell is not None}
    for name, cell in changed.items():
        if cell is None:
            del cells[name]
    head = ",".join(cells)
    lines = [",".join(f'"{cell(k)}"' for cell in cells.values()) for k in range(rows)]
    return "\n".join([head, *lines]).encode()


@pytest.fixture(scope="module")
def march():
    return cx.read(month(0), name="survey")


def found(march, content, **options):
    drift = cx.drift(cx.read(content, name="april"), march, **options)
    table = drift.table
    return drift, set(zip(table["difference"], table["column"], table["severity"], strict=True))


def test_the_same_shape(march):
    drift, table = found(march, month(100))
    assert table == set()
    assert drift.same
    assert drift.headline == "The file has the shape of 'survey': 8 columns, nothing to confirm."
    assert (drift.n, drift.alike) == (60, 1.0)


def test_another_order_of_columns_is_the_same_shape(march):
    frame = pd.read_csv(pd.io.common.BytesIO(month(100)), dtype=str)
    assert cx.drift(cx.read(frame[frame.columns[::-1]].to_csv(index=False).encode()), march).same


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"why": None}, ("column gone", "why", "look")),
        ({"csat": None}, ("column gone", "csat", "serious")),
        ({"agent": lambda k: f"agent {k % 4}"}, ("new column", "agent", "look")),
        ({"market": lambda k: ["north", "south", "west"][k % 3]}, ("new value", "market", "look")),
        ({"csat": lambda k: 1 + k % 10}, ("outside the scale", "csat", "serious")),
        ({"csat": lambda k: 6 if k == 7 else 1 + k % 5}, ("new code", "csat", "look")),  # a slip: left out
        ({"csat": lambda k: "N/A" if k < 4 else 1 + k % 5}, ("new code", "csat", "look")),
        ({"recommend": lambda k: "very likely" if k % 2 else "no"}, ("other values", "recommend", "serious")),
        ({"answer": lambda k: f"a{100 + k // 2}"}, ("id twice", "answer", "look")),
    ],
)
def test_what_differs_is_said(march, changed, wanted):
    drift, table = found(march, month(100, **changed))
    assert wanted in table
    assert len(table) == 1
    assert not drift.same
    assert drift.serious == (wanted[2] == "serious")
    assert wanted[1] in drift.headline


def test_a_renamed_column_is_matched_by_name_values_and_place(march):
    drift, table = found(march, month(100, csat=None, satisfaction=lambda k: 1 + k % 5))
    assert drift.renamed == {"satisfaction": "csat"}
    assert ("column renamed", "csat", "look") in table
    assert "'csat' is now called 'satisfaction'" in drift.headline


def test_two_renamed_columns_are_not_mixed_up(march):
    changed = {"csat": None, "recommend": None, "nps_recommend": lambda k: k % 11, "csat_overall": lambda k: 1 + k % 5}
    drift, _ = found(march, month(100, **changed))
    assert drift.renamed == {"nps_recommend": "recommend", "csat_overall": "csat"}


def test_what_is_gone_and_what_is_new_are_not_called_renamed_if_their_values_differ(march):
    drift, table = found(march, month(100, csat=None, employee=lambda k: f"Miller {k}"))
    assert drift.renamed == {}
    assert {name for name, _, _ in table} == {"column gone", "new column"}


def test_renames_can_be_named_and_wrong_ones_are_refused(march):
    content = month(100, csat=None, happiness=lambda k: 1 + k % 5)
    drift, _ = found(march, content, renamed={"happiness": "csat"})
    assert drift.renamed == {"happiness": "csat"}
    drift, table = found(march, content, renamed={})
    assert drift.renamed == {}
    assert ("column gone", "csat", "serious") in table
    for wrong in ({"nothing": "csat"}, {"happiness": "nothing"}):
        with pytest.raises(cx.Problem, match="no column 'nothing'"):
            found(march, content, renamed=wrong)
    with pytest.raises(cx.Problem, match="two columns"):
        found(march, content, renamed={"happiness": "csat", "market": "csat"})


def test_dates_of_another_form_stay_the_same_days(march):
    content = month(100, day="{m}/{d}/2026")
    _, table = found(march, content)
    assert table == {("date format", "answered", "look")}
    new = cx.read(content, name="april")
    joined = fitted(new, Shape.of(march))
    assert joined.frame["answered"].tolist() == new.frame["answered"].tolist()
    assert joined.raw["answered"][3] == "2026-02-04"


@pytest.mark.parametrize("written", ["{:.2f}", "{:.3f}"])  # of 11,250 only the size says what it is
def test_numbers_with_a_comma_stay_the_same_numbers(march, written):
    content = month(100, written=written).replace(b".", b",")
    _, table = found(march, content)
    assert ("number format", "spend", "look") in table
    joined = fitted(cx.read(content, name="april"), Shape.of(march))
    assert joined.frame["spend"].tolist() == [10 + k * 1.25 for k in range(60)]


def test_a_file_with_a_point_joins_one_with_a_comma():
    comma = cx.read(month(0).replace(b".", b","), name="survey")
    new = cx.read(month(100, written="{:.3f}"), name="april")
    joined = fitted(new, Shape.of(comma))
    assert joined.frame["spend"].tolist() == [10 + k * 1.25 for k in range(60)]
    typed = cx.Table(pd.DataFrame({"spend": [1.234, 1234.0]}), name="book")
    assert fitted(typed, Shape.of(comma)).frame["spend"].tolist() == [1.234, 1234.0]


def test_decisions_of_the_known_table_hold(march):
    known = march.with_(roles={"why": "ignore"}, scales={"csat": cx.Scale(1, 5, higher_is_better=False)})
    joined = fitted(cx.read(month(100), name="april"), Shape.of(known))
    assert joined.roles == known.roles
    assert joined.scales == known.scales
    assert joined.kind == known.kind


def test_a_code_known_is_no_drift_and_is_counted_in_the_new_file():
    coded = lambda k: "N/A" if k % 10 == 0 else 1 + k % 5  # noqa: E731 - one cell of a column
    march = cx.read(month(0, csat=coded), name="survey")
    new = cx.read(month(100, rows=30, csat=coded), name="april")
    assert cx.drift(new, march).same
    assert [(c.column, c.count) for c in fitted(new, Shape.of(march)).codes] == [("csat", 3)]


def test_a_shape_comes_back_from_json_and_joins_another(march):
    shape = Shape.of(march)
    assert Shape.from_json(shape.to_json()) == shape
    other = Shape.of(cx.read(month(100, market=lambda k: ["north", "west"][k % 2]), name="april"))
    both = shape.and_also(other)
    assert set(both.traits["market"].levels) == {"north", "south", "east", "west"}
    assert both.decisions == shape.decisions


def test_texts_and_ids_are_not_remembered():
    few = cx.read(month(0, rows=20), name="survey")
    shape = Shape.of(few.with_(roles={"why": "text"}))
    assert shape.traits["market"].levels
    assert shape.traits["why"].levels == shape.traits["answer"].levels == ()
    assert "because" not in str(shape.to_json())


def test_it_shows_itself_in_a_notebook_and_text_stays_text(march):
    drift = cx.drift(cx.read(month(100, market=lambda k: "<b>" if k % 2 else "north"), name="april"), march)
    assert "&lt;b&gt;" in drift._repr_html_()
    assert "<b>'" not in drift._repr_html_()


@settings(max_examples=25, deadline=None)
@given(gone=st.sets(st.sampled_from(["recommend", "csat", "late", "market", "spend", "why"]), max_size=3))
def test_every_column_gone_is_found_and_nothing_else(march, gone):
    drift, table = found(march, month(100, **dict.fromkeys(gone)))
    assert {column for what, column, _ in table if what == "column gone"} == gone
    assert {what for what, _, _ in table} <= {"column gone"}
    assert drift.same == (not gone)
