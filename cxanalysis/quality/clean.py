"""A table without what its quality report names: `clean`. The table itself stays as it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from cxanalysis.arguments import check_column, shown
from cxanalysis.basis import Basis, LeftOut, Reason
from cxanalysis.problem import Problem
from cxanalysis.quality.cleaned import Cleaned
from cxanalysis.quality.examined import Examined, examine, listed, rows_said
from cxanalysis.quality.quality import MENDED
from cxanalysis.quality.quality_result import QualityFinding
from cxanalysis.tables.opened import basis_of
from cxanalysis.tables.table import Table

#: Columns of `Cleaned.left_out`, in order.
COLUMNS: Final = ("check", "action", "columns", "rows", "finding")


def clean(
    table: Any,
    *,
    drop: Iterable[str] = (),
    columns: Iterable[str] = (),
    outcome: str | None = None,
    today: str | None = None,
) -> Cleaned:
    """The table without what `cx.quality` names; rows leave, impossible values are emptied, columns are set aside.

    Every check looks at the table as it was handed over, so the order of the names does not count. The table handed
    over is not changed.

    Parameters
    ----------
    table : Table or data frame
    drop : list of str
        Names of checks whose `action` in `cx.quality(table).table` is not empty: "duplicates", "repeated ids",
        "repeated people", "straight-liners", "speeders" (rows); "outside the scale", "impossible dates", "closed before
        opened", "negative amounts" (values); "leakage", "mostly empty columns", "constant columns", "id-like columns"
        (columns). A check that finds nothing leaves nothing out, and a note says so.
    columns : list of str, optional
        Columns to set aside whatever the checks say.
    outcome, today : str, optional
        As for `cx.quality`.

    Returns
    -------
    Cleaned
        `.table` is called `<name>_clean`.

    Raises
    ------
    Problem
        An unknown check or column; nothing would remain.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = cx.Table(pd.DataFrame({"csat": [5, 4, 9]}), name="survey", roles={"csat": "csat"},
    ...                    scales={"csat": cx.Scale(1, 5)})
    >>> cleaned = cx.clean(answers, drop=["outside the scale"])
    >>> cleaned.table.frame["csat"].tolist(), cleaned.headline
    ([5.0, 4.0, nan], 'Left out: outside the scale. All 3 rows stay.')
    """
    seen = examine(table, outcome, today, 0.95)
    names, aside = _names(drop, "drop"), _names(columns, "columns")
    for name in names:
        if name not in MENDED:
            raise Problem(
                f"'{name}' is no check that can be left out", where="drop", do=f"Use some of: {', '.join(MENDED)}"
            )
    for column in aside:
        check_column(column, seen.table.columns, f"columns, {seen.table.name}")
    per_check = {name: [f for f in MENDED[name](seen) if f.action] for name in names}
    found = [finding for several in per_check.values() for finding in several]
    nothing = [name for name, several in per_check.items() if not several]
    kept = np.ones(seen.n, bool)
    for finding in found:
        if finding.leave is not None:
            kept &= ~finding.leave
    if not kept.any():
        raise Problem("nothing would remain", where=seen.table.name, do="Leave out less")
    notes = _notes(seen, found, nothing, aside, int(kept.sum()))
    return Cleaned(
        table=_without(seen.table, found, aside, kept, notes),
        left_out=pd.DataFrame([_row(f) for f in found], columns=list(COLUMNS)),
        n_before=seen.n,
        n_after=int(kept.sum()),
        basis=_basis(seen, int(kept.sum())),
        headline=_headline(seen, [f.check for f in found], aside, int(kept.sum())),
        notes=notes,
    )


def _basis(seen: Examined, after: int) -> Basis:
    left_out = (LeftOut(seen.n - after, Reason.BY_HAND),) if after < seen.n else ()
    return basis_of(seen.table, seen.table.columns, n=after, counts="row", left_out=left_out)


def _names(given: Iterable[str], argument: str) -> list[str]:
    if isinstance(given, str):
        raise Problem(f"'{argument}' is a list of names, not one text", do=f"Write {argument}=[{given!r}]")
    if not isinstance(given, Iterable) or not all(isinstance(name, str) for name in given):
        raise Problem(f"a list of names is needed, not {shown(given)}", where=argument)
    return list(dict.fromkeys(given))


def _without(
    table: Table, found: list[QualityFinding], aside: list[str], kept: np.ndarray, notes: tuple[str, ...]
) -> Table:
    """The raw rows without what was found, under the same decisions."""
    raw = table.raw
    cells: dict[str, np.ndarray] = {}
    for finding in found:
        for column, mask in finding.empty.items():
            cells[column] = cells.get(column, False) | mask
    raw = raw.assign(**{column: raw[column].mask(mask) for column, mask in cells.items()})
    ignored = [*aside, *(column for finding in found for column in finding.aside)]
    decided = table.decisions
    return table.replace(
        raw=raw.loc[kept].reset_index(drop=True),
        name=f"{table.name}_clean",
        decisions=replace(
            decided,
            roles={**decided.roles, **dict.fromkeys(ignored, "ignore")},
            reasons={**decided.reasons, **dict.fromkeys(ignored, (1.0, "set aside by hand"))},
        ).noted(*notes),
    )


def _row(finding: QualityFinding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "action": finding.action,
        "columns": list(finding.columns),
        "rows": finding.rows,
        "finding": finding.finding,
    }


def _notes(
    seen: Examined, found: list[QualityFinding], nothing: list[str], aside: list[str], after: int
) -> tuple[str, ...]:
    what = {"rows": "left out", "values": "emptied", "columns": "set aside"}
    notes = [f"{f.check}, {what[f.action]}: {f.finding}" for f in found]
    notes += [f"{name}: nothing was found, so nothing is left out." for name in nothing]
    if aside:
        notes.append(f"Set aside by name: {listed(aside)}.")
    if after < seen.n:
        notes.append(f"{rows_said(seen.n - after)} of {seen.n:,} left out, {after:,} remain.")
    return tuple(notes)


def _headline(seen: Examined, checks: list[str], aside: list[str], after: int) -> str:
    names = [*checks, *([f"{listed(aside)}"] if aside else [])]
    if not names:
        return f"Nothing was left out: all {rows_said(seen.n)} stay."
    rows = f"All {rows_said(seen.n)} stay." if after == seen.n else f"{after:,} of {rows_said(seen.n)} stay."
    return f"Left out: {', '.join(names)}. {rows}"
