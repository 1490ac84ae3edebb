"""Which column is the outcome, which can drive it, what is asked, and what is said where nothing was answered."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.tables.outcomes.driver_left_out import NoDriver

RNG = np.random.default_rng(5)
N = 240


def read(name: str = "table", **columns: object) -> cx.Table:
    return cx.read(pd.DataFrame(columns).to_csv(index=False).encode(), name=name)


def pick(*words: object) -> np.ndarray:
    return RNG.choice(np.array(words, dtype=object), N)


@pytest.mark.parametrize(
    ("column", "values", "end"),
    [
        ("satisfaction", ("satisfied", "neutral or dissatisfied"), "high"),
        ("Churn", ("Yes", "No"), "low"),
        ("Would you recommend us?", ("Yes", "No"), "high"),
        ("Weiterempfehlung", ("ja", "nein"), "high"),
        ("Zou u ons aanbevelen?", ("ja", "nee"), "high"),
        ("Ogólnie jestem zadowolony", ("tak", "nie"), "high"),
        ("Overall experience", ("Good", "Bad"), "high"),
        ("nps", tuple(range(11)), "high"),
        ("Overall satisfaction (1 = best, 5 = worst)", (1, 2, 3, 4, 5), "low"),
    ],
)
def test_what_can_be_the_outcome(column: str, values: tuple[object, ...], end: str) -> None:
    table = read(**{"age": RNG.integers(18, 80, N), column: pick(*values), "city": pick("A", "B")})
    found = cx.outcomes(table)
    assert found.best == column == table.score
    first = found.table.iloc[0]
    assert (first["column"], first["good_end"]) == (column, end)
    assert first["sure"] >= 0.7
    assert first["why"]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Monthly income (bracket)", tuple(range(11))),
        ("Age group", (1, 2, 3, 4, 5)),
        ("Number of visits", (0, 1, 2, 3, 4, 5)),
        ("I like all kinds of music", ("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree")),
        ("Changed jobs", ("Yes", "No")),
        ("Senior citizen", (0, 1)),
        ("How important is price?", ("Not important", "Important", "Very important")),
        ("rating count", (1, 2, 3, 4, 5)),
    ],
)
def test_what_is_no_score_is_none(column: str, values: tuple[object, ...]) -> None:
    table = read(**{"customer": [f"C{i}" for i in range(N)], column: pick(*values), "late": pick("yes", "no")})
    assert table.score is None
    with pytest.raises(cx.Problem, match="Which column says how satisfied they were"):
        cx.drivers(table)


def test_a_target_is_asked_about() -> None:
    table = read("kunden", id=[f"K{i}" for i in range(N)], Target=pick(0, 1), Age=RNG.integers(18, 80, N))
    assert table.score is None
    assert cx.outcomes(table).table["good_end"].tolist() == [""]


def test_a_confirmed_outcome_is_taken() -> None:
    table = read(**{"Q1": pick(*range(11)), "late": pick("yes", "no")})
    assert table.score is None
    assert table.questions[0].column == "Q1"
    named = table.with_(roles={"Q1": "nps"})
    assert named.score == "Q1"
    assert not named.questions


def test_drivers_that_can_drive() -> None:
    score = RNG.integers(1, 6, N)
    table = read(
        **{
            "Order ID": [f"O{i:05d}" for i in range(N)],
            "Date": pd.date_range("2024-01-01", periods=N).strftime("%Y-%m-%d"),
            "Month": pd.date_range("2024-01-01", periods=N).month,
            "Overall satisfaction": score,
            "Satisfaction group": np.where(score > 3, "happy customers", "others"),
            "Ticket Status": "closed",
            "Region": pick("N", "S", "E"),
            "Region code": pick("x"),
            "Shop": RNG.choice([f"shop {i}" for i in range(80)], N),
            "Amount": RNG.normal(50, 9, N).round(2),
            "Comment": [f"words about visit {i} that nobody else wrote" for i in range(N)],
        }
    )
    drivers = table.usual_drivers("Overall satisfaction")
    left = {one.column: one.why for one in table.left_out_drivers("Overall satisfaction")}
    assert set(drivers) == {"Region", "Amount"}
    assert left["Order ID"] is NoDriver.IDENTITY
    assert left["Month"] is NoDriver.CALENDAR
    assert left["Date"] is NoDriver.DATE
    assert left["Satisfaction group"] is NoDriver.OUTCOME
    assert left["Shop"] is NoDriver.MANY_WORDS
    assert left["Comment"] is NoDriver.TEXT
    assert set(drivers) | set(left) | {"Overall satisfaction"} == set(table.columns)
    assert "Satisfaction group" in next(
        one.words for one in table.left_out_drivers("Overall satisfaction") if one.column == "Satisfaction group"
    )


def test_a_column_that_is_constant_among_those_who_answered_is_no_driver() -> None:
    answered = pick(True, False)
    score = np.where(answered, RNG.integers(1, 6, N), np.nan)
    table = read(**{"csat": score, "survey sent": np.where(answered, "yes", "no"), "late": pick("yes", "no")})
    assert table.usual_drivers("csat") == ("late",)
    assert {one.column: one.why for one in table.left_out_drivers("csat")}["survey sent"] is NoDriver.CONSTANT


def test_a_column_that_repeats_another_is_taken_once() -> None:
    staff = RNG.integers(1, 6, N)
    words = np.array(["bad", "poor", "fair", "good", "excellent"])[staff - 1]
    table = read(
        **{"csat": RNG.integers(1, 6, N), "staff": staff, "staff in words": words, "price": RNG.integers(1, 6, N)}
    )
    assert len({"staff", "staff in words"} & set(table.usual_drivers("csat"))) == 1


def test_at_most_three_questions_and_the_sign_first() -> None:
    columns = {f"Zufriedenheit {i}": RNG.integers(0, 7, N) for i in range(2)}
    table = read(**columns, **{f"problem {i}": RNG.integers(1, 3, N) for i in range(4)})
    assert len(table.questions) <= 3
    order = [question.what for question in table.questions]
    assert order == sorted(order, key=["direction", "records", "codes", "scale", "outcome", "role"].index)
    for question in table.questions:
        assert question.preset in question.options
        assert len(question.words) < 140


def test_what_is_not_answered_is_said_where_the_number_stands() -> None:
    table = read(**{"Zufriedenheit": 1 + np.arange(N) % 6, "Markt": pick("A", "B")})
    guesses = cx.outcomes(table).basis.guesses
    assert [(guess.column, guess.what) for guess in guesses] == [("Zufriedenheit", "direction")]
    assert "not confirmed" in " ".join(cx.outcomes(table).facts)
    assert not cx.outcomes(table.answered({"Zufriedenheit": "1 is the best answer"})).basis.guesses


def test_answers_that_do_not_exist_are_refused() -> None:
    table = read(**{"Zufriedenheit": 1 + np.arange(N) % 6})
    with pytest.raises(cx.Problem, match="no answer to"):
        table.answered({"Zufriedenheit": "3 is the best answer"})
    with pytest.raises(cx.Problem, match="nothing is asked"):
        table.answered({"Markt": "yes"})


def test_doubts_are_kept_on_disk(tmp_path) -> None:
    table = read(**{"Zufriedenheit": 1 + np.arange(N) % 6, "Status": pick("Complete", "Partial")})
    workspace = cx.Workspace(tmp_path)
    workspace.add(table)
    again = cx.Workspace(tmp_path).tables["table"]
    assert again.doubts == table.doubts
    assert again.questions == table.questions
