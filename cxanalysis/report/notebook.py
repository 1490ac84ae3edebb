"""Steps as a notebook that anyone can run again, with the same numbers to the last digit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cxanalysis.problem import Problem
from cxanalysis.report.markdown import escaped
from cxanalysis.report.table_loading import Loading, check_lines, workspace_line
from cxanalysis.steps.python_source import WIDTH
from cxanalysis.steps.step import Step
from cxanalysis.workspace.workspace import Workspace

#: Width of charts in a notebook, in pixels: a cell has no width that a picture could fill.
CHART_WIDTH: Final = 760


def notebook(steps: Step | Iterable[Step], *, workspace: Workspace | None = None, title: str | None = None) -> bytes:
    """A Jupyter notebook that makes these steps again.

    Answers "can I see how you got this, and get it myself?". The tables are opened from the workspace; a linked
    table is made again by its own step. A cell says whether the tables have changed since.

    Parameters
    ----------
    steps : Step or iterable of Step
        In the order in which they shall run.
    workspace : Workspace, optional
        Where the tables are. Without it the notebook opens the default workspace and cannot check the tables.
    title : str, optional
        Shown as it is; default "Customer experience analysis".

    Returns
    -------
    bytes
        The `.ipynb` file; the same bytes for the same steps and tables.

    Raises
    ------
    Problem
        If there is no step, or a table is not in the workspace.

    Examples
    --------
    >>> import json, cxanalysis as cx
    >>> made = cx.notebook(cx.Step("nps", ("survey",), {"score": "recommend"}))
    >>> print("".join(json.loads(made)["cells"][4]["source"]))
    result = cx.nps(survey, score='recommend')
    result
    """
    chosen = [steps] if isinstance(steps, Step) else list(steps)
    if not chosen:
        raise Problem("there is nothing to put into the notebook", do="Choose at least one result")
    loading = Loading(workspace)
    for step in chosen:
        loading.need(step.tables)
    cells = [
        new_markdown_cell(f"# {escaped(title or 'Customer experience analysis')}", id="title"),
        new_code_cell(_imports(), id="import"),
        new_code_cell("\n".join([workspace_line(workspace), *loading.lines]), id="tables"),
    ]
    if workspace is not None:
        cells.append(new_code_cell(check_lines(workspace, loading.names), id="check"))
    for number, step in enumerate(chosen, start=1):
        cells += _step_cells(step, number)
    book = new_notebook(cells=cells, metadata=_METADATA)
    nbformat.validate(book)
    return (nbformat.writes(book) + "\n").encode()


_METADATA: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def _imports() -> str:
    """The first lines. A notebook is a process of its own, so here a chart's form may be chosen for all of it.

    Pictures, because Altair's own default would fetch scripts from the network.
    """
    return "\n".join(
        [
            "import altair as alt",
            "",
            "import cxanalysis as cx",
            "",
            'alt.renderers.enable("svg")  # nothing is fetched from the network',
        ]
    )


def _step_cells(step: Step, number: int) -> list[nbformat.NotebookNode]:
    name = "result" if number == 1 else f"result_{number}"
    code = f"{name} = {step.code(width=WIDTH - len(name) - 3)}"
    cells = [
        new_markdown_cell(f"## {_heading(step)}", id=f"heading-{number}"),
        new_code_cell(f"{code}\n{name}", id=f"step-{number}"),
    ]
    if chart := step.registered.chart:
        cells.append(new_code_cell(f"cx.charts.{chart}({name}, width={CHART_WIDTH})", id=f"chart-{number}"))
    return cells


def _heading(step: Step) -> str:
    """What the step is about, in a few words."""
    heading, subject = step.registered.heading, step.arguments.get(step.registered.about)
    where = f"in {escaped(' and '.join(step.tables))}"
    return f"{heading} {escaped(str(subject))}, {where}" if subject is not None else f"{heading} {where}"
