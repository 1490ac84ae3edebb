"""The defensible ways to make one driver analysis: which choices these data leave, and which change anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows
from cxanalysis.drivers.model.gather import Sample, as_metric_points, cluster_of, complete_of, rows_of
from cxanalysis.drivers.model.plan import Plan, plan
from cxanalysis.drivers.model.row_guards import STRAIGHT
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.frame_engine import evenly_spaced
from cxanalysis.engine.need import Measure
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Rows for a panel; of a larger table so many, evenly spaced, are used.
MOST_ROWS: Final = 20_000
#: An answer that the plain model misses by more than so many standard deviations is an outlier …
FAR_FROM_MODEL: Final = 3.0
#: … and so is a number further than this many interquartile ranges outside the quartiles (Tukey's "far out").
FAR_OUT: Final = 3.0
#: Columns with no more different values than this are grades or flags, in which nothing is far out.
GRADES: Final = 11
#: The window as it was chosen when answers and events were linked, and the columns that hold a failure with another.
LINKED: Final = "as linked"
WINDOWS: Final = {"half": "_half_window", "double": "_double_window"}
#: How the outcome may be read, and the scale on which a score can be an NPS.
CODINGS: Final = ("mean", "nps", "top-box")
NPS_SCALE: Final = (0.0, 10.0)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to analyse: an option of every choice."""

    missing: str
    method: str
    outcome_as: str
    rows: str
    weighted: bool
    adjusted: bool
    window: str = "as linked"


@dataclass(frozen=True, slots=True)
class Ground:
    """The rows that every way starts from, and the choices there are.

    Attributes
    ----------
    plans : mapping of coding → Plan
        The same drivers under each reading of the outcome.
    designs : mapping of window → array (n, adjusters + members)
        "as linked", and the failures with half and double the window where the table holds them. Gaps are NaN.
    answers : array, (n,)
        The outcome as answered.
    coded : mapping of coding → array (n,)
        The outcome as the metric.
    weight : array (n,) or None
    block : int array (n,) or None
    keep : mapping of name → bool array (n,)
        "all", and which rows stay without outliers or straight-liners, where there are any.
    options : mapping of choice → options
        Only those that differ in these data; the one asked for first.
    asked : Way
        What was asked for.
    fillable : bool array (n,)
        Rows whose gaps may be filled.
    notes : tuple of str
        Which choices do not arise, and why.
    """

    plans: Mapping[str, Plan]
    designs: Mapping[str, Floats]
    answers: Floats
    coded: Mapping[str, Floats]
    weight: Floats | None
    block: Ints | None
    keep: Mapping[str, Mask]
    options: Mapping[str, tuple[Any, ...]]
    asked: Way
    fillable: Mask
    notes: tuple[str, ...]

    @property
    def design(self) -> Floats:
        """The design as linked."""
        return self.designs[LINKED]

    def ways(self) -> list[Way]:
        """All combinations, the one asked for first; the slow ones only with the window as linked."""
        every = [Way(*one) for one in product(*self.options.values())]
        return [way for way in every if way.window == LINKED or (way.missing != "impute" and way.method != "model")]


def ground(
    data: Any, engine: Engine, outcome: str | None, drivers: Any, *, asked: Way, arguments: Mapping[str, Any],
    weight: str | None, cluster: str | None,
) -> Ground:  # fmt: skip
    """Lay the rows out and find the choices that make a difference.

    `arguments` are those of `plan`, but for the outcome's coding.
    """
    notes: list[str] = []
    base = plan(data, engine, outcome, drivers, outcome_as=asked.outcome_as, **arguments)
    plans = {asked.outcome_as: base}
    for coding in CODINGS:
        if coding in plans or (base.percent and asked.outcome_as == "mean"):
            continue
        if coding == "nps" and not _may_be_nps(engine, base):
            notes.append("Not read as an NPS: that needs answers from 0 to 10.")
            continue
        try:
            plans[coding] = plan(data, engine, outcome, drivers, outcome_as=coding, **arguments)
        except Problem as problem:
            notes.append(f"Not read as {coding}: {problem}")
    limit = MOST_ROWS if engine.rows() > MOST_ROWS else None
    if limit:
        notes.append(f"All ways use the same {limit:,} of {engine.rows():,} rows, evenly spaced through the table.")
    values, w = rows_of(engine, base, weight, limit)
    block = cluster_of(engine, cluster, limit)
    answers = engine.values([Measure("answer", base.outcome.column)], limit)["answer"]
    coded = {
        coding: as_metric_points(one, np.asarray(engine.values([one.outcome], limit)[one.outcome.name]))
        for coding, one in plans.items()
    }
    used = np.isfinite(answers) if w is None else np.isfinite(answers) & (w > 0)
    never = np.zeros(engine.rows(), bool) if base.unfillable is None else base.unfillable
    fillable = ~never[evenly_spaced(len(never), limit)][used]
    designs = {name: design[used] for name, design in _designs(engine, base, values[:, :-1], limit, notes).items()}
    found = Ground(
        plans, designs, np.asarray(answers[used]), {k: v[used] for k, v in coded.items()},
        None if w is None else w[used], None if block is None else block[used], {}, {}, asked, fillable,
        (),
    )  # fmt: skip
    keep = _rows_to_keep(found, notes)
    return replace(found, keep=keep, options=_options(found, keep, notes), notes=tuple(notes))


