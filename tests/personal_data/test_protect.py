"""A protected table holds no personal value, links as before, and says what was done."""

import json
import random
import stat
import sys

import pandas as pd
import pytest
from personal_people import MAKERS, email, phone

import cxanalysis as cx
from cxanalysis.personal_data.pseudonyms import one_way, pseudonyms

KEY = bytes(range(32))


def people(n: int = 60) -> tuple[pd.DataFrame, list[str]]:
    """Rows with every kind in a column of its own and inside texts, and all the values."""
    rng = random.Random(23)
    rows = pd.DataFrame({f"{kind} of person": [make(rng) for _ in range(n)] for kind, make in MAKERS.items()})
    rows = rows.rename(columns={"name of person": "full name", "address of person": "street address"})
    secrets = [str(value) for column in rows for value in rows[column]]
    mails, phones = [email(rng) for _ in range(n)], [phone(rng, "international") for _ in range(n)]
    rows["comment"] = [f"late again, write to {m} or call {p}" for m, p in zip(mails, phones, strict=True)]
    rows["recommend"] = [str(i % 11) for i in range(n)]
    rows.loc[3, "recommend"] = mails[3]  # a cell in the wrong column, quoted by the note that counts it
    return rows, [*secrets, *mails, *phones]


def everything(table: cx.Table) -> str:
    return "\n".join(
        [
            table.raw.to_csv(),
            table.frame.to_csv(),
            json.dumps(table.decisions.to_json()),
            json.dumps(table.decisions.described()),
            *table.notes,
        ]
    )


def test_no_value_is_left_anywhere() -> None:
    rows, secrets = people()
    table = cx.read(rows.to_csv(index=False).encode(), name="survey")
    assert any(value in everything(table) for value in secrets)
    safe = cx.protect(table, key=KEY)
    assert [value for value in secrets if value in everything(safe)] == []
    assert safe.n_rows == table.n_rows
    assert safe.frame["recommend"].notna().sum() == len(rows) - 1


def test_a_note_says_what_was_done_with_each_column() -> None:
    rows, _ = people()
    safe = cx.protect(cx.read(rows.to_csv(index=False).encode(), name="survey"), key=KEY)
    notes = "\n".join(safe.notes)
    assert "'full name' left out: names of people." in notes
    assert "'e-mail of person': e-mail addresses; each replaced by a pseudonym" in notes
    assert "'comment': e-mail addresses and phone numbers covered in 60 of 60 texts." in notes
    assert safe.raw["comment"].unique().tolist() == ["late again, write to [e-mail] or call [phone number]"]


def test_the_same_person_links_after_replacement() -> None:
    survey = pd.DataFrame(
        {
            "E-Mail": ["Ana@Example.com", "bo@example.org", "cy@example.net"],
            "csat": [5, 2, 4],
            "when": ["2024-05-01"] * 3,
        }
    )
    orders = pd.DataFrame(
        {
            "correo": ["ana@example.com ", "BO@example.org", "dora@example.org"],
            "day": ["2024-04-20", "2024-04-21", "2024-04-22"],
            "late": ["yes", "no", "yes"],
        }
    )
    tables = [
        cx.protect(cx.read(rows.to_csv(index=False).encode(), name=name), key=KEY)
        for name, rows in (("survey", survey), ("orders", orders))
    ]
    assert [table.column_of("customer") for table in tables] == ["E-Mail", "correo"]
    linked = cx.link(*tables, on=("E-Mail", "correo"), answered="when", happened="day", window_days=30)
    assert linked.match_rate == pytest.approx(2 / 3)
    assert linked.table.frame["late"].tolist()[:2] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("kind", "ways"),
    [
        ("e-mail", ["Ana@Example.com", " ana@example.com", "<ANA@EXAMPLE.COM>", "ana(at)example.com"]),
        ("phone", ["+34 612 345 678", "0034612345678", "612 34 56 78", "612345678.0".removesuffix(".0")]),
        ("IBAN", ["DE89 3704 0044 0532 0130 00", "de89370400440532013000"]),
        ("card", ["4111-1111-1111-1111", "4111 1111 1111 1111", "4111111111111111"]),
        ("name", ["José  Müller", "jose muller"]),
    ],
)
def test_ways_of_writing_one_value_give_one_pseudonym(kind: str, ways: list[str]) -> None:
    assert pseudonyms(pd.Series(ways), kind, KEY, "ES").nunique() == 1


def test_numbers_from_a_workbook_are_the_same_person() -> None:
    text, number = pd.Series(["612345678"]), pd.Series([612345678.0])
    assert pseudonyms(text, "phone", KEY, "ES").iloc[0] == pseudonyms(number, "phone", KEY, "ES").iloc[0]


def test_a_german_zero_is_the_country() -> None:
    assert one_way(pd.Series(["030 / 90 18 20", "+49 (0)30 901820", "004930901820"]), "phone", "DE").nunique() == 1


def test_pseudonyms_need_the_key_and_differ_with_it() -> None:
    values = pd.Series(["ana@example.com", "bo@example.org", None])
    one, other = pseudonyms(values, "e-mail", KEY), pseudonyms(values, "e-mail", bytes(32))
    assert one.iloc[0] != other.iloc[0]
    assert one.isna().tolist() == [False, False, True]
    assert pseudonyms(values, "name", KEY).iloc[0] != one.iloc[0]
    with pytest.raises(cx.Problem, match="shorter than 16 bytes"):
        pseudonyms(values, "e-mail", b"short")
    with pytest.raises(cx.Problem, match="pseudonyms need a key"):
        cx.protect(pd.DataFrame({"email": ["ana@example.com"]}))


