"""Reading a list of metrics: the sample's, and lists with every mess one can think of."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import openpyxl
import pytest

import cxanalysis as cx
from cxanalysis.catalogue.inventory.inventory_words import HEADINGS, days_between_reviews, likeness


def workbook(rows, merged=(), title="Sheet"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def sample():
    return cx.inventory(cx.sample_path("inventory"))


def test_the_samples_list_is_read_whole(sample):
    assert len(sample.entries) == 14
    assert sample.sheet == "Inventory 2025"
    assert sample.departments == ("Marketing", "Customer service", "Sales", "Finance", "Digital", "Logistics")
    assert sample.columns["field"].notna().all()
    assert set(sample.columns["field"]) == {
        "name", "definition", "formula", "denominator", "source", "department", "tracked_by", "owner", "reviewed",
        "review_every_days", "cut_off",
    }  # fmt: skip


def test_what_was_left_out_is_said_with_its_row(sample):
    notes = "\n".join(sample.notes)
    assert "a heading again" in notes
    assert "no metric named for Logistics" in notes
    assert "Please send missing owners" in notes
    assert "not looked at: 'Read me'" in notes


def test_dates_written_in_every_way_are_read(sample):
    days = {entry.name: entry.reviewed for entry in sample.entries}
    assert all(days.values())
    assert days["First contact resolution"] == "2025-03-31"
    assert {entry.review_every_days for entry in sample.entries} == {30, 91, 183, 365}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("KPI", "name"), ("Kennzahl", "name"), ("Nombre del indicador", "name"), ("Indicador", "name"),
        ("Descripción", "definition"), ("Was wird gemessen?", "definition"), ("How is it calculated?", "formula"),
        ("Berechnung", "formula"), ("Cálculo", "formula"), ("Nenner", "denominator"), ("Denominador", "denominator"),
        ("Abteilung", "department"), ("Área", "department"), ("Quelle", "source"), ("Fuente de datos", "source"),
        ("Verantwortlich", "owner"), ("Responsable", "owner"), ("Accountable person", "owner"),
        ("Erfasst von", "tracked_by"), ("Medido por", "tracked_by"), ("Who tracks it?", "tracked_by"),
        ("Letzte Prüfung", "reviewed"), ("Última revisión", "reviewed"), ("Last reviewed on", "reviewed"),
        ("Turnus", "review_every_days"), ("Frecuencia", "review_every_days"),
        ("Review every (months)", "review_every_days"),
        ("Skala", "scale"), ("Umbral", "cut_off"), ("Bemerkungen", "note"),
    ],
)  # fmt: skip
def test_headings_in_three_languages(heading, field):
    assert max(HEADINGS, key=lambda name: likeness(heading, name)) == field


def test_merged_headings_and_merged_departments():
    rows = [
        ["Our KPIs"], [],
        ["Metric", None, "Who", None],
        ["Name", "Department", "tracks", "answers for it"],
        ["NPS", "Sales", "Ana", "Ben"],
        ["CSAT", None, "Ana", None],
        ["CES", "Service", "Cem", "Dora"],
    ]  # fmt: skip
    found = cx.inventory(workbook(rows, merged=["A3:B3", "C3:D3", "B5:B6"]))
    told = [(e.name, e.department, e.tracked_by, e.owner) for e in found.entries]
    assert told == [("NPS", "Sales", "Ana", "Ben"), ("CSAT", "Sales", "Ana", ""), ("CES", "Service", "Cem", "Dora")]


def test_lines_of_their_own_are_departments():
    rows = [["KPI", "Formula", "Owner"], ["SALES"], ["NPS", "p - d", "Ben"], ["SERVICE"], ["CES", "mean", "n/a"]]
    found = cx.inventory(workbook(rows))
    assert [(e.name, e.department, e.owner) for e in found.entries] == [("NPS", "SALES", "Ben"), ("CES", "SERVICE", "")]


@pytest.mark.parametrize("nothing", ["N/A", "n. a.", "—", "tbd", "k. A.", "sin asignar", "ninguno", "offen", "?", " "])
def test_ways_of_saying_nothing(nothing):
    found = cx.inventory(workbook([["KPI", "Formula", "Owner"], ["NPS", "p - d", nothing], ["CSAT", "share", "Ana"]]))
    assert found.entries[0].owner == ""


def test_day_and_month_are_told_from_the_dates_then_the_language_then_said():
    def days(heading, *dates):
        found = cx.inventory(workbook([["KPI", "Owner", heading], *(["NPS", "Ana", date] for date in dates)]))
        return [entry.reviewed for entry in found.entries], "\n".join(found.notes)

    assert days("Last review", "04/25/2025", "03/04/2025")[0] == ["2025-04-25", "2025-03-04"]
    assert days("Last review", "25/04/2025", "03/04/2025")[0] == ["2025-04-25", "2025-04-03"]
    found, notes = days("Letzte Prüfung", "03.04.2025")
    assert found == ["2025-04-03"]
    assert "because the headings' language does so" in notes
    assert "because nothing tells" in days("Last review", "03/04/2025")[1]
    assert days("Last review", dt.date(2025, 4, 3), 45_750.0, "May 2025", "soon")[0] == [
        "2025-04-03", "2025-04-03", "2025-05-01", None,
    ]  # fmt: skip
    assert "left empty: row 2" in days("Last review", "soon")[1]


@pytest.mark.parametrize(
    ("text", "days"),
    [("monatlich", 30), ("every 2 weeks", 14), ("2 Jahre", 730), ("cada 3 meses", 91), ("anual", 365),
     ("now and then", None)],
)  # fmt: skip
def test_how_often(text, days):
    assert days_between_reviews(text) == days


def test_csv_in_another_encoding():
    text = "Métrica;Definición;Responsable\nSatisfacción;contentos;José\n".encode("cp1252")
    assert [(e.name, e.owner) for e in cx.inventory(text).entries] == [("Satisfacción", "José")]


def test_the_callers_word_goes_before_the_heading():
    sheet = workbook([["KPI", "Boss", "Owner", "Formula"], ["NPS", "Ana", "CRM", "p - d"]])
    found = cx.inventory(sheet, columns={"Boss": "owner", "Owner": "source"})
    assert (found.entries[0].owner, found.entries[0].source) == ("Ana", "CRM")
    assert cx.inventory(sheet, columns={"Owner": None}).entries[0].owner == ""
    with pytest.raises(cx.Problem, match="there is no column 'Chef'"):
        cx.inventory(sheet, columns={"Chef": "owner"})
    with pytest.raises(cx.Problem, match="no field 'boss'"):
        cx.inventory(sheet, columns={"Boss": "boss"})
    with pytest.raises(cx.Problem, match="no column holds the metrics' names"):
        cx.inventory(sheet, columns={"KPI": None})


def test_what_is_no_list_of_metrics_is_refused():
    with pytest.raises(cx.Problem, match="looks like the headings"):
        cx.inventory(workbook([["a", "b", "c"], [1, 2, 3]]))
    with pytest.raises(cx.Problem, match="no metric below"):
        cx.inventory(workbook([["KPI", "Owner", "Formula"]]))
    with pytest.raises(cx.Problem, match="too many for a list"):
        cx.inventory(("KPI,Owner,Formula\n" + "a,b,c\n" * 6_000).encode())
    with pytest.raises(cx.Problem, match="no sheet 'x'"):
        cx.inventory(workbook([["KPI"]]), sheet="x")


def test_formulas_in_cells_stay_text():
    found = cx.inventory(b"KPI,Owner,Formula\n=cmd|' /C calc'!A0,<script>,x\n")
    assert found.entries[0].name == "=cmd|' /C calc'!A0"
    assert "<script" not in found._repr_html_()
