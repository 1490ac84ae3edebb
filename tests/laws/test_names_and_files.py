"""A public name lies where it says; one name means one thing; importing changes nothing; layout is the formatter's."""

from __future__ import annotations

import ast
import io
import json
import keyword
import re
import subprocess
import sys
import tokenize
from collections import defaultdict
from pathlib import Path

import pytest
from source import ROOT, app, package

import cxanalysis as cx

#: Public names that are modules.
MODULES = {"charts", "vocabulary"}


def words(name: str) -> str:
    """`AtStake` as a file is called: at_stake."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def files_for(name: str) -> set[str]:
    """The files in which a public name may lie: its own, or that of its result; a keyword of Python in the plural."""
    own = words(name)
    return {own, f"{own}_result"} | ({f"{own}s"} if keyword.iskeyword(own) else set())


@pytest.mark.parametrize("name", sorted(set(cx.__all__) - MODULES))
def test_a_public_name_lies_in_a_file_of_its_own_name(name):
    module = getattr(cx, name).__module__
    assert module.rsplit(".", 1)[1] in files_for(name), f"cx.{name} is in {module}"


def test_one_name_of_a_class_means_one_thing():
    places: dict[str, list[str]] = defaultdict(list)
    for file in package():
        for node in file.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(file.path)
    assert not {name: paths for name, paths in places.items() if len(paths) > 1}


SIDE_EFFECTS = """
import json, locale, os, random, sys, warnings
from importlib import import_module
others, ours = json.loads(sys.argv[1])
for name in others:  # what these change is theirs
    import_module(name)
import altair, numpy, pandas, pyarrow

def settings():
    return {
        "arrow's allocator": pyarrow.default_memory_pool().backend_name,
        "arrow's threads": pyarrow.cpu_count(),
        "numpy's errors": numpy.geterr(),
        "numpy's printing": numpy.get_printoptions(),
        "random": random.getstate()[1][:3],
        "numpy's random": numpy.random.get_state()[1][:3].tolist(),
        "pandas": [pandas.get_option(name) for name in ("display.max_columns", "mode.copy_on_write")],
        "warnings": list(map(str, warnings.filters)),
        "locale": locale.setlocale(locale.LC_ALL),
        "environment": dict(os.environ),
        "altair": altair.data_transformers.active,
        "recursion": sys.getrecursionlimit(),
    }

before = settings()
for name in ours:
    import_module(name)
after = settings()
print([name for name in before if before[name] != after[name]])
"""


def test_importing_changes_nothing_of_the_process():
    ours = [file.path.removesuffix(".py").replace("/", ".") for file in package() if "__init__" not in file.path]
    others = {name for file in package() for name, _ in file.imports()} - {"cxanalysis", "sample_data"}
    others = {name for name in others if not name.startswith(("cxanalysis.", "_", "sample_data."))}
    done = subprocess.run(
        [sys.executable, "-c", SIDE_EFFECTS, json.dumps([sorted(others), ours])],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_formatting_is_switched_off_only_at_tables_of_values():
    """`# fmt: off` and `# fmt: skip` stand at literals with a name: no call and no branch is laid out by hand."""
    found = []
    for file in (*package(), *app()):
        text = (ROOT / file.path).read_text(encoding="utf-8")
        for first, last in by_hand(text):
            touched = [
                node for node in ast.walk(file.tree) if isinstance(node, ast.stmt) and ends_in(node, first, last)
            ]
            if not touched or not all(is_table_of_values(node) for node in touched):
                found.append(f"{file.path}:{first}")
    assert not found


def by_hand(text: str) -> list[tuple[int, int]]:
    """First and last line of what the formatter leaves alone."""
    out, begun = [], None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        mark = token.string.replace(" ", "") if token.type == tokenize.COMMENT else ""
        if mark.startswith("#fmt:skip"):
            out.append((token.start[0], token.start[0]))
        elif mark.startswith("#fmt:off"):
            begun = token.start[0]
        elif mark.startswith("#fmt:on") and begun is not None:
            out.append((begun, token.start[0]))
            begun = None
    return [*out, *([(begun, text.count("\n") + 2)] if begun is not None else [])]


def ends_in(node: ast.stmt, first: int, last: int) -> bool:
    """Whether a simple statement ends within these lines."""
    return not isinstance(node, COMPOUND) and first <= (node.end_lineno or node.lineno) <= last


COMPOUND = (ast.FunctionDef, ast.ClassDef, ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)


def is_table_of_values(node: ast.stmt) -> bool:
    """Whether a statement gives a name to values, perhaps made a set: nothing is computed."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if isinstance(value, ast.Call) and ast.unparse(value.func) in {"frozenset", "MappingProxyType"} and value.args:
        value = value.args[0]
    return isinstance(value, ast.Dict | ast.List | ast.Set | ast.Tuple) and not any(
        isinstance(part, ast.Call | ast.Lambda | ast.comprehension) for part in ast.walk(value)
    )


def test_what_is_laid_out_by_hand_is_found():
    off, on, skip = "# fmt" + ": off", "# fmt" + ": on", "# fmt" + ": skip"
    text = f"a = 1\n{off}\nb = [2]\n{on}\nc = [3]  {skip}\nf(\n  4)  {skip}\n"
    assert sorted(by_hand(text)) == [(2, 4), (5, 5), (7, 7)]
    nodes = ast.parse(text).body
    assert [is_table_of_values(node) for node in nodes] == [False, True, True, False]
    assert [ends_in(node, 7, 7) for node in nodes] == [False, False, False, True]


def test_every_folder_of_the_package_says_what_it_holds():
    folders = {str(Path(file.path).parent) for file in package()}
    silent = [file.path for file in package() if file.path.endswith("__init__.py") and not ast.get_docstring(file.tree)]
    assert not silent
    assert not [folder for folder in folders if not (ROOT / folder / "__init__.py").is_file()]
