"""Driver analysis: which failures and attributes move the outcome, how much, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.arguments import check_choice
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.drivers import cautions
from cxanalysis.drivers.cautions import Caution
from cxanalysis.drivers.driver_headline import headline, would_name
from cxanalysis.drivers.driver_table import detail_of, references, table_of, together_of
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.effects.joint_effects import joint_effects_of
from cxanalysis.drivers.effects.regression import Regression
from cxanalysis.drivers.evidence import evidence
from cxanalysis.drivers.first_with_other_gaps import WORDS, first_with_other_gaps
from cxanalysis.drivers.importance.importance import shapley
from cxanalysis.drivers.importance.order_of_drivers import adjusted, importance_of, johnson_of, order
from cxanalysis.drivers.leak_headline import leak_headline
from cxanalysis.drivers.model import leak_guard, row_guards, simpson, sum_guards
from cxanalysis.drivers.model.analysis_basis import analysis_basis, column_of, counted, n_of
from cxanalysis.drivers.model.case_mix import not_held_equal, not_held_equal_note
from cxanalysis.drivers.model.checked_arguments import check_how, check_weight
from cxanalysis.drivers.model.gather import Sample, without_failure
from cxanalysis.drivers.model.guard_rows import guard_rows
from cxanalysis.drivers.model.plan import Plan, plan
from cxanalysis.engine.engines import Engine
from cxanalysis.labels import in_words, labels_of
from cxanalysis.tables.opened import KNOWN, opened

Floats = NDArray[np.float64]

METHODS: Final = ("shapley", "johnson")
JOHNSON: Final = (
    "Johnson's weights have been criticised (Thomas, Zumbo, Kwan & Schweitzer 2014): their order can differ from that "
    "of Shapley values, which say what they share out."
)


def drivers(
    data: Any,
    outcome: str | None = None,
    drivers: Iterable[str] | None = None,
    *,
    outcome_as: str = "mean",
    method: str = "shapley",
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
    reference: Mapping[str, float] | None = None,
) -> Drivers:
    """What moves the outcome, how much, and how sure is that?

    Parameters
    ----------
    data : Table or data frame
        One row an answer. A `Table`, or a pandas, Polars, PyArrow or DuckDB frame.
    outcome : str, optional
        The score to explain; a Table's own score if left out.
    drivers : list of str, optional
        Columns that may move it: failures (0/1), ratings, numbers, categories. A Table's flags (else its ratings) if
        left out.
    outcome_as : "mean", "nps" or "top-box"
        What is explained: the mean score, the NPS (-100…100) or the percentage of best answers. Effects are in points
        of it. A 0/1 outcome is read as 0/100.
    method : "shapley" or "johnson"
        How credit for shared prediction is dealt out.
    groups : mapping of name → columns, or list of lists, optional
        Columns that count as one driver.
    adjust_for : list of str
        Columns in every model that get no credit (market, channel).
    weight : str, optional
        Survey weight.
    cluster : str or None, optional
        Customer or respondent, where one answers several times. Left out: the customer that the table knows; None:
        every row for itself.
    missing : "complete", "pairwise" or "impute"
        Rows without a gap in outcome, drivers and adjusters; or each correlation from the rows that have both answers
        (n is a range); or gaps filled 20 times by chained equations, which assumes answers missing at random.
    confidence : float
        Of all intervals.
    resamples, seed : int
        For the order of the drivers.
    top : int, optional
        For "top-box": how many of the best answers count.
    scale : Scale or (low, high), optional
        The outcome's scale, where no Table knows it.
    reference : mapping of driver → value, optional
        Where `at_stake` of a driver that is not a failure starts to count: the best end of its scale if known.

    Returns
    -------
    Drivers

    Raises
    ------
    Problem
        If a column does not exist, is constant or an id, if a method is unknown, or there are too few rows.

    Notes
    -----
    Importance: Lindeman, Merenda & Gold (1980), Grömping (2006, 2007); Johnson (2000). Effects: ordinary or weighted
    least squares on the coded outcome with bias-reduced robust variance and Satterthwaite degrees of freedom (Bell &
    McCaffrey 2002; Pustejovsky & Tipton 2018). Several columns: ANOVA-type test (Brunner, Dette & Munk 1997), from 20
    degrees of freedom on combined with the approximate Hotelling T². q: Benjamini & Hochberg (1995). Order: bootstrap
    of rows, customers or hash blocks; of several columns, less what they would explain by chance.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"late": [0, 0, 1, 1, 0, 0, 1, 0] * 10, "csat": [5, 4, 2, 3, 5, 4, 2, 5] * 10})
    >>> result = drivers(answers, "csat", ["late"], resamples=100)
    >>> round(float(result.table.effect[0]), 3), round(float(result.table.at_stake[0]), 3), result.n
    (-2.267, 0.85, 80)
    """
    check_choice(method, METHODS, "method")
    check_how(missing=missing, confidence=confidence, resamples=resamples, seed=seed)
    source = opened(data)
    engine, table = source.engine, source.table
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
    if missing == "complete":
        leak_guard.refuse_one_outcome(model, rows)
    one_sided = row_guards.nobody_promotes(model, rows, missing)
    measured = evidence(
        engine, model, missing=missing, weight=weight, cluster=column_of(clustered_by), resamples=resamples, seed=seed
    )
    sample, correlation, regression = measured.sample, measured.correlation, measured.regression
    row_guards.refuse_ids(model, rows)
    points, error = _importance(correlation, model, method, seed)
    importance, sampled = importance_of(method, len(model.adjusters), model.sizes, correlation, points)
    by_chance = _by_chance(model, regression)
    sure = order(importance(measured.resampled), confidence, by_chance)
    caution, warned = row_guards.watched(table, engine, model, sample, rows)
    for name, where in simpson.turned_round(table, engine, model, rows, regression).items():
        caution.setdefault(name, []).append(Caution.REVERSED.value)
        warned.append(f"Simpson's paradox: {name} has an effect of the other sign {' and '.join(where)}.")
    notes = [*one_sided, *sum_guards.warn(model, sample, correlation), *warned, *sample.notes, *model.notes]
    if error is not None:
        notes.append(
            f"{len(model.players)} drivers: importance from sampled orders of entry, error of a share "
            f"at most {100 * float((error / points.sum()).max()):.2f} points."
        )
    notes += [sampled.note(measured.resampled)] if sampled else []
    notes += [_fair_order(model)] if by_chance is not None else []
    notes += [not_held_equal_note(uneven)] if (uneven := not_held_equal(table, model)) else []
    notes += [JOHNSON] if method == "johnson" and len(model.players) > 2 else []
    detail = detail_of(
        model, sample, regression, references(model, sample, {} if reference is None else reference, notes), confidence
    )
    result = table_of(model, sample, regression, detail, points, sure, correlation, confidence, by_chance)
    result["flags"] = [
        [*(word for word in caution.get(driver, ()) if word not in flags), *flags]
        for driver, flags in zip(result["driver"], result["flags"], strict=True)
    ]
    if error is not None:
        by_name = dict(zip((p.name for p in model.players), error / points.sum(), strict=True))
        result["share_error"] = result["driver"].map(by_name)
    together = together_of(model, sample, regression, detail, confidence)
    together["without"], together["without_n"] = without_failure(engine, model, sample, weight)
    notes += cautions.explain((str(row["driver"]), word) for _, row in result.iterrows() for word in row["flags"])
    labels = labels_of(data, [model.outcome.column, *(p.name for p in model.players)])
    metric, unit = _names(model, outcome_as, labels)
    otherwise = None
    if would_name(result) and (sample.left_out or missing != "complete"):
        first = str(result["driver"][0])
        otherwise = _otherwise(engine, model, missing, weight, method, seed, first, labels, by_chance)
    failures = {labels[p.name]: bool(sample.is_flag[list(p.members)].all()) for p in model.players}
    intervals = _intervals(sample, missing)
    return Drivers(
        table=result,
        detail=detail,
        together=together,
        r_squared=measured.r_squared,
        method=f"{_importance_method(method, error)}; {intervals}",
        outcome=model.outcome.column,
        outcome_as=outcome_as,
        outcome_mean=sample.outcome_mean if model.ends is None else model.ends - sample.outcome_mean,
        missing=missing,
        basis=analysis_basis(
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
        ),
        headline=leak_headline(in_words(result, labels), metric)
        or headline(
            in_words(result, labels),
            metric=metric,
            unit=unit,
            failures=failures,
            explained=float(result["importance"].sum()) - (0.0 if by_chance is None else float(by_chance.sum())),
            joint_p=lambda: regression.joint_p(
                [len(model.adjusters) + i for i in range(len(model.members)) if sample.rarest[i] >= cautions.TOO_RARE]
            ),
            not_held_equal=[labels_of(data, [name])[name] for name in uneven],
            detectable=in_words(detail, labels).set_index("driver")["detectable"],
            otherwise=otherwise,
            good_end=model.good_end,
        ),
        notes=tuple(notes),
        joint_effects=joint_effects_of(model, sample, regression, detail["effect"].to_numpy(dtype=float)),
        intervals=intervals,
    )


def _importance(correlation: Floats, model: Plan, method: str, seed: int) -> tuple[Floats, Floats | None]:
    """Importance of each player in R², and its Monte-Carlo error where it was sampled."""
    stack = correlation[:, :, None]
    adjusters = len(model.adjusters)
    if method == "johnson":
        return johnson_of(stack, adjusters, model.sizes)[:, 0], None
    return shapley(adjusted(stack, adjusters)[:, :, 0], model.sizes, seed=seed)


def _by_chance(model: Plan, regression: Regression) -> Floats | None:
    """R² that each player's columns would explain without any effect; None where all have one column."""
    if max(model.sizes) == 1:
        return None
    first = len(model.adjusters)
    return np.array([regression.by_chance([first + i for i in player.members]) for player in model.players])


