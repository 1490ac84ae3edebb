"""Random tables, written by other programs in random dialects and formats, are read with the same values."""

import csv
import datetime as dt
import io
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.feather
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cxanalysis as cx

ROLES = {"id": "id", "measure": "number", "day": "date", "said": "text"}
#: Letters that no program may change: five languages, quotes, separators; never a blank at an end.
LETTERS = "abzABZ äöüßñçéèàõ¿€0159 ,;|'\"-.()"

words = st.text(LETTERS, min_size=1, max_size=20).map(lambda text: f"x{' '.join(text.split())}x")
hundredths = st.integers(-99_999_999, 99_999_999).map(lambda n: n / 100)
days = st.dates(dt.date(1975, 1, 1), dt.date(2060, 12, 31))


@st.composite
def tables(draw) -> pd.DataFrame:
    n = draw(st.integers(4, 25))
    columns = {
        "id": [f"A{i:04}" for i in range(n)],
        "measure": draw(st.lists(st.none() | hundredths, min_size=n, max_size=n)),
        "day": draw(st.lists(st.none() | days, min_size=n, max_size=n)),
        "said": draw(st.lists(st.none() | words, min_size=n, max_size=n)),
    }
    # A column must show its own form somewhere: one number with two decimals, one day after the twelfth.
    columns["measure"][0], columns["day"][0], columns["said"][0] = 1.25, dt.date(2024, 3, 28), "xfirstx"
    return pd.DataFrame(columns)


def same(table: cx.Table, truth: pd.DataFrame) -> None:
    assert table.columns == tuple(truth.columns)
    assert table.n_rows == len(truth)
    frame = table.frame
    assert frame["id"].tolist() == truth["id"].tolist()
    np.testing.assert_array_equal(frame["measure"], truth["measure"].astype(float))
    assert frame["day"].tolist() == pd.to_datetime(truth["day"]).tolist()
    assert [None if pd.isna(v) else v for v in frame["said"]] == [None if pd.isna(v) else v for v in truth["said"]]


def number(value: float, comma: bool, thousands: bool) -> str:
    text = f"{value:,.2f}" if thousands else f"{value:.2f}"
    return text.translate(str.maketrans(".,", ",.")) if comma else text


@settings(max_examples=30, deadline=None)
@given(
    truth=tables(),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    comma=st.booleans(),
    thousands=st.booleans(),
    day=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y"]),
)
def test_text(truth, separator, quoting, ending, encoding, comma, thousands, day) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=ending)
    writer.writerow(truth.columns)
    for row in truth.itertuples(index=False):
        measure = "" if pd.isna(row.measure) else number(row.measure, comma, thousands)
        writer.writerow(
            [row.id, measure, "" if pd.isna(row.day) else row.day.strftime(day), "" if pd.isna(row.said) else row.said]
        )
    same(cx.read(out.getvalue().encode(encoding), roles=ROLES), truth)


@settings(max_examples=20, deadline=None)
@given(truth=tables(), how=st.sampled_from(["xlsx", "parquet", "feather", "json", "lines", "indented"]))
def test_files_with_types(truth: pd.DataFrame, how: str) -> None:
    out = io.BytesIO()
    moments = truth.assign(day=pd.to_datetime(truth["day"]).astype("datetime64[us]"))
    if how == "xlsx":
        moments.to_excel(out, index=False)
    elif how == "parquet":
        moments.to_parquet(out)
    elif how == "feather":
        pyarrow.feather.write_feather(moments, out)
    else:
        plain = truth.assign(day=[None if pd.isna(d) else d.isoformat() for d in truth["day"]]).astype(object)
        rows = plain.where(plain.notna(), None).to_dict("records")
        if how == "lines":
            text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        else:
            text = json.dumps(rows, indent=2 if how == "indented" else None)
        out.write(text.encode())
    same(cx.read(out.getvalue(), roles=ROLES), truth)


@pytest.mark.parametrize("how", ["sav", "zsav", "dta", "xpt"])
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(truth=tables())
def test_files_of_statistics_packages(how: str, truth: pd.DataFrame) -> None:
    plain = truth.assign(
        measure=truth["measure"].astype(float),
        day=pd.to_datetime(truth["day"]).astype("datetime64[us]"),
        said=truth["said"].fillna(""),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"wave.{how}")
        if how == "dta":
            pyreadstat.write_dta(plain, str(path))
        elif how == "xpt":
            pyreadstat.write_xport(plain, str(path))
        else:
            pyreadstat.write_sav(plain, str(path), compress=how == "zsav")
        same(cx.read(path, roles=ROLES), truth)
