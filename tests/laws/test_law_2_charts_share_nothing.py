"""Law 2: no process-wide switch of altair; sessions are threads, and one would change another's chart."""

from __future__ import annotations

import ast

from source import app, dotted, package

SWITCHES = ("theme", "themes", "renderers", "data_transformers")


def test_no_process_wide_switch_of_altair():
    found = [
        f"{file.path}:{line} {name}"
        for file in (*app(), *package())
        for name, line in file.attributes()
        if name.startswith(tuple(f"{module}.{switch}" for module in ("alt", "altair") for switch in SWITCHES))
    ]
    assert not found


def test_no_switch_is_imported_by_name():
    found = [
        f"{file.path}:{node.lineno}"
        for file in (*app(), *package())
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").split(".")[0] == "altair"
        and any(alias.name in SWITCHES for alias in node.names)
    ]
    assert not found


def test_every_chart_on_a_page_keeps_our_style_and_has_a_text_alternative():
    drawn = [(file.path, call) for file in app() for call in file.calls() if dotted(call.func) == "st.altair_chart"]
    assert drawn
    for path, call in drawn:
        words = {word.arg: word.value for word in call.keywords}
        where = f"{path}:{call.lineno}"
        assert getattr(words.get("theme"), "value", "unset") is None, f"{where} needs theme=None"
        assert "alt" in words, f"{where} needs alt="
