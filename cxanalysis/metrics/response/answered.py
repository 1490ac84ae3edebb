"""Who answered, and who did not: on everything that is known of both (docs/methods/response.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.arguments import check_confidence
from cxanalysis.basis import Basis, Cluster
from cxanalysis.metrics.intervals import cluster_quantile, effective_number
from cxanalysis.metrics.response.outcomes_of_invitations import dispositions_of, letters_of, outcome_column
from cxanalysis.numbers import number, points
from cxanalysis.problem import Problem
from cxanalysis.result import Result
from cxanalysis.tables.as_table import as_table
from cxanalysis.tables.opened import KNOWN, opened
from cxanalysis.weights.answer_model import Logit, design, fit
from cxanalysis.weights.people import (
    People,
    as_numbers,
    as_words,
    both_there,
    checked_fields,
    is_category,
    matched,
)

#: Differences below this are usually called small (Austin 2009 speaks of balance below 0.1).
SMALL: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Answered(Result):
    """Answerers against non-answerers.

    Attributes
    ----------
    table : DataFrame
        One row a number, or a level of a category (of two levels, the one more frequent among answerers), fields with
        the largest difference first: `field, level, answered, not_answered` (mean, or share 0…1; dates as days since
        1970), `difference, low, high` (standardised: in standard deviations), `n_answered, n_not, n_missing`.
    lr, df, p_value : float, int, float
        Joint test whether all fields together tell answerers apart: likelihood ratio of a logit against "everybody
        has the same chance", its degrees of freedom and p. NaN where there is no such test; the notes say why.
    test : str
        "likelihood ratio", or "Wald, clustered" where customers have several rows; "" without a test.
    n_answered, n_not : int
    basis : Basis
        n counts everybody who was or could have been asked.
    fields : tuple of str
        In the order of the table.
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> people = pd.DataFrame({"who": range(200), "market": ["B2B", "B2C"] * 100})
    >>> answers = pd.DataFrame({"who": [*range(0, 100, 2), *range(1, 60, 2)]})
    >>> found = cx.answered(people, answers, on="who", fields=["market"])
    >>> found.table[["level", "answered", "not_answered"]].round(2).values.tolist()
    [['B2B', 0.62, 0.42]]
    >>> round(found.lr, 2), found.df
    (8.4, 1)
    """

    table: pd.DataFrame
    lr: float
    df: int
    p_value: float
    test: str
    n_answered: int
    n_not: int
    basis: Basis
    fields: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def headline(self) -> str:
        """Whether those who answered are like the others, and where they differ most, in one sentence."""
        sure = self.table[(self.table["low"] > 0) | (self.table["high"] < 0)]
        if (not np.isnan(self.p_value) and self.p_value >= 1 - self.confidence) or sure.empty:
            return "Those who answered cannot be told from the others by anything that is known of both."
        row = sure.iloc[0]
        what = f"{row['field']}: {row['level']}" if isinstance(row["level"], str) else str(row["field"])
        more = "more often" if isinstance(row["level"], str) else "higher"
        way = more if row["difference"] > 0 else {"more often": "less often", "higher": "lower"}[more]
        size = "" if abs(row["difference"]) >= SMALL else "only slightly, "
        ends = points(row["difference"], row["low"], row["high"], sign=True)
        return f"Those who answered differ from the others, {size}most in {what} ({way}, {ends} standard deviations)."

    def _further_facts(self) -> tuple[str, ...]:
        return f"{self.n_answered:,} answered, {self.n_not:,} did not", _joint(self)


def answered(
    people: Any,
    answers: Any = None,
    *,
    on: Any = None,
    outcome: str | None = None,
    dispositions: Mapping[str, str] | None = None,
    fields: Sequence[str] | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
) -> Answered:
    """Are those who answered like those who did not?

    Each field is compared by the standardised difference d = (m₁ - m₀)/√((s₁² + s₀²)/2), of shares for each level of
    a category. Its interval is the delta method on rows, or on customers where they have several.

    Parameters
    ----------
    people : Table or data frame
        Everybody who was or could have been asked: invitations, or customers.
    answers : Table or data frame, optional
        Who is in here answered. Without it the invitations' `outcome` says so.
    on : str or (str, str), optional
        Column that names the person in both; default: the tables' customer columns.
    outcome, dispositions : optional
        As in `response`; only those answered in full (I) count.
    fields : list of str, optional
        Default: every category, flag, number, amount, rating and date of `people`.
    cluster : str, optional
        Customer of each row; left out: the table's customer column, where customers have several rows. None: every
        row stands for itself.
    confidence : float

    Returns
    -------
    Answered

    Raises
    ------
    Problem
        If everybody or nobody answered, or a column is not there.

    References
    ----------
    Austin (2009) Statistics in Medicine 28: standardised differences.

    Examples
    --------
    >>> import pandas as pd
    >>> asked = pd.DataFrame({"outcome": ["answered", "unanswered"] * 60, "visits": [3, 1, 2, 2, 4, 1] * 20})
    >>> found = answered(asked)
    >>> found.table[["field", "answered", "not_answered"]].round(2).values.tolist()
    [['visits', 3.0, 1.33]]
    """
    check_confidence(confidence)
    who = matched(people, answers, on) if answers is not None else _by_outcome(people, outcome, dispositions)
    key = (who.on[0],) if who.on else ()
    given = outcome_column(who.table.columns, outcome) if answers is None else outcome
    chosen, notes = checked_fields(who.table, fields, (*key, *([given] if given else [])))
    group, unit = _clusters(who, cluster)
    rows = [
        row for field in chosen for row in _compared(who.table.frame[field], field, who.answered, group, confidence)
    ]
    if not rows:
        raise Problem("no field differs between people", where=who.table.name, do="Name others with fields=")
    table = _ordered(pd.DataFrame(rows))
    joint, why = _joint_test(who, chosen, group)
    return Answered(
        table=table,
        lr=joint.lr if joint else float("nan"),
        df=joint.df if joint else 0,
        p_value=joint.p_value if joint else float("nan"),
        test="" if joint is None else "likelihood ratio" if group is None else "Wald, clustered",
        n_answered=int(who.answered.sum()),
        n_not=int((~who.answered).sum()),
        basis=_basis(who, [*chosen, *([given] if answers is None and given else [])], unit, confidence),
        fields=tuple(dict.fromkeys(table["field"])),
        notes=(*who.notes, *notes, *why, *_cautions(table, unit)),
    )


def _by_outcome(people: Any, outcome: str | None, dispositions: Mapping[str, str] | None) -> People:
    """Who answered, as the invitations themselves say."""
    table = as_table(people, "invitations")
    column = outcome_column(table.columns, outcome)
    if column not in table.columns:
        raise Problem(f"there is no column '{column}'", where=table.name, do="Name the outcome with outcome=")
    words = table.frame[column]
    letters, notes = dispositions_of(sorted(words.dropna().unique().tolist(), key=str), dispositions, column)
    found = (letters_of(words, letters) == "I").to_numpy(bool)
    return People(table, both_there(found, table.name), None, None, None, notes)


def _clusters(who: People, asked: Any) -> tuple[NDArray[np.int64] | None, Cluster | None]:
    """Code of each row's customer, if any customer has several rows."""
    unit = opened(who.table).cluster(asked)
    if unit is None:
        return None, None
    codes, seen = pd.factorize(who.table.frame[unit.column], use_na_sentinel=False)
    if len(seen) == len(codes):
        # Every customer has one row: each is a unit anyway, which is said where it was asked for.
        return None, replace(unit, n=len(seen)) if unit.asked else None
    return codes.astype(np.int64), replace(unit, n=len(seen))


