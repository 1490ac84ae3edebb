"""Tables whose rows are no records: counts, finished scores, figures of units; and long ones, read wide."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.columns.layout import LayoutKind


def read(frame: pd.DataFrame, **options) -> cx.Table:
    return cx.read(frame.to_csv(index=False, **options).encode(), name="table")


COUNTS = {
    "English NPS": pd.DataFrame({"NPS": range(11), "count": [3, 1, 0, 2, 2, 5, 6, 10, 20, 25, 30]}),
    "German words with shares": pd.DataFrame(
        {
            "Antwort": ["sehr zufrieden", "zufrieden", "teils teils", "unzufrieden", "sehr unzufrieden"],
            "Anzahl": [30, 40, 12, 9, 4],
            "Prozent": [31.6, 42.1, 12.6, 9.5, 4.2],
        }
    ),
    "Spanish, two questions": pd.DataFrame(
        [(q, a, n) for q in ("Precio", "Trato") for a, n in zip(range(1, 6), (3, 5, 10, 22, 11), strict=True)],
        columns=["aspecto", "nota", "cantidad"],
    ),
    "French by region": pd.DataFrame(
        [(r, s, 7 + s * k) for k, r in enumerate(("Nord", "Sud"), 1) for s in range(1, 6)],
        columns=["zone", "satisfaction", "effectif"],
    ),
}


@pytest.mark.parametrize("case", COUNTS)
def test_counts_per_answer_are_no_answers(case: str) -> None:
    frame = COUNTS[case]
    table = read(frame)
    assert table.layout is not None
    assert table.layout.kind is LayoutKind.COUNTS
    assert table.layout.count in frame.columns
    assert table.roles[table.layout.count] == "weight"
    assert table.kind is None
    assert not {"nps", "csat", "ces", "rating"} & set(table.roles.values())
    with pytest.raises(cx.Problem):
        cx.nps(table)


def test_counts_serve_as_weights() -> None:
    frame = COUNTS["English NPS"]
    score = np.repeat(frame["NPS"], frame["count"])
    expected = 100 * ((score >= 9).mean() - (score <= 6).mean())
    table = read(frame)
    assert table.layout is not None
    assert cx.nps(table, "NPS", weight=table.layout.count).table["value"][0] == pytest.approx(expected)


SCORES = {
    "NPS a month": pd.DataFrame(
        {
            "Month": pd.date_range("2023-01-01", periods=18, freq="MS").strftime("%Y-%m-%d"),
            "NPS": [31, 28, 33, -5, 22, 41, 36, 30, 29, 44, 31, 25, 27, 33, 38, 40, 42, 19],
            "Responses": range(300, 318),
        }
    ),
    "German means a week": pd.DataFrame(
        {
            "Woche ab": pd.date_range("2024-01-01", periods=12, freq="7D").strftime("%d.%m.%Y"),
            "Zufriedenheit": np.linspace(3.91, 4.37, 12).round(2),
        }
    ),
    "Dutch means a year": pd.DataFrame(
        {"jaar": range(2012, 2024), "tevredenheid": np.linspace(7.13, 7.91, 12).round(2)}
    ),
}


@pytest.mark.parametrize("case", SCORES)
def test_finished_scores_are_no_answers(case: str) -> None:
    table = read(SCORES[case])
    assert table.layout is not None
    assert table.layout.kind is LayoutKind.SCORES
    assert table.kind is None
    assert not {"nps", "csat", "ces", "rating"} & set(table.roles.values())


UNITS = {
    "shops": pd.DataFrame(
        {
            "Store": [f"S{i}" for i in range(30)],
            "Share satisfied": np.linspace(40, 90, 30).round(1),
            "Number of complaints": range(30),
            "Average wait": np.linspace(2, 5, 30).round(2),
        }
    ),
    "Portuguese months": pd.DataFrame(
        {
            "operadora": [f"OP{i:04d}" for i in range(40)],
            **{m: [i * k % 17 for i in range(40)] for k, m in enumerate(("janeiro", "fevereiro", "maio", "junho"), 3)},
        }
    ),
    "insurers a year": pd.DataFrame(
        [(1000 + i, y, 5000 + 37 * i * (y - 2000), 3 + i * y % 11) for y in range(2015, 2020) for i in range(12)],
        columns=["Nummer", "Jahr", "Vertrage", "Beschwerden"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNITS)
def test_figures_of_units_are_no_answers(case: str) -> None:
    table = read(UNITS[case])
    assert table.layout is not None
    assert table.layout.kind is LayoutKind.UNITS
    assert table.kind is None


def long_answers(names: tuple[str, str, str], questions: tuple[str, str, str], people: int = 30) -> pd.DataFrame:
    recommend = [0, 9, 10, 10, 8, 3, 10, 9, 7, 5, 2, 4, 6, 1, 10]
    rows = []
    for i in range(people):
        rows += [(f"P{i}", questions[0], recommend[i % 15]), (f"P{i}", questions[1], [1, 5, 5, 3, 2][i % 5])]
        rows += [(f"P{i}", questions[2], i % 2)]
    return pd.DataFrame(rows, columns=list(names))


LONG = {
    "English": (
        ("Survey Taker", "Question Title", "Survey Score"),
        ("How likely are you to recommend us?", "How satisfied were you with the agent?", "Was it solved?"),
    ),
    "German": (
        ("Teilnehmer", "Frage", "Antwort"),
        ("Wie wahrscheinlich empfehlen Sie uns weiter?", "Wie zufrieden sind Sie insgesamt?", "War es pünktlich?"),
    ),
    "Spanish": (
        ("encuestado", "pregunta", "respuesta"),
        ("¿Qué probabilidad hay de que nos recomiende?", "¿Qué tan satisfecho está?", "¿Se resolvió?"),
    ),
}


@pytest.mark.parametrize("language", LONG)
def test_one_row_a_question_is_offered_wide(language: str) -> None:
    names, questions = LONG[language]
    long = read(long_answers(names, questions))
    assert long.layout is not None
    assert long.layout.kind is LayoutKind.QUESTIONS
    assert (long.layout.key, long.layout.item, long.layout.value) == ((names[0],), names[1], names[2])
    assert long.roles[names[2]] == "number"
    with pytest.raises(cx.Problem):
        cx.nps(long)
    wide = cx.wide(long)
    assert wide.columns == (names[0], *questions)
    assert wide.n_rows == 30
    assert [column for column in wide.columns if wide.roles[column] == "nps"] == [questions[0]]
    asked = long_answers(names, questions)
    score = asked[asked[names[1]] == questions[0]][names[2]]
    assert cx.nps(wide).table["value"][0] == pytest.approx(100 * ((score >= 9).mean() - (score <= 6).mean()))
    assert long.n_rows == 90  # the long table is as it was


@pytest.mark.parametrize(
    ("names", "events"),
    [
        (("ticket", "status", "changed at"), ("opened", "assigned", "resolved")),
        (("Fallnummer", "Ereignis", "Datum"), ("angelegt", "zugewiesen", "geschlossen")),
        (("pedido", "etapa", "fecha"), ("creado", "enviado", "entregado")),
    ],
)
def test_one_row_an_event_is_offered_wide(names: tuple[str, str, str], events: tuple[str, str, str]) -> None:
    rows = [
        (f"T{i:03d}", event, f"2024-03-{1 + i % 27:02d} {9 + j:02d}:15:00")
        for i in range(40)
        for j, event in enumerate(events[: 2 + (i % 3 > 0)])
    ]
    long = read(pd.DataFrame(rows, columns=list(names)))
    assert long.layout is not None
    assert long.layout.kind is LayoutKind.EVENTS
    wide = cx.wide(long)
    assert wide.n_rows == 40
    assert wide.columns == (names[0], *events)
    assert wide.frame[events[2]].isna().sum() == 14
    assert wide.frame[events[1]][0] == pd.Timestamp("2024-03-01 10:15")


def test_two_answers_to_one_question_are_a_problem() -> None:
    frame = pd.DataFrame({"who": [1, 1, 2], "item": ["a", "a", "a"], "answer": [3, 4, 5]})
    with pytest.raises(cx.Problem, match="differently"):
        cx.wide(read(frame), key="who", item="item", value="answer")
    with pytest.raises(cx.Problem, match="belong together"):
        cx.wide(read(frame))


RECORDS = {
    "survey with a count": pd.DataFrame(
        {"id": range(60), "recommend": [i % 11 for i in range(60)], "count of visits": [i % 4 for i in range(60)]}
    ),
    "reviews of shops": pd.DataFrame(
        {"store": [f"S{i % 5}" for i in range(60)], "rating": [i % 5 + 1 for i in range(60)],
         "comment": [f"it was late, again: {i}" for i in range(60)]}
    ),
    "orders with a status": pd.DataFrame(
        {"order id": range(60), "quantity": [i % 5 + 1 for i in range(60)], "status": ["paid", "open"] * 30,
         "date": ["2024-03-01"] * 60}
    ),
    "answers out of a hundred with their moments": pd.DataFrame(
        {"answered": [f"2024-03-{1 + i % 28:02d} {i % 24:02d}:{i * 7 % 60:02d}" for i in range(60)],
         "satisfaction": [i * 7 % 101 for i in range(60)]}
    ),
    "customers who bought again": pd.DataFrame(
        {"customer": [f"C{i % 20}" for i in range(80)], "product": [f"p{i * 7 % 13}" for i in range(80)],
         "date": [f"2024-0{1 + i % 9}-11" for i in range(80)], "amount": [i * 3.5 for i in range(80)]}
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RECORDS)
def test_records_are_records(case: str) -> None:
    assert read(RECORDS[case]).layout is None


def test_a_layout_comes_back_from_the_disk(tmp_path) -> None:
    table = read(COUNTS["English NPS"])
    cx.Workspace(tmp_path).add(table)
    assert cx.Workspace(tmp_path).tables["table"].layout == table.layout
