"""Numbers with units: sizes, lengths of time, currencies; days without a year."""

import pandas as pd
import pytest

import cxanalysis as cx


def read(**columns: list[object]) -> cx.Table:
    rows = {"account": [f"A-{i:04d}" for i in range(len(next(iter(columns.values()))))], **columns}
    return cx.read(pd.DataFrame(rows).to_csv(index=False, sep=";").encode(), name="accounts")


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["$1.2M", "$850K", "$900", "$3.1B"], [1.2e6, 850e3, 900, 3.1e9]),
        (["1,5 Mio €", "850 Tsd €", "900 €"], [1.5e6, 850e3, 900]),
        (["€2m", "€1.5bn", "€300k"], [2e6, 1.5e9, 3e5]),
        (["12K", "3.4M", "950"], [12e3, 3.4e6, 950]),
        (["(1.2K)", "3K", "250"], [-1200, 3000, 250]),
    ],
)
def test_sizes_are_multiplied_out(cells: list[str], numbers: list[float]) -> None:
    table = read(**{"Annual revenue": [cells[i % len(cells)] for i in range(40)]})
    assert table.roles["Annual revenue"] == "amount"
    assert table.frame["Annual revenue"].tolist()[: len(numbers)] == pytest.approx(numbers)
    assert any("multiplied" in note for note in table.notes)


@pytest.mark.parametrize(
    ("cells", "hours"),
    [
        (["45 min", "2 days", "3.5 hours"], [0.75, 48, 3.5]),
        (["1h 30m", "2d 4h", "20m"], [1.5, 52, 1 / 3]),
        (["30 Minuten", "2 Stunden", "1 Tag"], [0.5, 2, 24]),
        (["47:05:00", "3:30:00", "120:00:00"], [47 + 5 / 60, 3.5, 120]),
        (["2 days, 03:00:00", "1 days, 00:30:00", "10:00:00"], [51, 24.5, 10]),
    ],
)
def test_lengths_of_time_are_read_in_hours(cells: list[str], hours: list[float]) -> None:
    table = read(**{"Resolution time": [cells[i % len(cells)] for i in range(40)]})
    assert table.roles["Resolution time"] == "number"
    assert table.frame["Resolution time"].tolist()[: len(hours)] == pytest.approx(hours)
    assert any("hours" in note for note in table.notes)


def test_one_unit_for_all_cells_stays_as_it_is() -> None:
    table = read(wait=["45 min", "20 min", "5 min"] * 20)
    assert table.frame["wait"].tolist()[:3] == [45, 20, 5]
    of_day = read(arrived=["08:15", "17:40", "12:05"] * 20, score=[1, 2, 3] * 20)
    assert of_day.roles["arrived"] == "ignore"


@pytest.mark.parametrize("cells", [["€10.00", "$12.50", "£9.00"], ["10 EUR", "12 USD", "9 EUR"], ["R$ 10", "US$ 3"]])
def test_currencies_are_never_added_up(cells: list[str]) -> None:
    table = read(Price=[cells[i % len(cells)] for i in range(60)])
    assert table.roles["Price"] == "ignore"
    assert "currencies" in table.reasons["Price"][1]
    assert read(Price=["€10.00", "12 €", "9 EUR"] * 20).roles["Price"] == "amount"


@pytest.mark.parametrize("cells", [["23-Nov", "24-Nov", "2-Dec"], ["Nov 23", "Nov 24", "Dec 2"], ["23 nov.", "2 dic."]])
def test_a_day_without_a_year_is_a_date_and_no_number(cells: list[str]) -> None:
    table = read(Day=[cells[i % len(cells)] for i in range(60)], csat=[1, 2, 3, 4, 5] * 12)
    assert table.roles["Day"] == "date"
    question = next(one for one in table.questions if one.what == "dates")
    read_in = table.answered({question: question.options[1]})
    assert read_in.frame["Day"].dt.year.unique().tolist() == [int(question.options[1])]
    assert read_in.frame["Day"].iloc[0].strftime("%d.%m.") == "23.11."


def test_the_year_is_that_of_the_other_dates() -> None:
    table = read(sent=["2019-11-20", "2019-11-21", "2019-12-01"] * 20, day=["23-Nov", "24-Nov", "2-Dec"] * 20)
    assert table.frame["day"].dt.year.unique().tolist() == [2019]


def test_years_and_months_are_dates() -> None:
    table = read(Jahr=[2019, 2020, 2021] * 20, value=range(60))
    assert table.roles["Jahr"] == "date"
    assert table.frame["Jahr"].dt.year.tolist()[:3] == [2019, 2020, 2021]
    assert read(Monat=["2024-01", "2024-02", "2024-03"] * 20, value=range(60)).roles["Monat"] == "date"


FORMS = {
    "India": "%Y/%m/%d %I:%M:%S %p GMT+5:30",
    "spreadsheet": "%d-%b-%y",
    "name of a zone": "%Y-%m-%d %H:%M:%S CEST",
    "American zone": "%m/%d/%Y %I:%M:%S %p PDT",
    "JavaScript": "%a %b %d %Y %H:%M:%S GMT+0200 (Central European Summer Time)",
    "at": "%B %d, %Y at %I:%M %p",
    "offset": "%Y-%m-%dT%H:%M:%S.000-03:00",
    "Uhr": "%d.%m.%Y %H:%M Uhr",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_forms_of_dates_stay_local(form: str) -> None:
    days = pd.date_range("2024-04-07 08:54:00", periods=40, freq="17h")
    table = read(Timestamp=[day.strftime(form) for day in days], csat=[1, 2, 3, 4, 5] * 8)
    assert table.roles["Timestamp"] == "date"
    expected = days if "%M" in form else days.normalize()
    assert table.frame["Timestamp"].tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("month", "language"),
    [("12 grudnia 2023", "pl"), ("12 dicembre 2023", "it"), ("12 december 2023", "nl"), ("12 décembre 2023", "fr")],
)
def test_months_in_further_languages(month: str, language: str) -> None:
    table = read(datum=[month, month.replace("12", "13", 1)] * 20)
    assert table.frame["datum"].iloc[0] == pd.Timestamp("2023-12-12"), language


def test_yes_no_columns_identify_nobody() -> None:
    names = ["Wrong address", "Telefon nicht erreichbar", "Correo electrónico rechazado", "Website down"]
    table = read(**{name: ["Yes", "No", "No"] * 20 for name in names})
    assert {table.roles[name] for name in names} == {"flag"}
    few = read(**{"Phone quality": ["good", "fair", "poor"] * 20, "Phone": [f"+34 612 345 {i:03d}" for i in range(60)]})
    assert few.roles["Phone quality"] != "ignore"
    assert few.roles["Phone"] == "ignore"
