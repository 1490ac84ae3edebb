"""The defensible variants of one driver analysis: which choices these data leave, and which change anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.basis import LeftOut, Reason
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows
from cxanalysis.drivers.model.gather import Sample, as_metric_points, cluster_of, complete_of, rows_of
from cxanalysis.drivers.model.plan import Plan, plan
from cxanalysis.drivers.model.row_guards import STRAIGHT
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.frame_engine import evenly_spaced
from cxanalysis.engine.need import Measure
from cxanalysis.link.other_windows import OtherWindow
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
#: The window as it was chosen when answers and events were linked.
LINKED: Final = "as linked"
#: How the outcome may be read, and the scale on which a score can be an NPS.
CODINGS: Final = ("mean", "nps", "top-box")
NPS_SCALE: Final = (0.0, 10.0)


@dataclass(frozen=True, slots=True)
class Variant:
    """One variant of the analysis: an option of every choice."""

    missing: str
    method: str
    outcome_as: str
    rows: str
    weighted: bool
    adjusted: bool
    window: str = "as linked"


@dataclass(frozen=True, slots=True)
class Multiverse:
    """The rows that every variant starts from, and the choices there are.

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
    asked : Variant
        What was asked for.
    fillable : bool array (n,)
        Rows whose gaps may be filled.
    left_out : tuple of LeftOut
        Rows without an outcome or a weight, and rows beyond the sample.
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
    asked: Variant
    fillable: Mask
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    @property
    def design(self) -> Floats:
        """The design as linked."""
        return self.designs[LINKED]

    def variants(self) -> list[Variant]:
        """All combinations, the one asked for first; the slow ones only with the window as linked."""
        every = [Variant(*options) for options in product(*self.options.values())]
        return [v for v in every if v.window == LINKED or (v.missing != "impute" and v.method != "model")]


def multiverse_of(
    data: Any,
    engine: Engine,
    outcome: str | None,
    drivers: Any,
    *,
    asked: Variant,
    arguments: Mapping[str, Any],
    weight: str | None,
    cluster: str | None,
) -> Multiverse:
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
        notes.append(f"All variants use the same {limit:,} of {engine.rows():,} rows, evenly spaced through the table.")
    values, w = rows_of(engine, base, weight, limit)
    block = cluster_of(engine, cluster, limit)
    answers = engine.values([Measure("answer", base.outcome.column)], limit)["answer"]
    coded = {
        coding: as_metric_points(read, np.asarray(engine.values([read.outcome], limit)[read.outcome.name]))
        for coding, read in plans.items()
    }
    used = np.isfinite(answers) if w is None else np.isfinite(answers) & (w > 0)
    left_out = (
        LeftOut(int(np.isnan(answers).sum()), Reason.NO_ANSWER, base.outcome.column),
        LeftOut(int((np.isfinite(answers) & ~used).sum()), Reason.NO_WEIGHT, weight),
        LeftOut(engine.rows() - len(answers), Reason.NOT_SAMPLED),
    )
    never = np.zeros(engine.rows(), bool) if base.unfillable is None else base.unfillable
    fillable = ~never[evenly_spaced(len(never), limit)][used]
    designs = {name: design[used] for name, design in _designs(engine, base, values[:, :-1], limit, notes).items()}
    multiverse = Multiverse(
        plans,
        designs,
        np.asarray(answers[used]),
        {k: v[used] for k, v in coded.items()},
        None if w is None else w[used],
        None if block is None else block[used],
        {},
        {},
        asked,
        fillable,
        tuple(one for one in left_out if one.rows),
        (),
    )
    keep = _rows_to_keep(multiverse, notes)
    return replace(multiverse, keep=keep, options=_options(multiverse, keep, notes), notes=tuple(notes))


def _designs(engine: Engine, base: Plan, design: Floats, limit: int | None, notes: list[str]) -> dict[str, Floats]:
    """The design as linked, and with every failure that has one in another window's column."""
    out, there, first = {LINKED: design}, set(engine.columns()), len(base.adjusters)
    for window in OtherWindow:
        other = {first + i: window.column(m.driver) for i, m in enumerate(base.members)}
        other = {place: column for place, column in other.items() if column in there}
        if not other:
            continue
        columns = engine.values(list(other.values()), limit)
        changed = design.copy()
        for place, column in other.items():
            changed[:, place] = np.asarray(columns[column], dtype=np.float64)
        out[window.value] = changed
    if len(out) > 1:
        notes.append(
            "Half and double the window: with rows as they are and pairs, by Shapley values and Johnson's "
            "weights; filled gaps and logits with the window as linked only."
        )
    return out


def _may_be_nps(engine: Engine, base: Plan) -> bool:
    if base.scale is not None:
        return (base.scale.low, base.scale.high) == NPS_SCALE
    return tuple(engine.span(base.outcome.column)) == NPS_SCALE


