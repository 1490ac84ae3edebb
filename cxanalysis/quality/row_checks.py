"""Rows that should not count: copies, the same number or person twice, answers without reading."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis import numbers
from cxanalysis.quality.change_of_mean import same_by_chance, throughout
from cxanalysis.quality.examined import BLOCK, GRADES, Examined, row_hashes, rows_said
from cxanalysis.quality.quality_result import Mask, QualityFinding

#: Copies are called copies if different people would make no more than this share of them by chance.
_CHANCE: Final = 0.05
#: Who took less than this part of the median time cannot have read the questions (Zhang and Conrad 2014 use a
#: time per word; exports hold only the whole).
_SPEED: Final = 1 / 3
_DURATION: Final = re.compile(
    r"(?i)duration|seconds|elapsed|completion.?time|time.?(taken|spent)|interview.?(time|length)|dauer|sekunden|"
    r"bearbeitungszeit|duraci|dur[ée]e|segundos|dura[cç][aã]o"
)


def duplicates(seen: Examined) -> list[QualityFinding]:
    """Exact copies of whole rows; where short rows would often agree by chance, only said."""
    rows = seen.hashes
    copy = pd.Series(rows).duplicated().to_numpy()
    extra = int(copy.sum())
    if not extra:
        return []
    pairs = int((pd.Series(rows).value_counts() * (pd.Series(rows).value_counts() - 1) / 2).sum())
    if _pairs_by_chance(seen) > _CHANCE * pairs:
        return [
            QualityFinding(
                "rows alike",
                (),
                extra,
                extra / seen.n,
                f"{rows_said(extra)} read exactly like another row, and the columns are so few or so much alike that "
                "different people may have answered so.",
                "If they are copies, they count twice; if they are different people, leaving them out would be wrong.",
                "Bring in a column that tells people apart (a number, a time), or leave them as they are.",
                "to know",
            )
        ]
    before = seen.n
    narrower = 1 - np.sqrt((before - extra) / before)
    return seen.about_rows(
        "duplicates",
        copy,
        finding=f"{rows_said(extra)} of {before:,} {_verb(extra)} exact copies of another row.",
        effect=f"Each counts twice or more, and intervals come out {numbers.percent(float(narrower))} too narrow.",
        advice=f"Leave the copies out: {rows_said(before - extra)} remain.",
        matters="distorts",
        unit=rows,
    )


def repeated_ids(seen: Examined) -> list[QualityFinding]:
    """The same number of a row twice with different content; the latest, else the fullest, row stays."""
    column = seen.table.column_of("id")
    if column is None:
        return []
    rows = seen.hashes
    ids = pd.factorize(seen.frame[column])[0]
    leave = _all_but_last(seen, ids, rows)
    again = int(leave.sum())
    return seen.about_rows(
        "repeated ids",
        leave,
        finding=f"{rows_said(again)} {_verb(again, 'repeats', 'repeat')} a number of {seen.called(column)} "
        "with other content.",
        effect="One case counts more than once, with values that contradict each other.",
        advice="Keep the latest of each (without a date: the one with most answers) and leave out the others.",
        matters="distorts",
        columns=(column,),
        unit=np.where(ids < 0, -1 - np.arange(seen.n), ids),
    )


def repeated_people(seen: Examined) -> list[QualityFinding]:
    """The same person answering twice on one day; orders and contacts may well come twice a day."""
    customer, dates = seen.table.column_of("customer"), seen.table.columns_of("date")
    if customer is None or not dates or not seen.said:
        return []
    who, day = seen.frame[customer], seen.frame[dates[0]].dt.normalize()
    people = pd.factorize(who)[0]
    both = pd.DataFrame({"who": people, "day": day}).groupby(["who", "day"], sort=False).ngroup().to_numpy("int64")
    visit: NDArray[np.int64] = np.where((people < 0) | day.isna().to_numpy(), -1, both).astype(np.int64)
    rows = seen.hashes
    leave = _all_but_last(seen, visit, rows)
    again = int(leave.sum())
    return seen.about_rows(
        "repeated people",
        leave,
        finding=f"{rows_said(again, 'answer')} {_verb(again, 'comes', 'come')} from somebody who answered again "
        "on the same day.",
        effect="Who answers twice counts twice; what moves such people looks more frequent than it is.",
        advice="Keep the last answer of each person and day, or keep all and let intervals be clustered by "
        f"{seen.called(customer)}.",
        matters="weakens",
        columns=(customer, dates[0]),
        unit=np.where(people < 0, -1 - np.arange(seen.n), people),
    )


def straight_liners(seen: Examined) -> list[QualityFinding]:
    """One answer to nine in ten questions of a block (five or more), by more people than answers so alike explain."""
    leave = np.zeros(seen.n, bool)
    best, chance, columns = np.zeros(seen.n, bool), 0.0, []
    for block in seen.blocks:
        answers = np.column_stack([seen.numbers_of(column) for column in block])
        asked = ~np.isnan(answers)
        enough = asked.sum(axis=1) >= BLOCK
        if not enough.any():
            continue
        same, which = throughout(answers)
        same &= enough
        complete = answers[asked.all(axis=1)]
        expected = same_by_chance(complete, BLOCK)
        if _more_than(int(same.sum()), int(enough.sum()), expected):
            columns += block
            leave |= same
            best |= same & (which == seen.table.scales[block[0]].best)
            chance = max(chance, expected)
    some = int(leave.sum())
    by_chance = numbers.percent(chance) if chance >= 0.001 else "hardly anybody"
    return seen.about_rows(
        "straight-liners",
        leave,
        finding=f"{some:,} of {seen.n:,} gave one and the same answer to (nearly) all questions of a block; "
        f"{by_chance} would, if everybody had read them. {int(best.sum()):,} of them gave the best grade throughout, "
        "which satisfied people also do.",
        effect="They raise every correlation between the questions, so all drivers look alike and strong.",
        advice="Compare the drivers with and without them; leave them out if the order changes.",
        matters="weakens",
        columns=tuple(columns),
    )


def speeders(seen: Examined) -> list[QualityFinding]:
    """Less than a third of the median time."""
    timed = [c for c in seen.table.columns_of("number") if _DURATION.search(f"{c} {seen.table.labels.get(c, '')}")]
    if not timed or not seen.said:
        return []
    took = seen.numbers_of(timed[0])
    if np.isnan(took).all():
        return []
    median = float(np.nanmedian(took))
    leave = took < _SPEED * median
    fast = int(leave.sum())
    return seen.about_rows(
        "speeders",
        leave,
        finding=f"{rows_said(fast, 'answer')} took less than {numbers.number(_SPEED * median, 1)} "
        f"in {seen.called(timed[0])}, a third of the median of {numbers.number(median, 1)}.",
        effect="Who does not read the questions adds noise, which makes effects look smaller.",
        advice="Leave them out, or look whether a short path through the questions explains them.",
        matters="weakens",
        columns=(timed[0],),
    )


def _all_but_last(seen: Examined, group: NDArray[np.int64], rows: NDArray[np.int64]) -> Mask:
    """All rows of each group but the latest; then the fullest; then by content, so that the file's order is nothing.

    Copies of a whole row are not among them: `duplicates` speaks of these, and one of them must stay.
    """
    group = np.where(pd.Series(rows).duplicated(), -1, group)
    dates = seen.table.columns_of("date")
    when = (
        seen.frame[dates[0]].to_numpy("datetime64[us]").view("int64") if dates else np.zeros(seen.n, "int64")
    )  # NaT is the smallest number: undated rows go first
    filled = seen.frame.notna().sum(axis=1).to_numpy()
    order = np.lexsort((rows, filled, when, group))
    sorted_group = group[order]
    last = np.append(sorted_group[1:] != sorted_group[:-1], True)
    leave = np.zeros(seen.n, bool)
    leave[order] = ~last & (sorted_group >= 0)
    return leave


def _pairs_by_chance(seen: Examined) -> float:
    """Pairs of rows expected to agree in every column, were the columns independent but for the graded ones.

    Grades of one person go together, so all of them count as one column with the agreement seen.
    """
    raw, pairs = seen.table.raw, seen.n * (seen.n - 1) / 2
    graded = [c for c in seen.table.columns_of(*GRADES) if c in raw.columns]
    together = [row_hashes(raw[graded])] if graded else []
    others = [pd.factorize(raw[c])[0] for c in raw.columns if c not in graded]
    for codes in (*together, *others):
        counts = np.unique(codes, return_counts=True)[1].astype(float)
        pairs *= float((counts * (counts - 1)).sum()) / (seen.n * (seen.n - 1))
    return pairs


def _more_than(found: int, of: int, expected: float) -> bool:
    """Whether more do so than expected, at one in a thousand (exact binomial), and by half as many again."""
    return found > 1.5 * expected * of and bool(stats.binomtest(found, of, expected, "greater").pvalue < 0.001)


def _verb(n: int, one: str = "is", many: str = "are") -> str:
    return one if n == 1 else many
