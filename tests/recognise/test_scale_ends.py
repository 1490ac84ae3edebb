"""Ends of scales: slips, codes beside them, grades nobody gave, a nought below."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx


def read(**columns: object) -> cx.Table:
    rows = len(next(iter(columns.values())))
    frame = pd.DataFrame({"answer": [f"A-{i:04d}" for i in range(rows)], **columns})
    return cx.read(frame.to_csv(index=False).encode(), name="answers")


@pytest.mark.parametrize(
    ("values", "scale", "left_out"),
    [
        ([3] * 60 + [4] * 590 + [5] * 330 + [6] * 20, "1–5", {"6"}),
        ([1] * 100 + [4] * 400 + [5] * 500 + [55], "1–5", {"55"}),
        ([2] * 50 + [6] * 400 + [7] * 550 + [8], "1–7", {"8"}),
        ([1] * 200 + [3] * 200 + [5] * 200 + [7] * 40, "1–7", set()),  # the best of seven, rarely given
        ([1] * 200 + [5] * 200 + [9] * 100 + [10] * 30, "1–10", set()),
    ],
)
def test_a_slip_does_not_stretch_the_scale(values: list[int], scale: str, left_out: set[str]) -> None:
    table = read(**{"Overall satisfaction": values})
    assert table.scales["Overall satisfaction"].describe() == scale
    assert {str(code.code) for code in table.codes if code.applied} == left_out


def test_eleven_beside_nought_to_ten_is_no_answer() -> None:
    values = [i % 11 for i in range(220)] + [11] * 30
    table = read(**{"How likely are you to recommend us?": values})
    assert table.scales[table.columns[1]].describe() == "0–10"
    assert table.frame[table.columns[1]].max() == 10
    assert cx.nps(table).n == 220


def test_one_to_eleven_are_codes_of_nought_to_ten() -> None:
    values = [1 + i % 11 for i in range(220)]
    table = read(**{"How likely are you to recommend us?": values})
    assert table.frame[table.columns[1]].tolist() == [value - 1 for value in values]
    assert cx.nps(table).table["value"][0] == pytest.approx(100 * (2 - 7) / 11)


def test_a_nought_beside_one_to_five_is_asked_about() -> None:
    values = [0, 1, 2, 3, 4, 5, 5, 4] * 20
    table = read(**{"Overall satisfaction": values})
    question = next(q for q in table.questions if q.what == "codes")
    assert table.scales["Overall satisfaction"].describe() == "1–5"
    assert len(question.options) == 2
    with pytest.raises(cx.Problem, match="What does 0 mean"):
        cx.csat(table)
    missing, grade = (table.answered({question: option}) for option in question.options)
    assert missing.frame["Overall satisfaction"].isna().sum() == 20
    assert grade.scales["Overall satisfaction"].describe() == "0–5"
    assert grade.frame["Overall satisfaction"].isna().sum() == 0
    assert not grade.questions
    assert not missing.questions


def test_a_best_grade_that_nobody_gave_is_seen_in_the_neighbours() -> None:
    rng = np.random.default_rng(1)
    others = {f"rate {name}": rng.integers(1, 6, 100) for name in ("staff", "price", "room")}
    between = {"city": rng.choice(["A", "B"], 100)}
    table = read(**others, **between, **{"Overall satisfaction": rng.integers(1, 5, 100)})
    assert table.scales["Overall satisfaction"].describe() == "1–5"
    alone = read(**{"Overall satisfaction": rng.integers(1, 5, 100)})
    question = next(q for q in alone.questions if q.what == "scale")
    assert question.options == ("1 to 4", "1 to 5")
    assert alone.answered({question: "1 to 5"}).scales["Overall satisfaction"].describe() == "1–5"


def test_grades_on_both_sides_of_nought_are_answers() -> None:
    rng = np.random.default_rng(2)
    table = read(**{f"F_{i}": rng.integers(-2, 3, 200) for i in range(4)})
    for column in table.columns[1:]:
        assert table.scales[column].describe() == "-2–2"
        assert table.frame[column].isna().sum() == 0
    codes = read(age=rng.integers(20, 60, 200), staff=rng.choice([-1, 1, 2, 3, 4, 5], 200))
    assert codes.frame["staff"].min() >= 1 or codes.roles["staff"] == "category"


def test_declared_words_that_do_not_occur_widen_nothing(tmp_path) -> None:
    import pyreadstat

    path = tmp_path / "answers.sav"
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"q1": rng.integers(1, 5, 80).astype(float), "q2": rng.integers(1, 6, 80).astype(float)})
    words = {1: "Sehr zufrieden", 2: "Zufrieden", 3: "Teils/teils", 4: "Unzufrieden", 5: "Sehr unzufrieden",
             77: "Weiß nicht", 88: "Keine Angabe", 96: "Trifft nicht auf mich zu"}  # fmt: skip
    pyreadstat.write_sav(
        frame, str(path), column_labels={"q1": "Zufriedenheit insgesamt", "q2": "Lieferung"},
        variable_value_labels={"q1": words, "q2": words},
    )  # fmt: skip
    table = cx.read(path)
    assert table.scales["q1"].describe() == "1–5"
    assert table.frame["q1"].tolist() == [6 - value for value in frame["q1"]]


def test_numbers_whose_ends_have_words_in_the_file(tmp_path) -> None:
    import pyreadstat

    path = tmp_path / "ends.dta"
    frame = pd.DataFrame({"q1": [1, 2, 3, 4, 5, 6, 7] * 20})
    pyreadstat.write_dta(
        frame, str(path), column_labels={"q1": "Overall satisfaction"},
        variable_value_labels={"q1": {1: "Very satisfied", 7: "Very dissatisfied"}},
    )  # fmt: skip
    table = cx.read(path)
    assert table.scales["q1"].describe() == "1–7, low is good"
    assert not table.doubts


@pytest.mark.parametrize("name", ["late", "Problem reported", "solved"])
def test_one_and_two_are_asked_about_and_never_turned_round(name: str) -> None:
    table = read(**{name: [1, 2, 2, 2] * 20})
    assert table.roles[name] == "category"
    question = next(q for q in table.questions if q.column == name)
    assert question.preset == "1 is yes, 2 is no"
    assert table.answered({question: question.preset}).frame[name].tolist()[:4] == [1, 0, 0, 0]
    assert table.answered({question: "2 is yes, 1 is no"}).frame[name].tolist()[:4] == [0, 1, 1, 1]
    by_hand = table.with_(roles={name: "flag"})
    assert by_hand.frame[name].tolist()[:4] == [1, 0, 0, 0]
    assert by_hand.doubts  # which of them is yes is still not said


@pytest.mark.parametrize(
    ("name", "yes"), [("late (1=yes, 2=no)", 1), ("verspätet (1 = nein, 2 = ja)", 2), ("retraso: 1=sí 2=no", 1)]
)
def test_a_legend_says_which_of_one_and_two_is_yes(name: str, yes: int) -> None:
    table = read(**{name: [1, 2, 2, 2] * 20})
    assert table.roles[name] == "flag"
    assert table.frame[name].tolist()[:2] == [float(yes == 1), float(yes == 2)]
    assert not table.scales[name].higher_is_better
