"""Correlations, deviations and means for one way to analyse: from complete rows, from pairs, or from filled gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.drivers.effects.regression import Values, fit
from cxanalysis.drivers.model.centred_sums import sums_of_rows
from cxanalysis.drivers.model.gather import check_rows
from cxanalysis.drivers.model.imputation import enough_answers, fillings
from cxanalysis.drivers.model.pairwise import DEFINITE
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.drivers.other_models.mcfadden import Shared
from cxanalysis.drivers.robustness.variant_choices import Ground, Way
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
    """Moments of every way, each worked out once however many methods use it."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground, self.seed = ground, seed
        self._known: dict[tuple[object, ...], Moments | Problem] = {}
        self._filled: list[Floats] | None = None
        self._over_fillings: dict[tuple[object, ...], tuple[Floats, Floats, Floats, int]] = {}
        #: Dominance analyses of the other models: mean and NPS of one score have the same ordered logit.
        self.shared: dict[tuple[object, ...], Shared] = {}

    def moments(self, way: Way) -> Moments:
        """The moments of a way.

        Raises
        ------
        Problem
            If it cannot be worked out: too few rows, a constant column, correlations that no data can have.
        """
        key = (way.missing, way.outcome_as, way.rows, way.weighted, way.adjusted, way.window)
        if key not in self._known:
            try:
                self._known[key] = self._by[way.missing](self, way)
            except Problem as problem:
                self._known[key] = problem
        found = self._known[key]
        if isinstance(found, Problem):
            raise found
        return found

    def _columns(self, way: Way) -> int:
        """The first column of the design in this way: without adjusters they are skipped."""
        return 0 if way.adjusted else len(self._plan(way).adjusters)

    def _plan(self, way: Way) -> Plan:
        return self.ground.plans[way.outcome_as]

    def _rows(self, way: Way, design: Floats) -> tuple[Floats, Floats]:
        """Rows of a way with the outcome last, gaps and all, and their weights."""
        keep, ground = self.ground.keep[way.rows], self.ground
        rows = np.column_stack([design[keep, self._columns(way) :], ground.coded[way.outcome_as][keep]])
        weighted = way.weighted and ground.weight is not None
        return rows, ground.weight[keep] if weighted and ground.weight is not None else np.ones(len(rows))

    def _complete(self, way: Way) -> Moments:
        rows, w = self._rows(way, self.ground.designs[way.window])
        use = np.isfinite(rows).all(axis=1)
        check_rows(int(use.sum()), self._plan(way))
        block = self.ground.block
        if block is not None:
            block = np.unique(block[self.ground.keep[way.rows]][use], return_inverse=True)[1].astype(np.int64)
        sums = sums_of_rows(rows[use], w[use], block)
        refuse_constant(sums.deviation(), self._plan(way))
        return Moments(
            sums.correlation()[:, :, None], sums.deviation()[None], sums.centre[None], fit(sums).effects(), sums.n
        )  # fmt: skip

    def _pairwise(self, way: Way) -> Moments:
        rows, w = self._rows(way, self.ground.designs[way.window])
        names = [str(i) for i in range(rows.shape[1])]
        frame = pd.DataFrame(rows, columns=names).assign(w=w)
        found = engine_of(frame).aggregate(Need(tuple(Measure(n, n) for n in names), weight="w"))
        count, correlation = found.count[0, 0], np.nan_to_num(found.correlation()[0, 0])
        at = np.arange(len(names))
        deviation = np.sqrt(found.spread[0, 0][at, at] / found.weight[0, 0][at, at])
        refuse_constant(deviation, self._plan(way))
        lowest = float(np.linalg.eigvalsh(correlation)[0])
        if lowest < DEFINITE:
            raise Problem(f"these pairwise correlations cannot belong to any data (smallest eigenvalue {lowest:.2g})")
        mean = found.mean[0, 0][at, at]
        return Moments(correlation[:, :, None], deviation[None], mean[None], None, int(count.min()))

    def _imputed(self, way: Way) -> Moments:
        """All readings of the outcome stand side by side in one pass over each filling; a way takes its own."""
        key = (way.rows, way.weighted, way.adjusted)
        if key not in self._over_fillings:
            self._over_fillings[key] = self._summed(way)
        correlation, deviation, mean, n = self._over_fillings[key]
        codings = list(self.ground.coded)
        m = correlation.shape[0] - len(codings)
        at = np.append(np.arange(m), m + codings.index(way.outcome_as))
        refuse_constant(deviation[0, at], self._plan(way))
        return Moments(correlation[np.ix_(at, at)], deviation[:, at], mean[:, at], None, n)

    def _summed(self, way: Way) -> tuple[Floats, Floats, Floats, int]:
        """Correlation (k, k, s), deviation and mean (s, k) over all fillings, and n."""
        if self._filled is None:
            self._filled = self._fill()
        keep = self.ground.keep[way.rows]
        points = np.column_stack([points[keep] for points in self.ground.coded.values()])
        _, w = self._rows(way, self.ground.design)
        each = []
        for design in self._filled:
            rows = np.column_stack([design[keep, self._columns(way) :], points])
            use = np.isfinite(rows).all(axis=1)  # a person without any answer among the drivers is not filled
            each.append(_moments_of(rows[use], w[use]))
        correlation, deviation, mean = (np.array([one[part] for one in each]) for part in range(3))
        return np.moveaxis(correlation, 0, 2), deviation, mean, int(use.sum())

    def _fill(self) -> list[Floats]:
        """The design with gaps filled, once for all ways; the outcome as answered helps to fill them."""
        ground = self.ground
        rows = np.column_stack([ground.design, ground.answers])
        # Of a person without any answer nothing is known; where a question does not apply there is nothing to know.
        some = np.isfinite(ground.design).any(axis=1) & ground.fillable
        enough_answers(ground.plans[ground.asked.outcome_as], rows[some])
        out = []
        for filled in fillings(rows[some], self.seed):
            whole = ground.design.copy()
            whole[some] = filled[:, :-1]
            out.append(whole)
        return out

    _by: dict[str, Callable[[Sources, Way], Moments]] = {  # noqa: RUF012 - a table of methods, never changed
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
    """Stop where a column (adjusters if they are in, members, outcome) has one value in all rows of this way."""
    if (spread > 0).all():
        return
    names = [m.label for m in (*plan.adjusters, *plan.members)][-(len(spread) - 1) :]
    flat = [*names, plan.outcome.column][int(np.argmin(spread))]
    raise Problem("it has the same value in every row used", where=f"column '{flat}'")
