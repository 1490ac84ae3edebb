"""The exports: one company, several systems, each with its own idea of a file."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

#: Table → file. The last two share a workbook.
FILES: Final[dict[str, str]] = {
    "survey": "survey.csv",
    "operations": "orders.parquet",
    "contacts": "contacts.parquet",
    "invitations": "invitations.parquet",
    "complaints": "reclamaciones.csv",
    "inquiries": "inquiries.parquet",
    "reviews": "reviews.csv",
    "customers": "customers.parquet",
    "transactions": "transactions.parquet",
    "usage": "usage.parquet",
    "employee_feedback": "staff_and_spend.xlsx",
    "spend": "staff_and_spend.xlsx",
}
#: A sheet of a workbook ends here.
SHEET_ROWS: Final = 1_000_000


class Exports:
    """Takes the tables of one chunk after the other and writes each to its file; nothing is kept but the workbook.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, int] = {}
        self._parquet: dict[str, pq.ParquetWriter] = {}
        self._sheets: dict[str, list[pd.DataFrame]] = {}

    def __enter__(self) -> Exports:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._parquet.values():
            writer.close()
        if error is None:
            self._write_workbook()

    def add(self, tables: dict[str, pd.DataFrame]) -> None:
        """Append one chunk."""
        for name, table in tables.items():
            path, first = self.folder / FILES[name], name not in self.rows
            self.rows[name] = self.rows.get(name, 0) + len(table)
            if path.suffix == ".parquet":
                self._add_parquet(name, path, table)
            elif path.suffix == ".xlsx":
                self._sheets.setdefault(name, []).append(table)
            elif name == "complaints":
                _add_complaints(path, table, first)
            else:
                _add_csv(path, with_survey_codes(table) if name == "survey" else table, first)

    def _add_parquet(self, name: str, path: Path, table: pd.DataFrame) -> None:
        text = {c: pa.field(c, pa.string()) for c in table.columns if table[c].dtype == object}
        schema = pa.schema(
            [text.get(f.name, f) for f in pa.Schema.from_pandas(table.head(1), preserve_index=False)]
        ).remove_metadata()
        if name not in self._parquet:
            self._parquet[name] = pq.ParquetWriter(path, schema, compression="zstd", compression_level=15)
        writer = self._parquet[name]
        writer.write_table(pa.Table.from_pandas(table, schema=writer.schema, preserve_index=False))

    def _write_workbook(self) -> None:
        written = BytesIO()
        with pd.ExcelWriter(written, engine="openpyxl", date_format="YYYY-MM-DD") as book:
            for name, parts in self._sheets.items():
                sheet = pd.concat(parts).head(SHEET_ROWS)
                for column in sheet.columns[sheet.dtypes.map(pd.api.types.is_datetime64_any_dtype)]:
                    sheet[column] = sheet[column].dt.date
                sheet.to_excel(book, sheet_name=name, index=False)
        without_clock(written, self.folder / FILES["spend"])


def without_clock(book: BytesIO, path: Path) -> None:
    """Pack a workbook again without the time of writing: the same company gives the same bytes."""
    with ZipFile(book) as packed, ZipFile(path, "w", ZIP_DEFLATED) as out:
        for part in packed.infolist():
            content = re.sub(
                rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=</dcterms:)", b"2025-07-01T08:00:00Z", packed.read(part)
            )
            out.writestr(ZipInfo(part.filename, (2025, 7, 1, 8, 0, 0)), content, ZIP_DEFLATED)


def with_survey_codes(table: pd.DataFrame) -> pd.DataFrame:
    """The survey tool's ways of saying nothing: "N/A" for a skipped question, 99 where an attribute does not apply."""
    out = table.copy()
    for column in ("recommend", "csat", "ces"):
        out[column] = out[column].astype("Int64")
    skipped = out["csat"].isna()
    out["csat"] = out["csat"].astype("string").mask(skipped, "N/A")
    for place, column in enumerate(c for c in out.columns if c.startswith("rate_")):
        # every second gap is a 99, the others are left blank: two versions of the tool
        missing = out[column].isna().to_numpy()
        coded = missing & (np.cumsum(missing) % 2 == place % 2)
        out[column] = out[column].astype("Int64").mask(coded, 99)
    return out


def _add_csv(path: Path, table: pd.DataFrame, first: bool) -> None:
    table.to_csv(
        path,
        mode="w" if first else "a",
        header=first,
        index=False,
        date_format="%Y-%m-%d %H:%M" if "answered" in table else "%Y-%m-%d",
        float_format="%g",
        lineterminator="\n",
    )


def _add_complaints(path: Path, table: pd.DataFrame, first: bool) -> None:
    """As a spreadsheet in Spain saves it: semicolons, decimal commas, day first, Windows letters."""
    table.to_csv(
        path,
        mode="w" if first else "a",
        header=first,
        index=False,
        sep=";",
        decimal=",",
        date_format="%d/%m/%Y",
        encoding="cp1252",
        errors="replace",
        lineterminator="\r\n",
    )
