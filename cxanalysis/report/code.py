"""Steps as the lines of Python that give the same numbers: `code`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cxanalysis.report.table_loading import Loading, workspace_line
from cxanalysis.steps.step import Step
from cxanalysis.workspace.workspace import Workspace

#: Characters of a line: as many as a page shows without a scroll bar.
WIDTH: Final = 80


def code(steps: Step | Sequence[Step], *, workspace: Workspace) -> str:
    """What would I type to get these numbers?

    Parameters
    ----------
    steps : Step or list of Step
        In the order in which they are run; none: only the lines that open the workspace.
    workspace : Workspace
        Where their tables are; what was made from other tables is made again.

    Returns
    -------
    str
        Python, from `import cxanalysis as cx` on.

    Raises
    ------
    Problem
        If a table is not in the workspace.

    Examples
    --------
    >>> import tempfile, pandas as pd, cxanalysis as cx
    >>> workspace = cx.Workspace(tempfile.mkdtemp())
    >>> _ = workspace.add(cx.Table(pd.DataFrame({"recommend": [9, 3]}), name="survey"))
    >>> print(cx.code(cx.Step("nps", ("survey",), {"score": "recommend"}), workspace=workspace).splitlines()[-1])
    cx.nps(survey, score='recommend')
    """
    loading = Loading(workspace)
    every = [steps] if isinstance(steps, Step) else list(steps)
    for step in every:
        loading.need(step.tables)
    calls = [step.code(width=WIDTH) for step in every]
    lines = ["import cxanalysis as cx", "", workspace_line(workspace), *loading.lines]
    return "\n".join([*lines, "", *calls] if calls else lines)