def test_codes_for_no_answer_are_nobody() -> None:
    content = "email,csat\n" + "".join(f"p{i}@example.com,{i % 5 + 1}\n" for i in range(20)) + "n/a,3\nn/a,4\n"
    safe = cx.protect(cx.read(content.encode(), name="survey"), key=KEY)
    assert safe.raw["email"].isna().sum() == 2
    assert safe.raw["email"].nunique() == 20


def test_the_user_decides_by_column() -> None:
    rows, secrets = people(20)
    table = cx.Table(rows, name="survey")
    safe = cx.protect(table, {"full name": "keep", "phone of person": "leave out", "comment": "leave out"}, key=KEY)
    assert safe.raw["full name"].tolist() == rows["full name"].tolist()
    assert "'full name': names of people kept as they are, by hand." in safe.notes
    assert not {"phone of person", "comment"} & set(safe.columns)
    assert "mail-" in safe.raw["e-mail of person"].iloc[0]
    with pytest.raises(cx.Problem, match="no column 'nope'"):
        cx.protect(table, {"nope": "keep"}, key=KEY)
    with pytest.raises(cx.Problem, match="nothing that can be done"):
        cx.protect(table, {"full name": "burn"}, key=KEY)
    assert secrets


def test_what_was_proposed_is_what_is_done() -> None:
    rows, _ = people(20)
    table = cx.Table(rows, name="survey")
    assert cx.protect(table, cx.personal(table), key=KEY).token == cx.protect(table, key=KEY).token


def test_nothing_personal_nothing_changed() -> None:
    table = cx.Table(pd.DataFrame({"csat": [1, 2, 3]}), name="survey")
    assert cx.protect(table) is table


def test_what_is_kept_stays_what_it_was() -> None:
    """Rows, types, roles, scales and several answers of a cell are those of the file, but for what is covered."""
    rows = pd.DataFrame(
        {
            "score": list(range(11)) * 3,
            "day": pd.date_range("2024-01-01", periods=33),
            "liked": ["price; speed", "price", "speed; care"] * 11,
            "email": [f"p{i}@example.com" for i in range(33)],
            "said": ["fine", None, "write p1@example.com"] * 11,
        }
    )
    table = cx.Table(
        rows, name="t", roles={"score": "nps", "day": "date", "said": "text"}, scales={"score": cx.Scale(0, 10)}
    ).with_(roles={"liked": "choices"})
    safe = cx.protect(table, key=KEY)
    pd.testing.assert_frame_equal(safe.raw[["score", "day", "liked"]], rows[["score", "day", "liked"]])
    assert safe.raw["said"].isna().sum() == 11
    assert {c: r for c, r in safe.roles.items() if c != "email"} == {
        c: r for c, r in table.roles.items() if c != "email"
    }
    assert safe.frame["liked: care"].sum() == 11


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path) -> None:
    workspace = cx.Workspace(tmp_path)
    key = workspace.personal_key
    assert len(key) == 32
    assert cx.Workspace(tmp_path).personal_key == key
    assert stat.S_IMODE((tmp_path / "personal.key").stat().st_mode) == 0o600
    (tmp_path / "personal.key").write_bytes(b"short")
    with pytest.raises(cx.Problem, match="damaged"):
        _ = workspace.personal_key


def test_the_key_is_in_no_notebook(tmp_path) -> None:
    workspace = cx.Workspace(tmp_path)
    table = cx.protect(
        cx.read(b"email,csat\n" + b"a@example.com,5\nb@example.com,3\n" * 20, name="s"), key=workspace.personal_key
    )
    workspace.add(table)
    step = cx.Step("csat", ("s",), {"score": "csat"})
    notebook = cx.notebook([step], workspace=workspace)
    assert workspace.personal_key not in notebook
    assert workspace.personal_key.hex() not in notebook.decode()


def test_a_million_rows_take_seconds() -> None:
    """Distinct values once: 300,000 rows of 30,000 people and 300 different remarks."""
    rows = pd.DataFrame(
        {
            "email": [f"person{i % 30_000}@example.com" for i in range(300_000)],
            "said": [f"call +34 612 345 {i % 300:03}" for i in range(300_000)],
        }
    )
    safe = cx.protect(cx.Table(rows, name="t"), key=KEY)
    assert safe.raw["email"].nunique() == 30_000
    assert safe.raw["said"].unique().tolist() == ["call [phone number]"]


def test_an_error_message_and_a_note_quote_nothing_personal() -> None:
    cells = [*range(11), *range(11), "write to ana@example.com"]
    content = "recommend,who\n" + "".join(f"{cell},+34 612 345 {i:03}\n" for i, cell in enumerate(cells))
    table = cx.read(content.encode(), name="s")
    assert any("write to [e-mail]" in note for note in table.notes)
    assert "ana@" not in " ".join(table.notes)
    with pytest.raises(cx.Problem) as caught:
        table.with_(roles={"who": "date"})
    assert "612" not in str(caught.value)
