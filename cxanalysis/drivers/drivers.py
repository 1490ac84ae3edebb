"""Driver analysis: which failures and attributes move the outcome, how much, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.columns.scale import Scale
from cxanalysis.drivers import cautions as words
from cxanalysis.drivers.driver_headline import headline, would_name
from cxanalysis.drivers.driver_table import detail_of, references, table_of, together_of
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.effects.joint_effects import moves_of
from cxanalysis.drivers.effects.regression import Regression
from cxanalysis.drivers.evidence import MISSING, evidence
from cxanalysis.drivers.importance.importance import shapley
from cxanalysis.drivers.importance.order_of_drivers import adjusted, importance_of, johnson_of, order
from cxanalysis.drivers.model import row_guards, simpson, sum_guards
from cxanalysis.drivers.model.case_mix import not_held_equal, not_held_equal_note
from cxanalysis.drivers.model.gather import Sample, without_failure
from cxanalysis.drivers.model.plan import Plan, plan
from cxanalysis.drivers.other_missing_way import WORDS, first_otherwise
from cxanalysis.engine.engines import Engine, engine_of
from cxanalysis.labels import in_words, labels_of
from cxanalysis.problem import Problem
from cxanalysis.tables.part import Part
from cxanalysis.tables.table import Table

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
    cluster: str | None = None,
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
    cluster : str, optional
        Customer or respondent, where one answers several times.
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
    >>> found = drivers(answers, "csat", ["late"], resamples=100)
    >>> round(float(found.table.effect[0]), 3), round(float(found.table.at_stake[0]), 3), found.n
    (-2.267, 0.85, 80)
    """
    _check(method, missing, confidence, resamples)
    engine = engine_of(data)
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
    basis = evidence(
        engine, model, missing=missing, weight=weight, cluster=cluster, resamples=resamples, seed=seed
    )  # fmt: skip
    found, correlation, regression = basis.sample, basis.correlation, basis.regression
    seen = row_guards.look(engine, model, weight)
    row_guards.refuse_ids(model, seen)
    points, error = _importance(correlation, model, method, seed)
    importance, sampled = importance_of(method, len(model.adjusters), model.sizes, correlation, points)
    by_chance = _by_chance(model, regression)
    sure = order(importance(basis.resampled), confidence, by_chance)
    source = data if isinstance(data, Table) else None
    caution, warned = row_guards.watched(source, engine, model, found, seen)
    for name, where in simpson.turned_round(source, engine, model, seen, regression).items():
        caution.setdefault(name, []).append("reversed")
        warned.append(f"Simpson's paradox: {name} has an effect of the other sign {' and '.join(where)}.")
    part = [source.said] if isinstance(source, Part) else []
    notes = [*part, *sum_guards.warn(model, found, correlation), *warned, *found.notes, *model.notes]
    if error is not None:
        notes.append(f"{len(model.players)} drivers: importance from sampled orders of entry, error of a share "
                     f"at most {100 * float((error / points.sum()).max()):.2f} points.")  # fmt: skip
    notes += [sampled.note(basis.resampled)] if sampled else []
    notes += [_fair_order(model)] if by_chance is not None else []
    notes += [not_held_equal_note(uneven)] if (uneven := not_held_equal(source, model)) else []
    notes += [JOHNSON] if method == "johnson" and len(model.players) > 2 else []
    detail = detail_of(model, found, regression, references(model, found, reference or {}, notes), confidence)
    table = table_of(model, found, regression, detail, points, sure, correlation, confidence, by_chance)
    table["flags"] = [
        [*(word for word in caution.get(driver, ()) if word not in flags), *flags]
        for driver, flags in zip(table["driver"], table["flags"], strict=True)
    ]
    if error is not None:
        by_name = dict(zip((p.name for p in model.players), error / points.sum(), strict=True))
        table["share_error"] = table["driver"].map(by_name)
    together = together_of(model, found, regression, detail, confidence)
    together["without"], together["without_n"] = without_failure(engine, model, found, weight)
    notes += words.explain((str(row["driver"]), word) for _, row in table.iterrows() for word in row["flags"])
    labels = labels_of(data, [model.outcome.column, *(p.name for p in model.players)])
    metric, unit = _names(model, outcome_as, labels)
    otherwise = None
    if would_name(table) and (found.n_excluded or missing != "complete"):
        otherwise = _otherwise(engine, model, missing, weight, method, seed, str(table["driver"][0]), labels, by_chance)
    failures = {labels[p.name]: bool(found.is_flag[list(p.members)].all()) for p in model.players}
    return Drivers(
        table=table,
        detail=detail,
        together=together,
        r_squared=basis.r_squared,
        n=found.n if found.n == found.n_most else (found.n, found.n_most),
        n_excluded=found.n_excluded,
        method=_method(method, error, found, missing),
        outcome=model.outcome.column,
        outcome_as=outcome_as,
        outcome_mean=found.outcome_mean if model.ends is None else model.ends - found.outcome_mean,
        missing=missing,
        weight=weight,
        cluster=cluster,
        confidence=confidence,
        resamples=resamples,
        seed=seed,
        period=_period(data, engine, model.outcome.column),
        headline=headline(
            in_words(table, labels),
            metric=metric,
            unit=unit,
            failures=failures,
            explained=float(table["importance"].sum()) - (0.0 if by_chance is None else float(by_chance.sum())),
            joint_p=lambda: regression.joint_p(
                [len(model.adjusters) + i for i in range(len(model.members)) if found.rarest[i] >= words.TOO_RARE]
            ),
            not_held_equal=[labels_of(data, [name])[name] for name in uneven],
            detectable=in_words(detail, labels).set_index("driver")["detectable"],
            otherwise=otherwise,
        ),
        notes=tuple(notes),
        moves=moves_of(model, found, regression, detail["effect"].to_numpy(dtype=float)),
        labels=labels,
    )


