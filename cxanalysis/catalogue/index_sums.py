"""What an index sees of its tables: the mean of every component in every group, and how the means err together."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.catalogue.component import Component
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.engine.aggregates import Aggregates
from cxanalysis.engine.frame_columns import unknown_column
from cxanalysis.engine.need import Measure, Need, Period
from cxanalysis.metrics.metric import metric, metric_of
from cxanalysis.metrics.metric_question import question
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]
Group = tuple[Any, ...]

#: Answers added before the variance of a share or an NPS is taken, so that none is zero where all say the same: how
#: many, their sum, their sum of squares (Agresti and Coull; the adjusted Wald interval of NPS). They change no value.
ADDED: Final = {"nps": (3.0, 0.0, 1.5e4), "top-box": (4.0, 200.0, 2e4), "rate": (4.0, 200.0, 2e4)}


@dataclass(frozen=True, slots=True)
class IndexQuestion:
    """What a table is asked; `cluster` is its own, all else is the same for all tables."""

    by: tuple[str, ...]
    weight: str | None
    cluster: str | None
    confidence: float
    date: str | None
    period: str | None


@dataclass(frozen=True, slots=True)
class JointMeans:
    """Means of one group whose errors are correlated.

    Attributes
    ----------
    at : int array (k,)
        Places of the components in the index.
    mean : array (k,)
        In the components' own units.
    covariance : array (k, k)
        Of the errors of the means; NaN where nothing is known of it.
    n, missing : int arrays (k,)
    blocks : int
        Independent units behind the covariance.
    """

    at: NDArray[np.int64]
    mean: Floats
    covariance: Floats
    n: NDArray[np.int64]
    missing: NDArray[np.int64]
    blocks: float


@dataclass(frozen=True, slots=True)
class Summed:
    """One table's sums, and which components they hold."""

    sums: Aggregates
    components: tuple[Component, ...]
    at: NDArray[np.int64]
    by: tuple[str, ...]


def summed(
    data: Any, chosen: Sequence[tuple[int, Component, Scale | None]], asked: IndexQuestion, notes: list[str]
) -> Summed:
    """One query for all components of a table."""
    posed = question(
        data,
        chosen[0][1].column,
        None,
        by=asked.by,
        weight=asked.weight,
        cluster=asked.cluster,
        confidence=asked.confidence,
        date=asked.date,
        period=asked.period,
    )
    for _, found, _ in chosen:
        if found.column not in posed.engine.columns():
            raise unknown_column(found.column, posed.engine.columns())
    measures = tuple(found.measure(scale) for _, found, scale in chosen)
    need = Need(measures, posed.by, weight=asked.weight, blocks=asked.cluster or "")
    sums = posed.engine.aggregate(need)
    if posed.by and isinstance(posed.by[-1], Period):
        undated = [group for group in sums.groups if group[-1] is None]
        if undated:
            rows = sum(int(sums.group(group).rows.sum()) for group in undated)
            notes.append(f"{rows:,} rows without a date in '{posed.by[-1].column}' are in no period.")
            sums = sums.where([group for group in sums.groups if group[-1] is not None])
    return Summed(sums, tuple(c for _, c, _ in chosen), np.array([at for at, _, _ in chosen]), sums.by)


def complete(data: Any, measures: Sequence[Measure], asked: IndexQuestion) -> Aggregates:
    """Sums over the rows that have every measure, all groups together: for the weights that an outcome gives."""
    posed = question(
        data,
        measures[-1].column,
        None,
        by=None,
        weight=asked.weight,
        cluster=asked.cluster,
        confidence=asked.confidence,
        date=asked.date,
        period=None,
    )
    return posed.engine.aggregate(Need(tuple(measures), weight=asked.weight, blocks=asked.cluster or "", complete=True))


def part_of(found: Summed, group: Group) -> JointMeans:
    """Means of one group with their joint covariance, from what each block adds to them."""
    influence, blocks, mean, n, missing = _influence(found, group)
    b = len(blocks)
    covariance = influence.T @ influence * (b / (b - 1)) if b > 1 else np.full((len(mean), len(mean)), np.nan)
    return JointMeans(found.at, mean, _at_least(covariance, found, group), n, missing, b)