def _designs(
    engine: Engine, base: Plan, design: Floats, limit: int | None, notes: list[str]
) -> dict[str, Floats]:  # fmt: skip
    """The design as linked, and with every failure that has one in another window's column."""
    out, there, first = {LINKED: design}, set(engine.columns()), len(base.adjusters)
    for name, end in WINDOWS.items():
        other = {first + i: m.driver + end for i, m in enumerate(base.members) if m.driver + end in there}
        if not other:
            continue
        columns = engine.values(list(other.values()), limit)
        changed = design.copy()
        for place, column in other.items():
            changed[:, place] = np.asarray(columns[column], dtype=np.float64)
        out[name] = changed
    if len(out) > 1:
        notes.append("Half and double the window: with rows as they are and pairs, by Shapley values and Johnson's "
                     "weights; filled gaps and logits with the window as linked only.")  # fmt: skip
    return out


def _may_be_nps(engine: Engine, base: Plan) -> bool:
    if base.scale is not None:
        return (base.scale.low, base.scale.high) == NPS_SCALE
    return tuple(engine.span(base.outcome.column)) == NPS_SCALE


def _options(found: Ground, keep: Mapping[str, Mask], notes: list[str]) -> dict[str, tuple[Any, ...]]:
    """Options of every choice, the one asked for first."""
    asked, gaps = found.asked, bool(np.isnan(found.design).any())
    if not gaps:
        notes.append("No answer is missing, so the ways to deal with gaps are one and the same.")
    return {
        "missing": _first(asked.missing, ("complete", "pairwise", "impute") if gaps else (asked.missing,)),
        "method": _first(asked.method, ("shapley", "johnson", "model")),
        "outcome_as": _first(asked.outcome_as, tuple(found.plans)),
        "rows": tuple(keep),
        "weighted": (True, False) if found.weight is not None else (False,),
        "adjusted": (True, False) if found.plans[asked.outcome_as].adjusters else (False,),
        "window": tuple(found.designs),
    }


def _first(asked: str, options: tuple[str, ...]) -> tuple[str, ...]:
    return (asked, *(option for option in options if option != asked))


def _rows_to_keep(found: Ground, notes: list[str]) -> dict[str, Mask]:
    keep = {"all": np.ones(len(found.design), dtype=bool)}
    far = _outliers(found)
    if far.any():
        keep["without outliers"] = ~far
        notes.append(f"Outliers: {int(far.sum()):,} answers that the plain model misses by more than "
                     f"{FAR_FROM_MODEL:g} standard deviations, or with a number far outside the others.")  # fmt: skip
    else:
        notes.append("No outliers, so leaving them out is no other way.")
    straight = _straight_liners(found)
    if straight.any():
        keep["without straight-liners"] = ~straight
        notes.append(f"Straight-liners: {int(straight.sum()):,} people with one and the same answer to all ratings.")
    return keep


def _outliers(found: Ground) -> Mask:
    """Rows that the plain model misses by far, or with a far-out number."""
    out = np.zeros(len(found.design), dtype=bool)
    for column in found.design.T:
        there = column[np.isfinite(column)]
        if len(np.unique(there)) > GRADES:
            low, high = np.quantile(there, [0.25, 0.75])
            reach = FAR_OUT * (high - low)
            out |= (column < low - reach) | (column > high + reach)
    # Three classes of an NPS are never far from a model: where there is the score itself, it is looked at.
    rows = np.column_stack([found.design, found.coded.get("mean", found.coded[found.asked.outcome_as])])
    complete = complete_of(rows, None)
    if complete.sum() > rows.shape[1] + 2 and np.ptp(rows[complete, -1]) > 0:
        here = rows[complete]
        slopes = fit(sums_of_rows(here, None, None)).slopes
        left = here[:, -1] - here[:, :-1] @ slopes
        left -= left.mean()
        out[complete] |= np.abs(left) > FAR_FROM_MODEL * left.std()
    return out


def _straight_liners(found: Ground) -> Mask:
    """Rows with one answer to all ratings among the drivers, where there are at least five."""
    plan = found.plans[found.asked.outcome_as]
    first = len(plan.adjusters)
    flags = flags_among(found.design)
    ratings = [
        first + i
        for i, member in enumerate(plan.members)
        if not member.category and not flags[first + i] and len(np.unique(found.design[:, first + i])) <= GRADES + 1
    ]
    if len(ratings) < STRAIGHT:
        return np.zeros(len(found.design), dtype=bool)
    block = found.design[:, ratings]
    return np.asarray((block == block[:, :1]).all(axis=1))


def flags_among(design: Floats) -> Mask:
    """Which columns hold only 0, 1 and gaps."""
    return np.asarray(((design == 0) | (design == 1) | np.isnan(design)).all(axis=0))


def sample_on(found: Ground, rows: Floats, **known: Any) -> Sample:
    """A sample, as the tables of a driver analysis want it, from rows that may have gaps (outcome last)."""
    plan = found.plans[found.asked.outcome_as]
    members = rows[:, len(plan.adjusters) : -1]
    is_flag = flags_among(members)
    there = np.isfinite(members)
    return Sample(
        n=len(rows), n_most=len(rows), n_excluded=0, deviation=np.nanstd(rows, axis=0),
        outcome_mean=float(rows[:, -1].mean()), cases=np.where(is_flag, (members == 1).sum(axis=0), there.sum(axis=0)),
        is_flag=is_flag, low=np.nanmin(members, axis=0), high=np.nanmax(members, axis=0), blocks=len(rows),
        clusters=None, **known,
    )  # fmt: skip
