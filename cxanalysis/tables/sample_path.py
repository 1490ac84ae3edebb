"""Where the files of the sample company lie: `sample_path`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cxanalysis.problem import Problem

#: Files of the sample that are no tables of customers.
_PAPERS: Final[Mapping[str, str]] = {"inventory": "metric_inventory.xlsx"}


def sample_path(name: str) -> Path:
    """Where a file of the sample company lies that is no table of customers.

    Parameters
    ----------
    name : str
        "inventory": the list of metrics that the company keeps in a spreadsheet, for `cx.inventory`.

    Raises
    ------
    Problem
        If there is no such file.

    Examples
    --------
    >>> sample_path("inventory").name
    'metric_inventory.xlsx'
    """
    if name not in _PAPERS:
        raise Problem(f"the sample has no file called '{name}'", do=f"Use one of: {', '.join(_PAPERS)}")
    path = sample_folder() / _PAPERS[name]
    if not path.is_file():
        raise Problem("this file of the sample is not there", where=path.name, do="Run: python -m sample_data.generate")
    return path


def sample_folder() -> Path:
    """Where the sample's files lie: inside the package where it was installed, beside it in the repository."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_sample"
    return installed if installed.is_dir() else package.parent / "sample_data"
