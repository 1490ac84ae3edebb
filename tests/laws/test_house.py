"""The rules of the house that have no number: what is written down is true, and nothing private is in the files."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import sys
import tomllib
from importlib import import_module, metadata

import pytest
from packaging.requirements import Requirement
from source import ROOT, app, package, sources, tracked

import cxanalysis as cx

#: The first screen of the project: everything else is in docs/.
LONGEST_README = 150

#: Longest a module may get before a stranger loses the way.
LONGEST = 400

#: Requirements that no file of ours imports, and who needs them.
INDIRECT = {
    "pyarrow": "pandas and DuckDB read and write Parquet with it",
    "vl-convert-python": "Altair draws the charts of an exported notebook with it",
}

#: Written in two parts, so that this file may be read too.
MACHINE = [r"/" + r"work/", r"/" + r"root\b", r"/" + r"home/\w", r"/" + r"Users/\w", r"/" + r"tmp/", r"/" + r"opt/\w"]
REGISTRIES = ["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", r"deb" + r"\.debian", "index" + "-url"]


def requirements(name: str = "requirements.txt") -> dict[str, Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]
    return {requirement.name: requirement for requirement in found}


def text_files() -> list[tuple[str, str]]:
    found = []
    for name in tracked():
        data = (ROOT / name).read_bytes()
        if b"\0" not in data[:8000]:
            found.append((name, data.decode("utf-8", errors="replace")))
    return found


@pytest.mark.parametrize("pattern", [*MACHINE, *REGISTRIES])
def test_no_path_of_a_machine_and_no_registry(pattern):
    found = [
        f"{name}:{number}"
        for name, text in text_files()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(rf"(?<![\w.:/-]){pattern}" if pattern.startswith("/") else pattern, line)
    ]
    assert not found


def test_no_module_is_too_long():
    files = sources("app.py", "pages", "cxanalysis", "sample_data", "tests", "benchmarks")
    lengths = {file.path: (ROOT / file.path).read_text(encoding="utf-8").count("\n") for file in files}
    assert not {path: lines for path, lines in lengths.items() if lines > LONGEST}


@pytest.mark.parametrize("name", cx.__all__)
def test_every_public_name_is_documented_with_an_example(name):
    documentation = inspect.getdoc(getattr(cx, name)) or ""
    assert len(documentation) > 80
    assert ">>>" in documentation


@pytest.mark.parametrize("path", [file.path for file in sources("pages/parts")])
def test_examples_in_the_parts_of_pages_are_true(path):
    """pytest's own doctest collection would import them by their bare names."""
    assert doctest.testmod(import_module(path.removesuffix(".py").replace("/", "."))).failed == 0


def test_what_is_imported_is_required_and_what_is_required_is_imported():
    provided = metadata.packages_distributions()
    imported = {
        name.split(".")[0]
        for file in (*package(), *app())
        for name, _ in file.imports()
        if name.split(".")[0] not in sys.stdlib_module_names | {"cxanalysis", "pages", "sample_data"}
        and not name.startswith("_")
    }
    unknown = {name for name in imported if name not in provided}
    assert not unknown
    distributions = {provided[name][0].lower().replace("_", "-") for name in imported}
    required = set(requirements())
    assert distributions - required == set(), "imported, but not in requirements.txt"
    assert required - distributions - set(INDIRECT) == set(), "in requirements.txt, but not imported"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_documentation_says_why_each_requirement_is_there(name):
    reasons = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    assert not [requirement for requirement in requirements(name) if f"| `{requirement}` |" not in reasons]


def test_requirements_are_the_one_list():
    """What the build hook makes of the list is compared with a built wheel in tests/ship."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["project"]["dynamic"]) == {"dependencies", "optional-dependencies", "version"}
    assert not {"dependencies", "optional-dependencies", "version"} & set(project["project"])
    assert "custom" in project["tool"]["hatch"]["metadata"]["hooks"]
    assert not set(requirements()) & set(requirements("requirements-dev.txt"))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_says_from_which_version(name):
    assert not [text for text, requirement in requirements(name).items() if ">=" not in str(requirement.specifier)]


def test_the_readme_begins_with_the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```\w*\n(.*?)```", readme, re.DOTALL)
    assert block
    commands = [line.split("#")[0].strip() for line in block[1].splitlines() if line.strip()]
    assert commands == ["make app", "make test"]


def test_the_readme_is_short():
    assert (ROOT / "README.md").read_text(encoding="utf-8").count("\n") < LONGEST_README


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_pointed_at_is_there(name):
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / name).read_text(encoding="utf-8"))
    assert {"README.md": "docs/screenshot.png", "CONTRIBUTING.md": "docs/architecture.md"}[name] in targets
    assert not [target for target in targets if "://" not in target and not (ROOT / target).exists()]


def test_the_paths_that_contributing_names_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:cxanalysis|pages|tests|docs|benchmarks)/[\w./-]*)`", text)
    assert len(paths) > 10
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_the_lines_of_python_in_the_readme_run():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    names: dict[str, object] = {}
    exec(block, names)  # the README's own lines: it is they that must run
    assert names["survey"].kind == "survey"


def test_nothing_is_swallowed_or_left_for_later():
    found = []
    for file in (*package(), *app(), *sources("sample_data")):
        for node in ast.walk(file.tree):
            if isinstance(node, ast.ExceptHandler) and all(isinstance(line, ast.Pass) for line in node.body):
                found.append(f"{file.path}:{node.lineno} swallows an error")
            if isinstance(node, ast.Raise) and node.exc is not None and "NotImplemented" in ast.unparse(node.exc):
                found.append(f"{file.path}:{node.lineno} is a stub")
    assert not found
