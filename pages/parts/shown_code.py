"""The code of a page's steps, from an empty file on: the same lines as in the notebook."""

from __future__ import annotations

from collections.abc import Sequence

import cxanalysis as cx
from cxanalysis.report.table_loading import Loading, workspace_line


def of(workspace: cx.Workspace, steps: Sequence[cx.Step]) -> str:
    """Lines of Python that open the workspace, take the tables and make the calls."""
    loading = Loading(workspace)
    for step in steps:
        loading.need(step.tables)
    calls = [step.code(width=80) for step in steps]
    return "\n".join(["import cxanalysis as cx", "", workspace_line(workspace), *loading.lines, "", *calls])
