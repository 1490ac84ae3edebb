"""One composite index: stated end points, explicit weights, an interval, and what other weights would say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.arguments import (
    check_column,
    check_confidence,
    check_number,
    check_resamples,
    check_seed,
    check_whole,
    shown,
)
from cxanalysis.basis import Basis, Cluster
from cxanalysis.catalogue.component import Component, component
from cxanalysis.catalogue.index_result import Index, IndexNumbers, index_of
from cxanalysis.catalogue.index_sensitivity import sensitivity
from cxanalysis.catalogue.index_sums import (
    Group,
    IndexQuestion,
    JointMeans,
    Summed,
    complete,
    joined,
    of_metric,
    part_of,
    summed,
)
from cxanalysis.catalogue.index_weights import BY_HAND, DERIVED, EQUAL, Derived, Weighting, by_hand, derived
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.engine.canonical_values import sort_key
from cxanalysis.engine.need import HASH_BLOCKS, Measure
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN, Opened, opened
from cxanalysis.tables.table import Table

Floats = NDArray[np.float64]
Chosen = list[tuple[int, Component, Scale | None]]

#: Random weights scatter as if so many people had voted for the chosen ones: a weight of ¼ varies by ±0.09.
CONCENTRATION: Final = 20.0
WEIGHTINGS: Final = 1000


def index(
    *data: Any,
    components: Sequence[Any],
    weights: str | Mapping[str, float] | Sequence[float] = EQUAL,
    outcome: str | None = None,
    by: str | Sequence[str] | None = None,
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    date: str | None = None,
    period: str | None = None,
    weightings: int = WEIGHTINGS,
    concentration: float = CONCENTRATION,
    resamples: int = 1000,
    seed: int = 0,
) -> Index:
    """One number for the whole experience, that opens into the numbers it is made of.

    Each component goes to 0-100 by *stated* end points, z = 100·(x - worst)/(best - worst), and the index is Σ w·z with
    Σ w = 1.

    Parameters
    ----------
    *data : Table or frame
        One, or several: a component says which with "table" (from 0).
    components : sequence
        Column names, or mappings: `column`, `as` ("nps", "top-box", "mean", "rate" of a 0/1 column), `name`, `worst`
        and `best` (default: the ends of the scale), `top`, `branch`, `table`; or `metric` with `options` in place of
        `column` for what `cx.metric` computes.
    weights : "equal", "derived", mapping of name → number, or sequence
        "derived": shares of importance for `outcome` (Shapley value of R² over all groups), resampled with the index.
    outcome : str, optional
        Column of the first component's table. Without "derived" it gives one of the other weightings to compare with.
    by, weight, confidence, date, period
        As in `cx.nps`; with several tables they must be in each.
    cluster : str or None
        Whose rows count as one unit: a column that is in every table; left out, the customer that each table knows;
        None, every row for itself.
    weightings : int
        How many random weightings are tried.
    concentration : float
        How close they stay to the chosen weights.
    resamples, seed : int
        For derived weights, and for the random weightings.

    Returns
    -------
    Index

    Raises
    ------
    Problem
        If end points are neither stated nor known, weights do not fit, or nobody answered a component.

    Notes
    -----
    Var(index) = w'Cw, C the joint covariance of the components' means, from what each block of customers adds to them:
    u_bk = Σ_{i∈b} w_i(x_ik - m_k)/Σw, C = Σ_b u_b u_b'·B/(B - 1), Student's t with B - 1 degrees of freedom (up to
    256 blocks). So that no variance is zero where all answers agree, a share's is at least that of four more answers,
    an NPS's of three. Tables count as independent unless the customer is known, or named with `cluster`, in each. With
    derived weights the index is resampled as a whole, and the interval is value ± t · its standard deviation.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"csat": [5, 4, 4, 2] * 20, "late": [0, 0, 0, 1] * 20})
    >>> parts = [{"column": "csat", "as": "mean", "worst": 1, "best": 5}, {"column": "late", "as": "rate", "worst": 50,
    ...          "best": 0, "name": "on time"}]
    >>> index(answers, components=parts, weights={"csat": 3, "on time": 1}).table[["value", "n"]].values.tolist()
    [[64.0625, 80.0]]
    """
    if not data:
        raise Problem("there is no table", do="Hand over the tables that hold the components")
    check_confidence(confidence)
    check_whole(weightings, "weightings", low=1)
    check_number(concentration, "concentration", low=0, open_low=True)
    check_resamples(resamples)
    check_seed(seed)
    chosen = _chosen(components, data)
    tables = [opened(table) for table in data]
    clusters = _clusters(tables, cluster)
    for table in tables:
        _check_columns(table.engine.columns(), by=by, weight=weight, date=date)
    shared = IndexQuestion(_names(by), weight, None, confidence, date, period)
    asked = [replace(shared, cluster=None if one is None else one.column) for one in clusters]
    notes: list[str] = []
    sums, metrics = _sums(data, chosen, asked, notes)
    means = _joint_means(sums, metrics, clusters, notes)
    if not means:
        raise Problem("no group has answers to every component", do="Use fewer groups or components")
    mean, score = _arrays(means, chosen)
    by_outcome = None if outcome is None else _from_outcome(outcome, data, chosen, asked, resamples, seed)
    weighting = _weighting(weights, outcome, chosen, by_outcome, notes)
    se, df = _errors(means, chosen, weighting.weights)
    drawn = None
    if weighting.is_derived and by_outcome is not None:
        drawn = by_outcome.resampled
        se, df = _resampled(sums[0], chosen, means, by_outcome), np.minimum(df, HASH_BLOCKS - 1)
    groups = _group_frame(list(means), sums[0].by if sums else metrics[0][1])
    tried = sensitivity(
        score,
        weighting.weights,
        _other_weights(weighting, by_outcome, outcome),
        [one.name for _, one, _ in chosen],
        groups,
        weightings=weightings,
        concentration=concentration,
        seed=seed,
    )
    numbers = IndexNumbers(
        groups=groups,
        components=tuple(one for _, one, _ in chosen),
        mean=mean,
        score=score,
        weighting=weighting,
        drawn=drawn,
        se=se,
        se_parts=np.array([np.sqrt(np.diag(_covariance(part, chosen))) for part in means.values()]),
        quantile=stats.t.ppf((1 + confidence) / 2, np.maximum(df, 1)),
        n=_counts(means, "n"),
        missing=_counts(means, "missing"),
    )
    basis = _basis(tables, chosen, clusters, weight=weight, confidence=confidence, resamples=resamples, seed=seed)
    return index_of(numbers, tried, notes, basis, every=period)


def _check_columns(columns: Sequence[str], **named: Any) -> None:
    """Stop at an argument that names a column which is not there."""
    for argument, given in named.items():
        for column in _names(given) if argument == "by" else () if given is None else (given,):
            check_column(column, columns, argument)


def _clusters(tables: Sequence[Opened], asked: Any) -> list[Cluster | None]:
    """Whose rows count as one unit in each table.

    Where every one of several tables knows its customer, these are the clusters, though none may have two rows in one
    table: the same customers are in several.
    """
    known = [None if one.table is None else one.table.customer for one in tables]
    if asked is KNOWN and len(tables) > 1 and all(known):
        return [Cluster(str(customer), asked=False) for customer in known]
    if asked is not KNOWN and asked is not None:
        for one in tables:
            check_column(asked, one.engine.columns(), "cluster")
    return [one.cluster(asked) for one in tables]


def _basis(tables: Sequence[Opened], chosen: Chosen, clusters: Sequence[Cluster | None], **facts: Any) -> Basis:
    """The basis of all tables; a cluster where all have the same."""
    used = [
        [one.column for _, one, _ in chosen if one.table == at and one.coded != "metric"] for at in range(len(tables))
    ]
    first, *others = (table.basis(columns) for table, columns in zip(tables, used, strict=True))
    same = all(cluster == clusters[0] for cluster in clusters)
    return first.joined(*others).with_(cluster=clusters[0] if same else None, **facts)


def _names(by: Any) -> tuple[str, ...]:
    names = (by,) if isinstance(by, str) else () if by is None else by
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise Problem(f"a column or a list of columns is needed, not {shown(by)}", where="by")
    return tuple(names)


def _chosen(components: Sequence[Any], data: Sequence[Any]) -> Chosen:
    """Components in order, each with its scale; names are unique."""
    if isinstance(components, str | Mapping) or not isinstance(components, Iterable):
        raise Problem("an index has two components or more", where="components", do="List them: components=[…]")
    pairs = [component(given, data) for given in components]
    if len(pairs) < 2:
        raise Problem("an index has two components or more", where="components", do="List them: components=[…]")
    names = [one.name for one, _ in pairs]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise Problem(f"two components are called '{doubled[0]}'", do='Give each its own "name"')
    return [(at, one, scale) for at, (one, scale) in enumerate(pairs)]


def _sums(
    data: Sequence[Any], chosen: Chosen, asked: Sequence[IndexQuestion], notes: list[str]
) -> tuple[list[Summed], list[tuple[dict[Group, JointMeans], tuple[str, ...]]]]:
    """Sums of every table with columns, and the metrics computed by name."""
    columns = [[item for item in chosen if item[1].table == t and item[1].coded != "metric"] for t in range(len(data))]
    tables = [summed(data[t], items, asked[t], notes) for t, items in enumerate(columns) if items]
    metrics = [of_metric(data[one.table], at, one, asked[one.table]) for at, one, _ in chosen if one.coded == "metric"]
    return tables, metrics


def _joint_means(
    tables: Sequence[Summed],
    metrics: Sequence[tuple[dict[Group, JointMeans], Any]],
    clusters: Sequence[Cluster | None],
    notes: list[str],
) -> dict[Group, list[JointMeans]]:
    """Means of every group that has all components, in order of the groups."""
    sets = [set(table.sums.groups) for table in tables] + [set(groups) for groups, _ in metrics]
    common = sorted(set.intersection(*sets), key=sort_key)
    if lost := len(set.union(*sets)) - len(common):
        notes.append(f"{lost:,} groups lack a component and are left out.")
    together = len(tables) > 1 and all(cluster is not None for cluster in clusters)
    if len(tables) + len(metrics) > 1:
        notes.append(_apart(together, bool(metrics), clusters[0]))
    out: dict[Group, list[JointMeans]] = {}
    for group in common:
        own = [joined(tables, group)] if together else [part_of(table, group) for table in tables]
        out[group] = [*own, *(groups[group] for groups, _ in metrics)]
    return out


def _apart(together: bool, metrics: bool, cluster: Cluster | None) -> str:
    if together and not metrics and cluster is not None:
        return f"The same '{cluster.column}' in several tables is kept together: the joint covariance knows of it."
    what = "Tables" if not metrics else "Metrics computed by name, and tables," if not together else "Metrics by name"
    return f"{what} count as independent: where the same customers are in several, name them with cluster=."


def _arrays(parts: Mapping[Group, list[JointMeans]], chosen: Chosen) -> tuple[Floats, Floats]:
    """Means (G, k) in own units, and on 0 to 100."""
    mean = np.empty((len(parts), len(chosen)))
    for row, found in enumerate(parts.values()):
        for part in found:
            mean[row, part.at] = part.mean
    return mean, np.column_stack([one.scored(mean[:, at]) for at, one, _ in chosen])


def _covariance(found: Sequence[JointMeans], chosen: Chosen) -> Floats:
    """Joint covariance of the scores of one group, (k, k)."""
    out = np.zeros((len(chosen), len(chosen)))
    for part in found:
        out[np.ix_(part.at, part.at)] = part.covariance
    slope = np.array([one.slope for _, one, _ in chosen])
    return out * slope[:, None] * slope[None, :]


def _errors(parts: Mapping[Group, list[JointMeans]], chosen: Chosen, w: Floats) -> tuple[Floats, Floats]:
    """Standard error of each group's index, and its degrees of freedom."""
    se, df = np.empty(len(parts)), np.empty(len(parts))
    used = w > 0
    for row, found in enumerate(parts.values()):
        covariance = _covariance(found, chosen)[np.ix_(used, used)]
        se[row] = np.sqrt(w[used] @ covariance @ w[used])
        df[row] = min(part.blocks for part in found) - 1
    return se, np.where(np.isfinite(df), df, 1e9)


