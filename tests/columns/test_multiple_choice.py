"""Questions with several answers become yes/no columns; the rows as read stay, and the split can be taken back."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx

OPTIONS = ["Good price", "Fast delivery", "Friendly staff", "Large choice"]


def ticked(n: int = 60, seed: int = 3) -> np.ndarray:
    marks = np.random.default_rng(seed).random((n, len(OPTIONS))) < 0.45
    marks[0] = False
    marks[1] = True
    return marks


def cells(separator: str, end: str = "") -> list[str]:
    return [
        separator.join(o for o, on in zip(OPTIONS, row, strict=True) if on) + end * int(row.any()) for row in ticked()
    ]


def listed(separator: str = ";", end: str = "") -> cx.Table:
    frame = pd.DataFrame({"csat": [i % 5 + 1 for i in range(60)], "What did you like?": cells(separator, end)})
    return cx.read(frame.to_csv(index=False).encode(), name="survey")


@pytest.mark.parametrize(("separator", "end"), [(";", ";"), ("; ", ""), (" | ", ""), (", ", "")])
def test_cells_that_list_answers_are_split(separator: str, end: str) -> None:
    table = listed(separator, end)
    question = "What did you like?"
    assert table.roles[question] == "choices"
    flags = [f"{question}: {option}" for option in sorted(OPTIONS)]
    assert table.columns == ("csat", question, *flags)
    assert all(table.roles[flag] == "flag" for flag in flags)
    assert tuple(table.raw.columns) == ("csat", question)
    truth = pd.DataFrame(ticked().astype(float), columns=OPTIONS)
    for option in OPTIONS:
        given = table.frame[f"{question}: {option}"]
        answered = ticked().any(axis=1)
        assert given.isna().tolist() == (~answered).tolist()
        assert given[answered].tolist() == truth[option][answered].tolist()


def test_split_is_taken_back_and_made_again() -> None:
    table = listed()
    question = "What did you like?"
    back = table.with_(roles={question: "text"})
    assert back.columns == ("csat", question)
    assert list(back.frame.columns) == ["csat", question]
    assert set(back.scales) == {"csat"}
    again = back.with_(roles={question: "choices"})
    assert again.columns == table.columns
    pd.testing.assert_frame_equal(again.frame, table.frame)
    with pytest.raises(cx.Problem, match="do not list several answers"):
        table.with_(roles={"csat": "choices"})


def test_a_made_column_is_a_column_like_any_other(tmp_path) -> None:
    table = listed()
    flag = "What did you like?: Fast delivery"
    changed = table.with_(roles={flag: "ignore"})
    assert changed.roles[flag] == "ignore"
    assert changed.with_(roles={flag: "flag"}).scales[flag].high == 1
    workspace = cx.Workspace(tmp_path)
    workspace.add(table)
    kept = workspace.tables["survey"]
    assert (kept.columns, kept.token) == (table.columns, table.token)
    pd.testing.assert_frame_equal(kept.frame, table.frame, check_dtype=False)
    result = cx.drivers(kept, outcome="csat", drivers=[flag], resamples=50)
    assert result.n == int(table.frame[flag].notna().sum())
    again = cx.Workspace(tmp_path).tables["survey"].with_(roles={"What did you like?": "text"})
    assert again.columns == ("csat", "What did you like?")


@pytest.mark.parametrize(
    "texts",
    [
        ["Springfield, IL", "Boston, MA", "Austin, TX", "Dallas, TX"] * 10,
        [f"It was slow; the {i} of it was cold; nobody came" for i in range(40)],
        ["1;2", "2;3", "1", "3;4"] * 10,
        ["Yes, always", "No, never", "Yes, sometimes"] * 14,
    ],
    ids=["places", "sentences", "numbers", "words with commas"],
)
def test_what_is_no_list_of_answers_is_left_alone(texts: list[str]) -> None:
    frame = pd.DataFrame({"score": range(len(texts)), "said": texts})
    table = cx.read(frame.to_csv(index=False).encode())
    assert table.roles["said"] != "choices"
    assert table.columns == ("score", "said")


def test_tick_columns_of_one_question_are_one_set() -> None:
    question = "Which of these did you use? Please select all that apply."
    head = ["RespondentID", question, "", "", "", "How was it?"]
    second = ["", *OPTIONS, "Response"]
    body = [
        [str(1000 + i), *(o if on else "" for o, on in zip(OPTIONS, row, strict=True)), str(i % 5 + 1)]
        for i, row in enumerate(ticked())
    ]
    text = "\n".join(",".join(row) for row in [head, second, *body])
    table = cx.read(text.encode(), name="export")
    assert all(table.roles[option] == "flag" for option in OPTIONS)
    assert table.choices[question].columns == tuple(OPTIONS)
    assert table.labels["Good price"] == f"{question}: Good price"
    answered = ticked().any(axis=1)
    for place, option in enumerate(OPTIONS):
        assert table.frame[option][answered].tolist() == ticked()[answered][:, place].astype(float).tolist()
        assert table.frame[option][~answered].isna().all()
    assert any("could be ticked" in note for note in table.notes)
    back = table.with_(roles={"Good price": "category"})
    assert back.frame["Good price"].dropna().unique().tolist() == ["Good price"]


@pytest.mark.parametrize("answers", [("Price", "Speed"), ("Preis", "Tempo", "Größe"), ("precio", "rapidez")])
def test_columns_that_hold_their_own_name_are_ticks(answers: tuple[str, ...]) -> None:
    rows = {"recommend": [i % 11 for i in range(60)]}
    rows |= {name: [name if i % (at + 2) == 0 else "" for i in range(60)] for at, name in enumerate(answers)}
    table = cx.read(pd.DataFrame(rows).to_csv(index=False).encode(), name="form")
    assert {table.roles[name] for name in answers} == {"flag"}
    assert table.frame[answers[0]].iloc[0] == 1.0
    assert table.frame[answers[0]].iloc[3] == 0.0  # only the other one is ticked
    assert table.frame[answers[1]].iloc[2] == 0.0
    assert pd.isna(table.frame[answers[1]].iloc[1])  # nothing is ticked: no answer


def test_blanks_part_answers_only_where_the_tool_writes_them_so() -> None:
    cells = ["late damaged", "late", "wrong_item late", "damaged"] * 15
    of_tool = {"_id": range(60), "_uuid": [f"u{i}" for i in range(60)], "_index": range(60), "problems": cells}
    table = cx.read(pd.DataFrame(of_tool).to_csv(index=False).encode(), name="kobo")
    assert table.roles["problems"] == "choices"
    assert table.frame["problems: late"].tolist()[:4] == [1, 1, 1, 0]
    other = cx.read(pd.DataFrame({"id": range(60), "problems": cells}).to_csv(index=False).encode(), name="other")
    assert other.roles["problems"] == "category"
