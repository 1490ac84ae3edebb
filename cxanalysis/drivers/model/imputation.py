"""Multiple imputation: gaps filled several times by chained equations, analyses pooled by Rubin's rules.

Assumes that answers are missing at random given the other columns. Rubin (1987); small-sample degrees of freedom:
Barnard & Rubin (1999). Rows without an outcome add nothing
to a regression and are left out (von Hippel 2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.basis import LeftOut, Reason
from cxanalysis.drivers.effects.joint_test import Certainty, joint_p
from cxanalysis.drivers.effects.regression import Fit, Values, fit
from cxanalysis.drivers.importance.order_of_drivers import resample
from cxanalysis.drivers.model.centred_sums import Sums, sums_of_rows
from cxanalysis.drivers.model.gather import Sample, as_metric, cluster_of, rows_of, sample_of
from cxanalysis.drivers.model.not_asked import MOST_ROWS
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.engine.engines import Engine
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]

#: Number of imputed data sets.
IMPUTATIONS: Final = 20
#: Rounds of chained equations for each.
ROUNDS: Final = 10


@dataclass(frozen=True, slots=True)
class Pooled:
    """Regressions on imputed data sets, pooled."""

    fits: tuple[Fit, ...]

    @property
    def mean(self) -> Floats:
        """Mean of each column, averaged over imputations."""
        return np.mean([one.mean for one in self.fits], axis=0)

    @property
    def vif(self) -> Floats:
        """Variance inflation factor of each column, averaged."""
        return np.mean([one.vif for one in self.fits], axis=0)

    @property
    def r_squared(self) -> float:
        """R², averaged."""
        return float(np.mean([one.r_squared for one in self.fits]))

    def effects(self) -> Values:
        """The coefficients."""
        return pooled([one.effects() for one in self.fits])

    def stake(self, columns: list[int], reference: Floats) -> Values:
        """Points lost to these columns, as one value."""
        return pooled([one.stake(columns, reference) for one in self.fits])

    def joint_p(self, columns: list[int]) -> float:
        """p of "none of these columns has an effect": pooled estimates and covariance."""
        columns = [c for c in columns if all(one.exists[c] for one in self.fits)]
        if not columns:
            return float("nan")
        within, between = self._covariances(columns)
        known = _pooled_certainty([one.certainty(columns) for one in self.fits], within, between, len(self.fits))
        value = np.mean([one.slopes[columns] for one in self.fits], axis=0)
        working = np.mean([one.working(columns) for one in self.fits], axis=0)
        return joint_p(value, within + between, working, known)

    def _covariances(self, columns: list[int]) -> tuple[Floats, Floats]:
        """Covariance within imputations, and (1 + 1/m) times that between them."""
        values = np.array([one.slopes[columns] for one in self.fits])
        within = np.mean([one.covariance(columns) for one in self.fits], axis=0)
        return within, (1 + 1 / len(values)) * np.atleast_2d(np.cov(values, rowvar=False))

    def by_chance(self, columns: list[int]) -> float:
        """R² that these columns would explain without any effect: averaged, and raised by what the gaps add."""
        each = float(np.mean([one.by_chance(columns) for one in self.fits]))
        columns = [c for c in columns if all(one.exists[c] for one in self.fits)]
        if not columns:
            return 0.0
        within, between = self._covariances(columns)
        return each / (1 - _lost(within, between))

    @property
    def expected_together(self) -> Floats:
        """Rows of a rare case and a rare outcome value by chance, fewest over imputations."""
        return np.min([one.expected_together for one in self.fits], axis=0)

    def joint(self, columns: list[int]) -> Floats:
        """Covariance of the errors of these effects, of these means, and of the outcome's mean: Rubin's rules."""
        # Rows without an outcome are left out before filling, so its mean does not differ between imputations.
        values = np.array([np.r_[one.slopes[columns], one.mean[columns], 0.0] for one in self.fits])
        within = np.mean([one.joint(columns) for one in self.fits], axis=0)
        pooled_covariance: Floats = within + (1 + 1 / len(values)) * np.cov(values, rowvar=False)
        return pooled_covariance


def pooled(each: list[Values]) -> Values:
    """Rubin's rules: mean of the estimates; variance within plus (1 + 1/m) between; Barnard-Rubin df."""
    m = len(each)
    value = np.array([one.value for one in each])
    within = np.mean([one.variance for one in each], axis=0)
    between = (1 + 1 / m) * value.var(axis=0, ddof=1)
    total = within + between
    complete = np.mean([one.df for one in each], axis=0)
    lost = between / total
    observed = (complete + 1) / (complete + 3) * complete * (1 - lost)
    df = 1 / (lost**2 / (m - 1) + 1 / observed)
    return Values(value.mean(axis=0), total, df)