def _counts(parts: Mapping[Group, list[JointMeans]], what: str) -> NDArray[np.int64]:
    """Answers, or missing ones, of every group and component: (G, k)."""
    rows = []
    for found in parts.values():
        at = np.concatenate([part.at for part in found])
        rows.append(np.concatenate([getattr(part, what) for part in found])[np.argsort(at)])
    return np.array(rows)


def _weighting(
    given: Any, outcome: str | None, chosen: Chosen, by_outcome: Derived | None, notes: list[str]
) -> Weighting:
    """The weights, and how they came."""
    if not isinstance(given, str):
        weights, note = by_hand(given, [one for _, one, _ in chosen])
        notes += [note] if note else []
        return Weighting(weights, BY_HAND)
    if given == EQUAL:
        return Weighting(np.full(len(chosen), 1 / len(chosen)), EQUAL)
    if given != DERIVED:
        raise Problem(
            f"'{given}' is no way to weight", where="weights", do='Use "equal", "derived" or {"name": number}'
        )
    if by_outcome is None:
        raise Problem("weights can be derived only from an outcome", do="Name its column with outcome=")
    notes.append(
        f"Weights are shares of what the components explain of '{outcome}' (R² = {by_outcome.r_squared:.2f}, "
        f"n = {by_outcome.n:,}), resampled with the index."
    )
    return Weighting(by_outcome.weights, DERIVED, outcome)


