"""The documentation is whole: every public name has its place, every file named is there, nothing is fetched."""

import inspect
import re

import pytest
from source import ROOT, app, package

import cxanalysis as cx

REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted((ROOT / "docs").rglob("*.md"))
#: Files that the walk of a number from the page to the formula may pass.
LONGEST_WALK = 8


def documented(path):
    """Module and name of everything a reference page takes from the docstrings, in order."""
    module, names = None, []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(".. currentmodule::"):
            module = line.split("::")[1].strip()
        elif match := re.match(r"\.\. auto(?:function|class|exception):: (\w+)$", line):
            names.append((module, match[1]))
    return names


def test_every_public_name_is_on_exactly_one_page_of_the_reference():
    names = [name for path in REFERENCE.glob("*.rst") for name in documented(path)]
    modules = [name for name in cx.__all__ if inspect.ismodule(getattr(cx, name))]
    public = [("cxanalysis", name) for name in cx.__all__ if name not in modules]
    drawn = [("cxanalysis.charts", name) for name in cx.charts.__all__]
    assert sorted(names) == sorted(public + drawn)
    text = "".join(path.read_text(encoding="utf-8") for path in REFERENCE.glob("*.rst"))
    assert modules
    assert sorted(re.findall(r"^\.\. automodule:: cxanalysis\.(\w+)$", text, re.MULTILINE)) == sorted(modules)


@pytest.mark.parametrize("path", sorted(REFERENCE.glob("*.rst")), ids=lambda path: path.stem)
def test_what_a_page_lists_on_top_is_what_it_explains(path):
    text = path.read_text(encoding="utf-8")
    listed = re.findall(r"^   (\w+)$", text, re.MULTILINE)
    assert listed == [name for _, name in documented(path)]
    assert path.stem in (REFERENCE / "index.md").read_text(encoding="utf-8").split("\n")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_that_a_page_names_is_there(path):
    text = path.read_text(encoding="utf-8")
    named = re.findall(r"`((?:cxanalysis|pages|tests|docs|benchmarks|notebooks|sample_data)/[\w./-]*)`", text)
    # The two folders that only a wheel has.
    missing = [name for name in named if not (ROOT / name).exists()]
    assert set(missing) <= {"cxanalysis/_app", "cxanalysis/_sample"}


def test_the_walk_of_a_number_passes_few_files_and_all_are_there():
    boxes = re.findall(r">(\d)  ([\w/]+\.py)</text>", (ROOT / "docs" / "walk.svg").read_text(encoding="utf-8"))
    assert [int(number) for number, _ in boxes] == list(range(1, len(boxes) + 1))
    assert 1 < len(boxes) <= LONGEST_WALK
    assert not [path for _, path in boxes if not (ROOT / path).is_file()]
    assert boxes[0][1] == "pages/explain/drivers.py"
    assert "shapley" in (ROOT / boxes[-1][1]).read_text(encoding="utf-8")


def test_every_room_has_its_line_in_the_architecture():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [path.name for path in (ROOT / "cxanalysis").iterdir() if (path / "__init__.py").is_file()]
    assert not [room for room in rooms if f"`{room}/`" not in text]


def test_docstrings_point_into_the_repository():
    """A number of a row, or a paper that only its authors have, helps no reader."""
    outside = re.compile(r"(?<![\w/])(?:statistics|reference_values|product|design)\.md|\(R\d{1,2}\)")
    texts = {file.path: (ROOT / file.path).read_text(encoding="utf-8") for file in (*package(), *app())}
    assert not [path for path, text in texts.items() if outside.search(text)]
    named = {path for text in texts.values() for path in re.findall(r"docs/[\w/]+\.md", text)}
    assert named
    assert not [path for path in named if not (ROOT / path).is_file()]
