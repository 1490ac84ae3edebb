"""The wheel, built once without the network and installed into a folder of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Installed:
    """A wheel and the folder it is installed in; `elsewhere` is an empty folder to start commands from."""

    wheel: Path
    folder: Path
    elsewhere: Path

    @property
    def environment(self) -> dict[str, str]:
        """Environment of a process that sees the wheel before anything else, and a workspace of its own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
        return {**kept, "PYTHONPATH": str(self.folder), "CXANALYSIS_HOME": str(self.elsewhere / "home")}

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """`python ARGUMENTS` from a folder that is not the repository."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=cwd or self.elsewhere, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Build and install."""
    made = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)], cwd=ROOT, check=True)
    (wheel,) = made.glob("*.whl")
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile"]
    subprocess.run([*pip, "--target", str(folder), str(wheel)], check=True)
    return Installed(wheel, folder, tmp_path_factory.mktemp("elsewhere"))
