"""Correlations, deviations and means for one variant: from complete rows, from pairs, or from filled gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.drivers.effects.regression import Values, fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows
from cxanalysis.drivers.model.gather import check_rows
from cxanalysis.drivers.model.imputation import enough_answers, fillings, refuse_uninformed
from cxanalysis.drivers.model.pairwise import DEFINITE, refuse_undefined
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.drivers.other_models.mcfadden import Shared
from cxanalysis.drivers.robustness.variant_choices import Multiverse, Variant
from cxanalysis.engine.engines import engine_of
from cxanalysis.engine.need import Measure, Need
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """What a linear variant needs; `s` of each where gaps were filled `s` times.

    Attributes
    ----------
    correlation : array, (k, k, s)
        Adjusters, members, outcome.
    deviation, mean : array, (s, k)
    effects : Values or None
        Robust effects, where rows are complete.
    n : int
        Rows (pairwise: the fewest of any pair).
    """

    correlation: Floats
    deviation: Floats
    mean: Floats
    effects: Values | None
    n: int


class Sources:
    """Moments of every variant, each worked out once however many methods use it."""

    def __init__(self, multiverse: Multiverse, seed: int) -> None:
        self.multiverse, self.seed = multiverse, seed
        self._known: dict[tuple[object, ...], Moments | Problem] = {}
        self._filled: list[Floats] | None = None
        self._over_fillings: dict[tuple[object, ...], tuple[Floats, Floats, Floats, int]] = {}
        #: Dominance analyses of the other models: mean and NPS of one score have the same ordered logit.
        self.shared: dict[tuple[object, ...], Shared] = {}

    def moments(self, variant: Variant) -> Moments:
        """The moments of a variant.

        Raises
        ------
        Problem
            If it cannot be worked out: too few rows, a constant column, correlations that no data can have.
        """
        key = (variant.missing, variant.outcome_as, variant.rows, variant.weighted, variant.adjusted, variant.window)
        if key not in self._known:
            try:
                self._known[key] = self._by[variant.missing](self, variant)
            except Problem as problem:
                self._known[key] = problem
        moments = self._known[key]
        if isinstance(moments, Problem):
            raise moments
        return moments

    def _columns(self, variant: Variant) -> int:
        """The first column of the design in this variant: without adjusters they are skipped."""
        return 0 if variant.adjusted else len(self._plan(variant).adjusters)

    def _plan(self, variant: Variant) -> Plan:
        return self.multiverse.plans[variant.outcome_as]

    def _rows(self, variant: Variant, design: Floats) -> tuple[Floats, Floats]:
        """Rows of a variant with the outcome last, gaps and all, and their weights."""
        keep, multiverse = self.multiverse.keep[variant.rows], self.multiverse
        rows = np.column_stack([design[keep, self._columns(variant) :], multiverse.coded[variant.outcome_as][keep]])
        weighted = variant.weighted and multiverse.weight is not None
        return rows, multiverse.weight[keep] if weighted and multiverse.weight is not None else np.ones(len(rows))

    def _complete(self, variant: Variant) -> Moments:
        rows, w = self._rows(variant, self.multiverse.designs[variant.window])
        use = np.isfinite(rows).all(axis=1)
        check_rows(int(use.sum()), self._plan(variant))
        block = self.multiverse.block
        if block is not None:
            block = np.unique(block[self.multiverse.keep[variant.rows]][use], return_inverse=True)[1].astype(np.int64)
        sums = sums_of_rows(rows[use], w[use], block)
        refuse_constant(sums.deviation(), self._plan(variant))
        return Moments(
            sums.correlation()[:, :, None], sums.deviation()[None], sums.centre[None], fit(sums).effects(), sums.n
        )

    def _pairwise(self, variant: Variant) -> Moments:
        rows, w = self._rows(variant, self.multiverse.designs[variant.window])
        names = [str(i) for i in range(rows.shape[1])]
        frame = pd.DataFrame(rows, columns=names).assign(w=w)
        sums = engine_of(frame).aggregate(Need(tuple(Measure(n, n) for n in names), weight="w"))
        count, correlation = sums.count[0, 0], sums.correlation()[0, 0]
        at = np.arange(len(names))
        deviation = np.sqrt(sums.spread[0, 0][at, at] / sums.weight[0, 0][at, at])
        refuse_constant(deviation, self._plan(variant))
        plan = self._plan(variant)
        refuse_undefined(
            sums.spread[0, 0], sums.weight[0, 0], [m.name for m in plan.measures][self._columns(variant) :]
        )
        lowest = float(np.linalg.eigvalsh(correlation)[0])
        if lowest < DEFINITE:
            raise Problem(f"these pairwise correlations cannot belong to any data (smallest eigenvalue {lowest:.2g})")
        mean = sums.mean[0, 0][at, at]
        return Moments(correlation[:, :, None], deviation[None], mean[None], None, int(count.min()))

    def _imputed(self, variant: Variant) -> Moments:
        """All readings of the outcome stand side by side in one pass over each filling; a variant takes its own."""
        key = (variant.rows, variant.weighted, variant.adjusted)
        if key not in self._over_fillings:
            self._over_fillings[key] = self._summed(variant)
        correlation, deviation, mean, n = self._over_fillings[key]
        codings = list(self.multiverse.coded)
        m = correlation.shape[0] - len(codings)
        at = np.append(np.arange(m), m + codings.index(variant.outcome_as))
        refuse_constant(deviation[0, at], self._plan(variant))
        return Moments(correlation[np.ix_(at, at)], deviation[:, at], mean[:, at], None, n)

    def _summed(self, variant: Variant) -> tuple[Floats, Floats, Floats, int]:
        """Correlation (k, k, s), deviation and mean (s, k) over all fillings, and n."""
        if self._filled is None:
            self._filled = self._fill()
        keep = self.multiverse.keep[variant.rows]
        points = np.column_stack([points[keep] for points in self.multiverse.coded.values()])
        _, w = self._rows(variant, self.multiverse.design)
        each = []
        for design in self._filled:
            rows = np.column_stack([design[keep, self._columns(variant) :], points])
            use = np.isfinite(rows).all(axis=1)  # a person without any answer among the drivers is not filled
            each.append(_moments_of(rows[use], w[use]))
        correlation, deviation, mean = (np.array([one[part] for one in each]) for part in range(3))
        return np.moveaxis(correlation, 0, 2), deviation, mean, int(use.sum())

    def _fill(self) -> list[Floats]:
        """The design with gaps filled, once for all variants; the outcome as answered helps to fill them."""
        multiverse = self.multiverse
        rows = np.column_stack([multiverse.design, multiverse.answers])
        # Of a person without any answer nothing is known; where a question does not apply there is nothing to know.
        some = np.isfinite(multiverse.design).any(axis=1) & multiverse.fillable
        plan = multiverse.plans[multiverse.asked.outcome_as]
        enough_answers(plan, rows[some])
        refuse_uninformed(plan, rows[some])
        out = []
        for filled in fillings(rows[some], self.seed):
            whole = multiverse.design.copy()
            whole[some] = filled[:, :-1]
            out.append(whole)
        return out

    _by: dict[str, Callable[[Sources, Variant], Moments]] = {  # noqa: RUF012 - a table of methods, never changed
        "complete": _complete,
        "pairwise": _pairwise,
        "impute": _imputed,
    }


def _moments_of(rows: Floats, w: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted correlation, deviation and mean of complete rows."""
    share = w / w.sum()
    mean = share @ rows
    away = rows - mean
    covariance = (away * share[:, None]).T @ away
    deviation = np.sqrt(np.diag(covariance))
    safe = np.where(deviation > 0, deviation, 1.0)
    return covariance / np.outer(safe, safe), deviation, mean


def refuse_constant(spread: Floats, plan: Plan) -> None:
    """Stop where a column (adjusters if they are in, members, outcome) has one value in all rows of this variant."""
    if (spread > 0).all():
        return
    names = [m.label for m in (*plan.adjusters, *plan.members)][-(len(spread) - 1) :]
    flat = [*names, plan.outcome.column][int(np.argmin(spread))]
    raise Problem("it has the same value in every row used", where=f"column '{flat}'")
