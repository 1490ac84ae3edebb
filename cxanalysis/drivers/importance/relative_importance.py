"""Seven measures of relative importance side by side: what depends on the measure, and what does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.basis import Basis
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.drivers.evidence import evidence
from cxanalysis.drivers.importance import subset_lattice
from cxanalysis.drivers.importance.importance import entry_gains, johnson, shapley
from cxanalysis.drivers.importance.order_of_drivers import adjusted, importance_of
from cxanalysis.drivers.model import row_guards
from cxanalysis.drivers.model.analysis_basis import analysis_basis, column_of, counted, n_of
from cxanalysis.drivers.model.centred_sums import as_correlation
from cxanalysis.drivers.model.checked_arguments import check_how, check_weight
from cxanalysis.drivers.model.guard_rows import guard_rows
from cxanalysis.drivers.model.plan import plan
from cxanalysis.labels import labels_of
from cxanalysis.result import Result
from cxanalysis.tables.opened import KNOWN, opened

Floats = NDArray[np.float64]

#: Measure → what it is, in the order shown.
MEASURES: Final[Mapping[str, str]] = {
    "shapley": "Shapley (LMG): mean gain in R² over all orders of entry; adds up to R²",
    "johnson": "Johnson's relative weights; add up to R²",
    "first": "R² of the driver alone; counts what others explain too",
    "last": "gain in R² when all others are in already; leaves out all that is shared",
    "beta2": "squared standardised coefficient; adds up to nothing",
    "pratt": "standardised coefficient × correlation; adds up to R², but may be negative",
    "car": "squared correlation with the drivers made uncorrelated (CAR score); adds up to R²",
}
#: What they are called in a sentence.
CALLED: Final[Mapping[str, str]] = {
    "shapley": "Shapley", "johnson": "Johnson", "first": "R² alone", "last": "last gain", "beta2": "beta²",
    "pratt": "Pratt", "car": "CAR",
}  # fmt: skip
#: Columns of `RelativeImportance.table`, in order.
COLUMNS: Final = ("driver", "measure", "value", "low", "high", "rank")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class RelativeImportance(Result):
    """The importance of each driver by seven measures.

    Attributes
    ----------
    table : DataFrame
        One row a driver and measure, in the order of Shapley's; columns as in `COLUMNS`. value (low, high): in R²;
        rank: by this measure, from 1. Missing where a measure does not exist: beta2, pratt and car of drivers of
        several columns, and of all drivers where some repeat each other.
    r_squared : float
        Of all drivers, less what the adjusters explain alone.
    outcome, outcome_as, missing : str
    basis : Basis
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(1)
    >>> staff, price = rng.normal(size=(2, 300))
    >>> answers = pd.DataFrame({"score": 2 * staff + price + rng.normal(size=300), "staff": staff, "price": price})
    >>> result = cx.relative_importance(answers, "score", ["price", "staff"], resamples=100)
    >>> result.wide().columns.tolist()
    ['driver', 'shapley', 'johnson', 'first', 'last', 'beta2', 'pratt', 'car']
    >>> result.headline
    'staff comes first by every measure.'
    """

    table: pd.DataFrame
    r_squared: float
    outcome: str
    outcome_as: str
    missing: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]

    shown_tables: ClassVar[tuple[str, ...]] = ("side_by_side",)

    def wide(self) -> pd.DataFrame:
        """One row a driver, one column a measure, without intervals."""
        order = list(dict.fromkeys(self.table["driver"]))
        wide = self.table.pivot(index="driver", columns="measure", values="value").loc[order, list(MEASURES)]
        return wide.rename_axis(columns=None).reset_index()

    @property
    def side_by_side(self) -> pd.DataFrame:
        """The same as `wide()`: what is shown of this result."""
        return self.wide()

    def _further_facts(self) -> tuple[str, ...]:
        return (f"R²\u00a0=\u00a0{self.r_squared:.3f}",)


def relative_importance(
    data: Any,
    outcome: str | None = None,
    drivers: Iterable[str] | None = None,
    *,
    outcome_as: str = "mean",
    groups: Mapping[str, Sequence[str]] | Sequence[Sequence[str]] | None = None,
    adjust_for: Iterable[str] = (),
    weight: str | None = None,
    cluster: Any = KNOWN,
    missing: str = "complete",
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    top: int | None = None,
    scale: Scale | Sequence[float] | None = None,
) -> RelativeImportance:
    """Does the order of the drivers depend on how importance is measured?

    Parameters
    ----------
    data, outcome, drivers, outcome_as, groups, adjust_for, weight, cluster, missing, top, scale
        As in `cx.drivers`.
    confidence : float
        Of all intervals (percentiles over resampled rows, customers or hash blocks).
    resamples, seed : int

    Returns
    -------
    RelativeImportance

    Raises
    ------
    Problem
        As in `cx.drivers`.

    Notes
    -----
    Shapley (LMG) is what `cx.drivers` uses; the others are for comparison (Grömping 2006; Zuber & Strimmer 2011).
    With `adjust_for` all are gains beyond the adjusters.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"late": [0, 0, 1, 1, 0, 0, 1, 0] * 10, "csat": [5, 4, 2, 3, 5, 4, 2, 5] * 10})
    >>> relative_importance(answers, "csat", ["late"], resamples=50).table["value"].round(3).unique().tolist()
    [0.838]
    """
    check_how(missing=missing, confidence=confidence, resamples=resamples, seed=seed)
    source = opened(data)
    engine = source.engine
    check_weight(engine, weight)
    clustered_by = source.cluster(cluster)
    model = plan(
        data,
        engine,
        outcome,
        drivers,
        outcome_as=outcome_as,
        groups=groups,
        adjust_for=adjust_for,
        top=top,
        scale=scale,
    )
    rows = guard_rows(engine, model, weight)
    row_guards.refuse_ids(model, rows)
    one_sided = row_guards.nobody_promotes(model, rows, missing)
    evidence_of_rows = evidence(
        engine, model, missing=missing, weight=weight, cluster=column_of(clustered_by), resamples=resamples, seed=seed
    )
    sample, correlation = evidence_of_rows.sample, evidence_of_rows.correlation
    first, sizes = len(model.adjusters), model.sizes
    whole = adjusted(correlation[:, :, None], first)
    many, note = importance_of("shapley", first, sizes, correlation)
    exact, error = shapley(whole[:, :, 0], sizes, seed=seed)
    points = {"shapley": exact[:, None], **measured(whole, sizes)}
    resampled = evidence_of_rows.resampled
    draws = {"shapley": many(resampled), **measured(adjusted(resampled, first), sizes)}
    table = _table([player.name for player in model.players], points, draws, confidence)
    notes = [*one_sided, *sample.notes, *model.notes, *([note.note(resampled)] if note else [])]
    if error is not None:
        notes.append("Shapley's values come from sampled orders of entry.")
    notes += [f"{name}: {what}." for name, what in MEASURES.items()]
    if (table["value"].isna()).any():
        notes.append("Empty: it does not exist for drivers of several columns, nor where drivers repeat each other.")
    labels = labels_of(data, [model.outcome.column, *(p.name for p in model.players)])
    basis = analysis_basis(
        source,
        model,
        n=n_of(sample),
        left_out=sample.left_out,
        weight=weight,
        cluster=counted(clustered_by, sample),
        labels=labels,
        confidence=confidence,
        resamples=resamples,
        seed=seed,
    )
    if max(sizes) > 1:
        notes.append(
            "Drivers of several columns explain something by chance alone, by every measure: cx.drivers takes "
            "that off before it says which comes first."
        )
    return RelativeImportance(
        table=table,
        r_squared=float(exact.sum()),
        outcome=model.outcome.column,
        outcome_as=outcome_as,
        missing=missing,
        basis=basis,
        headline=_headline(table),
        notes=tuple(notes),
    )


def measured(left: Floats, sizes: Sequence[int]) -> dict[str, Floats]:
    """All measures but Shapley's for a stack of matrices (m, m, s) of what the adjusters leave: each (players, s)."""
    players, starts = len(sizes), np.concatenate([[0], np.cumsum(sizes)[:-1]])
    others = [[j for j in range(players) if j != i] for i in range(players)]
    out = {
        "johnson": np.add.reduceat(_scaled(left, johnson), starts, axis=0),
        "first": np.stack([entry_gains(left, sizes, np.array([i, *others[i]]))[i] for i in range(players)]),
        "last": np.stack([entry_gains(left, sizes, np.array([*others[i], i]))[i] for i in range(players)]),
    }
    single = np.array([size == 1 for size in sizes])[:, None]
    for name, values in _coefficients(left).items():
        out[name] = np.where(single, np.add.reduceat(values, starts, axis=0), np.nan)
    return out


