"""Answers that are missing: by column, together, and with the outcome."""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from cxanalysis import numbers
from cxanalysis.quality.examined import ANALYSED, Examined, rows_said
from cxanalysis.quality.quality_result import MISSING_COLUMNS, QualityFinding

#: A column emptier than this is left out rather than repaired.
_MOSTLY: Final = 0.5
#: A mean that moves by less than this many standard deviations is nothing to be warned of.
_NOTICEABLE: Final = 0.05
#: Columns whose gaps go together so closely (correlation) are empty for one reason.
_TOGETHER: Final = 0.9
#: Gaps in fewer rows than this share are not worth a pattern.
_WORTH_SAYING: Final = 0.02
#: Fewer rows than this with or without an answer: no test.
_FEWEST: Final = 10
#: Below this false-discovery rate gaps are said to go with the outcome.
_DISCOVERY: Final = 0.05


def missing_table(seen: Examined) -> pd.DataFrame:
    """One row a column that an analysis may use, emptiest first; see `Quality.missing`."""
    rows: list[dict[str, Any]] = []
    for column in seen.table.columns_of(*ANALYSED, "date", "due", "closed", "customer"):
        gap = seen.frame[column].isna().to_numpy()
        row = {"column": column, "missing": int(gap.sum()), "share": float(gap.mean())}
        testable = column != seen.outcome and seen.table.roles[column] in ANALYSED
        rows.append({**row, **(_against_outcome(seen, gap) if testable else {})})
    table = pd.DataFrame(rows, columns=list(MISSING_COLUMNS))
    numeric = list(MISSING_COLUMNS[2:])
    table[numeric] = table[numeric].astype("float64")
    tested = table["p_value"].notna()
    if tested.any():
        table.loc[tested, "q_value"] = stats.false_discovery_control(table.loc[tested, "p_value"])
    return table.sort_values("share", ascending=False, kind="stable").reset_index(drop=True)


def _against_outcome(seen: Examined, gap: np.ndarray) -> dict[str, float]:
    """Mean outcome where the column is empty less where it is filled (Welch)."""
    if seen.y is None:
        return {}
    empty, filled = (seen.y[mask & ~np.isnan(seen.y)] for mask in (gap, ~gap))
    if min(len(empty), len(filled)) < _FEWEST or np.ptp(empty) == 0 or np.ptp(filled) == 0:
        return {}
    with warnings.catch_warnings():
        # scipy warns of nearly equal values, whose interval is then as narrow as it should be.
        warnings.simplefilter("ignore", RuntimeWarning)
        found = stats.ttest_ind(empty, filled, equal_var=False)
    between = found.confidence_interval(seen.confidence)
    return {
        "difference": float(empty.mean() - filled.mean()),
        "low": float(between.low),
        "high": float(between.high),
        "p_value": float(found.pvalue),
    }


def mostly_empty(seen: Examined) -> list[QualityFinding]:
    """Columns that more than half of the rows leave empty."""
    gaps = seen.frame[list(seen.table.columns_of(*ANALYSED))].isna()
    shares = gaps.mean()
    columns = tuple(str(c) for c in shares.index[shares > _MOSTLY] if c != seen.outcome)
    if not columns:
        return []
    drivers = _drivers(seen)
    now, then = complete_rows(seen, drivers), complete_rows(seen, [c for c in drivers if c not in columns])
    gain = f" Without them a driver analysis has {rows_said(then)} instead of {now:,}." if then > now else ""
    rows = int(gaps[list(columns)].any(axis=1).sum())
    return [
        QualityFinding(
            "mostly empty columns",
            columns,
            rows,
            rows / seen.n,
            f"{seen.listed(columns)} {'is' if len(columns) == 1 else 'are'} empty in more than half of the rows.",
            f"As a driver, such a column leaves only the rows of the few who filled it.{gain}",
            "Leave them out, unless the question was meant for a few; then compare only these.",
            "weakens" if then > now else "to know",
            aside=columns,
        )
    ]


def incomplete_rows(seen: Examined) -> list[QualityFinding]:
    """How many rows the usual drivers leave, and whom that leaves out."""
    drivers = _drivers(seen)
    if seen.y is None or len(drivers) < 2:
        return []
    gaps = seen.frame[[seen.outcome, *drivers]].isna()
    gap = gaps.any(axis=1).to_numpy()
    lost = int(gap.sum())
    if lost < _WORTH_SAYING * seen.n:
        return []
    gains = {c: complete_rows(seen, [d for d in drivers if d != c]) - (seen.n - lost) for c in drivers}
    costly = max(drivers, key=lambda c: gains[c])
    change = seen.change(gap)
    advice = "Choose pairwise or imputed answers on the drivers page, and see whether the order of the drivers stays."
    if gains[costly] > 0:
        advice = f"Leaving out {seen.called(costly)} alone wins back {rows_said(gains[costly])}. {advice}"
    differs = numbers.known(*change) and not change[1] <= 0 <= change[2]
    much = differs and abs(change[0]) > _NOTICEABLE * float(np.nanstd(seen.y))
    who = "Who answered everything is not like the others. " if differs else ""
    left = numbers.percent(1 - lost / seen.n)
    return [
        QualityFinding(
            "incomplete rows",
            tuple(str(c) for c in gaps.columns[gaps.any()]),
            lost,
            lost / seen.n,
            f"{seen.n - lost:,} of {seen.n:,} rows ({left}) have the outcome and all {len(drivers)} usual drivers.",
            f"A driver analysis of complete rows uses only these. {who}{seen.moved(change, 'the others')}",
            advice,
            "distorts" if much else "weakens",
            change,
        )
    ]


