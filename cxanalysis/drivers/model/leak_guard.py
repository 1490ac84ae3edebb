"""Drivers that may be the outcome in disguise, made from it, or come after it: suspicions with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cxanalysis import numbers
from cxanalysis.drivers import cautions
from cxanalysis.drivers.cautions import Caution
from cxanalysis.drivers.model.consequence_names import Sign, sign_of
from cxanalysis.drivers.model.guard_rows import GuardRows
from cxanalysis.drivers.model.plan import Plan, Player
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: A driver that ranks the rows of a two-valued outcome right in this share of pairs separates them almost perfectly.
SEPARATES: Final = 0.99
#: Fewer rows with both answers tell nothing about a disguise.
FEWEST: Final = 20
#: In a pure level so large a share of the rows has the same outcome, …
PURE: Final = 0.99
#: … where this many rows with the other one would be expected if level and outcome had nothing to do with each other;
MISSED: Final = 10.0
#: and pure levels of both sides hold this share of the rows.
MOST: Final = 0.5
#: Numbers with more different values than this are looked at in as many classes of equal size.
CLASSES: Final = 20
#: A category tells the two halves of a score apart if this share of rows lies in pure levels.
MOST_OF_A_SCORE: Final = 0.9
#: A telling name is a suspicion only with a rank correlation above this: a name alone says little.
ASSOCIATED: Final = 0.3
#: A level of a score that is missing for one outcome only: fewer rows on either side tell nothing.
FEWEST_SIDE: Final = 10
#: What a prediction is called, a rating may be called too ("service score"): with so few values it is one.
VALUES_OF_A_RATING: Final = 11


class LeakKind(StrEnum):
    """What makes a driver suspicious."""

    SAME = "the same"
    PURE_LEVELS = "pure levels"
    MISSING_BY_OUTCOME = "missing by outcome"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One driver that may be no reason of the outcome.

    Attributes
    ----------
    driver : str
        As its row in the table is called.
    kind : LeakKind
    evidence : str
        What was seen of it: how a sentence that begins with its name goes on.
    caution : Caution
        "leak" where the rows themselves say so, "possible consequence" where it might be otherwise.
    sign : Sign or None
        What its name says, where that was the reason.
    """

    driver: str
    kind: LeakKind
    evidence: str
    caution: Caution
    sign: Sign | None = None


def suspicions(plan: Plan, rows: GuardRows) -> tuple[Suspicion, ...]:
    """One suspicion a driver at most, the strongest first looked for.

    Looked at against the outcome as answered: a copy of a 0-10 answer correlates only about 0.93 with the NPS coding of
    that answer.
    """
    out = []
    for player in plan.players:
        columns = rows.values[:, [len(plan.adjusters) + i for i in player.members]]
        for look in (_same, _pure, _missing, _named):
            if (suspicion := look(plan, player, columns, rows.outcome)) is not None:
                out.append(suspicion)
                break
    return tuple(out)


def _same(plan: Plan, player: Player, columns: Floats, outcome: Floats) -> Suspicion | None:
    """The outcome under another name: by r, by ranks, or because it separates the two values."""
    there = np.isfinite(columns).all(axis=1) & np.isfinite(outcome)
    if there.sum() < FEWEST or not _tells(columns[there], outcome[there]):
        return None
    seen = f"says nearly the same as '{plan.outcome.column}'"
    return Suspicion(player.name, LeakKind.SAME, seen, Caution.LEAK)


def _tells(columns: Floats, outcome: Floats) -> bool:
    if np.ptp(outcome) == 0 or (np.ptp(columns, axis=0) == 0).any():
        return False
    if columns.shape[1] > 1:
        return _explained(columns, outcome) > cautions.LEAK**2
    x = columns[:, 0]
    if abs(np.corrcoef(x, outcome)[0, 1]) > cautions.LEAK:
        return True
    levels = np.unique(outcome)
    if len(levels) == 2:
        high = outcome == levels[1]
        few = min(high.sum(), (~high).sum()) < cautions.TOO_RARE
        return not few and abs(area_under_curve(x, high) - 0.5) > SEPARATES - 0.5
    return bool(abs(stats.spearmanr(x, outcome).statistic) > cautions.LEAK)


def _explained(columns: Floats, outcome: Floats) -> float:
    """R² of these columns alone."""
    matrix = np.asarray(np.corrcoef(np.column_stack([columns, outcome]), rowvar=False))
    return float(matrix[-1, :-1] @ np.linalg.pinv(matrix[:-1, :-1]) @ matrix[-1, :-1])


def area_under_curve(x: Floats, high: Mask) -> float:
    """Share of pairs, one of each value of the outcome, that x ranks right (Mann-Whitney).

    Examples
    --------
    >>> area_under_curve(np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, False, True, True]))
    1.0
    """
    ranks = stats.rankdata(x)
    n, m = int(high.sum()), int((~high).sum())
    return float((ranks[high].sum() - n * (n + 1) / 2) / (n * m))


def _pure(plan: Plan, player: Player, columns: Floats, outcome: Floats) -> Suspicion | None:
    """Most rows lie in levels in which the outcome is always, or nearly always, the same."""
    there = np.isfinite(columns).all(axis=1) & np.isfinite(outcome)
    if there.sum() < FEWEST or np.ptp(outcome[there]) == 0:
        return None
    level = _levels(columns[there])
    category = any(plan.members[i].category for i in player.members)
    values = np.unique(outcome[there])
    if len(values) == 2:
        share, sides = _pure_share(level, outcome[there] == values[1])
        if share >= MOST and sides == 2:
            return Suspicion(player.name, LeakKind.PURE_LEVELS, _in_pure_levels(plan, share), Caution.LEAK)
        return None
    if not category:
        return None  # a rating at its ends goes with a score at its ends, which is no disguise
    cuts = (values[1:] + values[:-1]) / 2 if len(values) <= CLASSES else np.quantile(outcome[there], [0.25, 0.5, 0.75])
    share = max((s for s, sides in (_pure_share(level, outcome[there] > cut) for cut in cuts) if sides == 2), default=0)
    if share < MOST_OF_A_SCORE:
        return None
    return Suspicion(player.name, LeakKind.PURE_LEVELS, _in_pure_levels(plan, share), Caution.CONSEQUENCE)


