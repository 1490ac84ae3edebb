"""Find a Chromium for the browser tests, or install Debian's; run as a script, make sure there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
MISSING = (
    "The browser tests need Chromium, and there is none here. Debian: apt-get install chromium (as root). "
    "Ubuntu, Fedora, macOS, Windows: install Google Chrome or Chromium. "
    "If it is installed under another name, say where: CHROMIUM=/path/to/chrome make test"
)


def find() -> str | None:
    """Path of a Chromium: the one CHROMIUM names, or one found under a usual name."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    on_path = (found for name in NAMES if (found := shutil.which(name)))
    return next(on_path, next((place for place in PLACES if Path(place).exists()), None))


def on_debian_as_root() -> bool:
    """Whether `apt-get install chromium` gives a browser here (Ubuntu's package of that name needs snap)."""
    release = Path("/etc/os-release")
    debian = release.exists() and "\nID=debian" in "\n" + release.read_text(encoding="utf-8")
    return debian and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> None:
    """Install Debian's Chromium; quiet unless it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")


def main() -> None:
    """Make sure there is a Chromium; say what to do where this cannot be done from here."""
    if find() is None and on_debian_as_root():
        print("Installing Chromium for the browser tests (apt-get install chromium) …", flush=True)
        install()
    if find() is None:
        sys.exit(MISSING)


if __name__ == "__main__":
    main()