def _options(multiverse: Multiverse, keep: Mapping[str, Mask], notes: list[str]) -> dict[str, tuple[Any, ...]]:
    """Options of every choice, the one asked for first."""
    asked, gaps = multiverse.asked, bool(np.isnan(multiverse.design).any())
    if not gaps:
        notes.append("No answer is missing, so all treatments of gaps are one and the same.")
    return {
        "missing": _first(asked.missing, ("complete", "pairwise", "impute") if gaps else (asked.missing,)),
        "method": _first(asked.method, ("shapley", "johnson", "model")),
        "outcome_as": _first(asked.outcome_as, tuple(multiverse.plans)),
        "rows": tuple(keep),
        "weighted": (True, False) if multiverse.weight is not None else (False,),
        "adjusted": (True, False) if multiverse.plans[asked.outcome_as].adjusters else (False,),
        "window": tuple(multiverse.designs),
    }


def _first(asked: str, options: tuple[str, ...]) -> tuple[str, ...]:
    return (asked, *(option for option in options if option != asked))


def _rows_to_keep(multiverse: Multiverse, notes: list[str]) -> dict[str, Mask]:
    keep = {"all": np.ones(len(multiverse.design), dtype=bool)}
    far = _outliers(multiverse)
    if far.any():
        keep["without outliers"] = ~far
        notes.append(
            f"Outliers: {int(far.sum()):,} answers that the plain model misses by more than "
            f"{FAR_FROM_MODEL:g} standard deviations, or with a number far outside the others."
        )
    else:
        notes.append("No outliers, so leaving them out is no other variant.")
    straight = _straight_liners(multiverse)
    if straight.any():
        keep["without straight-liners"] = ~straight
        notes.append(f"Straight-liners: {int(straight.sum()):,} people with one and the same answer to all ratings.")
    return keep


def _outliers(multiverse: Multiverse) -> Mask:
    """Rows that the plain model misses by far, or with a far-out number."""
    out = np.zeros(len(multiverse.design), dtype=bool)
    for column in multiverse.design.T:
        there = column[np.isfinite(column)]
        if len(np.unique(there)) > GRADES:
            low, high = np.quantile(there, [0.25, 0.75])
            reach = FAR_OUT * (high - low)
            out |= (column < low - reach) | (column > high + reach)
    # Three classes of an NPS are never far from a model: where there is the score itself, it is looked at.
    rows = np.column_stack(
        [multiverse.design, multiverse.coded.get("mean", multiverse.coded[multiverse.asked.outcome_as])]
    )
    complete = complete_of(rows, None)
    if complete.sum() > rows.shape[1] + 2 and np.ptp(rows[complete, -1]) > 0:
        here = rows[complete]
        slopes = fit(sums_of_rows(here, None, None)).slopes
        left = here[:, -1] - here[:, :-1] @ slopes
        left -= left.mean()
        out[complete] |= np.abs(left) > FAR_FROM_MODEL * left.std()
    return out


def _straight_liners(multiverse: Multiverse) -> Mask:
    """Rows with one answer to all ratings among the drivers, where there are at least five."""
    plan = multiverse.plans[multiverse.asked.outcome_as]
    first = len(plan.adjusters)
    flags = flags_among(multiverse.design)
    ratings = [
        first + i
        for i, member in enumerate(plan.members)
        if not member.category
        and not flags[first + i]
        and len(np.unique(multiverse.design[:, first + i])) <= GRADES + 1
    ]
    if len(ratings) < STRAIGHT:
        return np.zeros(len(multiverse.design), dtype=bool)
    block = multiverse.design[:, ratings]
    return np.asarray((block == block[:, :1]).all(axis=1))


def flags_among(design: Floats) -> Mask:
    """Which columns hold only 0, 1 and gaps."""
    return np.asarray(((design == 0) | (design == 1) | np.isnan(design)).all(axis=0))


def sample_on(multiverse: Multiverse, rows: Floats, **known: Any) -> Sample:
    """A sample, as the tables of a driver analysis want it, from rows that may have gaps (outcome last)."""
    plan = multiverse.plans[multiverse.asked.outcome_as]
    members = rows[:, len(plan.adjusters) : -1]
    is_flag = flags_among(members)
    there = np.isfinite(members)
    return Sample(
        n=len(rows),
        n_most=len(rows),
        left_out=(),
        deviation=np.nanstd(rows, axis=0),
        outcome_mean=float(rows[:, -1].mean()),
        cases=np.where(is_flag, (members == 1).sum(axis=0), there.sum(axis=0)),
        is_flag=is_flag,
        low=np.nanmin(members, axis=0),
        high=np.nanmax(members, axis=0),
        blocks=len(rows),
        clusters=None,
        **known,
    )