def missing_together(seen: Examined) -> list[QualityFinding]:
    """Columns that are empty in the same rows."""
    gaps = seen.frame[list(seen.table.columns_of(*ANALYSED))].isna()
    gaps = gaps.loc[:, (gaps.mean() >= _WORTH_SAYING) & (gaps.mean() < 1)]
    if gaps.shape[1] < 2:
        return []
    close = np.corrcoef(gaps.to_numpy("float64"), rowvar=False) >= _TOGETHER
    groups: list[tuple[str, ...]] = []
    left = list(range(gaps.shape[1]))
    while left:
        group = [k for k in left if close[left[0], k]]
        left = [k for k in left if k not in group]
        if len(group) > 1:
            groups.append(tuple(str(gaps.columns[k]) for k in group))
    if not groups:
        return []
    sizes = [int(gaps[list(group)].all(axis=1).sum()) for group in groups]
    most = int(np.argmax(sizes))
    more = f" There {'is 1 more such group' if len(groups) == 2 else f'are {len(groups) - 1} more such groups'}."
    return [
        QualityFinding(
            "missing together",
            groups[most],
            sizes[most],
            sizes[most] / seen.n,
            f"{seen.listed(groups[most])} are empty in the same {rows_said(sizes[most])}."
            + (more if len(groups) > 1 else ""),
            "They were not asked or do not apply, so these rows are another group of people, not people with gaps.",
            "Analyse those who were asked on their own; do not impute what was not asked.",
            "to know",
        )
    ]


def missing_with_outcome(seen: Examined) -> list[QualityFinding]:
    """Gaps of people who are more or less satisfied than the others; corrected for the number of columns."""
    table = missing_table(seen)
    # Gaps of mostly empty columns (a second purpose, a third comment) are no answers that somebody withheld.
    told = (table["share"] <= _MOSTLY) | table["column"].isin(_drivers(seen))
    found = table[((table["q_value"] < _DISCOVERY) & told).to_numpy()]
    if found.empty:
        return []
    columns = tuple(found["column"])
    row = found.iloc[int(found["difference"].abs().to_numpy().argmax())]
    rows = int(seen.frame[list(columns)].isna().any(axis=1).sum())
    tested = int(table["p_value"].notna().sum())
    others = f", and likewise in {len(columns) - 1} more" if len(columns) > 1 else ""
    outcome = seen.called(seen.outcome)
    # By how much the mean of the complete rows lies beside the mean of all, column by column.
    shift = float((found["difference"].abs() * found["share"]).max())
    much = seen.y is not None and shift > _NOTICEABLE * float(np.nanstd(seen.y))
    return [
        QualityFinding(
            "missing with the outcome",
            columns,
            rows,
            rows / seen.n,
            f"Where {seen.called(row['column'])} is empty, {outcome} is {_away(row)}{others}; {tested} columns tested.",
            "Who does not answer is more or less satisfied, so an analysis of complete rows speaks for others.",
            "Impute the gaps (it uses the outcome), or weight, and show both results.",
            "distorts" if much else "weakens",
        )
    ]


def _away(row: pd.Series) -> str:
    """By how much the outcome lies beside that of the others: "0.56 [0.37, 0.74] lower than elsewhere"."""
    ends = (row["difference"], row["low"], row["high"])
    below = row["difference"] < 0
    value, low, high = (-ends[0], -ends[2], -ends[1]) if below else ends
    return f"{numbers.points(value, low, high)} {'lower' if below else 'higher'} than elsewhere, beyond chance"


def complete_rows(seen: Examined, drivers: list[str]) -> int:
    """Rows that have the outcome and these drivers."""
    wanted = [*([seen.outcome] if seen.outcome else []), *drivers]
    return int(seen.frame[wanted].notna().all(axis=1).sum()) if wanted else seen.n


def _drivers(seen: Examined) -> list[str]:
    return list(seen.table.usual_drivers(seen.outcome or ""))


def complete_usual(seen: Examined) -> int:
    """Rows that have the outcome and every usual driver."""
    return complete_rows(seen, _drivers(seen))
