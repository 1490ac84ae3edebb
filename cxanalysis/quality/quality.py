"""Can these data be trusted, what does each fault do, and what can be left out: `quality`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pandas as pd

from cxanalysis import numbers
from cxanalysis.quality import column_checks as of_columns
from cxanalysis.quality import missing_answers as of_gaps
from cxanalysis.quality import row_checks as of_rows
from cxanalysis.quality import scale_use as of_grades
from cxanalysis.quality import value_checks as of_values
from cxanalysis.quality.examined import Examined, examine, rows_said
from cxanalysis.quality.quality_result import COLUMNS, MATTERS, Quality, QualityFinding
from cxanalysis.tables.opened import basis_of

#: Name of a check whose findings `cx.clean` can leave out → what looks for it.
MENDED: Final[Mapping[str, Callable[[Examined], list[QualityFinding]]]] = {
    "duplicates": of_rows.duplicates,
    "repeated ids": of_rows.repeated_ids,
    "repeated people": of_rows.repeated_people,
    "straight-liners": of_rows.straight_liners,
    "speeders": of_rows.speeders,
    "outside the scale": of_values.outside_the_scale,
    "impossible dates": of_values.impossible_dates,
    "closed before opened": of_values.closed_before_opened,
    "negative amounts": of_values.negative_amounts,
    "leakage": of_columns.leakage,
    "mostly empty columns": of_gaps.mostly_empty,
    "constant columns": of_columns.constant_columns,
    "id-like columns": of_columns.id_like_columns,
}
#: What is only said.
_SAID: Final = (
    of_gaps.missing_with_outcome,
    of_gaps.incomplete_rows,
    of_gaps.missing_together,
    of_grades.changed_scale,
    of_grades.halo,
    of_grades.ceiling,
    of_grades.floor,
    of_columns.small_groups,
)


def quality(table: Any, *, outcome: str | None = None, today: str | None = None, confidence: float = 0.95) -> Quality:
    """Can we trust these rows, and what would each fault do to an analysis?

    Looks for copies of whole rows, ids and people that come twice, answers without reading (straight-liners, speeders),
    values that cannot be (outside the scale, future and zero dates, closed before opened, negative money), columns that
    restate the outcome, are constant, empty or name the row, gaps (by column, together, with the outcome), full ends
    of scales, answers from one impression (halo), small groups, scales that changed. Nothing is changed.

    Parameters
    ----------
    table : Table or data frame
        A data frame without roles is only looked through for copies of whole rows.
    outcome : str, optional
        What the analysis is about; None: the table's score, if it has one.
    today : str, optional
        The day (2026-12-31) after which a date lies in the future; None: the day of the call.
    confidence : float
        Of the intervals, 0…1.

    Returns
    -------
    Quality
        `.table` has one row a finding, the one that matters most first. What it names can be handed to `cx.clean`.

    Raises
    ------
    Problem
        No rows, no such column, an outcome that is no number, a day that is no date.

    Notes
    -----
    Change of the mean: linearised difference of two means over the same people (Binder 1983). Gaps and outcome: Welch's
    test, Benjamini-Hochberg over the columns. Straight-liners: against the share that answers as correlated as these
    would give by chance (normal copula with one common factor), exact binomial test at 0.001. Copies: only
    where independent columns would agree by chance in less than a twentieth of the pairs found.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"csat": range(1, 41), "note": [f"person {k}" for k in range(40)]})
    >>> doubled = pd.concat([answers, answers.head(10)])
    >>> cx.quality(doubled).headline
    '10 rows of 50 are exact copies of another row.'
    """
    seen = examine(table, outcome, today, confidence)
    found = [finding for check in (*MENDED.values(), *_SAID) for finding in check(seen)]
    found.sort(key=_order)
    rows = pd.DataFrame([finding.row() for finding in found], columns=list(COLUMNS))
    rows = rows.astype({"rows": "int64", **dict.fromkeys(("share", "change", "change_low", "change_high"), "float64")})
    return Quality(
        table=rows,
        missing=of_gaps.missing_table(seen),
        complete=of_gaps.complete_usual(seen),
        outcome=seen.outcome,
        today=str(seen.today.date()),
        basis=basis_of(seen.table, seen.table.columns, n=seen.n, counts="row", confidence=confidence),
        headline=_headline(seen, found),
        notes=_notes(seen),
    )


def _order(finding: QualityFinding) -> tuple[int, float]:
    """What distorts first; of equals, what concerns more rows."""
    return MATTERS.index(finding.matters), -finding.share


def _headline(seen: Examined, found: list[QualityFinding]) -> str:
    """One sentence: the worst, or that nothing was found."""
    distorts = [f for f in found if f.matters == "distorts"]
    weakens = [f for f in found if f.matters == "weakens"]
    if distorts:
        more = len(distorts) - 1
        rest = f"; {more} more {'thing distorts' if more == 1 else 'things distort'} an analysis." if more else "."
        return distorts[0].finding.removesuffix(".") + rest
    rows = rows_said(seen.n)
    if weakens:
        things = "1 thing weakens" if len(weakens) == 1 else f"{len(weakens)} things weaken"
        return f"Nothing found in {rows} that distorts an analysis; {things} it, above all {weakens[0].check}."
    return f"Nothing found in {rows} that distorts or weakens an analysis."


def _notes(seen: Examined) -> tuple[str, ...]:
    table = seen.table
    notes = []
    if seen.outcome is None:
        notes.append(
            "No outcome is known, so what a finding does to its mean is not shown, and leakage not looked for."
        )
    if not seen.said:
        notes.append("A row is nobody's answer here, so people who come twice and speeders are not looked for.")
    elif not seen.blocks:
        notes.append("There is no block of five or more questions on one scale, so no straight-liners.")
    codes = sum(code.count for code in table.codes if code.applied)
    if codes:
        taken = f"{rows_said(codes, 'value')} {'was' if codes == 1 else 'were'} taken for no answer"
        notes.append(f"{taken} when the file was read, so they are gaps here; the data page lists them.")
    ignored = len(table.columns_of("ignore"))
    if ignored:
        notes.append(f"{ignored} columns are left out of every analysis and only compared for copies of whole rows.")
    notes.append(f"A date after {numbers.day(seen.today.date())} counts as in the future.")
    notes.append(
        "What is not looked for: answers that are wrong but possible, and people who are not in the table at all."
    )
    return tuple(notes)
