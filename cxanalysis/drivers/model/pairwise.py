"""Each correlation from the rows that have both answers: every answer counts, but the matrix mixes many samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cxanalysis.basis import LeftOut, Reason
from cxanalysis.drivers.effects.joint_test import certainty_of_df, joint_p
from cxanalysis.drivers.effects.rare_outcome import guarded
from cxanalysis.drivers.effects.regression import Values
from cxanalysis.drivers.model.gather import Sample, flags_of, spans
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.engines import Engine
from cxanalysis.engine.need import Need
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]

#: A smallest eigenvalue below this: no data set can have all these correlations at once.
DEFINITE: float = 1e-8
#: A variance below this part of a column's own is a rounding error.
ROUNDING: float = 1e-12


@dataclass(frozen=True, slots=True)
class Drawn:
    """A regression whose errors come from resamples: coefficients and means of the whole and of each draw.

    `df` (m,): one less than the cases of a failure, or than the blocks where those are fewer; `blocks`: what was drawn;
    `inverse` (m, m): of the covariance of the columns; `expected_together` (m,): as in `Fit`.
    """

    slopes: Floats
    mean: Floats
    vif: Floats
    r_squared: float
    draws: Floats
    mean_draws: Floats
    outcome_draws: Floats
    df: Floats
    blocks: int
    inverse: Floats
    outcome_variance: float
    expected_together: Floats

    def effects(self) -> Values:
        """The coefficients."""
        return Values(self.slopes, self.draws.var(axis=0, ddof=1), self.df)

    def stake(self, columns: list[int], reference: Floats) -> Values:
        """Points lost to these columns, as one value; its error from the same draws of effects and means."""
        value = self.slopes[columns] @ (reference[columns] - self.mean[columns])
        each = self.draws[:, columns] * (reference[columns] - self.mean_draws[:, columns])
        # Welch-Satterthwaite over what each driver contributes: one rare failure must not blur the sum of all.
        own = each.var(axis=0, ddof=1)
        df = own.sum() ** 2 / (own**2 / self.df[columns]).sum() if own.sum() > 0 else self.df[columns].min()
        return Values(np.array([value]), np.array([each.sum(axis=1).var(ddof=1)]), np.array([df]))

    def joint_p(self, columns: list[int]) -> float:
        """p of "none of these columns has an effect"; a covariance of so many draws is uncertain for that alone."""
        known = certainty_of_df(self.df[columns], self.blocks, more=1 / (len(self.draws) - 1))
        return joint_p(self.slopes[columns], self._covariance(columns), self._working(columns), known)

    def by_chance(self, columns: list[int]) -> float:
        """R² that these columns would explain on average if none of them had an effect."""
        trace = np.trace(np.linalg.solve(self._working(columns), self._covariance(columns)))
        return float(trace) / self.outcome_variance

    def _covariance(self, columns: list[int]) -> Floats:
        return np.atleast_2d(np.cov(self.draws[:, columns], rowvar=False))

    def _working(self, columns: list[int]) -> Floats:
        return self.inverse[np.ix_(columns, columns)]

    def joint(self, columns: list[int]) -> Floats:
        """Covariance of the errors of these effects, of these means, and of the outcome's mean, in this order."""
        draws = np.column_stack([self.draws[:, columns], self.mean_draws[:, columns], self.outcome_draws])
        return np.cov(draws, rowvar=False)


