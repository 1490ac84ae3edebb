"""The guided tours in `notebooks/` run to the end, keep no output, and find what the sample company was made from."""

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
TOURS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def run(path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    return notebook


def test_there_is_a_tour():
    assert TOURS


@pytest.mark.parametrize("path", TOURS, ids=lambda path: path.stem)
def test_tours_are_kept_without_output(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert not [cell for cell in cells if cell.outputs or cell.execution_count]


@pytest.mark.parametrize("path", TOURS, ids=lambda path: path.stem)
def test_tours_run_and_name_the_true_first_failure(path, monkeypatch):
    printed = "".join(
        output["text"]
        for cell in run(path, monkeypatch).cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stdout"
    )
    truth = json.loads((ROOT / "sample_data" / "truth.json").read_text(encoding="utf-8"))
    failures = truth["models"]["all failures"]["outcomes"]["recommend as nps"]["failures"]
    first = max(failures, key=lambda name: failures[name]["importance"])
    assert f"{first.capitalize()} matters most" in printed
