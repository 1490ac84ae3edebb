"""The sample company as `load_sample` hands it over."""

from __future__ import annotations

import numpy as np
import pytest

import cxanalysis as cx
from cxanalysis.columns.kinds import KINDS


@pytest.fixture(scope="module")
def tables():
    return cx.load_sample("company")


def test_every_kind_of_source_is_there(tables):
    assert set(tables) == set(KINDS)
    assert all(table.kind == name == table.name for name, table in tables.items())


def test_every_column_has_a_role(tables):
    left_out = {f"{name}.{column}" for name, table in tables.items() for column in table.columns_of("ignore")}
    assert not left_out


def test_it_is_as_large_as_promised(tables):
    assert len(tables["survey"]) >= 8_000
    assert len(tables["operations"]) >= 40_000


def test_codes_for_no_answer_are_resolved(tables):
    survey = tables["survey"].frame
    for column in tables["survey"].columns_of("rating", "csat"):
        assert survey[column].between(1, 5).sum() == survey[column].notna().sum() > 8_000
    applied = {(code.column, str(code.code)) for code in tables["survey"].codes if code.applied}
    assert ("csat", "N/A") in applied
    assert ("rate_delivery", "99") in applied
    assert survey["recommend"].between(0, 10).all()


def test_spanish_spreadsheet_dates_amounts_and_letters(tables):
    complaints = tables["complaints"].frame
    assert complaints["fecha"].notna().all()
    assert complaints["fecha"].is_monotonic_increasing
    assert complaints["importe"].max() > 50
    assert (complaints["importe"].dropna() % 1 > 0).any()
    assert complaints["canal"].eq("teléfono").any()
    closed = complaints["cerrada"].dropna()
    assert (closed >= complaints.loc[closed.index, "fecha"]).all()


def test_words_that_are_values_stay(tables):
    assert set(tables["invitations"].frame["outcome"].unique()) == {
        "answered",
        "unanswered",
        "bounced",
        "refused",
        "broken off",
    }
    assert set(tables["customers"].frame["plan"].unique()) == {"none", "Vela Plus"}


def test_numbers_and_dates_are_typed(tables):
    for table in tables.values():
        for column in table.columns_of("nps", "csat", "ces", "rating", "flag", "number", "amount"):
            assert np.issubdtype(table.frame[column].dtype, np.number), (table.name, column)
            assert table.frame[column].notna().any(), (table.name, column)
        for column in table.columns_of("date", "due", "closed"):
            assert np.issubdtype(table.frame[column].dtype, np.datetime64), (table.name, column)
            assert table.frame[column].notna().any(), (table.name, column)


def test_failures_are_bad(tables):
    for name in ("operations", "contacts"):
        for column in tables[name].columns_of("flag"):
            assert tables[name].scales[column] == cx.Scale(0, 1, higher_is_better=False)


def test_an_unknown_sample_names_those_there_are():
    with pytest.raises(cx.Problem, match="company"):
        cx.load_sample("firm")
