"""Law 5: no call leaves the machine. What the browser and the server really send is watched in tests/browser."""

from __future__ import annotations

import re
import tomllib

import pytest
from source import ROOT, app, dotted, package

#: Modules that open connections.
CALLERS = {"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client", "socket", "ftplib", "smtplib"}

#: Addresses that are names, never fetched: identifiers of file formats.
NAMES = re.compile(r"https?://(vega\.github\.io/schema/|schemas\.|www\.w3\.org/)")


@pytest.fixture(scope="module")
def settings() -> dict[str, dict[str, object]]:
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("browser", "gatherUsageStats", False),
        ("server", "address", "127.0.0.1"),
        ("client", "toolbarMode", "viewer"),
        ("runner", "magicEnabled", False),
        ("server", "showEmailPrompt", False),
    ],
)
def test_settings(settings, section, name, value):
    assert settings[section][name] == value


def test_the_server_knows_its_own_address(settings):
    """Without it the server asks an outside host for its address."""
    assert settings["browser"]["serverAddress"] in {"127.0.0.1", "localhost"}


def test_only_local_hosts_may_connect(settings):
    """Without it a page elsewhere could reach the app through a name that points here."""
    assert settings["server"]["allowedHosts"]
    assert set(settings["server"]["allowedHosts"]) <= {"127.0.0.1", "localhost", "[::1]", "::1"}


def test_users_see_no_stack_traces(settings):
    assert settings["client"]["showErrorDetails"] in {False, "none"}


def test_an_upload_has_a_chosen_limit(settings):
    assert 50 <= settings["server"]["maxUploadSize"] <= 5_000


def test_no_font_comes_from_outside(settings):
    assert not re.search(r"https?:", repr(settings))


def test_no_module_that_calls_out():
    found = [
        f"{file.path}:{line} imports {name}"
        for file in (*package(), *app())
        for name, line in file.imports()
        if name in CALLERS or name.split(".")[0] in CALLERS
    ]
    assert not found


def test_no_address_of_an_outside_host():
    found = [
        f"{file.path}:{line} {text[:60]}"
        for file in (*package(), *app())
        for text, line in file.strings()
        if re.search(r"https?://\w", NAMES.sub("", text))
    ]
    assert not found


def test_the_page_icon_is_a_file_or_a_character():
    """A `:material/…:` icon makes the browser ask an outside host for it."""
    calls = [call for file in app() for call in file.calls() if dotted(call.func) == "st.set_page_config"]
    assert calls
    for call in calls:
        icon = next((word.value for word in call.keywords if word.arg == "page_icon"), None)
        assert icon is not None, "without a page icon Streamlit shows its own"
        assert ":material/" not in repr(getattr(icon, "value", ""))