def _scaled(left: Floats, measure: Callable[[Floats], Floats]) -> Floats:
    """A measure of correlations, times the variance of the outcome that the adjusters leave over."""
    return measure(as_correlation(left)) * left[-1, -1]


def _coefficients(left: Floats) -> dict[str, Floats]:
    """beta2, pratt and car of each column: (columns, s); NaN where drivers repeat each other."""
    correlation = np.moveaxis(as_correlation(left), 2, 0)
    Rxx, r = correlation[:, :-1, :-1], correlation[:, :-1, -1]
    values, V = np.linalg.eigh(Rxx)
    usable = values[:, :1] > subset_lattice.COLLINEAR * Rxx.shape[-1]
    inside = np.einsum("skj,sk->sj", V, r)
    root = np.sqrt(np.where(usable, np.maximum(values, subset_lattice.COLLINEAR), 1.0))
    beta, car = (np.einsum("sjk,sk->sj", V, inside / root**power) for power in (2, 1))
    scale = left[-1, -1][:, None]
    coefficients = {"beta2": beta**2 * scale, "pratt": beta * r * scale, "car": car**2 * scale}
    return {name: np.where(usable, value, np.nan).T for name, value in coefficients.items()}


def _table(names: Sequence[str], points: Mapping[str, Floats], draws: Mapping[str, Floats], confidence: float) -> Any:
    """One row a driver and measure, in Shapley's order."""
    tail, rows = (1 - confidence) / 2, []
    for i in np.argsort(-points["shapley"][:, 0], kind="stable"):
        for measure in MEASURES:
            value, drawn = float(points[measure][i, 0]), draws[measure][i]
            there = drawn[np.isfinite(drawn)]
            known = np.isfinite(value) and len(there) > 0
            low, high = np.quantile(there, [tail, 1 - tail]) if known else (np.nan, np.nan)
            others = points[measure][:, 0]
            rank = 1 + int((others > value + 1e-12).sum()) if np.isfinite(value) else None
            rows.append((names[i], measure, value, float(low), float(high), rank))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"rank": "Int64"})


def _headline(table: pd.DataFrame) -> str:
    """Whether the first driver depends on the measure."""
    firsts: dict[str, list[str]] = {}
    for _, row in table[table["rank"] == 1].iterrows():
        firsts.setdefault(str(row["driver"]), []).append(CALLED[str(row["measure"])])
    if len(firsts) == 1:
        name, measures = next(iter(firsts.items()))
        return f"{name} comes first by {'every measure' if len(measures) == len(MEASURES) else ', '.join(measures)}."
    said = "; ".join(f"{name} by {', '.join(measures)}" for name, measures in firsts.items())
    return f"Which driver comes first depends on the measure: {said}."
