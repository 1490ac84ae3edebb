"""Exports of LimeSurvey, Google Forms and Microsoft Forms, as the tools write them; rows are made up."""

import pytest

import cxanalysis as cx


def made(header: list[str], row, n: int = 30) -> cx.Table:
    lines = [header, *(row(i) for i in range(n))]
    return cx.read("\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode(), name="export")


@pytest.mark.parametrize(
    ("first", "email"),
    [
        ("Timestamp", "Email Address"),
        ("Marca temporal", "Dirección de correo electrónico"),
        ("Zeitstempel", "E-Mail-Adresse"),
        ("Horodateur", "Adresse e-mail"),
        ("Carimbo de data/hora", "Endereço de e-mail"),
    ],
)
def test_google_forms(first: str, email: str) -> None:
    header = [first, email, "How satisfied are you? [Delivery]", "How satisfied are you? [Price]", "What did you use?"]
    used = ["Shop", "App, Web", "Shop, Web", "App", "Web"]
    table = made(
        header,
        lambda i: [f"1/{i % 28 + 1}/2024 10:{i:02}:00", f"a{i}@example.com", i % 5 + 1, (i + 2) % 5 + 1, used[i % 5]],
    )
    assert any("Google Forms" in note for note in table.notes)
    assert table.kind == "survey"
    assert [table.roles[c] for c in header] == ["date", "ignore", "rating", "rating", "choices"]
    assert table.roles["What did you use?: App"] == "flag"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("Start time", "Completion time"),
        ("Hora de inicio", "Hora de finalización"),
        ("Startzeit", "Fertigstellungszeit"),
        ("Heure de début", "Heure de fin"),
        ("Hora de início", "Hora de conclusão"),
    ],
)
def test_microsoft_forms(start: str, end: str) -> None:
    question = "How likely are you to recommend us?"
    table = made(
        ["ID", start, end, "Email", "Name", question, "What did you like?"],
        lambda i: [
            i + 1,
            f"2024-02-{i % 28 + 1:02} 10:00:00",
            f"2024-02-{i % 28 + 1:02} 10:05:00",
            "anonymous",
            "",
            (i * 7) % 11,
            ["Price;", "Price;Speed;", "Speed;", "Care;Speed;", "Care;"][i % 5],
        ],
    )
    assert any("Microsoft Forms" in note for note in table.notes)
    assert table.kind == "survey"
    assert table.columns_of("date") == (end,)
    assert table.roles[start] == "ignore"
    assert table.roles["Email"] == "ignore"
    assert table.roles[question] == "nps"
    assert table.roles["What did you like?"] == "choices"


def test_lime_survey() -> None:
    header = [
        "id. Response ID",
        "submitdate. Date submitted",
        "lastpage. Last page",
        "startlanguage. Start language",
        "seed. Seed",
        "G01Q01. How likely are you to recommend us?",
        "G01Q02[SQ001]. What went wrong? [It was late]",
        "G01Q02[SQ002]. What went wrong? [It was broken]",
    ]
    table = made(
        header,
        lambda i: [
            i + 1,
            f"2024-02-{i % 28 + 1:02} 10:00:00",
            3,
            "en",
            10_000 + i * 7919,
            (i * 7) % 11,
            "Yes" if i % 3 == 0 else "",
            "Yes" if i % 3 == 1 else "",
        ],
    )
    assert table.columns[5:8] == ("G01Q01", "G01Q02[SQ001]", "G01Q02[SQ002]")
    assert table.labels["G01Q01"] == "How likely are you to recommend us?"
    assert table.kind == "survey"
    assert table.roles["submitdate"] == "date"
    assert table.roles["G01Q01"] == "nps"
    assert table.choices["What went wrong?"].columns == ("G01Q02[SQ001]", "G01Q02[SQ002]")
    assert table.frame["G01Q02[SQ001]"][:3].tolist()[:2] == [1.0, 0.0]
    assert table.frame["G01Q02[SQ001]"].isna()[2]  # nothing ticked: no answer
    assert "G01Q02[SQ001]" in table.failures


@pytest.mark.parametrize(
    "words",
    [
        ["Never", "Rarely", "Sometimes", "Often", "Always"],
        ["Nunca", "Rara vez", "A veces", "A menudo", "Siempre"],
        ["Nie", "Selten", "Manchmal", "Häufig", "Immer"],
        ["Jamais", "Rarement", "Parfois", "Souvent", "Toujours"],
        ["Nunca", "Raramente", "Às vezes", "Frequentemente", "Sempre"],
    ],
    ids=["en", "es", "de", "fr", "pt"],
)
def test_words_for_how_often_are_a_scale(words: list[str]) -> None:
    table = made(["respid", "staff_was_kind"], lambda i: [i + 5000, words[i % 5]])
    assert table.roles["staff_was_kind"] == "rating"
    assert table.frame["staff_was_kind"][:5].tolist() == [1, 2, 3, 4, 5]


def test_a_list_of_questions_is_no_inquiry_and_counts_are_no_survey() -> None:
    header = ["Question Num", "Question", "Best Answer"]
    questions = [f"How often did the staff do thing number {i} as you wanted?" for i in range(30)]
    lines = [header, *([str(i), questions[i], "Always"] for i in range(30))]
    text = "\n".join(",".join(line) for line in lines)
    assert cx.read(text.encode(), name="questions").kind is None
    counts = "State,Completed surveys,Response rate\n" + "".join(
        f"S{i % 7},{i * 13 + 50},{i % 30}\n" for i in range(60)
    )
    assert cx.read(counts.encode(), name="responses").kind is None


def test_a_number_that_nearly_all_give_is_no_grade() -> None:
    values = [1] * 190 + [5] * 6 + [2, 2, 3, 4]
    table = cx.read(("who,pets\n" + "".join(f"w{i},{v}\n" for i, v in enumerate(values))).encode())
    assert table.roles["pets"] == "category"


def test_a_number_among_facts_of_the_person_is_no_grade() -> None:
    rows = "".join(f"{20 + i % 50},{i % 4 + 1},{(i * i) % 5 + 1}\n" for i in range(100))
    rows += "".join(f"30,2,{g}\n" for g in range(1, 6))
    assert cx.read(("age,education,pph\n" + rows).encode()).roles["pph"] == "category"
