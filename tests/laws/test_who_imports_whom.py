"""The flow of data has one direction: every folder has its place, nothing goes round, nobody uses another's own."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from source import ROOT, Source, app, package, sources

#: What pages may import besides the face itself.
#: The face, and what formats for people: numbers, names, parts of sentences.
FACE = {
    "cxanalysis",
    "cxanalysis.problem",
    "cxanalysis.numbers",
    "cxanalysis.labels",
    "cxanalysis.vocabulary",
    "cxanalysis.wording",
}
#: What pages still import besides: each of these becomes a public call. The list only grows shorter.
BESIDES = {
    "cxanalysis.metrics.metric",
    "cxanalysis.metrics.metric_headline",
    "cxanalysis.monitor.alerts_result",
    "cxanalysis.monitor.calendar",
    "cxanalysis.steps.plain_names",
    "cxanalysis.steps.step",
    "cxanalysis.workspace.appended",
    "cxanalysis.workspace.file_origin",
    "cxanalysis.workspace.look",
    "cxanalysis.workspace.shapes",
    "cxanalysis.workspace.watched",
}
#: Public, in spite of their names.
OF_NAMED_TUPLES = {"_asdict", "_fields", "_make", "_replace"}
#: As many modules as one person keeps in mind, `__init__` not counted.
MOST_MODULES = 25


@pytest.fixture(scope="module")
def contracts() -> list[dict]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["tool"]["importlinter"]["contracts"]


def module_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module_of(file.path): file for file in package()}


def imports_of(file: Source) -> Iterator[tuple[str, int, str]]:
    """Every module of the package that a file imports, wherever in it, with the line and the name that is taken."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                yield (inside, node.lineno, "") if inside in MODULES else (node.module, node.lineno, alias.name)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, "") for alias in node.names)


def test_the_contract_is_kept():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "0 broken" in done.stdout


def test_the_contract_has_every_folder_and_no_exception(contracts):
    (order,) = [one for one in contracts if one.get("containers") == ["cxanalysis"]]
    named = {name.strip() for layer in order["layers"] for name in layer.replace(":", "|").split("|")}
    there = {name.split(".")[1] for name in MODULES if "." in name}
    assert named == there
    assert order["exhaustive"] is True
    assert not [key for one in contracts for key in one if key.startswith(("ignore", "exhaustive_ignores"))]
    assert not any(one.get("exclude_type_checking_imports") for one in contracts)


def test_no_relative_imports():
    found = [
        f"{file.path}:{node.lineno}"
        for file in (*package(), *app())
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not found


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that each reach each other (Tarjan)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        stack.append(module)
        for other in edges[module]:
            if other not in number:
                visit(other)
            if other in stack:
                lowest[module] = min(lowest[module], lowest[other])
        if lowest[module] == number[module]:
            group = [stack.pop()]
            while group[-1] != module:
                group.append(stack.pop())
            found.extend([sorted(group)] if len(group) > 1 or module in edges[module] else [])

    for module in edges:
        if module not in number:
            visit(module)
    return found


def test_circles_are_found():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [["b", "c"]]
    assert circles({"a": {"a"}}) == [["a"]]
    assert not circles({"a": {"b", "c"}, "b": {"c"}, "c": set()})


def test_no_module_imports_itself_round_about():
    """Imports within functions and for types alone count as well: they only hide a circle."""
    edges = {
        name: {module for module, _, _ in imports_of(file) if module in MODULES} - {"cxanalysis"}
        for name, file in MODULES.items()
        if name != "cxanalysis"
    }
    assert not circles(edges)


def test_no_module_imports_what_is_another_folders_own():
    found = [
        f"{file.path}:{line} takes {name} from {module}"
        for file in package()
        for module, line, name in imports_of(file)
        if name.startswith("_")
        and not name.startswith("__")
        and module.startswith("cxanalysis")
        and Path(file.path).parent != Path(MODULES[module].path).parent
    ]
    assert not found


def test_no_module_reaches_into_another_objects_own():
    """`workspace._state` from outside the class: what others need is public."""
    found = [
        f"{file.path}:{node.lineno} {ast.unparse(node)}"
        for file in (*package(), *app())
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and isinstance(node.value, ast.Name)
        and node.value.id not in {"self", "cls", "other"}
        and node.attr not in OF_NAMED_TUPLES
        and not defines(file, node.attr)
    ]
    assert not found


def defines(file: Source, name: str) -> bool:
    """Whether a file itself has an attribute, method or function of this name."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return True
        if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store):
            return True
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return True
    return False


@pytest.mark.parametrize("folder", sorted({str(Path(file.path).parent) for file in (*package(), *app())}))
def test_no_folder_holds_more_than_one_keeps_in_mind(folder):
    there = [
        file.path
        for file in (*package(), *app())
        if str(Path(file.path).parent) == folder and not file.path.endswith("__init__.py")
    ]
    assert len(there) <= MOST_MODULES


def test_pages_import_the_face_and_what_is_left_over():
    imported = {
        f"{module}.{name}" if f"{module}.{name}" in FACE else module
        for file in app()
        for module, _, name in imports_of(file)
        if module.split(".")[0] == "cxanalysis"
    }
    assert imported - FACE - BESIDES == set(), "pages import the face only"
    assert BESIDES - imported == set(), "no page needs these any more: take them off the list"


def test_examples_and_benchmarks_are_no_part_of_the_package():
    assert not [
        f"{file.path}:{line} imports {module}"
        for file in package()
        for module, line, _ in imports_of(file)
        if module.split(".")[0] in {"tests", "benchmarks", "notebooks"}
    ]
    assert sources("benchmarks")
