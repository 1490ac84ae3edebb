"""Corrections by hand: frame follows, and what the values do not bear is refused."""

import json

import pytest

import cxanalysis as cx

ROWS = b"Q1;Q2;Q3;when;word\n" + b"".join(
    f"{i % 5 + 1};{i % 7};{i % 2 + 1};{i % 28 + 1:02d}.03.2024;{'good' if i % 2 else 'bad'}\n".encode()
    for i in range(70)
)


@pytest.fixture
def table() -> cx.Table:
    return cx.read(ROWS, name="answers")


def test_role_and_scale_by_hand(table: cx.Table) -> None:
    changed = table.with_(roles={"Q1": "csat"})
    assert changed.scales["Q1"].describe() == "1–5"
    assert changed.reasons["Q1"] == (1.0, "set by hand")
    assert changed.token != table.token
    assert "'Q1' is read as csat, by hand." in changed.notes
    turned = changed.with_(scales={"Q1": cx.Scale(1, 5, higher_is_better=False)})
    assert not turned.scales["Q1"].higher_is_better
    assert "Q1" not in turned.with_(scales={"Q1": None}).scales


def test_ignored_column_becomes_a_rating_again(table: cx.Table) -> None:
    ignored = table.with_(roles={"Q1": "ignore"})
    assert "Q1" not in ignored.scales
    assert ignored.frame["Q1"].tolist()[:2] == ["1", "2"]
    again = ignored.with_(roles={"Q1": "rating"})
    assert again.scales["Q1"].describe() == "1–5"
    assert again.frame["Q1"].mean() == pytest.approx(3)


def test_a_flag_written_as_one_and_two(table: cx.Table) -> None:
    flag = table.with_(roles={"Q3": "flag"}, scales={"Q3": cx.Scale(0, 1, labels=(("1", 1.0), ("2", 0.0)))})
    assert flag.frame["Q3"].tolist()[:2] == [1.0, 0.0]
    assert flag.frame["Q3"].mean() == pytest.approx(0.5)


def test_values_outside_a_scale_are_proposed_as_codes(table: cx.Table) -> None:
    changed = table.with_(roles={"Q2": "rating"}, scales={"Q2": cx.Scale(1, 5)})
    codes = {str(c.code): (c.count, c.applied) for c in changed.codes if c.column == "Q2"}
    assert codes == {"0": (10, False), "6": (10, False)}
    off = changed.with_code("Q2", "0", True).with_code("Q2", 6, True)
    assert off.frame["Q2"].mean() == pytest.approx(3)


@pytest.mark.parametrize(
    ("column", "role"), [("word", "date"), ("word", "number"), ("when", "amount"), ("word", "csat")]
)
def test_a_role_that_the_values_do_not_bear_is_refused(table: cx.Table, column: str, role: str) -> None:
    with pytest.raises(cx.Problem) as caught:
        table.with_(roles={column: role})
    message = str(caught.value)
    assert f"column '{column}'" in message
    assert "70 of 70 values are no" in message
    assert "such as '" in message


def test_a_few_values_that_do_not_fit_are_counted() -> None:
    cells = [str(i) for i in range(100, 140)] + ["about 50", "?"]
    table = cx.read(("stay;late\n" + "\n".join(f"{c};no" for c in cells) + "\n").encode(), roles={"stay": "number"})
    assert table.frame["stay"].notna().sum() == 40
    assert any("1 of 41 values are no numbers (such as 'about 50')" in note for note in table.notes)


def test_words_get_their_numbers_by_hand(table: cx.Table) -> None:
    scale = cx.Scale(1, 2, labels=(("bad", 1.0), ("good", 2.0)))
    assert table.with_(roles={"word": "csat"}, scales={"word": scale}).frame["word"].mean() == pytest.approx(1.5)


def test_callers_roles_and_kind_win_and_are_noted() -> None:
    table = cx.read(ROWS, kind="reviews", roles={"Q2": "csat", "Q1": "ignore"})
    assert (table.kind, table.roles["Q2"], table.roles["Q1"]) == ("reviews", "csat", "ignore")
    assert table.kind_reason == (1.0, "given by the caller")
    assert "'Q1' is left out, by hand." in table.notes


def test_kind_by_hand(table: cx.Table) -> None:
    assert table.with_(kind="contacts").kind == "contacts"
    with pytest.raises(cx.Problem, match="no kind of source"):
        table.with_(kind="poll")
    with pytest.raises(cx.Problem, match="there is no column 'Q9'"):
        table.with_(roles={"Q9": "nps"})


def test_a_table_comes_back_from_json(table: cx.Table) -> None:
    table = table.with_(roles={"Q1": "csat"})
    kept = json.loads(json.dumps([table.decisions.to_json(), table.decisions.described()]))
    again = cx.Table.restored(table.raw, name="answers", decisions=kept[0], described=kept[1], notes=table.notes)
    assert again.token == table.token
    assert again.reasons == table.reasons
    assert again.frame.equals(table.frame)


def test_the_callers_rows_are_not_changed(table: cx.Table) -> None:
    before = table.raw.copy()
    frame = table.with_(roles={"Q1": "nps", "when": "date"}).frame
    frame["Q1"] = 0
    assert table.raw.equals(before)