def drawn(
    engine: Engine, plan: Plan, weight: str | None, cluster: str | None, resamples: int, seed: int
) -> tuple[Sample, Floats, Floats, Drawn]:
    """Sample, correlation (k, k), resampled correlations (k, k, resamples) and regression from pairs."""
    if resamples < 50:
        raise Problem(
            f"{resamples} resamples are too few for intervals of pairwise correlations", do="Use at least 200"
        )
    need = Need(plan.measures, weight=weight, blocks=cluster or "")
    found = engine.aggregate(need)
    _enough(plan, found)
    sums = found.block_sums()
    whole = sums.resample(np.ones((1, len(sums))))
    many = sums.resample(sums.draws(resamples, seed))
    factor, shift = _metric(plan)
    deviation = _deviation(whole.spread, whole.weight)[0]
    _refuse_constant(plan, deviation)
    refuse_undefined(whole.spread[0], whole.weight[0], [measure.name for measure in plan.measures])
    correlation = _definite(whole.correlation()[0], factor)
    sample = _sample(engine, plan, found, deviation, whole.means()[0], factor, shift, len(sums), cluster)
    slopes, vif, r_squared = _regress(correlation[None], (deviation * np.abs(factor))[None])
    resampled = np.nan_to_num(many.correlation()) * np.sign(factor)[None, :, None] * np.sign(factor)[None, None, :]
    spread = _deviation(many.spread, many.weight) * np.abs(factor)
    # A draw may hold no case of a rare failure: there it goes with nothing, and has no effect to speak of.
    diagonal, flat = np.arange(spread.shape[1]), ~(spread > 0)
    resampled[:, diagonal, diagonal] = 1.0
    usable = np.linalg.eigvalsh(resampled)[:, 0] > DEFINITE
    if usable.mean() < 0.9:
        raise Problem(
            "most resamples of these pairwise correlations cannot belong to any data", do='Use missing="impute"'
        )
    draws, _, _ = _regress(resampled[usable], np.where(flat, 1.0, spread)[usable])
    draws = np.where(flat[usable, :-1], slopes, draws)
    cases = np.concatenate([np.full(len(plan.adjusters), np.inf), sample.fewest_cases])
    size = deviation * np.abs(factor)
    inverse = np.linalg.inv(correlation[:-1, :-1]) / np.outer(size[:-1], size[:-1])
    expected = _expected_together(plan, sample)
    noise = size[-1] ** 2 * (1 - float(r_squared[0])) / max(sample.n - len(inverse) - 1, 1)
    variance = draws.var(axis=0, ddof=1)
    wider = guarded(variance, np.diag(inverse) * noise, expected)
    draws = slopes + (draws - slopes) * np.sqrt(np.where(variance > 0, wider / np.maximum(variance, 1e-300), 1.0))
    regression = Drawn(
        slopes[0],
        whole.means()[0][:-1],
        vif[0],
        float(r_squared[0]),
        draws,
        many.means()[usable][:, :-1],
        factor[-1] * many.means()[usable][:, -1],
        np.maximum(1.0, np.minimum(len(sums), cases) - 1.0),
        len(sums),
        inverse,
        float(size[-1] ** 2),
        expected,
    )
    return sample, correlation, np.moveaxis(resampled[usable], 0, 2), regression


def _expected_together(plan: Plan, sample: Sample) -> Floats:
    """Rows of a rare case and a rare outcome value by chance, per column; infinite where nothing is rare."""
    out = np.where(sample.is_flag & (sample.rare_answers < sample.n), sample.fewest_cases * sample.rare_answers, np.inf)
    return np.concatenate([np.full(len(plan.adjusters), np.inf), out / sample.n])


def _metric(plan: Plan) -> tuple[Floats, float]:
    """Factor of each column and shift of the outcome that turn it into the metric."""
    factor = np.ones(len(plan.measures))
    factor[-1] = (100.0 if plan.percent else 1.0) * (1.0 if plan.ends is None else -1.0)
    return factor, plan.ends or 0.0


def _deviation(spread: Floats, weight: Floats) -> Floats:
    """Standard deviation of each column over all its rows: (R, k)."""
    diagonal = np.arange(spread.shape[-1])
    return np.sqrt(spread[:, diagonal, diagonal] / weight[:, diagonal, diagonal])


def _refuse_constant(plan: Plan, deviation: Floats) -> None:
    """Stop before columns that never change."""
    if deviation[-1] == 0:
        raise Problem(
            "every row used has the same outcome, so there is nothing to explain",
            where=f"column '{plan.outcome.column}'",
        )
    flat = [m.name for m, spread in zip(plan.measures, deviation, strict=True) if not spread > 0]
    if flat:
        raise Problem("it has the same value in every row used", where=f"column '{flat[0]}'", do="Leave it out")


