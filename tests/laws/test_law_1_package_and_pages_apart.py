"""Law 1: the package never imports streamlit; a page never computes. Who may import whom: test_who_imports_whom.py."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from source import ROOT, Source, app, package, tracked

#: What would let a page compute for itself.
COMPUTES = {"pandas", "numpy", "scipy", "statsmodels", "sklearn", "polars", "duckdb", "pyarrow", "narwhals"}


def violations(files: tuple[Source, ...], forbidden: set[str]) -> list[str]:
    return [
        f"{file.path}:{line} imports {name}"
        for file in files
        for name, line in file.imports()
        if name.split(".")[0] in forbidden
    ]


def test_there_is_source_to_guard():
    assert len(package()) > 10
    assert len(app()) > 4


def test_package_never_imports_streamlit_or_the_app():
    assert not violations(package(), {"streamlit", "pages", "app"})


def test_pages_never_import_what_computes():
    assert not violations(app(), COMPUTES)


def test_the_script_that_runs_has_no_folder_called_pages_beside_it():
    """Streamlit takes such a folder for an app of the old kind: a file directly in it is reachable by its name without
    the frame, and the first deep link on a cold server is answered with "Page not found" over the page.
    """
    frame = ROOT / "pages" / "parts" / "frame.py"
    assert frame.is_file()
    assert not (frame.parent / "pages").exists()
    assert not [name for name in tracked() if name.startswith("pages/") and name.count("/") == 1]


def test_nothing_beside_the_frame_hides_a_module_of_the_standard_library():
    """The folder of the script that runs comes first where Python looks for modules."""
    names = {Path(file.path).stem for file in app() if file.path.startswith("pages/parts/")}
    assert not names & sys.stdlib_module_names


def test_every_public_name_loads_without_streamlit():
    script = """
import sys
class NoStreamlit:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "streamlit":
            raise ModuleNotFoundError("streamlit is not installed", name=name)
sys.meta_path.insert(0, NoStreamlit())
import cxanalysis as cx
for name in cx.__all__:
    assert getattr(cx, name) is not None, name
assert "streamlit" not in sys.modules
print(len(cx.__all__), "names")
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("names\n")


def test_the_face_alone_is_quick_to_import():
    """Names are loaded when first used: the bare import pulls in no numerical library."""
    script = "import sys, cxanalysis; print(sorted({'pandas', 'scipy', 'statsmodels', 'duckdb'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout.strip() == "[]"
