"""What the wheel needs of `requirements.txt`: it is the one list, and its sections are the package's extras."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

#: A line such as "# [app] the app in the browser" begins the requirements of an extra.
SECTION = re.compile(r"#\s*\[(\w+)\]")


def sections(lines: list[str]) -> dict[str, list[str]]:
    """Extra → its requirements; those of the package itself under "".

    >>> sections(["pandas>=2", "# [app] the browser", "streamlit>=1", "# a reason"])
    {'': ['pandas>=2'], 'app': ['streamlit>=1']}
    """
    found: dict[str, list[str]] = {"": []}
    extra = ""
    for line in lines:
        if begins := SECTION.match(line):
            extra = begins[1]
            found[extra] = []
        elif line.strip() and not line.startswith("#"):
            found[extra].append(line.strip())
    return found


class Requirements(MetadataHookInterface):
    """Fills `dependencies` and `optional-dependencies`."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Read the list beside this file."""
        lines = (Path(self.root) / "requirements.txt").read_text(encoding="utf-8").splitlines()
        extras = sections(lines)
        metadata["dependencies"] = extras.pop("")
        metadata["optional-dependencies"] = {
            **extras,
            "all": sorted(line for lines in extras.values() for line in lines),
        }


def get_metadata_hook() -> type[MetadataHookInterface]:
    """The hook, for hatchling."""
    return Requirements
