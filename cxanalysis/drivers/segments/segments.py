"""Segments: does a driver matter more in one segment than in the others, and by how much?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.arguments import check_choice, check_column
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.drivers import cautions
from cxanalysis.drivers.driver_table import q_values
from cxanalysis.drivers.drivers import METHODS
from cxanalysis.drivers.model import row_guards, sum_guards
from cxanalysis.drivers.model.analysis_basis import analysis_basis, column_of, counted
from cxanalysis.drivers.model.checked_arguments import check_how, check_weight
from cxanalysis.drivers.model.guard_rows import guard_rows
from cxanalysis.drivers.model.plan import Plan, plan
from cxanalysis.drivers.segments.segment_compare import Compared, compare, enough_cases, reversals, why_not
from cxanalysis.drivers.segments.segment_sums import SegmentSums, segment_sums
from cxanalysis.drivers.segments.segment_words import STANDS, notes, sentence
from cxanalysis.drivers.segments.segments_result import COLUMNS, REVERSALS, SIZES, Segments
from cxanalysis.labels import in_words, labels_of
from cxanalysis.labels import opened as with_capital
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN, opened

Floats = NDArray[np.float64]
Row = dict[str, Any]


def segments(
    data: Any,
    outcome: str | None = None,
    drivers: Iterable[str] | None = None,
    *,
    by: str,
    outcome_as: str = "mean",
    method: str = "shapley",
    groups: Mapping[str, Sequence[str]] | Sequence[Sequence[str]] | None = None,
    adjust_for: Iterable[str] = (),
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    top: int | None = None,
    scale: Scale | Sequence[float] | None = None,
) -> Segments:
    """Does late delivery cost more in one market than in the others, or does it only look so?

    Parameters
    ----------
    data : Table or data frame
        One row an answer, as for `cx.drivers`.
    outcome, drivers, outcome_as, method, groups, adjust_for, weight, cluster, top, scale
        As in `cx.drivers`.
    by : str
        Column of the segments: market, channel, product; 2 to 20 different values. Each is held against all others.
    confidence : float
        Of all intervals.
    resamples, seed : int
        For the differences of importance shares.

    Returns
    -------
    Segments

    Raises
    ------
    Problem
        If the segment column does not exist, is the outcome or a driver, or has fewer than 2 or more than 20 values;
        and whatever `cx.drivers` raises.

    Notes
    -----
    Rows with an answer in the outcome, all drivers and the segment. The difference of effects is the interaction term
    of one regression in which every column may have another effect in the segment; bias-reduced robust variance with
    Satterthwaite degrees of freedom, whole customers together. A segment is compared from max(30, 10 per driver) rows
    on, a failure from 20 cases on, here and elsewhere. q: Benjamini & Hochberg (1995) over segments × drivers. Changes
    of sign: Simpson (1951), named where |t| is above 2 on both sides.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({
    ...     "late": [0, 1, 0, 1, 0, 0, 1, 1] * 20, "market": ["north", "north", "south", "south"] * 40,
    ...     "csat": [5, 2, 4, 4, 4, 5, 1, 5] * 20,
    ... })
    >>> result = segments(answers, "csat", ["late"], by="market", resamples=50)
    >>> result.table[["segment", "effect", "difference"]].round(2).values.tolist()
    [['north', -2.67, -2.0], ['south', -0.67, 2.0]]
    """
    check_choice(method, METHODS, "method")
    check_how(confidence=confidence, resamples=resamples, seed=seed)
    source = opened(data)
    engine = source.engine
    check_weight(engine, weight)
    check_column(by, engine.columns(), "by")
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
    if by in {*(m.driver for m in (*model.members, *model.adjusters)), model.outcome.column}:
        raise Problem(
            f"'{by}' is in the analysis itself and cannot cut it into segments",
            do="Leave it out of outcome, drivers and adjusters, or choose another column",
        )
    sums = segment_sums(engine, model, by, weight, column_of(clustered_by))
    sample = sums.sample
    sum_guards.refuse(model, sample)
    rows = guard_rows(engine, model, weight)
    row_guards.refuse_ids(model, rows)
    one_sided = row_guards.nobody_promotes(model, rows, "complete")
    caution, cautioned = row_guards.watched(source.table, engine, model, sample, rows)
    cautioned += cautions.explain((name, word) for name, words in caution.items() for word in words)
    left_out = {name: why_not(sums, model, _inside(sums, i)) for i, name in enumerate(sums.names)}
    compared = _all(
        sums, model, [name for name in sums.names if not left_out[name]], method, resamples, seed, confidence
    )
    table = _table(sums, model, compared, confidence)
    comparisons = int(np.isfinite(table["p_value"]).sum()) // (2 if len(sums.names) == 2 else 1)
    changed = pd.DataFrame(reversals(sums, model, compared), columns=list(REVERSALS))
    flags = frozenset(p.name for p in model.players if sample.is_flag[list(p.members)].all())
    warned = sum_guards.warn(model, sample, sums.cells.correlation())
    labels = labels_of(data, [by, model.outcome.column, *(p.name for p in model.players)])
    return Segments(
        table=table,
        sizes=_sizes(sums, model, left_out, confidence),
        reversals=changed,
        by=by,
        drivers=tuple(p.name for p in model.players),
        comparisons=comparisons,
        method=_method(sums),
        outcome=model.outcome.column,
        outcome_as=outcome_as,
        basis=analysis_basis(
            source,
            model,
            n=sample.n,
            left_out=sample.left_out,
            weight=weight,
            cluster=counted(clustered_by, sample),
            labels=labels,
            columns=[by],
            confidence=confidence,
            resamples=resamples,
            seed=seed,
        ),
        headline=with_capital(
            sentence(
                in_words(table, labels),
                in_words(changed, labels),
                by=labels[by],
                unit=_unit(model, outcome_as),
                failures=frozenset(labels[name] for name in flags),
                comparisons=comparisons,
                good_end=model.good_end,
            )
        ),
        notes=(
            *one_sided,
            *warned,
            *cautioned,
            *notes(by, comparisons, len(sums.names), changed),
            *sample.notes,
            *model.notes,
        ),
    )


def _inside(sums: SegmentSums, number: int) -> NDArray[np.bool_]:
    return np.arange(len(sums.names)) == number


def _all(
    sums: SegmentSums, model: Plan, names: list[str], method: str, resamples: int, seed: int, confidence: float
) -> dict[str, Compared]:
    """Each large enough segment against the rest; of two segments the second is the first turned round."""
    if not names:
        return {}
    moments = sums.resampled(resamples, seed)
    if len(sums.names) == 2:
        comparison = compare(sums, model, _inside(sums, 0), moments, method, confidence)
        return {sums.names[0]: comparison, sums.names[1]: comparison.turned()}
    numbered = {name: number for number, name in enumerate(sums.names)}
    return {n: compare(sums, model, _inside(sums, numbered[n]), moments, method, confidence) for n in names}


def _table(sums: SegmentSums, model: Plan, compared: dict[str, Compared], confidence: float) -> pd.DataFrame:
    """One row a segment and driver."""
    rows: list[Row] = []
    for number, name in enumerate(sums.names):
        inside = _inside(sums, number)
        enough = enough_cases(sums, model, inside) & (name in compared)
        for position, player in enumerate(model.players):
            row: Row = dict.fromkeys(COLUMNS, np.nan)
            row |= {"segment": name, "driver": player.name, "status": "not shown" if enough[position] else "too few"}
            row |= _counted(sums, inside, list(player.members))
            if name in compared:
                row |= _numbers(compared[name], model, position, bool(enough[position]), confidence)
            rows.append(row)
    table = pd.DataFrame(rows)[list(COLUMNS)]
    table["q_value"] = q_values(table["p_value"].to_numpy(dtype=float))
    table.loc[(table["status"] == "not shown") & ~np.isfinite(table["p_value"]), "status"] = "too few"
    table.loc[table["q_value"] < STANDS, "status"] = "differs"
    return table


def _counted(sums: SegmentSums, inside: NDArray[np.bool_], members: list[int]) -> Row:
    """Rows and, of a driver of one column, its cases on both sides."""
    counted: Row = {"n": int(sums.n[inside].sum()), "n_elsewhere": int(sums.n[~inside].sum())}
    if len(members) == 1:
        counted["cases"] = int(sums.cases[inside, members[0]].sum())
        counted["cases_elsewhere"] = int(sums.cases[~inside, members[0]].sum())
    return counted


def _numbers(one: Compared, model: Plan, position: int, enough: bool, confidence: float) -> Row:
    """What the comparison says of one driver; effects are withheld where cases are too few."""
    row: Row = {
        "share": one.share_here[position],
        "share_elsewhere": one.share_elsewhere[position],
        "share_difference": one.share_here[position] - one.share_elsewhere[position],
        "share_difference_low": one.share_low[position],
        "share_difference_high": one.share_high[position],
    }
    members = model.players[position].members
    if len(members) > 1:
        return row | ({"p_value": one.joint_p[position]} if enough else {})
    at = len(model.adjusters) + members[0]
    row |= {"mean": one.mean_here[at], "mean_elsewhere": one.mean_elsewhere[at]}
    if not enough:
        return row
    for name, values in (("effect", one.here), ("elsewhere", one.elsewhere), ("difference", one.difference)):
        low, high = values.interval(confidence)
        row |= {name: values.value[at], f"{name}_low": low[at], f"{name}_high": high[at]}
    return row | {"p_value": one.difference.p()[at] if np.isfinite(one.difference.value[at]) else np.nan}


def _sizes(sums: SegmentSums, model: Plan, left_out: dict[str, str], confidence: float) -> pd.DataFrame:
    """One row a segment: how large it is, what the outcome is there, and whether it could be compared."""
    rows = []
    for number, name in enumerate(sums.names):
        segment = sums.only(_inside(sums, number))
        mean, blocks = float(segment.centre[-1]), segment.blocks
        influence = segment.first[:, -1] / segment.weight.sum()
        error = np.sqrt((influence**2).sum() * blocks / max(blocks - 1, 1))
        reach = stats.t.ppf(0.5 + confidence / 2, blocks - 1) * error if blocks > 1 else np.nan
        rows.append(
            [
                name,
                int(sums.n[number]),
                mean,
                mean - reach,
                mean + reach,
                _explained(segment.correlation()),
                not left_out[name],
                left_out[name],
            ]
        )
    sizes = pd.DataFrame(rows, columns=list(SIZES))
    if model.ends is not None:
        sizes[["outcome_mean", "outcome_low", "outcome_high"]] = (
            model.ends - sizes[["outcome_mean", "outcome_high", "outcome_low"]].to_numpy()
        )
    return sizes


def _explained(correlation: Floats) -> float:
    """R² of all columns."""
    return float(correlation[-1, :-1] @ np.linalg.pinv(correlation[:-1, :-1]) @ correlation[:-1, -1])


def _unit(model: Plan, outcome_as: str) -> str:
    if outcome_as == "nps":
        return "NPS points"
    return "percentage points" if outcome_as == "top-box" or model.percent else "points"


def _method(sums: SegmentSums) -> str:
    """How the differences were tested, in the words that stand under the result."""
    blocks = len(np.unique(sums.block))
    if sums.sample.rows is None:
        return f"interactions in one model; robust intervals from {blocks} blocks (CR2)"
    kind = "robust" if sums.sample.clusters is None else "cluster-robust"
    return f"interactions in one model; {kind} intervals (CR2)"