def _basis(who: People, fields: Sequence[str], unit: Cluster | None, confidence: float) -> Basis:
    basis = opened(who.table).basis(
        [*fields, *([unit.column] if unit else [])],
        n=len(who.answered),
        counts="row",
        cluster=unit,
        confidence=confidence,
    )
    return basis if who.answers is None else basis.joined(opened(who.answers).basis())


def _compared(
    column: pd.Series, field: str, hit: NDArray[np.bool_], group: NDArray[np.int64] | None, confidence: float
) -> list[dict[str, Any]]:
    """The rows of one field."""
    if not is_category(column):
        found = _difference(as_numbers(column), hit, group, confidence)
        return [{"field": field, "level": None, **found}] if found else []
    words = as_words(column)
    rows = []
    for level in sorted(set(words)):
        found = _difference((words == level).astype(float), hit, group, confidence)
        if found:
            rows.append({"field": field, "level": level, **found})
    return [max(rows, key=lambda row: row["difference"])] if len(rows) == 2 else rows


def _difference(
    values: NDArray[np.float64], hit: NDArray[np.bool_], group: NDArray[np.int64] | None, confidence: float
) -> dict[str, Any] | None:
    """Standardised difference with its interval; None where nothing varies or one side is empty.

    Influence of a row on d: ((y - m)/n)/√v ∓ … for the mean, and -δ/(4 v^1.5) ((y - m)² - s²)/n for the spread.
    """
    known = ~np.isnan(values)
    y, z = values[known], hit[known]
    if not z.any() or z.all() or not y.std() > 0:
        return None
    mean, spread, n = ([f(y[side]) for side in (z, ~z)] for f in (np.mean, np.var, len))
    v, gap = (spread[0] + spread[1]) / 2, mean[0] - mean[1]
    if not v > 0:
        return None
    here = np.where(z, 0, 1)
    away = y - np.asarray(mean)[here]
    size = np.asarray(n)[here]
    moved = np.where(z, 1, -1) * away / np.sqrt(v) - gap / (4 * v**1.5) * (away**2 - np.asarray(spread)[here])
    influence = moved / size
    if group is not None:
        whole, rows = np.bincount(group[known], weights=influence), np.bincount(group[known])
        count = int((rows > 0).sum())
        se = np.sqrt((whole**2).sum() * count / max(count - 1, 1))
        quantile = float(cluster_quantile(effective_number(rows.sum(), (rows**2).sum(), count), count, confidence))
    else:
        se, quantile = np.sqrt((influence**2).sum()), stats.norm.ppf((1 + confidence) / 2)
    d, half = gap / np.sqrt(v), quantile * se
    return {
        "answered": mean[0],
        "not_answered": mean[1],
        "difference": d,
        "low": d - half,
        "high": d + half,
        "n_answered": n[0],
        "n_not": n[1],
        "n_missing": int((~known).sum()),
    }


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Fields by their largest difference, then their levels by theirs."""
    size = table["difference"].abs()
    most = size.groupby(table["field"]).transform("max")
    order = pd.DataFrame({"most": -most, "field": table["field"], "size": -size})
    return table.loc[order.sort_values(["most", "field", "size"], kind="stable").index].reset_index(drop=True)


def _joint_test(
    who: People, fields: Sequence[str], group: NDArray[np.int64] | None
) -> tuple[Logit | None, tuple[str, ...]]:
    """One test of all fields; refused, with the reason, where the logit has no solution."""
    try:
        matrix = design(who.table.frame, fields, who.answered)
        return fit(matrix, who.answered, group), ()
    except Problem as problem:
        return None, (f"There is no joint test: {problem}",)


def _cautions(table: pd.DataFrame, unit: Cluster | None) -> tuple[str, ...]:
    notes = [f"A standardised difference below {SMALL:g} is usually called small."]
    gone = table[table["n_missing"] > 0].drop_duplicates("field")
    notes += [f"'{row.field}' is not known for {row.n_missing:,} rows." for row in gone.itertuples()]
    if unit is not None:
        notes.append(f"Customers have several rows; intervals and the test keep those of one '{unit.column}' together.")
    return tuple(notes)


def _joint(result: Answered) -> str:
    if np.isnan(result.p_value):
        return "no joint test"
    return f"{result.test}: χ² of {number(result.lr, 1)} by likelihood, df {result.df}, p = {result.p_value:.3g}"