def _fair_order(model: Plan) -> str:
    """How drivers of several columns compete with the others."""
    several = ", ".join(player.name for player in model.players if len(player.members) > 1)
    return (
        f"{several}: columns explain something by chance alone, and several columns more. The order (table, p_first, "
        "ranks) is that of importance less what each driver's columns would explain without any effect (by_chance); "
        "importance and shares are not reduced, so that they add up to R²."
    )


def _otherwise(
    engine: Engine,
    model: Plan,
    missing: str,
    weight: str | None,
    method: str,
    seed: int,
    first: str,
    labels: Mapping[str, str],
    by_chance: Floats | None,
) -> tuple[str, str, str] | None:
    """Who comes first if gaps are dealt with otherwise, if somebody else: name, and both treatments in words."""
    other = first_with_other_gaps(
        engine,
        model,
        missing,
        weight,
        lambda matrix: _importance(matrix, model, method, seed)[0] - (0.0 if by_chance is None else by_chance),
    )
    if other is None or other[1] == first:
        return None
    return labels[other[1]], WORDS[other[0]], WORDS.get(missing, "with gaps filled")


def _names(model: Plan, outcome_as: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """How the outcome and its points are called in a sentence."""
    if outcome_as == "nps":
        return "NPS", "NPS points"
    if outcome_as == "top-box" or model.percent:
        return labels[model.outcome.column], "percentage points"
    return labels[model.outcome.column], "points"


def _importance_method(method: str, error: Floats | None) -> str:
    """How importance was worked out."""
    name = "Johnson's relative weights" if method == "johnson" else "Shapley (LMG)"
    return name if error is None else f"{name}, sampled"


def _intervals(sample: Sample, missing: str) -> str:
    """How the intervals were worked out."""
    if missing == "pairwise":
        return "intervals from resampled pairwise correlations"
    if sample.blocks < sample.n and not sample.clusters:
        return f"robust intervals from {sample.blocks} blocks of rows (CR2)"
    kind = "cluster-robust" if sample.clusters else "robust"
    return f"{kind} intervals (CR2{', pooled over imputations' if missing == 'impute' else ''})"
