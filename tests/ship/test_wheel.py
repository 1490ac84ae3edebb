"""A wheel is the whole product: the package, the app, the sample company; and nothing of the repository beside it."""

import csv
import doctest
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement

import cxanalysis as cx

ROOT = Path(__file__).parents[2]
#: Seconds the server may take to answer, on two busy cores.
PATIENCE = 120

#: Put before a script: these modules cannot be imported, as where the extras are not installed.
WITHOUT_EXTRAS = "import sys; sys.modules.update(streamlit=None, psycopg=None)\n"

ALL_NAMES = """
import cxanalysis as cx
print(cx.__file__)
for name in cx.__all__:
    getattr(cx, name)
for name in cx.charts.__all__:
    getattr(cx.charts, name)
"""

SAMPLE = """
import json, cxanalysis as cx
company = cx.load_sample("company")
print(json.dumps({kind: table.n_rows for kind, table in company.items()}))
print(cx.sample_path("inventory"))
"""

#: Opens the page that a person sees first, and says which files outside an environment it came from.
FIRST_PAGE = """
import json, sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("app.py", default_timeout=60).run()
files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
print(json.dumps({
    "exceptions": [error.value for error in page.exception],
    "buttons": [button.label for button in page.button],
    "files": [file for file in files if file and not {"site-packages", ".venv"} & set(Path(file).parts)],
}))
"""


def hatch_hook():
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def required(lines):
    """Name → extra and versions, of lines as metadata has them."""
    requirements = [Requirement(line) for line in lines]
    return {
        (requirement.name, str(requirement.marker or "")): str(requirement.specifier) for requirement in requirements
    }


def test_nothing_generic_lies_at_the_top_of_site_packages(installed):
    names = zipfile.ZipFile(installed.wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"cxanalysis", f"cxanalysis-{cx.__version__}.dist-info"}


def test_the_wheel_holds_every_module_page_and_file_of_the_sample_and_no_script_that_made_it(installed):
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    package = {f"cxanalysis/{path.relative_to(ROOT / 'cxanalysis')}" for path in (ROOT / "cxanalysis").rglob("*.py")}
    pages = {f"cxanalysis/_app/{path.relative_to(ROOT)}" for path in (ROOT / "pages").rglob("*.py")}
    sample = {f"cxanalysis/_sample/{path.name}" for path in (ROOT / "sample_data").iterdir() if path.is_file()}
    scripts = {name for name in sample if name.endswith(".py")}
    assert package | pages | (sample - scripts) | {"cxanalysis/py.typed", "cxanalysis/_app/app.py"} <= names
    assert scripts
    assert not scripts & names
    assert not [name for name in names if name.endswith(".pyc")]


def test_requirements_and_extras_are_those_of_the_list(installed):
    wheel = zipfile.ZipFile(installed.wheel)
    metadata = HeaderParser().parsestr(
        wheel.read(f"cxanalysis-{cx.__version__}.dist-info/METADATA").decode("utf-8"),
    )
    extras = hatch_hook().sections((ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines())
    always = extras.pop("")
    expected = [
        *always,
        *(f"{line}; extra == '{extra}'" for extra, lines in extras.items() for line in lines),
        *(f"{line}; extra == 'all'" for lines in extras.values() for line in lines),
    ]
    assert required(metadata.get_all("Requires-Dist")) == required(expected)
    assert set(metadata.get_all("Provides-Extra")) == {*extras, "all"}
    assert metadata["Version"] == cx.__version__
    assert {"app", "postgres"} <= set(extras)


def test_examples_of_the_build_hook_are_true():
    tried = doctest.testmod(hatch_hook())
    assert tried.attempted
    assert not tried.failed


def test_every_public_name_works_without_streamlit_and_without_a_database_driver(installed):
    done = installed.run("-c", WITHOUT_EXTRAS + ALL_NAMES)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed.folder)


def test_without_the_driver_one_sentence_says_what_to_install(installed):
    script = 'import cxanalysis as cx\ncx.read("postgresql://someone@localhost/shop?table=orders")'
    done = installed.run("-c", WITHOUT_EXTRAS + script)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("cxanalysis.problem.Problem: ")
    assert 'pip install "cxanalysis[postgres]"' in last
    assert "someone" not in last


def test_without_streamlit_the_command_says_what_to_install(installed):
    start = 'import cxanalysis.command_line as line\nsys.exit(line.main(["app", "--no-browser"]))'
    done = installed.run("-c", WITHOUT_EXTRAS + start)
    assert done.returncode == 1
    assert 'pip install "cxanalysis[app]"' in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_sample_company_is_the_one_in_the_wheel(installed):
    done = installed.run("-c", SAMPLE)
    assert done.returncode == 0, done.stderr
    counts, inventory = done.stdout.splitlines()
    rows = json.loads(counts)
    assert len(rows) == 12
    assert min(rows.values()) > 0
    with (ROOT / "sample_data" / "survey.csv").open(encoding="utf-8", newline="") as file:
        assert rows["survey"] == sum(1 for _ in csv.DictReader(file))
    assert Path(inventory).parent == installed.folder / "cxanalysis" / "_sample"


def test_the_first_page_is_drawn_from_the_wheel_alone(installed):
    done = installed.run("-c", FIRST_PAGE, cwd=installed.folder / "cxanalysis" / "_app")
    assert done.returncode == 0, done.stderr
    page = json.loads(done.stdout.splitlines()[-1])
    assert page["exceptions"] == []
    assert any("sample company" in label for label in page["buttons"])
    assert any(file.endswith("_app/pages/parts/frame.py") for file in map(str, map(Path, page["files"])))
    assert not [file for file in page["files"] if Path(file).is_relative_to(ROOT)]


def test_the_command_starts_a_healthy_app_from_any_folder_and_ends_quietly(installed):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "cxanalysis.command_line", "app", "--no-browser", "--port", str(port)]
    log = installed.elsewhere / "app.log"
    with log.open("wb") as output:
        app = subprocess.Popen(
            command, cwd=installed.elsewhere, env=installed.environment, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        said = health(app, f"http://127.0.0.1:{port}/_stcore/health")
    finally:
        # As Ctrl+C in a terminal does: to the command and to the server that it started.
        signal_group(app, signal.SIGINT)
        try:
            code = app.wait(timeout=30)
        except subprocess.TimeoutExpired:
            signal_group(app, signal.SIGKILL)
            code = app.wait()
    assert said == b"ok", log.read_text(encoding="utf-8")
    assert code == 0
    assert "Traceback" not in log.read_text(encoding="utf-8")


def health(app, address):
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and app.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                return answer.read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return b""


def signal_group(process, number):
    """To the process and all that it started; it leads a session of its own."""
    if process.poll() is None:
        os.killpg(process.pid, number)
