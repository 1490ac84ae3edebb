"""The data page: files are staged, shown, changed by hand, added; nothing broken leaves a trace."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from conftest import healthy, survey, survey_frame, texts

import cxanalysis as cx

NASTY = "**late** <img src=x> :red[x] $a$ [b](c) :material/delete:"


def csv(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def upload(app, *files: tuple[str, bytes]):
    shown = app.file_uploader[0]
    return healthy(shown.set_value([(name, content, "text/csv") for name, content in files]).run())


def with_codes() -> bytes:
    frame = survey_frame()
    frame.loc[:19, "csat"] = 99
    return csv(frame)


@pytest.fixture
def page(open_page):
    return open_page("data")


@pytest.fixture
def staged(page, home):
    upload(page, ("answers.csv", csv(survey_frame())))
    return page


def waiting(home) -> cx.Workspace:
    return cx.Workspace(home / "staged")


def test_a_file_is_staged_and_not_added(staged, home):
    assert "1 table waits for your confirmation" in texts(staged)
    assert not cx.Workspace(home).tables
    assert waiting(home).tables["answers"].roles["recommend"] == "nps"


def test_adding_puts_it_into_the_workspace(staged, home):
    healthy(staged.button(key="staged.answers.add").click().run())
    kept = cx.Workspace(home)
    assert list(kept.tables) == ["answers"]
    assert kept.tables["answers"].n_rows == 400
    assert kept.origin("answers").file == "answers.csv"
    assert not waiting(home).tables
    assert "What follows from this: you can measure NPS and CSAT" in texts(staged)


def test_under_another_name(staged, home):
    healthy(staged.text_input(key="staged.answers.name").set_value("wave_1").run())
    healthy(staged.button(key="staged.answers.add").click().run())
    assert list(cx.Workspace(home).tables) == ["wave_1"]


def test_a_name_that_cannot_be_is_one_sentence(staged, home):
    healthy(staged.text_input(key="staged.answers.name").set_value("wave 1").run())
    healthy(staged.button(key="staged.answers.add").click().run())
    assert "cannot be called" in texts(staged)
    assert not cx.Workspace(home).tables
    assert waiting(home).tables


def test_what_waits_survives_a_refresh(staged, home, open_page):
    healthy(staged.selectbox(key="staged.answers.kind").set_value("reviews").run())
    again = open_page("data")
    assert again.selectbox(key="staged.answers.kind").value == "reviews"


def test_discarding_leaves_nothing(staged, home):
    healthy(staged.button(key="staged.answers.discard").click().run())
    assert not waiting(home).tables
    assert not cx.Workspace(home).tables


def test_another_kind(staged, home):
    healthy(staged.selectbox(key="staged.answers.kind").set_value("reviews").run())
    assert waiting(home).tables["answers"].kind == "reviews"


def edit(app, key: str, row: int, **cells: object):
    """Type into the grid, as the browser reports it."""
    grid = f"{key}.grid.{app.session_state.get(f'{key}.round', 0)}"
    before = app.session_state.get(grid, {}).get("edited_rows", {})
    rows = {**before, row: {**before.get(row, {}), **cells}}
    app.session_state[grid] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    return healthy(app.run())


def test_a_role_is_changed_by_hand(staged, home):
    column = list(survey_frame().columns).index("gift")
    edit(staged, "staged.answers", column, role="category")
    assert waiting(home).tables["answers"].roles["gift"] == "category"
    edit(staged, "staged.answers", column, role="flag")
    assert waiting(home).tables["answers"].roles["gift"] == "flag"


def test_a_scale_waits_for_both_ends(staged, home):
    column = list(survey_frame().columns).index("csat")
    edit(staged, "staged.answers", column, low=None, high=7)
    assert waiting(home).tables["answers"].scales["csat"].high == 5
    edit(staged, "staged.answers", column, low=1)
    assert waiting(home).tables["answers"].scales["csat"] == cx.Scale(1, 7)
    edit(staged, "staged.answers", column, low_is_good=True)
    assert not waiting(home).tables["answers"].scales["csat"].higher_is_better


def test_a_role_that_does_not_fit_is_refused_with_its_reason(staged, home):
    column = list(survey_frame().columns).index("market")
    edit(staged, "staged.answers", column, role="nps")
    assert waiting(home).tables["answers"].roles["market"] == "category"
    assert "market" in staged.warning[0].value


def test_a_kept_table_is_edited_in_the_grid(open_page, workspace, home):
    app = open_page("data")
    healthy(app.toggle(key="kept.survey.open").set_value(True).run())
    edit(app, "kept.survey", list(survey_frame().columns).index("gift"), role="ignore")
    assert cx.Workspace(home).tables["survey"].roles["gift"] == "ignore"
    assert cx.Workspace(home).tables["survey"].roles["late"] == "flag"


def test_many_codes_share_a_switch_for_each_value(open_page, home):
    rated = {f"q{number}": [1, 2, 3, 4, 5, 6] * 20 for number in range(12)}
    found = [cx.MissingCode(column, 6, 20, "above the scale", applied=True) for column in rated]
    table = cx.Table(
        pd.DataFrame(rated),
        name="wide",
        kind="survey",
        roles=dict.fromkeys(rated, "rating"),
        scales=dict.fromkeys(rated, cx.Scale(1, 5)),
        codes=found,
    )
    cx.Workspace(home).add(table)
    app = open_page("data")
    healthy(app.toggle(key="kept.wide.open").set_value(True).run())
    assert "“6” appears 240 times in 12 columns" in app.toggle(key="kept.wide.codes.0").label
    healthy(app.toggle(key="kept.wide.codes.0").set_value(False).run())
    assert not any(code.applied for code in cx.Workspace(home).tables["wide"].codes)
    app.session_state["kept.wide.codegrid." + "0" * 12] = {
        "edited_rows": {3: {"no_answer": True}},
        "added_rows": [],
        "deleted_rows": [],
    }
    healthy(app.run())
    assert [code.column for code in cx.Workspace(home).tables["wide"].codes if code.applied] == ["q3"]


def test_several_files_and_one_broken(page, home):
    upload(page, ("answers.csv", csv(survey_frame())), ("broken.csv", b""), ("second.csv", csv(survey_frame(50))))
    assert set(waiting(home).tables) == {"answers", "second"}
    assert "broken.csv" in texts(page)
    assert len(page.warning) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("noise.xlsx", bytes(range(256)) * 20), ("header.csv", b"a,b,c\n"), ("x.parquet", b"PAR1")],
)
def test_a_broken_file_leaves_everything_as_it_was(open_page, workspace, home, name, content):
    before = workspace.tokens
    app = open_page("data")
    upload(app, (name, content))
    assert len(app.warning) == 1
    assert name in texts(app)
    assert cx.Workspace(home).tokens == before
    assert not waiting(home).tables
    assert "survey" in texts(app)


def test_codes_for_no_answer_are_proposed_and_switched(page, home):
    upload(page, ("answers.csv", with_codes()))
    table = waiting(home).tables["answers"]
    (place,) = [k for k, code in enumerate(table.codes) if code.column == "csat" and str(code.code) in {"99", "99.0"}]
    assert "appears 20 times in csat" in page.toggle(key=f"staged.answers.code.{place}").label
    switch = page.toggle(key=f"staged.answers.code.{place}")
    healthy(switch.set_value(not switch.value).run())
    assert waiting(home).tables["answers"].codes[place].applied is not table.codes[place].applied


def test_a_kept_table_is_changed_and_stays_changed(open_page, workspace, home):
    app = open_page("data")
    healthy(app.toggle(key="kept.survey.open").set_value(True).run())
    healthy(app.selectbox(key="kept.survey.kind").set_value("reviews").run())
    assert cx.Workspace(home).tables["survey"].kind == "reviews"


def test_removing_can_be_undone(open_page, workspace, home):
    app = open_page("data")
    token = workspace.tokens["survey"]
    healthy(app.button(key="kept.survey.remove").click().run())
    assert "survey" not in cx.Workspace(home).tables
    healthy(app.button(key="data.undo").click().run())
    assert cx.Workspace(home).tokens["survey"] == token


def test_removing_the_only_table_can_be_undone_too(open_page, home):
    cx.Workspace(home).add(survey())
    app = open_page("data")
    healthy(app.button(key="kept.survey.remove").click().run())
    healthy(app.button(key="data.undo").click().run())
    assert "survey" in cx.Workspace(home).tables


def test_names_from_files_are_only_text(open_page, home):
    workspace = cx.Workspace(home)
    workspace.add(survey(late=NASTY))
    for name in ("data", "overview", "drivers"):
        app = open_page(name)
        shown = [part.value for part in [*app.markdown, *app.header, *app.caption, *app.title]]
        assert not [text for text in shown if "**late**" in text or "<img" in text.replace("\\<", "")]
        assert not [text for text in shown if ":red[" in text or ":material/" in text or " $a$" in text]


def test_workbooks_give_a_table_a_sheet(page, home):
    book = io.BytesIO()
    with pd.ExcelWriter(book, engine="openpyxl") as writer:
        survey_frame(60).to_excel(writer, sheet_name="Answers 2024", index=False)
        survey_frame(30).to_excel(writer, sheet_name="More", index=False)
    upload(page, ("export.xlsx", book.getvalue()))
    assert len(waiting(home).tables) == 2
