"""Asymmetry: does an attribute please when it is good, annoy when it is bad, or both alike?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.drivers import asymmetry_classes as kinds
from cxanalysis.drivers import row_guards
from cxanalysis.drivers.asymmetry_cuts import Boxes, Cut, Scales, cuts_of
from cxanalysis.drivers.asymmetry_result import COLUMNS, Asymmetry, headline
from cxanalysis.drivers.asymmetry_sums import Regressed, regressed
from cxanalysis.drivers.evidence import MISSING
from cxanalysis.drivers.flags import HIGH_VIF
from cxanalysis.drivers.plan import Member, Plan, Player, plan
from cxanalysis.engine.engines import Engine, engine_of
from cxanalysis.problem import Problem
from cxanalysis.tables.scales import Scale
from cxanalysis.tables.table import Table

Floats = NDArray[np.float64]

WRONG_SIGNS: Final = (kinds.UNDETERMINED, "zero")
#: Fewer answers than this in low, middle or high: nothing is said of the driver.
FEWEST: Final = 20
#: Share of resamples that must fall in a class.
SUPPORT: Final = 0.9
#: Where classes end, as in Mikulić & Prebežac (2008) and much that followed; nobody agrees on it.
CLASSES: Final = (0.2, 0.7)
#: Fewer units than this under a bootstrap: said in the notes.
FEW_UNITS: Final = 30

_EXPLAINED: Final = {
    "leak": "nearly the outcome itself: probably the same question in other words",
    "too few low": "too few low answers to say anything",
    "too few in between": "too few answers in between: penalty and reward cannot be told apart",
    "too few high": "too few high answers to say anything",
    "penalty above zero": "low answers go with a better outcome than those in between, all others held equal",
    "reward below zero": "high answers go with a worse outcome than those in between, all others held equal",
    "duplicate": "its low and high answers repeat those of others exactly: no penalty or reward of its own",
    "collinear": f"other drivers predict it almost completely (VIF above {HIGH_VIF:g}): its own share is vague",
}


def asymmetry(
    data: Any,
    outcome: str | None = None,
    drivers: Iterable[str] | None = None,
    *,
    low: Boxes = None,
    high: Boxes = None,
    outcome_as: str = "mean",
    standardised: bool = False,
    classes: Sequence[float] = CLASSES,
    support: float = SUPPORT,
    fewest: int = FEWEST,
    wrong_sign: str = "undetermined",
    scales: Scales | None = None,
    adjust_for: Iterable[str] = (),
    weight: str | None = None,
    cluster: str | None = None,
    missing: str = "complete",
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    top: int | None = None,
    scale: Scale | Sequence[float] | None = None,
) -> Asymmetry:
    """Which attributes only annoy when they are bad, and which please when they are good?

    Parameters
    ----------
    data : Table or data frame
        One row an answer. A `Table`, or a pandas, Polars, PyArrow or DuckDB frame.
    outcome : str, optional
        The score; a Table's own if left out.
    drivers : list of str, optional
        Ratings of attributes; a Table's own ratings that most people gave if left out. Yes/no columns and categories
        have no answers in between: put them into `adjust_for`.
    low, high : int, or mapping of driver → number, optional
        Which answers count as low and as high: so many of the worst and of the best, or each driver's last low and
        first high answer. None: as many as count for the top box (2 of 5 or 7, 3 of 10 or 11; 1 of 3 or 4).
    outcome_as : "mean", "nps" or "top-box"
        What is explained; penalties and rewards are in points of it.
    standardised : bool
        Standardised coefficients, which weigh by how common low and high answers are, instead of points.
    classes : (float, float)
        Up to the first |asymmetry| is "performance", beyond the second a class takes its strong form.
    support : float
        Share of the resamples that must fall in a class before it is given.
    fewest : int
        Answers needed in low, in high and in between; with fewer the driver is refused, and its row says so.
    wrong_sign : "undetermined" or "zero"
        What a penalty above zero or a reward below zero does: no asymmetry exists; or it counts as none at all, in
        the estimate as in every resample (unless its interval lies wholly on the wrong side).
    scales : mapping of driver → Scale or (low, high), optional
        Scales that no Table knows and the answers do not tell.
    adjust_for : list of str
        Columns held equal (failures, market, channel).
    weight, cluster : str, optional
        Survey weight; customer or respondent, where one answers several times.
    missing : "complete", "pairwise" or "impute"
        As in `cx.drivers`.
    confidence : float
        Of all intervals.
    resamples, seed : int
    top, scale
        Of the outcome, as in `cx.drivers`.

    Returns
    -------
    Asymmetry

    Raises
    ------
    Problem
        If a driver has no answers in between or no known scale, if a choice is not possible, or rows are too few.

    Notes
    -----
    y = b₀ + Σ (p_j Low_j + r_j High_j); RIOCS = r + |p|, SGP = r / RIOCS, DGP = |p| / RIOCS, IA = SGP - DGP. Brandt
    (1987); Mikulić & Prebežac (2008) MSQ 18(6); on what there is no consensus: Albayrak & Caber (2013) TQM&BE 24.
    Penalty and reward: CR2 intervals as in `cx.drivers`. All else: percentiles over resampled rows, customers or hash
    blocks.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> clean = rng.integers(1, 6, 600)
    >>> answers = pd.DataFrame({"clean": clean, "score": 7 - 2 * (clean <= 2) + 2 * (clean >= 4)})
    >>> asymmetry(answers, "score", ["clean"], resamples=100).table[["class", "asymmetry"]].values.tolist()
    [['performance', 0.0]]
    """
    ends = _checked(classes, support, fewest, wrong_sign, missing, confidence, resamples)
    engine = engine_of(data)
    table = data if isinstance(data, Table) else None
    asked = _ratings(table, outcome, drivers)
    asked_plan = plan(
        data, engine, outcome, asked, outcome_as=outcome_as, groups=None, adjust_for=adjust_for, top=top, scale=scale
    )
    cuts = cuts_of(engine, asked_plan.members, low, high, scales or {})
    seen = row_guards.look(engine, asked_plan, weight)
    row_guards.refuse_ids(asked_plan, seen)
    model = _penalty_reward(asked_plan, cuts)
    found = regressed(engine, model, cuts, weight, cluster, missing, resamples, seed)
    rows = _table(cuts, found, ends, support, fewest, confidence, standardised=standardised, zero=wrong_sign == "zero")
    leaks = set(row_guards.disguised(asked_plan, seen))
    rows["flags"] = [
        [*(["leak"] if driver in leaks else []), *flags]
        for driver, flags in zip(rows["driver"], rows["flags"], strict=True)
    ]
    unit = "standard deviations" if standardised else _unit(model, outcome_as)
    notes = [
        *_warned(found, rows, fewest), *found.notes, *model.notes,
        *_choices(cuts, ends, support, wrong_sign, standardised=standardised),
    ]  # fmt: skip
    return Asymmetry(
        table=rows, classes=ends, support=support, fewest=fewest, wrong_sign=wrong_sign, standardised=standardised,
        r_squared=found.r_squared, n=found.n if found.n == found.n_most else (found.n, found.n_most),
        n_excluded=found.n_excluded, outcome=model.outcome.column, outcome_as=outcome_as, missing=missing,
        method=_method(found, missing), weight=weight, cluster=cluster, confidence=confidence, resamples=resamples,
        seed=seed, period=_period(table, engine, model.outcome.column), headline=headline(rows, unit),
        notes=tuple(notes),
    )  # fmt: skip


def _checked(
    ends: Sequence[float], support: float, fewest: int, wrong_sign: str, missing: str, confidence: float, resamples: int
) -> tuple[float, float]:
    if len(ends) != 2 or not 0 < ends[0] < ends[1] < 1:
        raise Problem(f"classes={tuple(ends)!r} are no two ends between 0 and 1", do="Use classes=(0.2, 0.7)")
    if not 0.5 < support <= 1:
        raise Problem(f"support={support} is not between 0.5 and 1", do="Use 0.9")
    if fewest < 2:
        raise Problem(f"fewest={fewest} answers cannot tell anything", do=f"Use {FEWEST}")
    if wrong_sign not in WRONG_SIGNS:
        raise Problem(f"wrong_sign='{wrong_sign}' is unknown", do='Use "undetermined" or "zero"')
    if missing not in MISSING:
        raise Problem(f"missing='{missing}' is unknown", do=f"Use one of: {', '.join(MISSING)}")
    if not 0 < confidence < 1:
        raise Problem(f"confidence={confidence} is not between 0 and 1", do="Use 0.95 for a 95 % interval")
    if resamples < 50:
        raise Problem(f"{resamples} resamples are too few for an interval", do="Use 1000")
    return float(ends[0]), float(ends[1])


def _ratings(table: Table | None, outcome: str | None, drivers: Iterable[str] | None) -> Iterable[str]:
    if drivers is not None:
        return drivers
    if table is None:
        raise Problem("it is not said which columns are the drivers", do='Name them: drivers=["staff", "price"]')
    taken = {outcome or table.score, *table.hardly_answered}
    found = [column for column in table.columns_of("rating") if column not in taken]
    if not found:
        raise Problem("this table has no ratings that could please or annoy", do="Name the drivers")
    return found


def _penalty_reward(asked: Plan, cuts: Sequence[Cut]) -> Plan:
    """The same plan with a Low and a High column in place of each rating."""
    members, players = [], []
    for k, cut in enumerate(cuts):
        members += [Member(m.name, cut.driver, m, None, category=False) for m in cut.measures]
        players.append(Player(cut.driver, (2 * k, 2 * k + 1)))
    return replace(asked, members=tuple(members), players=tuple(players))


def _table(
    cuts: Sequence[Cut], found: Regressed, ends: tuple[float, float], support: float, fewest: int, confidence: float,
    *, standardised: bool, zero: bool,
) -> pd.DataFrame:  # fmt: skip
    """One row a driver, largest impact first, refused ones last."""
    factor = found.deviation[:-1] / found.deviation[-1] if standardised else np.ones(len(found.values.value))
    value, draws = found.values.value * factor, found.draws * factor
    tail = (1 - confidence) / 2
    sides = np.array(found.values.interval(confidence))
    if standardised:  # the standard deviations vary as well, so these ends come from the resamples
        sides = _quantiles(draws, tail)
    spread = 1.0 if standardised else float(found.deviation[-1])
    p, r = value[::2], value[1::2]
    point = kinds.shape(p, r, spread, zero=zero)
    every = kinds.shape(draws[:, ::2], draws[:, 1::2], spread, zero=zero)
    # The interval rests on all resamples: one with a wrong sign lies at the end of the scale, wherever it is counted.
    bounded = kinds.shape(draws[:, ::2], draws[:, 1::2], spread, zero=True)
    reach, skew = _quantiles(every.impact, tail), _quantiles(bounded.asymmetry, tail)
    share = kinds.supports(every.asymmetry, ends)
    rows = []
    for j, cut in enumerate(cuts):
        flags = _flags(found, j, p[j], r[j], fewest, spread)
        tiny = kinds.ROUNDING * spread
        sure_wrong = sides[0, 2 * j] > tiny or sides[1, 2 * j + 1] < -tiny
        refused = any(word.startswith(("too few", "duplicate")) for word in flags)
        row = dict.fromkeys(COLUMNS, np.nan) | {
            "driver": cut.driver, "n_low": found.n_low[j], "n_middle": found.n_middle[j], "n_high": found.n_high[j],
            "low": cut.words[0], "high": cut.words[1], "class": kinds.UNDETERMINED, "nearest": "", "flags": flags,
        }  # fmt: skip
        if not refused:
            row |= _sides(p[j], r[j], sides[:, 2 * j : 2 * j + 2], point.impact[j], reach[:, j])
            lean = np.nan if sure_wrong else float(point.asymmetry[j])
            row |= _leaning(lean, skew[:, j])
            its = {name: float(values[j]) for name, values in share.items()}
            row |= dict(zip(("class", "support", "nearest"), kinds.classed(lean, its, support), strict=True))
            row["vif"] = float(found.vif[2 * j : 2 * j + 2].max())
        rows.append(row)
    table = pd.DataFrame(rows)[list(COLUMNS)]
    return table.sort_values("impact", ascending=False, kind="stable", na_position="last", ignore_index=True)


def _quantiles(draws: Floats, tail: float) -> Floats:
    """Ends of the middle of the draws (first axis), those without a value left out: (2, …)."""
    out = np.full((2, draws.shape[1]), np.nan)
    for column in range(draws.shape[1]):
        there = draws[np.isfinite(draws[:, column]), column]
        if len(there):
            out[:, column] = np.quantile(there, [tail, 1 - tail])
    return out


def _sides(p: float, r: float, sides: Floats, impact: float, reach: Floats) -> dict[str, float]:
    return {
        "penalty": p, "penalty_low": sides[0, 0], "penalty_high": sides[1, 0],
        "reward": r, "reward_low": sides[0, 1], "reward_high": sides[1, 1],
        "impact": impact, "impact_low": reach[0], "impact_high": reach[1],
    }  # fmt: skip


def _leaning(lean: float, skew: Floats) -> dict[str, float]:
    """IA and its two parts: SGP = (1 + IA) / 2, DGP = (1 - IA) / 2."""
    if not np.isfinite(lean):
        return {}
    low, high = float(skew[0]), float(skew[1])
    return {
        "asymmetry": lean, "asymmetry_low": low, "asymmetry_high": high,
        "sgp": (1 + lean) / 2, "sgp_low": (1 + low) / 2, "sgp_high": (1 + high) / 2,
        "dgp": (1 - lean) / 2, "dgp_low": (1 - high) / 2, "dgp_high": (1 - low) / 2,
    }  # fmt: skip


def _flags(found: Regressed, j: int, p: float, r: float, fewest: int, spread: float) -> list[str]:
    counts = {"low": found.n_low[j], "in between": found.n_middle[j], "high": found.n_high[j]}
    few = [f"too few {name}" for name, n in counts.items() if n < fewest]
    if few:
        return few
    if not np.isfinite([p, r]).all():
        return ["duplicate"]
    tiny = kinds.ROUNDING * spread
    flags = ["penalty above zero"] if p > tiny else []
    flags += ["reward below zero"] if r < -tiny else []
    return flags + (["collinear"] if found.vif[2 * j : 2 * j + 2].max() > HIGH_VIF else [])


def _warned(found: Regressed, rows: pd.DataFrame, fewest: int) -> list[str]:
    """What must be known before the table is read."""
    notes = []
    for word, meaning in _EXPLAINED.items():
        names = [str(row["driver"]) for _, row in rows.iterrows() if word in row["flags"]]
        if names and word.startswith("too few"):
            counted = {"too few low": "n_low", "too few in between": "n_middle", "too few high": "n_high"}[word]
            given = rows.set_index("driver")[counted]
            names = [f"{name}: {int(given[name])} of {fewest} needed" for name in names]
        if names:
            notes.append(f"{word} ({', '.join(names)}): {meaning}.")
    if found.units < FEW_UNITS:
        what = "clusters" if found.clusters else "rows"
        notes.append(f"Only {found.units} {what}: intervals rest on few units.")
    return notes


def _choices(
    cuts: Sequence[Cut], ends: tuple[float, float], support: float, wrong_sign: str, *, standardised: bool
) -> list[str]:
    """All that was chosen, since others choose otherwise."""
    same: dict[tuple[str, str], list[str]] = {}
    for cut in cuts:
        same.setdefault(cut.words, []).append(cut.driver)
    told = "; ".join(f"{', '.join(names)}: low {words[0]}, high {words[1]}" for words, names in same.items())
    near, far = ends
    sign = (
        "A penalty above zero or a reward below zero counts as none, in every resample too."
        if wrong_sign == "zero"
        else "A penalty above zero or a reward below zero leaves the class undetermined."
    )
    return [
        "There is no consensus on which answers are low and high, on raw or standardised coefficients, or on where the "
        "classes end (Albayrak & Caber 2013): all three were chosen, and another choice may give another class.",
        f"Answers that count: {told}.",
        f"{'Standardised' if standardised else 'Raw'} coefficients. Classes: performance up to ±{near:g}, basic below "
        f"−{near:g}, excitement above +{near:g}; beyond ±{far:g} it only dissatisfies or only satisfies. A class is "
        f"given if {support:.0%} of the resamples fall in it. {sign}",
        "Penalty and reward are associations, all other drivers held equal, and add up without interactions.",
    ]


def _unit(model: Plan, outcome_as: str) -> str:
    if outcome_as == "nps":
        return "NPS points"
    return "percentage points" if outcome_as == "top-box" or model.percent else "points"


def _method(found: Regressed, missing: str) -> str:
    if missing == "pairwise":
        return "penalty-reward regression; intervals from resampled pairwise correlations"
    kind = "customers" if found.clusters else "rows" if found.units == found.n else f"{found.units} blocks of rows"
    imputed = ", pooled over imputations" if missing == "impute" else ""
    return f"penalty-reward regression (CR2{imputed}); asymmetry from resampled {kind}"


def _period(table: Table | None, engine: Engine, outcome: str) -> tuple[str, str] | None:
    date = table.column_of("date") if table is not None else None
    if date is None:
        return None
    first, last = engine.span(date, outcome)
    return None if first is None else (str(first)[:10], str(last)[:10])
