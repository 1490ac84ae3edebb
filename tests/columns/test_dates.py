"""Dates: day or month first, two forms in a column, unknown dates."""

import unicodedata

import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.columns.date_format import parse_dates, parse_distinct_dates


def answers(*dates: str) -> cx.Table:
    rows = "\n".join(f"{i % 11}|{date}" for i, date in enumerate(dates))
    return cx.read(f"recommend|answered\n{rows}\n".encode(), kind="survey")


@pytest.mark.parametrize(
    ("text", "day_first", "moment"),
    [
        ("2024-02-03", False, "2024-02-03"),
        ("2024-02-03T04:05:06Z", False, "2024-02-03 04:05:06"),
        ("2024-02-03T04:05:06+02:00", False, "2024-02-03 02:05:06"),
        ("3/2/2024", True, "2024-02-03"),
        ("3/2/2024", False, "2024-03-02"),
        ("3.2.24 16:30", True, "2024-02-03 16:30"),
        ("2/3/2024 12:05:00 AM", False, "2024-02-03 00:05"),
        ("2/3/2024 12:05:00 PM", False, "2024-02-03 12:05"),
        ("2/3/2024 1:05 PM", False, "2024-02-03 13:05"),
        ("20240203", False, "2024-02-03"),
        ("2024-02", False, "2024-02-01"),
        ("3 de marzo de 2024", False, "2024-03-03"),
        ("12. März 2024", False, "2024-03-12"),
        ("March 12, 2024", False, "2024-03-12"),
        ("1 août 2024", False, "2024-08-01"),
        ("31/02/2024", True, None),
        ("13/14/2024", True, None),
        ("yesterday", True, None),
        ("0001-01-01", True, None),
    ],
)
def test_forms_of_dates(text: str, day_first: bool, moment: str | None) -> None:
    read = parse_dates(pd.Series([text]), day_first)[0]
    assert pd.isna(read) if moment is None else read == pd.Timestamp(moment)


def test_the_column_tells_which_comes_first() -> None:
    days = answers("03/04/2024", "25/04/2024", "01/05/2024")
    assert days.frame["answered"].dt.month.tolist() == [4, 4, 5]
    assert days.formats["answered"] == "day first"
    months = answers("03/04/2024", "04/25/2024", "05/01/2024")
    assert months.frame["answered"].dt.month.tolist() == [3, 4, 5]
    assert any("read month first" in note for note in months.notes)


def test_undecided_dates_are_said_to_be_a_guess_and_can_be_turned_round() -> None:
    table = answers("03/04/2024", "05/06/2024", "07/08/2024")
    confidence, reason = table.reasons["answered"]
    assert confidence <= 0.5
    assert "guess" in reason
    turned = table.with_(formats={"answered": "month first"})
    assert turned.frame["answered"].dt.month.tolist() == [3, 5, 7]
    assert turned.token != table.token


def test_two_forms_in_one_column() -> None:
    table = answers("2015-06-13", "13-03-2015", "2015-06-14", "05-06-2015")
    assert table.frame["answered"].dt.strftime("%Y-%m-%d").tolist() == [
        "2015-06-13",
        "2015-03-13",
        "2015-06-14",
        "2015-06-05",
    ]
    assert any("another form" in note for note in table.notes)


def test_the_first_day_of_computer_time_is_no_date() -> None:
    table = answers(*["2024-01-05"] * 20, *["1970-01-01"] * 3)
    assert table.frame["answered"].notna().sum() == 20
    assert any("first day of computer time" in note and "(3)" in note for note in table.notes)


def test_promised_and_finished_dates() -> None:
    rows = "\n".join(f"A{i},2024-01-{i:02d},2024-02-{i:02d},2024-03-{i:02d}" for i in range(1, 29))
    table = cx.read(f"order_id,ordered,promised_date,delivered_at\n{rows}\n".encode())
    assert table.roles == {"order_id": "order", "ordered": "date", "promised_date": "due", "delivered_at": "closed"}
    assert table.kind == "operations"


def test_a_few_cells_that_are_no_dates_are_counted() -> None:
    table = answers(*["2024-01-05"] * 30, "soon", "soon")
    assert table.frame["answered"].isna().sum() == 2
    assert any("2 of 32 values are no dates (such as 'soon')" in note for note in table.notes)


@pytest.mark.parametrize(
    "form", ["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
)
@pytest.mark.parametrize("odd", [None, "2024-1-31", "31.12.2024", "2024-02-31", "2024-01-01\n", "none", ""])
def test_one_date_of_another_form_is_read_by_itself(form, odd):
    """Dates that are all in one usual form are read the short way; one that is not changes no other."""
    moments = pd.Series(pd.date_range("2023-12-30 23:58:59", periods=40, freq="37h"))
    texts = moments.dt.strftime(form).astype("str")
    expected = pd.to_datetime(texts, format=form).astype("datetime64[us]")
    if odd is not None:
        texts[17] = odd
        expected[17] = parse_dates(pd.Series([odd], dtype="str"))[0]
    pd.testing.assert_series_equal(parse_distinct_dates(texts), expected, check_names=False)


def test_of_many_dates_no_more_are_said_to_be_written_otherwise_than_are() -> None:
    """More different times than are looked at one by one: what was seen in some is said of all, as an estimate."""
    moments = pd.date_range("2024-01-01", periods=50_000, freq="13min")
    texts = pd.Series(moments.strftime("%d.%m.%Y %H:%M"))

    def told(written: pd.Series) -> str:
        rows = pd.DataFrame({"answered": written, "rating": "4"})
        found = cx.read(rows.to_csv(index=False).encode(), name="survey")
        assert found.frame["answered"].tolist() == moments.tolist()
        return next(note for note in found.notes if "'answered': dates" in note)

    assert told(texts) == "'answered': dates are read day first."
    note = told(texts.where(texts.index % 5 > 0, moments.strftime("%Y-%m-%d %H:%M")))
    assert "; about " in note
    assert abs(int(note.split("; about ")[1].split(" are ")[0].replace(",", "")) - 10_000) < 500


@pytest.mark.parametrize("written", ["٠١.٠٢.٢٠٢٤", "1٣.05.2024", "2024-0١-02", "０１/０２/２０２４ 10:00"])
def test_digits_of_another_script_are_digits(written):
    rows = "".join(f"{written},{at % 11}\n" for at in range(40))
    table = cx.read(f"date,score\n{rows}25.05.2024,3\n".encode(), name="answers")
    assert table.roles["date"] == "date"
    assert table.frame["date"].notna().all()
    usual = "".join(str(unicodedata.decimal(letter, letter)) for letter in written)
    assert table.frame["date"][0] == pd.to_datetime(usual, dayfirst=not usual.startswith("2024"))
