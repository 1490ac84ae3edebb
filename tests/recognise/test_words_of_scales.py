"""Scales from words: the smallest ladder that fits, numbers that count down, legends, stars and faces."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx


def read(cells: list[object], name: str = "Overall satisfaction", **more: list[object]) -> cx.Table:
    frame = pd.DataFrame({"answer": [f"A-{i:04d}" for i in range(len(cells))], name: cells, **more})
    return cx.read(frame.to_csv(index=False).encode(), name="answers")


LADDERS = {
    "en four": ["Very unhappy", "Unhappy", "Happy", "Very happy"],
    "en one-sided": ["Not at all satisfied", "Slightly satisfied", "Moderately satisfied", "Very satisfied",
                     "Extremely satisfied"],
    "en quality": ["Terrible", "Poor", "Average", "Very good", "Excellent"],
    "en quality of seven": ["Very poor", "Poor", "Fair", "Average", "Good", "Very good", "Excellent"],
    "es four": ["Nada satisfecho", "Poco satisfecho", "Bastante satisfecho", "Muy satisfecho"],
    "es gender": ["Muy insatisfecho/a", "Insatisfecho/a", "Neutral", "Satisfecho/a", "Muy satisfecho/a"],
    "de five": ["überhaupt nicht zufrieden", "weniger zufrieden", "etwas zufrieden", "ziemlich zufrieden",
                "völlig zufrieden"],
    "de school": ["ungenügend", "mangelhaft", "ausreichend", "befriedigend", "gut", "sehr gut"],
    "fr four": ["Pas du tout satisfait(e)", "Plutôt pas satisfait(e)", "Plutôt satisfait(e)", "Très satisfait(e)"],
    "pt five": ["Muito insatisfeito", "Insatisfeito", "Nem satisfeito nem insatisfeito", "Satisfeito",
                "Muito satisfeito"],
    "nl agree": ["Helemaal mee oneens", "Mee oneens", "Niet mee eens, niet mee oneens", "Mee eens",
                 "Helemaal mee eens"],
    "pl five": ["zdecydowanie niezadowolona", "raczej niezadowolona", "ani zadowolona, ani niezadowolona",
                "raczej zadowolona", "zdecydowanie zadowolona"],
    "it four": ["Per niente soddisfatto", "Poco soddisfatto", "Abbastanza soddisfatto", "Molto soddisfatto"],
    "snake case": ["very_dissatisfied", "dissatisfied", "neutral", "satisfied", "very_satisfied"],
    "frequency": ["Never", "Almost never", "Sometimes", "Often", "Almost always", "Always"],
}  # fmt: skip


@pytest.mark.parametrize("words", LADDERS.values(), ids=LADDERS)
def test_every_word_has_a_grade_of_its_own_and_none_is_empty(words: list[str]) -> None:
    table = read([words[i % len(words)] for i in range(60)])
    column = "Overall satisfaction"
    assert table.scales[column].describe() == f"1–{len(words)}"
    assert table.frame[column].tolist()[: len(words)] == list(range(1, len(words) + 1))


@pytest.mark.parametrize(
    ("given", "points"),
    [
        (["Satisfied", "Very satisfied", "Neutral", "Dissatisfied"], 5),  # nobody was very dissatisfied
        (["Satisfied", "Very satisfied"], 4),
        (["zufrieden", "sehr zufrieden", "unzufrieden"], 4),
        (["Agree", "Strongly agree", "Disagree"], 4),
    ],
)
def test_the_counterpart_of_a_grade_was_offered_too(given: list[str], points: int) -> None:
    scale = read([given[i % len(given)] for i in range(60)]).scales["Overall satisfaction"]
    assert scale.points == points
    assert dict(scale.labels)[given[1]] == points


def test_neighbours_of_the_same_words_show_a_middle_that_nobody_took() -> None:
    words = ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"]
    few = [words[i] for i in (0, 1, 3, 4)]
    both = read([few[i % 4] for i in range(40)], staff=[words[i % 5] for i in range(40)])
    assert both.scales["Overall satisfaction"].points in (4, 5)
    rare = read([few[i % 4] for i in range(40)], staff=[words[i % 5] if i < 5 else few[i % 4] for i in range(40)])
    assert rare.scales["Overall satisfaction"].points == 5
    many = read([few[i % 4] for i in range(400)], staff=[words[i % 5] for i in range(400)])
    assert many.scales["Overall satisfaction"].points == 4  # eighty would have taken it


DOWN = {
    "en": ["1 = Excellent", "2 = Good", "3 = Average", "4 = Poor", "5 = Terrible"],
    "de brackets": ["(1) sehr gut", "(2) gut", "(3) befriedigend", "(4) ausreichend", "(5) mangelhaft"],
    "fr": ["1. Très satisfait", "2. Satisfait", "3. Neutre", "4. Insatisfait", "5. Très insatisfait"],
    "nl": ["1: Zeer tevreden", "2: Tevreden", "3: Neutraal", "4: Ontevreden", "5: Zeer ontevreden"],
    "words first": ["Strongly agree (1)", "Agree (2)", "Neutral (3)", "Disagree (4)", "Strongly disagree (5)"],
}


@pytest.mark.parametrize("words", DOWN.values(), ids=DOWN)
def test_numbers_that_count_from_the_good_end_are_turned_round(words: list[str]) -> None:
    table = read([words[i] for i in (0, 0, 0, 0, 1, 1, 2, 3, 4, 0)] * 4)
    values = table.frame["Overall satisfaction"]
    assert values.tolist()[:10] == [5, 5, 5, 5, 4, 4, 3, 2, 1, 5]
    assert table.scales["Overall satisfaction"].higher_is_better
    assert cx.csat(table).table["value"][0] == pytest.approx(70)


def test_words_only_at_the_ends_and_numbers_between() -> None:
    answers = {0: "Not at all likely - 0", 10: "Extremely likely - 10"}
    given = [0, 3, 6, 7, 8, 9, 9, 10, 10, 10] * 4
    table = read([answers.get(i, i) for i in given], "Would you recommend us to a friend?")
    assert table.frame.iloc[:, 1].tolist() == given
    assert cx.nps(table).table["value"][0] == pytest.approx(20)


@pytest.mark.parametrize("word", ["9 - Don't know", "8 = Refused", "0 - Unknown", "6: weiß nicht"])
def test_a_number_with_no_answer_is_no_grade(word: str) -> None:
    words = ["1 - Very bad", "2 - Bad", "3 - So so", "4 - Good", "5 - Very good", word]
    if word.startswith("6"):
        words = ["1: sehr schlecht", "2: schlecht", "3: teils teils", "4: gut", "5: sehr gut", word]
    table = read([words[i % 6] for i in range(60)])
    assert table.scales["Overall satisfaction"].describe() == "1–5"
    assert table.frame["Overall satisfaction"].tolist()[:5] == [1, 2, 3, 4, 5]
    assert table.frame["Overall satisfaction"].isna().sum() == 10
    assert any(code.applied and code.code == word for code in table.codes)


@pytest.mark.parametrize(
    ("cells", "scale"),
    [
        (["★★★★☆", "★★★★★", "★☆☆☆☆"], "1–5"),
        (["⭐⭐⭐", "⭐⭐⭐⭐⭐", "⭐"], "1–5"),
        (["4/5", "5/5", "1/5"], "1–5"),
        (["8/10", "10/10", "3/10"], "1–10"),
        (["3 Sterne", "5 Sterne", "1 Stern"], "1–5"),
        (["4 de 5 estrellas", "5 de 5 estrellas", "1 de 5 estrellas"], "1–5"),
        (["😀", "😐", "😞"], "1–3"),
        (["🙁", "😐", "😄"], "1–3"),
    ],
)
def test_drawn_and_counted_grades(cells: list[str], scale: str) -> None:
    table = read([cells[i % 3] for i in range(60)])
    assert table.roles["Overall satisfaction"] == "csat"
    assert table.scales["Overall satisfaction"].describe() == scale
    first, second, third = table.frame["Overall satisfaction"].tolist()[:3]
    assert max(first, second) > third or cells[0] == "🙁"


def test_fractions_and_dates_that_are_no_grades() -> None:
    assert "size" not in read([1, 2, 3] * 20, size=["1/2", "3/4", "7/8"] * 20).scales
    assert "range" not in read([1, 2, 3] * 20, range=["1-5 people", "6-10 people", "11+ people"] * 20).scales


LEGENDS = [
    ("Zufriedenheit insgesamt (1 = sehr zufrieden, 5 = sehr unzufrieden)", False, "1–5, low is good"),
    ("Gesamtzufriedenheit in Schulnoten", False, "1–6, low is good"),
    ("Satisfacción general: 1 es lo mejor y 5 es lo peor", False, "1–5, low is good"),
    ("Satisfaction globale (1 : pas du tout satisfait - 5 : tout à fait satisfait)", True, "1–5"),
    ("Tevredenheid (1 = slechtste, 5 = beste)", True, "1–5"),
    ("Ogólne zadowolenie (1 = najlepsza, 5 = najgorsza)", False, "1–5, low is good"),
    ("Soddisfazione complessiva (1 = pessimo, 5 = ottimo)", True, "1–5"),
    ("Overall satisfaction [5 being the highest]", True, "1–5"),
    ("Satisfação geral (1 melhor, 5 pior)", False, "1–5, low is good"),
]


@pytest.mark.parametrize(("name", "high", "scale"), LEGENDS)
def test_a_legend_in_the_question_says_which_end_is_good(name: str, high: bool, scale: str) -> None:
    table = read([1 + i % 5 for i in range(50)], name)
    assert table.scales[name].describe() == scale
    assert table.scales[name].higher_is_better is high
    assert not table.doubts


def test_school_grades_without_a_legend_are_asked_about() -> None:
    table = read([1 + i % 6 for i in range(60)], "Zufriedenheit")
    question = table.questions[0]
    assert (question.column, question.what) == ("Zufriedenheit", "direction")
    assert table.score is None
    with pytest.raises(cx.Problem, match="Which answer to 'Zufriedenheit' is the best"):
        cx.csat(table)
    turned = table.answered({question: "1 is the best answer"})
    assert turned.scales["Zufriedenheit"].describe() == "1–6, low is good"
    assert cx.csat(turned).table["value"][0] == pytest.approx(100 / 3)
    assert not turned.questions


def test_neighbours_tell_which_end_is_good() -> None:
    rng = np.random.default_rng(3)
    good = rng.integers(1, 6, 300)
    words = ["sehr unzufrieden", "unzufrieden", "teils teils", "zufrieden", "sehr zufrieden"]
    note = np.clip(7 - good - rng.integers(0, 2, 300), 1, 6)
    table = read(note.tolist(), "Gesamtzufriedenheit", Lieferung=[words[i - 1] for i in good])
    assert table.scales["Gesamtzufriedenheit"].describe() == "1–6, low is good"


@pytest.mark.parametrize("name", ["Stress level score", "Nivel de estrés (puntuación)", "Burnout rating"])
def test_more_of_a_bad_thing_is_worse(name: str) -> None:
    table = read([1 + i % 5 for i in range(60)], name)
    assert not table.scales[name].higher_is_better


def test_answers_of_two_moods() -> None:
    table = read(["neutral or dissatisfied", "satisfied", "satisfied"] * 20, "satisfaction")
    assert table.frame["satisfaction"].tolist()[:3] == [0, 1, 1]
    help_desk = read(["Good", "Bad", "Offered", "Good with comment", "Unoffered"] * 12, "Satisfaction rating")
    assert help_desk.frame["Satisfaction rating"].notna().sum() == 36
    assert cx.csat(help_desk).table["value"][0] == pytest.approx(200 / 3)
    assert read(["good", "bad"] * 30, "management").roles["management"] == "category"
