"""Roles and scales recognised from names and values, in five languages."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx


def one(name: str, values: object, n: int = 200, **more: object) -> cx.Table:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {name: rng.choice(np.array(values, dtype=object), n), "region": rng.choice(list("nsew"), n), **more}
    )
    return cx.read(frame.to_csv(index=False).encode())


TEN = list(range(11))


@pytest.mark.parametrize(
    ("name", "values", "role", "scale"),
    [
        ("How likely are you to recommend us?", TEN, "nps", "0–10"),
        ("NPS", TEN, "nps", "0–10"),
        ("npsScore", TEN, "nps", "0–10"),
        ("Weiterempfehlung", TEN, "nps", "0–10"),
        ("¿Nos recomendaría?", TEN, "nps", "0–10"),
        ("Recommanderiez-vous notre service ?", TEN, "nps", "0–10"),
        ("Recomendaria a um amigo", TEN, "nps", "0–10"),
        ("recommend", TEN[1:], "nps", "1–10"),
        ("recommend", [1, 2, 3, 4, 5], "rating", "1–5"),
        ("recommended", [0, 1], "flag", "0–1"),
        ("overall_satisfaction", [1, 2, 3, 4, 5], "csat", "1–5"),
        ("Gesamtzufriedenheit", [1, 2, 3, 4, 5, 6, 7], "csat", "1–7"),
        ("satisfacción general", TEN[1:], "csat", "1–10"),
        ("Satisfaction globale", [0, 20, 40, 60, 80, 100], "csat", "0–100"),
        ("csat", [1, 2, 3, 4, 5], "csat", "1–5"),
        ("Satisfação", [1, 2, 3, 4, 5], "csat", "1–5"),
        ("CES", [1, 2, 3, 4, 5, 6, 7], "ces", "1–7"),
        ("customer_effort", [1, 2, 3, 4, 5], "ces", "1–5, low is good"),
        ("easy to solve my issue", [1, 2, 3, 4, 5, 6, 7], "ces", "1–7"),
        ("Aufwand", [1, 2, 3, 4, 5, 6, 7], "ces", "1–7"),
        ("delivery_rating", [1, 2, 3, 4, 5], "rating", "1–5"),
        ("late", ["yes", "no"], "flag", "0–1, low is good"),
        ("verspätet", ["ja", "nein"], "flag", "0–1, low is good"),
        ("retraso", ["Sí", "No"], "flag", "0–1, low is good"),
        ("en_retard", ["oui", "non"], "flag", "0–1, low is good"),
        ("atrasado", ["Sim", "Não"], "flag", "0–1, low is good"),
        ("late", ["TRUE", "FALSE"], "flag", "0–1, low is good"),
        ("solved", ["yes", "no"], "flag", "0–1"),
        ("chose_price", ["Not selected", "The price"], "flag", "0–1"),
        ("kind_of_visit", [1, 2], "category", None),
        ("zip_code", ["02134", "94110", "10001"], "category", None),
        ("Pin code", [560009, 560038, 560010], "category", None),
        ("price", ["1.50", "2.75", "12.00", "3.10"], "amount", None),
        ("wait_minutes", [12, 45, 30, 17, 90], "number", None),
        ("segment", ["B2B", "B2C"], "category", None),
        ("e-mail", ["a@b.example", "c@d.example", "e@f.example"], "ignore", None),
    ],
)
def test_role_and_scale(name: str, values: list[object], role: str, scale: str | None) -> None:
    table = one(name, values)
    column = table.columns[0]
    assert table.roles[column] == role
    assert (table.scales[column].describe() if column in table.scales else None) == scale
    confidence, reason = table.reasons[column]
    assert 0 < confidence <= 1
    assert reason


def test_two_values_of_one_and_two_ask_for_confirmation() -> None:
    confidence, reason = one("problem", [1, 2]).reasons["problem"]
    assert confidence < 0.7
    assert "flag" in reason


def test_nps_by_values_alone_is_unsure() -> None:
    table = one("Q4", TEN)
    assert table.roles["Q4"] == "nps"
    assert table.reasons["Q4"][0] < 0.7


def test_a_question_of_nought_to_ten_that_nobody_answered_badly() -> None:
    assert one("recommend", [4, 5, 6, 7, 8, 9, 10]).scales["recommend"].describe() == "0–10"


def test_numbered_names_are_customers_orders_and_ids() -> None:
    rows = {
        "answer": [f"A{i:06d}" for i in range(90)],
        "customer": [f"C{i % 50:05d}" for i in range(90)],
        "order": [f"O{i:05d}" if i % 3 else None for i in range(90)],
        "product": [f"SKU-{i % 4}00" for i in range(90)],
    }
    table = cx.read(pd.DataFrame(rows).to_csv(index=False).encode())
    assert list(table.roles.values()) == ["id", "customer", "order", "category"]


def test_ids_customers_and_orders() -> None:
    frame = pd.DataFrame(
        {
            "rownames": range(1, 101),
            "customer_id": [f"C{i % 40:03d}" for i in range(100)],
            "order_no": [f"A-{i}" for i in range(100)],
            "comment": [f"the driver was {'late' if i % 2 else 'early'} on day {i} again" for i in range(100)],
            "weight": np.linspace(0.3, 2.5, 100).round(3),
        }
    )
    table = cx.read(frame.to_csv(index=False).encode())
    assert list(table.roles.values()) == ["id", "customer", "order", "text", "weight"]
    assert table.frame["rownames"].tolist()[:2] == ["1", "2"]


AGREE = {
    "en": ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"],
    "es": [
        "Totalmente en desacuerdo",
        "En desacuerdo",
        "Ni de acuerdo ni en desacuerdo",
        "De acuerdo",
        "Totalmente de acuerdo",
    ],
    "de": ["Stimme überhaupt nicht zu", "Stimme nicht zu", "Teils, teils", "Stimme zu", "Stimme voll und ganz zu"],
    "de2": ["Trifft überhaupt nicht zu", "Trifft nicht zu", "Neutral", "Trifft zu", "Trifft voll zu"],
    "fr": ["Pas du tout d'accord", "Plutôt pas d’accord", "Neutre", "Plutôt d'accord", "Tout à fait d'accord"],
    "pt": ["Discordo totalmente", "Discordo", "Neutro", "Concordo", "Concordo totalmente"],
    "satisfied": [
        "Very dissatisfied",
        "Dissatisfied",
        "Neither satisfied nor dissatisfied",
        "Satisfied",
        "Very satisfied",
    ],
    "satisfecho": ["Muy insatisfecho", "Insatisfecho", "Neutral", "Satisfecho", "Muy satisfecho"],
    "zufrieden": ["Sehr unzufrieden", "Unzufrieden", "Teils/teils", "Zufrieden", "Sehr zufrieden"],
    "important": ["Unimportant", "Slightly important", "Moderately important", "Important", "Very important"],
    "qualtrics": [
        "Strongly disagree",
        "Somewhat disagree",
        "Neither agree nor disagree",
        "Somewhat agree",
        "Strongly agree",
    ],
    "quality": ["Poor", "Fair", "Good", "Very good", "Excellent"],
    "numbered": ["1 - very bad", "2 - bad", "3 - so so", "4 - good", "5 - very good"],
}


@pytest.mark.parametrize("language", AGREE)
def test_answers_in_words_become_numbers(language: str) -> None:
    words = AGREE[language]
    cells = [words[i % 5] for i in range(60)] + ["No answer"]
    table = cx.read(("item|region\n" + "\n".join(f"{c}|n" for c in cells) + "\n").encode())
    assert table.roles["item"] == "rating"
    assert table.frame["item"].tolist()[:5] == [1, 2, 3, 4, 5]
    assert table.frame["item"].isna().sum() == 1
    assert table.raw["item"][0] == words[0]


def test_a_grade_nobody_gave_keeps_its_place() -> None:
    rows = ["Agree|Disagree", "Strongly agree|Strongly disagree", "Neutral|Neutral", "Agree|Agree"] * 10
    table = cx.read(("first|second\n" + "\n".join(rows) + "\n").encode())
    assert table.frame["first"].unique().tolist() == [4, 5, 3]
    assert table.scales["second"].describe() == "1–5"


def test_seven_grades_in_words() -> None:
    words = [
        "Strongly disagree",
        "Disagree",
        "Somewhat disagree",
        "Neither agree nor disagree",
        "Somewhat agree",
        "Agree",
        "Strongly agree",
    ]
    table = cx.read(("item|r\n" + "\n".join(f"{w}|n" for w in words * 6) + "\n").encode())
    assert table.frame["item"].tolist()[:7] == [1, 2, 3, 4, 5, 6, 7]


def test_two_words_are_groups_and_maybe_is_no_yes() -> None:
    assert one("management", ["good", "bad"]).roles["management"] == "category"
    assert one("influence", ["Yes", "No", "Maybe"]).roles["influence"] == "category"


def test_overall_rating_at_the_end_of_a_block() -> None:
    rng = np.random.default_rng(7)
    frame = pd.DataFrame({f"Q8{c}": rng.integers(1, 6, 200) for c in ["A_ART", "B_FOOD", "C_SHOP", "N_WHOLE"]})
    table = cx.read(frame.to_csv(index=False).encode())
    assert table.score == "Q8N_WHOLE"


@pytest.mark.parametrize(
    ("file", "header", "kind"),
    [
        ("survey.csv", "respondent_id,recommend,csat,comment", "survey"),
        ("pedidos.csv", "order_id,order_date,promised_date,late,returned", "operations"),
        ("complaints.csv", "complaint_id,customer_id,date,category,status", "complaints"),
        ("beschwerden.csv", "id,datum,kategorie,status", "complaints"),
        ("purchases.csv", "customer_id,date,amount", "transactions"),
        ("invitations.csv", "invitation_id,sent_date,channel,type", "invitations"),
        ("inquiries.csv", "inquiry_id,date,category", "inquiries"),
        ("customers.csv", "customer_id,segment,start_date,end_date", "customers"),
        ("reviews.csv", "date,site,rating,review", "reviews"),
        ("sessions.csv", "user_id,date,event", "usage"),
        ("marketing_spend.csv", "date,channel,amount", "spend"),
        ("contacts.csv", "contact_id,opened,closed,channel,handle_seconds", "contacts"),
        ("employee_feedback.csv", "date,team,remark", "employee_feedback"),
    ],
)
def test_kind_of_source(tmp_path, file: str, header: str, kind: str) -> None:
    rng = np.random.default_rng(8)
    columns = {}
    for name in header.split(","):
        if "date" in name or name in ("opened", "closed", "datum"):
            columns[name] = pd.date_range("2024-01-01", periods=60).strftime("%Y-%m-%d")
        elif name.endswith("id"):
            columns[name] = [f"X{i}" for i in range(60)]
        elif name in ("recommend", "csat", "rating", "amount", "handle_seconds"):
            columns[name] = rng.integers(1, 6, 60)
        elif name in ("comment", "review", "remark"):
            columns[name] = [f"words about the visit number {i} and more of them" for i in range(60)]
        else:
            columns[name] = rng.choice(["yes", "no"] if name in ("late", "returned") else ["a", "b", "c"], 60)
    path = tmp_path / file
    pd.DataFrame(columns).to_csv(path, index=False)
    table = cx.read(path)
    assert table.kind == kind
    assert table.kind_reason[1]
    assert cx.read(path, kind="survey").kind == "survey"


STAFF = {
    "en": ["I am proud of my job", "My supervisor supports me", "Salary is fair"],
    "de": ["Mein Vorgesetzter unterstützt mich", "Mein Arbeitsplatz ist sicher", "Zufriedenheit mit dem Gehalt"],
    "fr": ["Mes collègues m'aident", "Mon travail est intéressant", "La hiérarchie m'écoute"],
    "pl": ["Dział", "Staż pracy", "Przełożony mnie wspiera"],
    "it": ["Il mio lavoro mi piace", "I colleghi mi aiutano", "Il mio responsabile mi ascolta"],
}


@pytest.mark.parametrize("names", STAFF.values(), ids=STAFF)
def test_a_questionnaire_for_staff_is_no_survey_of_customers(names: list[str]) -> None:
    rng = np.random.default_rng(1)
    rows = {name: rng.integers(1, 6, 80) for name in [*names, "Kantine"]}
    assert cx.read(pd.DataFrame(rows).to_csv(index=False).encode(), name="survey").kind == "employee_feedback"
    guests = {f"{name} of our staff": rng.integers(1, 6, 80) for name in ("Friendliness", "Speed", "Knowledge")}
    assert cx.read(pd.DataFrame(guests).to_csv(index=False).encode(), name="survey").kind == "survey"


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("reclamaciones", ["codigo", "enero", "febrero", "marzo", "abril"]),
        ("beschwerden", ["firma", "jahr", "beschwerden"]),
        ("survey_results", ["shop", "number of answers", "share satisfied", "average rating", "response rate"]),
    ],
)
def test_a_table_of_figures_is_none_of_records(file: str, columns: list[str]) -> None:
    rng = np.random.default_rng(2)
    rows = {name: rng.integers(0, 400, 90) for name in columns[1:]}
    rows = {columns[0]: [f"group {i % 30}" for i in range(90)], **rows}
    if "jahr" in rows:
        rows["jahr"] = 2019 + np.arange(90) // 30
    table = cx.read(pd.DataFrame(rows).to_csv(index=False).encode(), name=file)
    assert cx.read(pd.DataFrame(rows).to_csv(index=False).encode(), name=file).kind is None
    assert table.score is None
