"""How the documentation is built: `make docs`. Pages are written by hand; the reference comes from the docstrings."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cxanalysis

project = "cxanalysis"
author = "The authors of cxanalysis"
version = release = cxanalysis.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
root_doc = "index"
nitpicky = False

# Docstrings are numpy's; a word between single backticks is code.
default_role = "code"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
# One page a topic lists what belongs to it; no page is made for a single name.
autosummary_generate = False

myst_heading_anchors = 3
html_theme = "furo"
html_title = f"cxanalysis {release}"
html_static_path = ["_static"]
html_css_files = ["wide_tables.css"]
html_show_sphinx = False
html_copy_source = False
html_show_copyright = False

# Two results may have a property of the same name; a word in a docstring's list of types then means neither.
suppress_warnings = ["ref.python"]

#: |r| in a docstring is a number without its sign, not the substitution that reStructuredText takes it for.
ABSOLUTE = re.compile(r"\|(\w+)\|")


def _absolute_values(_app: Sphinx, _what: str, _name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    lines[:] = [ABSOLUTE.sub(r"\\|\1\\|", line) for line in lines]


def setup(app: Sphinx) -> None:
    """Before napoleon (500) turns sections into fields."""
    app.connect("autodoc-process-docstring", _absolute_values, priority=400)
