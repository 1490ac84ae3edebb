"""Response rate: how many of those who were asked have answered (docs/methods/response.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis import numbers
from cxanalysis.arguments import check_choice, check_columns, check_flag, check_share
from cxanalysis.basis import Cluster, Reason
from cxanalysis.engine.engines import engine_of
from cxanalysis.engine.need import Measure, Need
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import Precision, wilson
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.response.outcomes_of_invitations import (
    DISPOSITIONS,
    UNKNOWN,
    dispositions_of,
    letters_of,
    outcome_column,
)
from cxanalysis.metrics.response.published_rates import CAVEAT, published_rate
from cxanalysis.metrics.row_values import VALUE, Missing, Options, question_of
from cxanalysis.tables.opened import KNOWN

Array = NDArray[np.float64]
#: Rate → its formula in AAPOR's letters.
RATES: Final[Mapping[str, str]] = {
    "RR1": "I / ((I+P) + (R+NC+O) + (UH+UO))",
    "RR2": "(I+P) / ((I+P) + (R+NC+O) + (UH+UO))",
    "RR3": "I / ((I+P) + (R+NC+O) + e(UH+UO))",
    "RR4": "(I+P) / ((I+P) + (R+NC+O) + e(UH+UO))",
    "RR5": "I / ((I+P) + (R+NC+O))",
    "RR6": "(I+P) / ((I+P) + (R+NC+O))",
    "sent": "I / all invitations sent",
    "delivered": "I / (all invitations sent - (UH+UO))",
}
#: Rates that count an answer broken off as an answer.
_WITH_PARTIAL: Final = ("RR2", "RR4", "RR6")
_DENOMINATORS: Final[Mapping[str, str]] = {
    "RR1": "all eligible invitations, unknown ones included",
    "RR3": "eligible invitations, and the share e of the unknown ones",
    "RR5": "invitations known to be eligible",
    "sent": "all invitations sent",
    "delivered": "all invitations sent that are not known to have failed",
}
#: Columns of the working frame; control characters keep them apart from any column of a user.
_BASE, _LETTER = "counted\x1f", "disposition\x1f"
_ABOVE, _BELOW, _OPEN = (
    "above the published rate",
    "below the published rate",
    "cannot be told from the published rate",
)


def aapor(counts: Mapping[str, float], e: float | None = None) -> dict[str, float]:
    """All rates from counts of dispositions, in %.

    e, the share of the unknown that would be eligible, is the share among the known: the proportional allocation
    of CASRO (1982), as AAPOR allows for RR3 and RR4.

    Examples
    --------
    >>> rates = aapor({"I": 50, "P": 10, "R": 20, "NC": 15, "O": 5, "UH": 20, "UO": 5, "NE": 25})
    >>> {name: round(rate, 2) for name, rate in rates.items() if name in ("RR1", "RR4", "RR6", "sent")}
    {'RR1': 40.0, 'RR4': 50.0, 'RR6': 60.0, 'sent': 33.33}
    """
    n = {letter: float(counts.get(letter, 0.0)) for letter in DISPOSITIONS}
    share = eligible_share(n) if e is None else e
    out = {}
    for name in RATES:
        base = sum(n[letter] * weight for letter, weight in _base(name, share).items())
        top = n["I"] + (n["P"] if name in _WITH_PARTIAL else 0.0)
        out[name] = 100 * top / base if base > 0 else float("nan")
    return out


def eligible_share(counts: Mapping[str, float]) -> float:
    """e: eligible / (eligible + not eligible), among the invitations of which it is known; 1 if none is.

    Examples
    --------
    >>> eligible_share({"I": 60, "NC": 20, "NE": 20, "UH": 400})
    0.8
    """
    known = sum(counts.get(letter, 0.0) for letter in ("I", "P", "R", "NC", "O"))
    total = known + counts.get("NE", 0.0)
    return known / total if total > 0 else 1.0


def _base(rate: str, e: float) -> dict[str, float]:
    """What an invitation of each disposition weighs in the denominator."""
    unknown = {"RR1": 1.0, "RR2": 1.0, "RR3": e, "RR4": e, "sent": 1.0}.get(rate, 0.0)
    not_eligible = 1.0 if rate in ("sent", "delivered") else 0.0
    return {letter: unknown if letter in UNKNOWN else 1.0 for letter in DISPOSITIONS} | {"NE": not_eligible}


def response(
    invitations: Any,
    outcome: str | None = None,
    *,
    dispositions: Mapping[str, str] | None = None,
    rate: str = "RR1",
    by: str | Sequence[str] | None = None,
    e: float | None = None,
    published: bool = True,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    date: str | None = None,
    period: str | None = None,
) -> Estimates:
    """How many of those we asked have answered, and is that many?

    Wilson's interval on the effective number of invitations; RR3 and RR4 by the delta method, since unknown
    invitations count as e of one.

    Parameters
    ----------
    invitations : Table, or pandas, Polars, PyArrow frame, or DuckDB relation
        One row an invitation.
    outcome : str, optional
        Column of words that say what became of it; without it a column called outcome, status or disposition.
    dispositions : mapping of word → AAPOR letter, optional
        I answered in full, P broken off, R refused, NC nothing came back, O other, UH and UO unknown whether it
        arrived, NE not eligible. Words that are not named are told by themselves ("bounced" is UH) and noted.
    rate : str
        "RR1" … "RR6" (AAPOR), or the everyday "sent" and "delivered". All of them are in `detail`.
    by : str or list of str, optional
        One row a group. Groups that say market and type (B2B or B2C, relational or transactional) get the published
        rate beside them.
    e : float, optional
        Share of the unknown invitations that are eligible, for RR3 and RR4; default: as among the known.
    published : bool
        Whether to hold the rates against the published ones.
    cluster : str, optional
        Column of the customer: several invitations of one are not independent. Left out: the table's customer column,
        if it knows one. None: invitations count as independent.
    confidence, date, period
        As in `nps`.

    Returns
    -------
    Estimates
        `value` in % of `n` invitations in the denominator. `detail` has every rate in %, the number of each
        disposition, `published` (%), and `above, above_low, above_high`: percentage points above the published rate.

    Raises
    ------
    Problem
        If a word of the outcome cannot be told, there is no such rate or column.

    References
    ----------
    AAPOR (2023), Standard Definitions, 10th edition. Wilson (1927).

    Examples
    --------
    >>> import pandas as pd
    >>> asked = pd.DataFrame({"outcome": ["answered"] * 30 + ["unanswered"] * 60 + ["bounced"] * 10})
    >>> response(asked).table.round(1).to_dict("records")
    [{'value': 30.0, 'low': 21.9, 'high': 39.6, 'n': 100, 'n_missing': 0}]
    >>> response(asked, rate="delivered").table.round(1)["value"].tolist()
    [33.3]
    """
    check_choice(rate, RATES, "rate")
    check_flag(published, "published")
    if e is not None:
        check_share(e, "e")
    source = MetricTable.of(invitations, "invitations", "invitation")
    names = check_columns(by, source.engine.columns(), "by")
    unit, when = source.cluster(cluster), source.maybe(date, "date")
    sent = _sent(source, outcome, dispositions, (*names, unit.column if unit else None, when))
    share = eligible_share(sent.counts) if e is None else e
    rows = _counted(sent, rate, share)
    options = Options(names, _BASE, unit, confidence, when, period)
    asked = question_of(rows, options, source.basis(), Missing(Reason.NO_VALUE, sent.column))
    sums = asked.sums([Measure("answered", VALUE)])
    precision = Precision.of_share(sums, "answered")
    low, high = (100 * end for end in wilson(precision.mean / 100, precision.n_eff, precision.quantile(confidence)))
    parts = _parts(rows, asked.by, sums.groups, share)
    if published and len(names) > 1:
        parts |= _beside_published(sums.groups, precision.mean, low, high)
    result = asked.estimates(
        sums,
        precision,
        precision.mean,
        (low, high),
        metric="response_rate",
        method="Wilson",
        passport=_passport(rate, share),
        parts=parts,
    )
    return _in_the_users_names(result, sent, sums.n_missing[:, 0], unit, "published" in parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Sent:
    """Invitations with what became of each.

    Attributes
    ----------
    rows : DataFrame
        The columns needed, and the disposition's letter (None: no word).
    column : str
        The outcome's column.
    counts : mapping of letter → invitations
    notes : tuple of str
    """

    rows: pd.DataFrame
    column: str
    counts: Mapping[str, int]
    notes: tuple[str, ...]


def _sent(
    source: MetricTable, outcome: str | None, dispositions: Mapping[str, str] | None, columns: Sequence[str | None]
) -> _Sent:
    """Read what is needed of the invitations, each word as its letter."""
    column = source.there(outcome_column(source.engine.columns(), outcome), "outcome")
    rows = source.rows([column, *columns], once=False)
    letters, notes = dispositions_of([value for value, _ in source.engine.levels(column)], dispositions, column)
    rows[_LETTER] = letters_of(rows[column], letters)
    return _Sent(rows, column, {str(k): int(n) for k, n in rows[_LETTER].value_counts().items()}, notes)


def _counted(sent: _Sent, rate: str, e: float) -> pd.DataFrame:
    """Each invitation as 100 (answered) or 0, and what it weighs in the denominator."""
    hit = ("I", "P") if rate in _WITH_PARTIAL else ("I",)
    letter = sent.rows[_LETTER]
    answered = np.where(letter.isna(), np.nan, 100.0 * letter.isin(hit))
    rows = sent.rows.copy()
    rows[VALUE], rows[_BASE] = answered, letter.map(_base(rate, e)).fillna(1.0).astype(float)
    return rows


def dispositions_counted(
    invitations: Any, outcome: str | None, dispositions: Mapping[str, str] | None, rate: str, e: float | None
) -> pd.Series:
    """How each invitation counts in a rate: answered (1) or not, plus ten times its weight below the line; else NaN.

    For comparing rates invitation by invitation.
    """
    sent = _sent(MetricTable.of(invitations, "invitations"), outcome, dispositions, ())
    rows = _counted(sent, rate, eligible_share(sent.counts) if e is None else e)
    return (rows[VALUE] / 100 + 10 * rows[_BASE]).where(rows[_BASE] > 0)


def _counts(seen: Any) -> list[dict[str, float]]:
    """Number of each disposition, a mapping for each group."""
    at = [seen.index(letter) for letter in DISPOSITIONS]
    numbers = [seen.mean[:, 0, k, k] * seen.count[:, 0, k, k] for k in at]
    return [
        {letter: float(np.nan_to_num(numbers[k][g])) for k, letter in enumerate(DISPOSITIONS)}
        for g in range(len(seen.groups))
    ]


def _parts(rows: pd.DataFrame, by: Any, groups: Sequence[Any], e: float) -> dict[str, Array]:
    """Every rate and every count, an array over the groups each."""
    seen = engine_of(rows).aggregate(
        Need(tuple(Measure(letter, _LETTER, "equals", letter) for letter in DISPOSITIONS), by)
    )
    counts = dict(zip(seen.groups, _counts(seen), strict=True))
    rates = [aapor(counts[group], e) for group in groups]
    of_letters = {letter: np.array([round(counts[g][letter]) for g in groups]) for letter in DISPOSITIONS}
    return {name: np.array([row[name] for row in rates]) for name in RATES} | of_letters


def _beside_published(groups: Sequence[Any], value: Array, low: Array, high: Array) -> dict[str, Array]:
    """One sample against a rate that is taken as fixed: the interval is the own one, moved."""
    rate = np.array([published_rate(part for part in group if isinstance(part, str)) for group in groups])
    if np.isnan(rate).all():
        return {}
    return {"published": rate, "above": value - rate, "above_low": low - rate, "above_high": high - rate}


def _passport(rate: str, e: float) -> Passport:
    partial = "; those who broke off count as answers" if rate in _WITH_PARTIAL else ""
    like = {"RR2": "RR1", "RR4": "RR3", "RR6": "RR5"}.get(rate, rate)
    share = f", e = {e:.3g}" if rate in ("RR3", "RR4") else ""
    name = f"AAPOR {rate}" if rate.startswith("RR") else f"answers over {rate} invitations"
    return Passport(
        "Response rate",
        f"Share of the invitations that were answered ({name}){partial}.",
        f"100 × {RATES[rate]}{share}",
        _DENOMINATORS[like],
        "% of invitations",
        says="%",
        decimals=0,
    )


def _in_the_users_names(
    result: Estimates, sent: _Sent, unmarked: NDArray[Any], unit: Cluster | None, compared: bool
) -> Estimates:
    """What the working columns stood for, in the user's names."""
    outside = len(sent.rows) - result.n - int(unmarked.sum())
    exclusions = (f"{outside:,} invitations are not in the denominator of this rate.",) if outside else ()
    left_out = [out for out in result.basis.left_out if out.why is not Reason.NO_WEIGHT]
    seen = ", ".join(f"{letter} {sent.counts[letter]:,}" for letter in DISPOSITIONS if sent.counts.get(letter))
    named = replace(
        result,
        score=sent.column,
        # What an invitation weighs in the denominator is the rate's own affair.
        basis=result.basis.with_(weight=None, left_out=tuple(left_out)),
        table=result.table.assign(n_missing=unmarked),
        passport=replace(result.passport, exclusions=exclusions),
        notes=(*sent.notes, f"Counted: {seen}.", *result.notes, *((CAVEAT,) if compared else ())),
    )
    return replace(named, sentence=_against_published(named)) if compared and named.every is None else named


