"""The list of metrics that Vela & Wren keeps in a spreadsheet: grown over years, in three languages, with faults.

Seven of its faults were put there on purpose; `FAULTS` names them, and an audit should find every one.
"""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from openpyxl import Workbook
from openpyxl.styles import Font

from sample_data.files import without_clock

#: The workbook's name.
FILE: Final = "metric_inventory.xlsx"
#: The day on which the list was last touched; reviews lie before it.
TODAY: Final = dt.date(2025, 7, 1)
#: What is wrong in the list → the metrics concerned.
FAULTS: Final[dict[str, tuple[str, ...]]] = {
    "different cut-offs": ("CSAT", "Satisfacción del cliente (CSAT)"),
    "not customer experience": ("Customer experience score",),
    "nobody answers for it": ("Average wait for a refund",),
    "review overdue": ("Complaint rate",),
    "same name, other formula": ("Churn", "Churn"),
    "department without a metric": ("Logistics",),
    "cost, not experience": ("Cost per lead",),
}
_WIDTHS: Final = (30, 46, 44, 28, 18, 20, 22, 24, 16, 16, 20)
_TITLES: Final = (
    ("KENNZAHLEN / MÉTRICAS / KPIs — Vela & Wren", 1),
    ("collected by Operations, please complete your lines before the quarterly meeting", 2),
)
#: Headings in two rows; the upper ones are merged over their parts.
_UPPER: Final = ("Metric", None, None, None, "Where", None, "Responsible", None, "Review", None, "Escala / cut-off")
_LOWER: Final = ("KPI name", "What does it measure?", "Fórmula", "Nenner / base", "System", "Department", "tracked by",
                 "Verantwortlich", "última revisión", "every", "counts as satisfied")  # fmt: skip
_MERGED: Final = ("A4:D4", "E4:F4", "G4:H4", "I4:J4")


def lines(seed: int) -> list[tuple[Any, ...] | None]:
    """The rows of the list below its headings; None is a blank line. Dates of reviews come from the seed."""
    rng = np.random.default_rng([seed, 77])

    def ago(low: int, high: int) -> dt.date:
        return TODAY - dt.timedelta(days=int(rng.integers(low, high)))

    recent = [ago(20, 80) for _ in range(12)]
    recent[2], recent[6], recent[8] = ago(5, 28), ago(5, 28), ago(5, 50)
    overdue = ago(800, 900)
    return [
        ("NPS relational", "Would customers recommend us?", "% 9-10 minus % 0-6", "answers 0-10, yearly survey",
         "Survey tool", "Marketing", "A. Ferrer", "Head of Marketing", recent[0], "quarterly", "0-10: 9 and 10"),
        ("CSAT", "Share of satisfied customers", "answers 4 or 5 / all answers", "valid answers, scale 1-5",
         "Survey tool", "Marketing", "A. Ferrer", "Head of Marketing", f"{recent[1]:%d/%m/%Y}", "quarterly",
         "1-5: 4-5"),
        ("Cost per lead", "What a new contact costs us", "campaign cost / leads", "leads of the month", "Ad manager",
         "Marketing", "L. Ortiz", "Head of Marketing", recent[2], "monthly", "N/A"),
        None,
        ("Satisfacción del cliente (CSAT)", "Clientes satisfechos tras un contacto",
         "respuestas 5 / respuestas", "respuestas válidas, escala 1-5", "Survey tool", "Customer service", "M. Vidal",
         "Head of Service", f"{recent[3]:%d.%m.%Y}", "trimestral", "1-5: solo 5"),
        ("CES", "How easy it was to get help", "mean answer", "answers 1-7 after a contact", "Survey tool",
         "Customer service", "M. Vidal", "Head of Service", recent[4], "trimestral", "1-7"),
        ("First contact resolution", "Solved at the first contact", "contacts without a second in 7 days / contacts",
         "contacts older than 7 days", "Help desk", "Customer service", "M. Vidal", "Head of Service", "Q1 2025",
         "half-yearly", "-"),
        ("Complaint rate", "How many customers complain", "customers with a complaint / customers",
         "active customers", "Reclamaciones.xls", "Customer service", "M. Vidal", "Head of Service",
         f"{overdue:%d/%m/%Y}", "yearly", None),
        ("Average wait for a refund", "Days from the return to the money", "sum of days / refunds",
         "refunds of the month", "ERP", "Customer service", "N/A", "sin asignar", f"{recent[5]:%d/%m/%Y}",
         "every 6 months", None),
        None,
        ("Customer experience score", "Our customer experience in sales",
         "customers who bought from a second product line / active customers (cross-sell)", "active customers", "CRM",
         "Sales", "T. Brandt", "Vertriebsleitung", recent[6], "monatlich", "n/a"),
        ("Churn", "Customers who left", "customers lost in the year / customers at its start",
         "customers at the start of the year", "CRM", "Sales", "T. Brandt", "Vertriebsleitung", recent[7],
         "vierteljährlich", None),
        ("Repeat purchase rate", "Kunden, die wieder kaufen", "customers with a second order in 90 days / customers",
         None, "ERP", "Sales", "T. Brandt", "Vertriebsleitung", f"{recent[8]:%b %Y}", "vierteljährlich", None),
        _LOWER,
        ("Churn", "Revenue that left", "revenue lost / opening revenue", "opening revenue", "Data warehouse", "Finance",
         "R. Moss", "CFO", recent[9], "quarterly", None),
        ("Customer lifetime value", "What a customer is worth over the years", "margin × r / (1 + i − r)",
         "customers with a history", "Data warehouse", "Finance", "R. Moss", "CFO", recent[10], "yearly", None),
        None,
        ("N/A", "to be defined", None, None, None, "Logistics", None, None, None, None, None),
        ("Website rating", "How visitors rate the shop", "mean of stars", "visitors who rated", "Shop", "Digital",
         "K. Yu", "Head of Digital", recent[11], "quarterly", "1-5"),
        None,
        ("Please send missing owners to operations.",),
    ]  # fmt: skip


def write(folder: Path, seed: int) -> int:
    """Write the workbook; returns how many rows its list has."""
    book = Workbook()
    intro = book.active
    assert intro is not None
    intro.title = "Read me"
    intro.append(["Who collects what. Version 7, do not rename the columns."])
    sheet = book.create_sheet("Inventory 2025")
    for text, row in _TITLES:
        sheet.cell(row, 1, text).font = Font(bold=row == 1)
    for row, words in ((4, _UPPER), (5, _LOWER)):
        for column, word in enumerate(words, 1):
            sheet.cell(row, column, word).font = Font(bold=True)
    for merged in _MERGED:
        sheet.merge_cells(merged)
    rows = lines(seed)
    for row, cells in enumerate(rows, 6):
        for column, cell in enumerate(cells or (), 1):
            sheet.cell(row, column, cell)
    for column, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJK"[column]].width = width
    written = BytesIO()
    book.save(written)
    folder.mkdir(parents=True, exist_ok=True)
    without_clock(written, folder / FILE)
    return sum(row is not None for row in rows)