def _in_pure_levels(plan: Plan, share: float) -> str:
    return (
        f"has {numbers.percent(share)} of the rows in levels in which '{plan.outcome.column}' is (nearly) always on "
        "the same side"
    )


def _levels(columns: Floats) -> NDArray[np.int64]:
    """Each row's level: its values where they are few, else classes of equal size."""
    if columns.shape[1] > 1:
        return np.unique(columns, axis=0, return_inverse=True)[1].ravel()
    x = columns[:, 0]
    distinct = np.unique(x)
    if len(distinct) > 2 * CLASSES:
        distinct = np.unique(np.quantile(x, np.arange(1, CLASSES) / CLASSES))
    return np.searchsorted(distinct, x, side="left")


def _pure_share(level: NDArray[np.int64], high: Mask) -> tuple[float, int]:
    """Share of the rows in pure levels, and how many of the two sides have one."""
    n = np.bincount(level).astype(float)
    share = np.divide(np.bincount(level, high), n, out=np.full(len(n), np.nan), where=n > 0)
    rate = high.mean()
    low_pure = (share <= 1 - PURE) & (n * rate >= MISSED)
    high_pure = (share >= PURE) & (n * (1 - rate) >= MISSED)
    pure = float(n[low_pure | high_pure].sum() / n.sum())
    return pure, int(low_pure.any()) + int(high_pure.any())


def _missing(plan: Plan, player: Player, columns: Floats, outcome: Floats) -> Suspicion | None:
    """Filled for one outcome only: a reason for leaving is asked of those who leave."""
    answered = np.isfinite(outcome)
    filled = np.asarray(np.isfinite(columns[answered]).all(axis=1))
    if min(filled.sum(), (~filled).sum()) < FEWEST_SIDE:
        return None
    y = outcome[answered]
    if np.ptp(y) == 0:
        return None
    values = np.unique(y)
    if len(values) == 2:
        high = y == values[1]
        rate, inside, outside = high.mean(), high[filled].mean(), high[~filled].mean()
        expected = filled.sum() * min(rate, 1 - rate)
        pure = (inside >= PURE or inside <= 1 - PURE) and abs(inside - outside) >= MOST
        if not pure or expected < MISSED:
            return None
    elif abs(area_under_curve(y, filled) - 0.5) <= SEPARATES - 0.5:
        return None
    where = f"{values[int(inside > 0.5)]:g}" if len(values) == 2 else _span(y[filled])
    seen = f"is filled only where '{plan.outcome.column}' is {where}"
    return Suspicion(player.name, LeakKind.MISSING_BY_OUTCOME, seen, Caution.LEAK)


def refuse_one_outcome(plan: Plan, rows: GuardRows) -> None:
    """Stop, with the column's name, where rows without a gap all have one outcome because of it.

    Raises
    ------
    Problem
    """
    left = rows.outcome[rows.complete()]
    answered = rows.outcome[np.isfinite(rows.outcome)]
    if len(left) == 0 or np.ptp(left) > 0 or np.ptp(answered) == 0:
        return
    for player in plan.players:
        columns = rows.values[:, [len(plan.adjusters) + i for i in player.members]]
        suspicion = _missing(plan, player, columns, rows.outcome)
        if suspicion is not None:
            raise Problem(
                f"every row without a gap has the same outcome, since '{player.name}' {suspicion.evidence}",
                where=f"column '{plan.outcome.column}'",
                do="Leave it out: it was filled because of the outcome",
            )


def _span(values: Floats) -> str:
    return f"{values.min():g} to {values.max():g}"


def _named(plan: Plan, player: Player, columns: Floats, outcome: Floats) -> Suspicion | None:
    """A name that tells of a consequence, of a column that goes with the outcome."""
    names = [plan.members[i].driver for i in player.members]
    sign = next((sign for sign in map(sign_of, names) if sign is not None), None)
    there = np.isfinite(columns).all(axis=1) & np.isfinite(outcome)
    if sign is None or there.sum() < FEWEST or np.ptp(outcome[there]) == 0:
        return None
    used = columns[there]
    if sign is Sign.PREDICTION and len(np.unique(used, axis=0)) <= VALUES_OF_A_RATING:
        return None
    varied = used[:, np.ptp(used, axis=0) > 0]
    if varied.shape[1] == 0:
        return None
    r = (
        np.sqrt(_explained(varied, outcome[there]))
        if varied.shape[1] > 1
        else abs(stats.spearmanr(varied[:, 0], outcome[there]).statistic)
    )
    if not r > ASSOCIATED:
        return None
    return Suspicion(player.name, LeakKind.NAME, f"has a name that says {sign.value}", Caution.CONSEQUENCE, sign)


def notes_of(found: tuple[Suspicion, ...], labels: Mapping[str, str] | None = None) -> list[str]:
    """The evidence in sentences, but for what the caution itself explains."""
    called = labels or {}
    return [
        f"May be no reason but a consequence: {called.get(one.driver, one.driver)} {one.evidence}."
        for one in found
        if one.kind is not LeakKind.SAME
    ]