def _against_published(estimates: Estimates) -> str:
    """How the groups stand to the published rates: above, below, or not to be told apart.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> asked = pd.DataFrame({"outcome": ["answered"] * 40 + ["unanswered"] * 60})
    >>> rate = cx.response(asked.assign(market="B2B", type="relational"), by=["type", "market"])
    >>> rate.headline.replace(chr(0x202F), " ")
    '40 % [31, 50] of 100 invitations were answered. Cannot be told from the published rate: relational B2B.'
    """
    both = pd.concat([estimates.table, estimates.detail.drop(columns=list(estimates.by))], axis=1)
    both = both[(both["n"] > 0) & both["published"].notna()]
    sides: dict[str, list[str]] = {_ABOVE: [], _BELOW: [], _OPEN: []}
    for row in both.to_dict("records"):
        side = _ABOVE if row["above_low"] > 0 else _BELOW if row["above_high"] < 0 else _OPEN
        sides[side].append(" ".join(str(row[name]) for name in estimates.by))
    said = "; ".join(f"{side}: {', '.join(groups)}" for side, groups in sides.items() if groups)
    return f"{_range(both)} were answered. {said[:1].upper()}{said[1:]}."


def _range(both: pd.DataFrame) -> str:
    total = f"{int(both['n'].sum()):,} invitations"
    ends = [both.iloc[at] for at in (int(both["value"].argmin()), int(both["value"].argmax()))]
    words = [numbers.percent(*(row[name] / 100 for name in ("value", "low", "high"))) for row in ends]
    return f"{words[0]} of {total}" if len(both) == 1 else f"Between {words[0]} and {words[1]} of {total}"