def _from_outcome(
    outcome: Any, data: Sequence[Any], chosen: Chosen, asked: Sequence[IndexQuestion], resamples: int, seed: int
) -> Derived:
    """The weights that an outcome gives."""
    tables = {one.table for _, one, _ in chosen}
    if len(tables) > 1 or any(one.coded == "metric" for _, one, _ in chosen):
        raise Problem(
            "weights can be derived only where the same people answered everything",
            do="Use components of one table, or set weights by hand",
        )
    if any(one.column == outcome for _, one, _ in chosen):
        raise Problem(f"'{outcome}' cannot be both the outcome and a component", do="Leave one of them out")
    at = tables.pop()
    table = data[at]
    check_column(outcome, opened(table).engine.columns(), "outcome")
    role = table.roles.get(outcome) if isinstance(table, Table) else None
    measures = [one.measure(scale) for _, one, scale in chosen]
    # A name that no component can have: people name them.
    measures.append(Measure("\0outcome", outcome, "nps" if role == "nps" else "value"))
    return derived(complete(table, measures, asked[at]), [one for _, one, _ in chosen], resamples, seed)


def _resampled(table: Summed, chosen: Chosen, parts: Mapping[Group, list[JointMeans]], found: Derived) -> Floats:
    """Standard deviation of the index over resamples in which weights and values are drawn together, by group."""
    slope = np.array([one.slope for _, one, _ in chosen])
    start = np.array([one.scored(0.0) for _, one, _ in chosen])
    out = np.empty(len(parts))
    for row, group in enumerate(parts):
        of = table.sums.group(group).block_sums(0)
        at, own = np.isin(found.blocks, of.blocks), np.isin(of.blocks, found.blocks)
        # Blocks without a complete row gave nothing to the weights; here each counts as drawn once, always.
        draws = np.ones((len(found.draws), len(of)))
        draws[:, own] = found.draws[:, at]
        drawn = (found.resampled * (start + slope * of.resample(draws).means())).sum(axis=1)
        drawn = drawn[np.isfinite(drawn)]
        out[row] = drawn.std(ddof=1) if len(of) > 1 and len(drawn) > 1 else np.nan
    return out


def _other_weights(weighting: Weighting, by_outcome: Derived | None, outcome: str | None) -> dict[str, Floats]:
    out = {} if weighting.how == EQUAL else {EQUAL: np.full(len(weighting.weights), 1 / len(weighting.weights))}
    if by_outcome is not None and not weighting.is_derived:
        out[f"{DERIVED} from {outcome}"] = by_outcome.weights
    return out


def _group_frame(groups: Sequence[Group], names: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series([g[at] for g in groups], dtype=object).infer_objects() for at, name in enumerate(names)},
        index=range(len(groups)),
    )