def _lost(within: Floats, between: Floats) -> float:
    """Part of the variance that is between imputations, averaged over the coefficients (Li, Raghunathan & Rubin)."""
    return float(np.trace(between @ np.linalg.pinv(within + between, hermitian=True)) / len(within))


def _pooled_certainty(each: list[Certainty], within: Floats, between: Floats, m: int) -> Certainty:
    """Barnard & Rubin's degrees of freedom of a pooled covariance; between imputations each column counts m - 1."""
    lost, q = _lost(within, between), len(within)

    def df(complete: float, many: int) -> float:
        return 1 / (lost**2 / many + (complete + 3) / ((complete + 1) * complete * (1 - lost)))

    hotelling, trace, share, least = (
        float(np.mean([getattr(one, name) for one in each])) for name in ("hotelling", "trace", "share", "least")
    )
    return Certainty(df(hotelling, q * (m - 1)), df(trace, q * (m - 1)), share, df(least, m - 1))


def imputed(
    engine: Engine, plan: Plan, weight: str | None, cluster: str | None, resamples: int, seed: int
) -> tuple[Sample, Floats, Floats, Pooled]:
    """Sample, correlation (k, k), resampled correlations (k, k, resamples) and regression over all imputations."""
    if engine.rows() > MOST_ROWS:
        raise Problem(
            f"imputation works on at most {MOST_ROWS:,} rows, and there are {engine.rows():,}",
            do='Use missing="complete" or "pairwise"',
        )
    values, w = rows_of(engine, plan, weight)
    block = cluster_of(engine, cluster)
    left_out, kept = fillable(plan, values, w, weight)
    rows, w = values[kept], None if w is None else w[kept]
    block = None if block is None else np.unique(block[kept], return_inverse=True)[1].astype(np.int64)
    enough_answers(plan, rows)
    refuse_uninformed(plan, rows)
    filled = [sums_of_rows(one, w, block) for one in fillings(rows, seed)]
    sums = [as_metric(one, plan) for one in filled]
    sample = _sample(plan, rows, sums, left_out, block is not None)
    correlation = np.mean([one.correlation() for one in sums], axis=0)
    share = -(-resamples // len(sums))
    draws = [resample(one, share, seed + number) for number, one in enumerate(sums)]
    return sample, correlation, np.concatenate(draws, axis=2)[:, :, :resamples], Pooled(tuple(map(fit, sums)))


def fillable(
    plan: Plan, values: Floats, w: Floats | None, weight: str | None
) -> tuple[tuple[LeftOut, ...], NDArray[np.bool_]]:
    """Which rows have gaps that may be filled or none at all, and why the others are left out, each counted once."""
    kept, left_out = np.ones(len(values), dtype=bool), []
    reasons = (
        (~np.isfinite(values[:, -1]), Reason.NO_ANSWER, plan.outcome.column),
        (None if w is None else ~(w > 0), Reason.NO_WEIGHT, weight),
        (plan.unfillable, Reason.DOES_NOT_APPLY, None),
        (~np.isfinite(values[:, :-1]).any(axis=1), Reason.NO_ANSWER, None),
    )
    for without, reason, column in reasons:
        if without is not None:
            left_out.append(LeftOut(int((kept & without).sum()), reason, column))
            kept &= ~without
    return tuple(one for one in left_out if one.rows), kept


def enough_answers(plan: Plan, rows: Floats) -> None:
    """Refuse columns with too few answers to fill the gaps in others, and constant ones."""
    for measure, column in zip(plan.measures, rows.T, strict=True):
        answers = column[np.isfinite(column)]
        if len(answers) < len(plan.measures) + 2:
            raise Problem(
                f"only {len(answers)} rows have an answer, too few to impute the others",
                where=f"column '{measure.name}'",
                do="Leave it out",
            )
        if np.ptp(answers) == 0:
            if measure is plan.outcome:
                raise Problem(
                    "every row used has the same outcome, so there is nothing to explain",
                    where=f"column '{measure.column}'",
                )
            raise Problem(
                "it has the same value in every row used", where=f"column '{measure.name}'", do="Leave it out"
            )


def refuse_uninformed(plan: Plan, rows: Floats) -> None:
    """Refuse to fill gaps from a column that never changes where the answers to be learnt from are.

    Raises
    ------
    Problem
    """
    names = [measure.name for measure in plan.measures]
    gaps = ~np.isfinite(rows)
    for column in np.flatnonzero(gaps.any(axis=0)):
        answered = ~gaps[:, column]
        others = rows[answered]
        constant = np.ptp(others, axis=0) == 0  # a gap among them makes it unequal to itself: it is filled and varies
        for other in np.flatnonzero(constant):
            if other != column:
                raise Problem(
                    f"the gaps of '{names[column]}' cannot be filled: in every row with an answer in it "
                    f"'{names[other]}' has the same value",
                    where="missing",
                    do='Use missing="complete" or "pairwise", or leave one of the two out',
                )


def fillings(rows: Floats, seed: int) -> list[Floats]:
    """The rows, with gaps drawn from their predictive distribution, `IMPUTATIONS` times."""
    if np.isfinite(rows).all():
        return [rows] * IMPUTATIONS
    rng = np.random.default_rng(seed)
    return [chained(rows, rng) for _ in range(IMPUTATIONS)]


def chained(rows: Floats, rng: np.random.Generator) -> Floats:
    """One filling: each column with gaps is drawn given all others, in turn, `ROUNDS` times.

    The draw is from the posterior predictive distribution of a normal linear regression: variance from its scaled
    inverse χ², coefficients given it, then the value (van Buuren 2018, Flexible Imputation of Missing Data, 3.2).
    """
    gaps = ~np.isfinite(rows)
    filled = rows.copy()
    for column in np.flatnonzero(gaps.any(axis=0)):
        answered = rows[~gaps[:, column], column]
        filled[gaps[:, column], column] = rng.choice(answered, int(gaps[:, column].sum()))
    order = [column for column in np.argsort(gaps.sum(axis=0)) if gaps[:, column].any()]
    for _ in range(ROUNDS):
        for column in order:
            gap = gaps[:, column]
            design = np.column_stack([np.ones(len(rows)), np.delete(filled, column, axis=1)])
            filled[gap, column] = _draw(design[~gap], filled[~gap, column], design[gap], rng)
    return filled


def _draw(X: Floats, y: Floats, where: Floats, rng: np.random.Generator) -> Floats:
    """Values at `where` from the posterior predictive distribution of the regression of y on X."""
    scale = np.sqrt((X**2).mean(axis=0)) + (np.abs(X).max(axis=0) == 0)
    X, where = X / scale, where / scale
    cross = X.T @ X
    # A ridge of 1e-5 of each variance, as in mice: columns that repeat each other must not blow up.
    lower = np.linalg.cholesky(cross + 1e-5 * np.diag(np.diag(cross)))
    half = np.linalg.solve(lower, X.T @ y)
    beta = np.linalg.solve(lower.T, half)
    residual = y - X @ beta
    sigma = np.sqrt(residual @ residual / rng.chisquare(max(len(y) - X.shape[1], 1)))
    drawn = beta + sigma * np.linalg.solve(lower.T, rng.normal(size=len(beta)))
    return np.asarray(where @ drawn + sigma * rng.normal(size=len(where)))


def _sample(plan: Plan, rows: Floats, sums: list[Sums], left_out: tuple[LeftOut, ...], clustered: bool) -> Sample:
    members = rows[:, len(plan.adjusters) : -1]
    gaps = ~np.isfinite(members)
    is_flag = ((members == 0) | (members == 1) | gaps).all(axis=0)
    filled = int((~np.isfinite(rows)).any(axis=1).sum())
    notes = [
        f"Gaps in {filled:,} of {len(rows):,} rows filled {IMPUTATIONS} times by chained equations, pooled by "
        "Rubin's rules; this assumes answers missing at random given the other columns."
    ]
    notes += [plan.unfillable_said] if plan.unfillable_said else []
    return sample_of(
        sums[0],
        left_out=left_out,
        cases=np.where(is_flag, (members == 1).sum(axis=0), (~gaps).sum(axis=0)),
        is_flag=is_flag,
        low=np.nanmin(members, axis=0),
        high=np.nanmax(members, axis=0),
        clusters=sums[0].blocks if clustered else None,
        notes=tuple(notes),
    )
