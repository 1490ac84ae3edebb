"""What a wheel needs beyond `pyproject.toml`: requirements and extras out of the one list, and the sample's files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
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


def sample_files(root: Path) -> dict[str, str]:
    """File of the sample company → its place in the wheel; the scripts that made the company stay in the repository."""
    return {
        f"sample_data/{path.name}": f"cxanalysis/_sample/{path.name}"
        for path in sorted((root / "sample_data").iterdir())
        if path.is_file() and path.suffix != ".py"
    }


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


class SampleCompany(BuildHookInterface):
    """Puts the sample company's files inside the package's own name."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them to what is built."""
        build_data["force_include"].update(sample_files(Path(self.root)))


def get_build_hook() -> type[BuildHookInterface]:
    """The hook of the build, for hatchling."""
    return SampleCompany


def get_metadata_hook() -> type[MetadataHookInterface]:
    """The hook of the metadata, for hatchling."""
    return Requirements