def refuse_undefined(spread: Floats, weight: Floats, names: Sequence[str]) -> None:
    """Stop where two columns have no correlation, since one never changes among the rows that have both answers.

    Parameters
    ----------
    spread, weight : array, (k, k)
        [i, j]: squared deviations of i among the rows that have j too, and their weights.
    names : sequence of str

    Raises
    ------
    Problem
    """
    variance = np.diag(spread) / np.diag(weight)
    flat = ~(spread > ROUNDING * weight * variance[:, None])
    if flat.any():
        column, other = (names[at] for at in np.argwhere(flat)[0])
        raise Problem(
            f"'{column}' and '{other}' have no correlation: '{column}' never changes among the rows with both answers",
            where="missing",
            do='Use missing="complete", or leave one of the two out',
        )


def _definite(correlation: Floats, factor: Floats) -> Floats:
    correlation = correlation * np.outer(np.sign(factor), np.sign(factor))
    lowest = float(np.linalg.eigvalsh(correlation)[0])
    if lowest < DEFINITE:
        raise Problem(
            f"these pairwise correlations cannot belong to any data (smallest eigenvalue {lowest:.2g})",
            do='Use missing="complete" or "impute", or leave out drivers that few people answered',
        )
    return correlation


def _regress(correlation: Floats, deviation: Floats) -> tuple[Floats, Floats, Floats]:
    """Coefficients (R, m), VIF (R, m) and R² (R,) from correlations (R, k, k) and deviations (R, k)."""
    inverse = np.linalg.inv(correlation[:, :-1, :-1])
    r = correlation[:, :-1, -1]
    beta = np.einsum("rij,rj->ri", inverse, r)
    vif = np.einsum("rii->ri", inverse)
    return beta * deviation[:, -1:] / deviation[:, :-1], vif, (beta * r).sum(axis=1)


def _enough(plan: Plan, found: Aggregates) -> None:
    """Refuse pairs of columns that hardly anybody answered both."""
    pairs = found.total().count[0, 0]
    i, j = np.unravel_index(int(pairs.argmin()), pairs.shape)
    if pairs[i, j] < len(plan.measures) + 2:
        both = " and ".join(sorted({f"'{plan.measures[i].name}'", f"'{plan.measures[j].name}'"}))
        raise Problem(f"only {pairs[i, j]} rows have an answer in {both}", do="Leave one of them out")


def _sample(
    engine: Engine,
    plan: Plan,
    found: Aggregates,
    deviation: Floats,
    mean: Floats,
    factor: Floats,
    shift: float,
    blocks: int,
    cluster: str | None,
) -> Sample:
    total = found.total()
    pairs = total.count[0, 0]
    fewest, most = int(pairs.min()), int(pairs.max())
    is_flag = flags_of(mean, deviation**2, plan)
    at = slice(len(plan.adjusters), -1)
    low, high = spans(engine, plan)
    rows = np.diag(pairs)[at]
    unanswered = int((np.diag(pairs) > 0).max() and total.rows[0, 0] - most)
    top = 1.0 if plan.percent else 100.0
    two_valued = abs(deviation[-1] ** 2 - mean[-1] * (top - mean[-1])) < 1e-9 * top**2
    return Sample(
        n=fewest,
        n_most=most,
        left_out=(LeftOut(unanswered, Reason.NO_ANSWER),) if unanswered else (),
        deviation=deviation * np.abs(factor),
        outcome_mean=float(shift + factor[-1] * mean[-1]),
        cases=np.where(is_flag, np.round(mean[at] * rows), rows).astype(np.int64),
        is_flag=is_flag,
        low=low,
        high=high,
        blocks=blocks,
        clusters=blocks if cluster else None,
        rare_answers=float(min(mean[-1], top - mean[-1]) / top * fewest) if two_valued else np.inf,
        notes=(f"Each correlation rests on the rows that have both answers: {fewest:,} to {most:,} of them.",),
    )