def _check(method: str, missing: str, confidence: float, resamples: int) -> None:
    if method not in METHODS:
        raise Problem(f"method='{method}' is unknown", do='Use "shapley" or "johnson"')
    if missing not in MISSING:
        raise Problem(f"missing='{missing}' is unknown", do=f"Use one of: {', '.join(MISSING)}")
    if not 0 < confidence < 1:
        raise Problem(f"confidence={confidence} is not between 0 and 1", do="Use 0.95 for a 95 % interval")
    if resamples < 1:
        raise Problem("at least one resample is needed", do="Use 1000")


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
    """Who comes first if gaps are dealt with in another way, if that is somebody else: name, and both ways in words."""
    found = first_otherwise(
        engine, model, missing, weight,
        lambda matrix: _importance(matrix, model, method, seed)[0] - (0.0 if by_chance is None else by_chance),
    )  # fmt: skip
    if found is None or found[1] == first:
        return None
    return labels[found[1]], WORDS[found[0]], WORDS.get(missing, "with gaps filled")


def _names(model: Plan, outcome_as: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """How the outcome and its points are called in a sentence."""
    if outcome_as == "nps":
        return "NPS", "NPS points"
    if outcome_as == "top-box" or model.percent:
        return labels[model.outcome.column], "percentage points"
    return labels[model.outcome.column], "points"


def _method(method: str, error: Floats | None, found: Sample, missing: str) -> str:
    """What was done, in the words that stand under the result."""
    name = "Johnson's relative weights" if method == "johnson" else "Shapley (LMG)"
    name += "" if error is None else ", sampled"
    if missing == "pairwise":
        return f"{name}; intervals from resampled pairwise correlations"
    if found.blocks < found.n and not found.clusters:
        return f"{name}; robust intervals from {found.blocks} blocks of rows (CR2)"
    kind = "cluster-robust" if found.clusters else "robust"
    return f"{name}; {kind} intervals (CR2{', pooled over imputations' if missing == 'impute' else ''})"


def _period(data: Any, engine: Engine, outcome: str) -> tuple[str, str] | None:
    """First and last date of rows with an outcome, where a Table has one date."""
    date = data.column_of("date") if isinstance(data, Table) else None
    if date is None:
        return None
    first, last = engine.span(date, outcome)
    return None if first is None else (str(first)[:10], str(last)[:10])
