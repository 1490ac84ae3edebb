"""Without a browser the tests fail and say what to do; they are never skipped in silence."""

from __future__ import annotations

import chromium
import pytest


def test_without_a_browser_it_says_what_is_missing(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    monkeypatch.setattr(chromium, "on_debian_as_root", lambda: False)
    with pytest.raises(SystemExit, match="apt-get install chromium"):
        chromium.main()


def test_a_named_browser_is_taken(monkeypatch, tmp_path):
    browser = tmp_path / "my-chrome"
    browser.write_text("#!/bin/sh\n")
    browser.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))
    assert chromium.find() == str(browser)
