"""Of a clean table nothing is left out: every row that was written is a record, whatever it holds."""

import csv
import io
import os

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cxanalysis as cx

EXAMPLES = int(os.environ.get("CXANALYSIS_EXAMPLES", "80"))

IDS = st.integers(1, 99_999).map(lambda number: f"K-{number:05d}")
DAYS = st.dates().map(str)
GRADES = st.integers(1, 5).map(str) | st.just("")
AMOUNTS = st.integers(0, 10**7).map(lambda cents: f"{cents / 100:.2f}")
CITIES = st.sampled_from(["Total Plaza", "Bern", "Sumburgh", "Mittelberg", "Note", "Minden", "Countess", "Media"])
REMARKS = st.text("abcdefg ,;'\n", max_size=60) | st.sampled_from(
    [
        "late again",
        "Note that the box was open",
        "see page 3",
        "3 rows of seats",
        "total mess",
        "",
        "n/a",
        "on average ok",
    ]
)
COLUMNS = {"customer": IDS, "day": DAYS, "grade": GRADES, "paid": AMOUNTS, "city": CITIES, "remark": REMARKS}


@st.composite
def tables(draw) -> pd.DataFrame:
    names = draw(st.lists(st.sampled_from(list(COLUMNS)), min_size=2, max_size=6, unique=True))
    n = draw(st.integers(6, 40))
    rows = {name: draw(st.lists(COLUMNS[name], min_size=n, max_size=n)) for name in names}
    frame = pd.DataFrame(rows)
    return frame[(frame.apply(lambda row: any(cell.strip() for cell in row), axis=1))].reset_index(drop=True)


def written(frame: pd.DataFrame, separator: str) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerows([list(frame.columns), *frame.itertuples(index=False)])
    return out.getvalue().encode()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(frame=tables(), separator=st.sampled_from([",", ";", "\t"]))
def test_no_row_of_a_clean_text_table_is_left_out(frame: pd.DataFrame, separator: str) -> None:
    table = cx.read(written(frame, separator), name="clean")
    assert isinstance(table, cx.Table)
    assert table.n_rows == len(frame)
    assert not any(one.applied for one in table.records)
    assert table.columns == tuple(frame.columns)
    assert table.raw.fillna("").to_numpy().tolist() == frame.to_numpy().tolist()


@settings(max_examples=EXAMPLES // 4, deadline=None, suppress_health_check=list(HealthCheck))
@given(frame=tables())
def test_no_row_of_a_clean_sheet_is_left_out(frame: pd.DataFrame) -> None:
    numbers = frame.assign(**{c: pd.to_numeric(frame[c]) for c in ("grade", "paid") if c in frame})
    out = io.BytesIO()
    numbers.to_excel(out, index=False)
    table = cx.read(out.getvalue(), name="clean")
    assert isinstance(table, cx.Table)
    assert table.n_rows == len(frame)
    assert not any(one.applied for one in table.records)