def joined(parts: Sequence[Summed], group: Group) -> JointMeans:
    """The same for several tables with the same customers: a block holds the same ones in each of them."""
    each = [_influence(found, group) for found in parts]
    blocks = np.unique(np.concatenate([found[1] for found in each]))
    influence = np.zeros((len(blocks), sum(len(found[2]) for found in each)))
    start = 0
    for block_influence, of, mean, _, _ in each:
        influence[np.searchsorted(blocks, of), start : start + len(mean)] = block_influence
        start += len(mean)
    b = len(blocks)
    covariance = influence.T @ influence * (b / (b - 1)) if b > 1 else np.full((start, start), np.nan)
    start = 0
    for found, (_, _, mean, _, _) in zip(parts, each, strict=True):
        own = slice(start, start + len(mean))
        covariance[own, own] = _at_least(covariance[own, own], found, group)
        start += len(mean)
    return JointMeans(
        np.concatenate([found.at for found in parts]),
        np.concatenate([found[2] for found in each]),
        covariance,
        np.concatenate([found[3] for found in each]),
        np.concatenate([found[4] for found in each]),
        b,
    )


def of_metric(
    data: Any, place: int, component: Component, asked: IndexQuestion
) -> tuple[dict[Group, JointMeans], tuple[str, ...]]:
    """A component that `cx.metric` computes, as parts by group; its error is taken from its interval."""
    given: dict[str, Any] = {"by": list(asked.by) or None, "period": asked.period, "date": asked.date}
    given |= {"weight": asked.weight, "confidence": asked.confidence}
    options = {name: value for name, value in given.items() if value is not None}
    if "cluster" in inspect.signature(metric_of(component.column).function).parameters:
        options["cluster"] = asked.cluster
    result = metric(component.column, data, **options | dict(component.options))
    z = stats.norm.ppf((1 + result.confidence) / 2)
    parts = {}
    for row in result.table.to_dict("records"):
        se = (row["high"] - row["low"]) / (2 * z)
        group = tuple(None if pd.isna(row[name]) else row[name] for name in result.by)
        parts[group] = JointMeans(
            np.array([place]),
            np.array([float(row["value"])]),
            np.array([[se**2]]),
            np.array([int(row["n"])]),
            np.array([int(row.get("n_missing", 0))]),
            np.inf,
        )
    return parts, result.by


def _influence(
    found: Summed, group: Group
) -> tuple[Floats, NDArray[np.int64], Floats, NDArray[np.int64], NDArray[np.int64]]:
    """What each block adds to each mean (B, k), the blocks' numbers, the means, n and n missing."""
    one = found.sums.group(group)
    blocks = one.block_sums(0)
    total = np.einsum("bii->bi", blocks.total)
    weight = np.einsum("bii->bi", blocks.weight).sum(axis=0)
    n = np.einsum("bii->bi", one.count[0]).sum(axis=0)
    if not (n > 0).all():
        empty = found.components[int(np.argmin(n))]
        raise _no_answers(empty, group)
    influence = total / weight
    missing = one.n_missing[0] + int(one.unweighted.sum())
    return influence, blocks.blocks, blocks.centre, n.astype(np.int64), missing.astype(np.int64)


def _at_least(covariance: Floats, found: Summed, group: Group) -> Floats:
    """The covariance with every variance at least what a few added answers would leave."""
    whole = found.sums.group(group).total()
    out = covariance.copy()
    for at, component in enumerate(found.components):
        n = float(whole.count[0, 0, at, at])
        mean, spread = float(whole.mean[0, 0, at, at]), float(whole.spread[0, 0, at, at] / whole.weight[0, 0, at, at])
        added = ADDED.get(component.coded)
        if added is None:
            if spread <= 0:
                out[at, :] = out[:, at] = np.nan  # its spread is unknown, not zero
            continue
        effective = min(n, spread / out[at, at]) if np.isfinite(out[at, at]) and out[at, at] > 0 and spread > 0 else n
        more, total, squares = added
        centre = (effective * mean + total) / (effective + more)
        variance = (effective * (spread + mean**2) + squares) / (effective + more) - centre**2
        if n > 1 and np.isfinite(out[at, at]):
            out[at, at] = max(out[at, at], variance / (effective + more))
    return out


def _no_answers(component: Component, group: Group) -> Problem:
    where = f"component '{component.name}'" + (f", group {group!r}" if group else "")
    return Problem("nobody answered it", where=where, do="Leave it out, or look at other groups")
