"""The frame around the pages: structure, gate, first runs, refresh."""

from __future__ import annotations

import tomllib

import pytest
from conftest import PAGES, ROOT, drivers_step, healthy, texts
from streamlit import config
from streamlit.testing.v1 import AppTest

import cxanalysis as cx
from cxanalysis.charts import tokens


def test_start_asks_the_question_and_offers_files_and_the_sample(open_page):
    app = open_page()
    assert app.title[0].value.startswith("What do your customers' experiences cost you")
    assert [button.label for button in app.button] == ["Try the sample company"]
    assert "Nothing is sent anywhere" in texts(app)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_calm_without_data(open_page, name):
    app = open_page(name)
    assert len(app.title) == 1
    assert len(app.button) == 1


# Who answered needs to know who was asked; without that it says so, which its own tests look at.
@pytest.mark.parametrize("name", [name for name in PAGES if name != "answered"])
def test_every_page_answers_with_data(open_page, workspace, name):
    app = open_page(name, drivers_step() if name == "drivers" else None)
    assert len(app.title) == 1
    assert len(app.header) == 1
    assert any(character.isdigit() for character in app.header[0].value)


def test_start_leads_to_the_overview_when_there_is_data(open_page, workspace):
    assert open_page().title[0].value == "How good is our customers' experience?"


def test_an_empty_page_leads_to_the_data_page(open_page):
    app = open_page("drivers")
    healthy(app.button(key="empty.data").click().run())
    assert app.title[0].value.startswith("What do your customers' experiences cost you")


def test_colours_are_those_of_the_charts():
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for mode in ("light", "dark"):
        palette = tokens.palette(mode)
        assert theme[mode]["primaryColor"] == palette.accent
        assert theme[mode]["backgroundColor"] == palette.background
        assert theme[mode]["secondaryBackgroundColor"] == palette.surface
        assert theme[mode]["textColor"] == palette.ink
        assert theme[mode]["grayTextColor"] == palette.muted


@pytest.mark.parametrize("address", [None, "0.0.0.0", "192.168.1.5", "example.org"])
def test_a_server_others_can_reach_shows_nothing_without_sign_in(home, workspace, address):
    config.set_option("server.address", address)
    app = AppTest.from_file(str(ROOT / "app.py")).run(timeout=60)
    assert app.title[0].value == "Nothing is shown here yet"
    assert "survey" not in texts(app)


def test_unless_one_person_says_it_is_theirs(open_page, workspace, monkeypatch):
    config.set_option("server.address", "0.0.0.0")
    monkeypatch.setenv("CXANALYSIS_SINGLE_USER", "1")
    assert open_page().title[0].value == "How good is our customers' experience?"


def signed_in(home, **claims: object) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.secrets["auth"] = {"redirect_uri": "x", "cookie_secret": "y"}
    app.user = dict(claims)
    return app.run()


def test_who_is_not_signed_in_sees_no_data(home, workspace):
    app = signed_in(home, is_logged_in=False)
    assert app.title[0].value == "Please sign in"
    assert "survey" not in texts(app)


def test_everyone_who_signs_in_has_a_workspace_of_their_own(home):
    for person in ("ann@example.org", "bob@example.org"):
        app = healthy(signed_in(home, is_logged_in=True, email=person))
        assert app.title[0].value.startswith("What do your customers' experiences cost you")
    folders = [folder for folder in (home / "users").iterdir() if folder.is_dir()]
    assert len(folders) == 2
    assert not any("ann" in folder.name or "@" in folder.name for folder in folders)
    healthy(signed_in(home, is_logged_in=True, email="ann@example.org"))
    assert len(list((home / "users").iterdir())) == 2
    cx.Workspace(folders[0]).add(cx.Table(__import__("pandas").DataFrame({"recommend": [9, 1]}), name="private"))
    seen = [
        "private" in texts(signed_in(home, is_logged_in=True, email=person).switch_page(PAGES["data"]).run())
        for person in ("ann@example.org", "bob@example.org")
    ]
    assert sorted(seen) == [False, True]


def test_a_sign_in_that_says_nothing_about_the_person_shows_one_sentence(home):
    app = signed_in(home, is_logged_in=True)
    assert "does not say who you are" in texts(app)
