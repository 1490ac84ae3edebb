"""The project's own source, as the law tests read it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file: its path from the root, and its syntax tree."""

    path: str
    tree: ast.Module

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every module this file imports, by statement or by `import_module("…")`, with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield node.module, node.lineno
            elif isinstance(node, ast.Call) and dotted(node.func).endswith(("import_module", "__import__")):
                yield from (
                    (word.value, node.lineno)
                    for word in node.args
                    if isinstance(word, ast.Constant) and isinstance(word.value, str)
                )

    def attributes(self) -> Iterator[tuple[str, int]]:
        """Every dotted name that is read (`alt.theme.enable`), with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                yield dotted(node), node.lineno

    def calls(self) -> Iterator[ast.Call]:
        """Every call."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node

    def strings(self) -> Iterator[tuple[str, int]]:
        """Every string constant that is not a docstring, with its line."""
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
                yield node.value, node.lineno


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute or a name; empty for anything else at its root."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@cache
def tracked() -> tuple[str, ...]:
    """Files of the project, without what .gitignore names; without git, every file but the environment's."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        return tuple(name for name in listed.stdout.splitlines() if (ROOT / name).is_file())
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(str(path) for path in found if path.parts[0] not in {".git", ".venv"})


@cache
def sources(*under: str) -> tuple[Source, ...]:
    """Parsed Python files below these folders (or these very files)."""
    names = [
        name
        for name in tracked()
        if name.endswith(".py") and any(name == place or name.startswith(f"{place}/") for place in under)
    ]
    return tuple(Source(name, ast.parse((ROOT / name).read_text(encoding="utf-8"), name)) for name in names)


def package() -> tuple[Source, ...]:
    """Files of the importable package."""
    return sources("cxanalysis")


def app() -> tuple[Source, ...]:
    """Files of the app: app.py and everything in pages/."""
    return sources("app.py", "pages")
